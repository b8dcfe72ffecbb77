"""The policy's own words beside what a scheme cites of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import ValidationError
from django.db import transaction

from kaohe.scheme.decisions import every_single_choice
from kaohe.scheme.linting.citing import citing_findings
from kaohe.scheme.policy_text import passages, references, text_of_policy
from kaohe.values.findings import Finding
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import save_row
from kaohe.web.cycles.models import PolicyText, SchemeVersion
from kaohe.web.cycles.schemes import scheme_file
from kaohe.web.ui.templatetags.ui import told

KEPT = 8
"""So many documents are kept in memory, split into clauses."""


@transaction.atomic
def take_in_policy(
    version: SchemeVersion, content: bytes, name: str, *, by: Person, at: datetime
) -> PolicyText:
    """Keep a document's text beside a scheme, instead of an earlier one.

    Raises ValidationError where it is no text, or one without clauses.
    """
    text, problem = text_of_policy(content)
    if problem is not None:
        raise ValidationError(told(problem))
    locked = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    row = PolicyText.objects.filter(scheme=locked).first()
    row = row or PolicyText(town=locked.town, scheme=locked)
    row.name, row.text, row.by, row.at = name, text, by.name, at
    row.sha256 = sha256(text.encode()).hexdigest()
    save_row(row, by=by, at=at, act="cycles.policy_text_taken_in", told=f"{version} {name}")
    return row


def policy_of(version: SchemeVersion) -> PolicyText | None:
    """The document of a scheme, if the town has it here."""
    return PolicyText.objects.filter(scheme=version).first()


def findings_beside(policy: PolicyText) -> list[Finding]:
    """What ``kaohe check --document`` says of the scheme and the document."""
    found = scheme_file(policy.scheme)
    schemes = [found.under(taken) for taken in every_single_choice(found.options)]
    with TemporaryDirectory(prefix="kaohe-policy-") as folder:
        path = Path(folder) / "policy.txt"
        path.write_text(policy.text, encoding="utf-8", newline="")
        return list(citing_findings(schemes, found.document, path))


def words_of(policy: PolicyText | None, cited: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """For each citation, such as 四(二)1；附件1第4–6项, the clauses with their words."""
    if policy is None:
        return {}
    known = _passages(policy.text)
    found = {
        one: [(clause, known[clause]) for clause in references(one) if clause in known]
        for one in set(cited)
    }
    return {one: words for one, words in found.items() if words}


@lru_cache(maxsize=KEPT)
def _passages(text: str) -> Mapping[str, str]:
    return passages(text)
