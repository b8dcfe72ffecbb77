"""What happens to schemes: a text is taken in, or copied for another year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.values.findings import Finding
from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import save_row
from kaohe.web.cycles import rules
from kaohe.web.cycles.copying import Naming, text_for_year
from kaohe.web.cycles.models import SchemeVersion
from kaohe.web.cycles.schemes import read_scheme, scheme_file


class Faulty(Exception):
    """A text is no scheme that can score; ``findings`` say where and what to do."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)


@transaction.atomic
def take_in_scheme(
    text: str, *, by: Person, at: datetime, origin: str = ""
) -> tuple[SchemeVersion, bool]:
    """Keep a scheme's text as a version of the town, and whether it is new there.

    The same text is the same version: it is kept once. Raises Faulty where the text has errors,
    ValidationError where a name is too long to be kept.
    """
    found, findings = read_scheme(text, only_errors=True)
    if found is None:
        raise Faulty(findings)
    digest = sha256(text.encode()).hexdigest()
    town = Town.objects.select_for_update().get(pk=by.user.town_id)
    known = SchemeVersion.objects.filter(town=town, sha256=digest).first()
    if known is not None:
        return known, False
    scheme = found.under({})
    version = SchemeVersion(
        town=town,
        scheme_id=scheme.id,
        edition=scheme.version,
        title=scheme.title.zh,
        text=text,
        sha256=digest,
        added_at=at,
    )
    told = _("%(title)s（%(origin)s）") if origin else "%(title)s"
    save_row(
        version,
        by=by,
        at=at,
        act="cycles.scheme_taken_in",
        told=told % {"title": version.title, "origin": origin},
    )
    return version, True


@transaction.atomic
def copy_for_year(
    version: SchemeVersion, year: int, naming: Naming, *, by: Person, at: datetime
) -> tuple[SchemeVersion, bool]:
    """The scheme of another year, a copy of this one under its own name, and whether it is new.

    Raises PermissionDenied where no copy can be made, Faulty where the copy would not load.
    """
    loaded = scheme_file(version)
    period = loaded.under({}).period
    reason = rules.why_not_copy(last=None if period is None else period.last, year=year)
    if reason:
        raise PermissionDenied(reason)
    try:
        text = text_for_year(version.text, loaded, year, naming)
    except ValueError as problem:
        raise ValidationError(str(problem)) from None
    told = {"title": version.title, "edition": version.edition}
    return take_in_scheme(text, by=by, at=at, origin=_("复制自“%(title)s”第%(edition)s版") % told)
