"""Asking that a case be left out, attaching files, taking the request back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.door import masked_text
from kaohe.web.hotline.exclusion_holding import locked
from kaohe.web.hotline.exclusion_models import Exclusion, ExclusionFile
from kaohe.web.hotline.exclusion_terms import due_on
from kaohe.web.hotline.facts import grounds_of
from kaohe.web.hotline.models import Case
from kaohe.web.registry.models import Department
from kaohe.web.ui.acts import refuse
from kaohe.web.ui.uploads import CheckedUpload

LONGEST_NAME = 200
"""Of a longer name of a file the end is kept, with what kind of file it is."""


@dataclass(frozen=True)
class Said:
    """Why a case should be left out: its ground, what there is to say, the case that it repeats."""

    ground: str
    text: str
    earlier_case: str = ""


def asks_as(person: Person, case: Case) -> str:
    """As what somebody asks that a case be left out; an empty text where they cannot."""
    if person.has("clerk"):
        return "clerk"
    area = case.area.area_id if case.area is not None else ""
    if any(post.role == "secretary" and area in post.scope for post in person.posts):
        return "secretary"
    if "line" in rules.sides_of(person.roles, person.sources, case.source.code):
        return "provider"
    return "department" if person.has(rules.DEPARTMENT_ROLES) else ""


def standing_of(before: Iterable[Exclusion]) -> str:
    """The state of the request in force among those about one case; an empty text if none is."""
    return next((one.state for one in before if one.state in ("open", "agreed")), "")


@transaction.atomic
def ask_exclusion(
    case: Case,
    said: Said,
    *,
    department: Department | None = None,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Exclusion:
    """Ask that a case be left out. The same form sent twice gives the same request.

    ``department`` is the one for which a department asks. Raises ValidationError where the request
    lacks something or the case cannot be asked about, PermissionDenied where the stage or the
    person's posts forbid it.
    """
    cycle = held_cycle(case.cycle)
    sent = Exclusion.objects.filter(submission=submission).first() if submission else None
    if sent is not None:
        return sent
    kind = asks_as(by, case)
    refuse(rules.why_not_now(cycle.stage) or ("" if kind else _("这个办件不由您申请剔除。")))
    if kind == "department" and (department is None or department.code not in by.departments):
        raise ValidationError({"department": _("请选择本人所在的科室。")})
    said = Said(said.ground, masked_text(said.text), said.earlier_case.strip())
    wrong = rules.wrong_in_request(
        case_id=case.case_id,
        ground=said.ground,
        grounds=grounds_of(scheme_of(cycle)),
        text=said.text,
        earlier=said.earlier_case,
    )
    before = list(Exclusion.objects.filter(cycle=cycle, case_id=case.case_id))
    reason = rules.why_not_ask(
        standing=standing_of(before),
        before=[(one.ground, one.text) for one in before if one.state in ("refused", "restored")],
        said=(said.ground, said.text),
    )
    if reason:
        wrong.setdefault("__all__", reason)
    if wrong:
        raise ValidationError(wrong)
    row = Exclusion(
        town=cycle.town,
        cycle=cycle,
        submission=submission,
        case_id=case.case_id,
        source=case.source,
        area=case.area,
        ground=said.ground,
        text=said.text,
        earlier_case=said.earlier_case,
        department=department if kind == "department" else None,
        asked_as=kind,
        asked_by=by.name,
        asker=by.username,
        asked_at=at,
        due_on=due_on(cycle, day_of(at)),
    )
    save_row(row, by=by, at=at, act="hotline.exclusion_asked")
    return row


@transaction.atomic
def withdraw_exclusion(
    exclusion: Exclusion, *, by: Person, at: datetime, seen: int | None = None
) -> Exclusion:
    """Take a request back before it is decided. Raises PermissionDenied and Stale."""
    stage = held_cycle(exclusion.cycle).stage
    row = locked(exclusion, seen)
    refuse(rules.why_not_withdraw(stage=stage, state=row.state, mine=is_mine(row, by)))
    row.state = "withdrawn"
    save_row(row, by=by, at=at, act="hotline.exclusion_withdrawn")
    return row


def is_mine(row: Exclusion, person: Person) -> bool:
    """Whether a request is for this person to take back: what a file asks, for its provider."""
    by_file = row.asked_as == "file" and row.source.code in person.sources
    return row.asker == person.username or (by_file and person.has("provider"))


def attach_file(
    exclusion: Exclusion, upload: CheckedUpload, *, by: Person, at: datetime
) -> ExclusionFile:
    """Keep a file that a department attaches to its request. Raises PermissionDenied."""
    try:
        return _attach(exclusion, upload, by=by, at=at)
    finally:
        upload.discard()


@transaction.atomic
def _attach(
    exclusion: Exclusion, upload: CheckedUpload, *, by: Person, at: datetime
) -> ExclusionFile:
    stage = held_cycle(exclusion.cycle).stage
    row = locked(exclusion, None)
    refuse(rules.why_not_attach(stage=stage, state=row.state, own=is_of_department(row, by)))
    made = ExclusionFile(
        town=row.town,
        cycle=row.cycle,
        exclusion=row,
        name=upload.name[-LONGEST_NAME:],
        kind=upload.kind,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by.name,
        uploaded_at=at,
    )
    upload.keep(Path(settings.MEDIA_ROOT) / "exclusions")
    made.save()
    about = name_of(row)
    record("hotline.exclusion_file_attached", by=by, at=at, about=about, told=made.sha256)
    return made


def is_of_department(row: Exclusion, person: Person) -> bool:
    """Whether a request is that of a person's own department."""
    return row.department is not None and row.department.code in person.departments
