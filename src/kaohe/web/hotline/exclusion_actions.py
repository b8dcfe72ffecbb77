"""What happens to requests to leave cases out: asked, told by a file, spoken on, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import Stale, name_of, record, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.facts import canonical_rows
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.exclusion_models import NO_WORD, SIDES, Exclusion, ExclusionFile, Word
from kaohe.web.hotline.exclusion_terms import due_on
from kaohe.web.hotline.facts import CASE_ID, CASES, EXCLUDED, Row, grounds_of, takes_cases
from kaohe.web.hotline.models import Case
from kaohe.web.registry.models import Area, Department
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


@dataclass(frozen=True)
class Spoken:
    """What somebody says of a request for a side; ``seen`` is the version that they had before
    them."""

    exclusion: int
    side: str
    agrees: bool
    reason: str
    seen: int | None


class NotSpoken(Exception):
    """Nothing was put down; ``reasons`` says why, request by request."""

    def __init__(self, reasons: dict[int, str]) -> None:
        super().__init__(*reasons.values())
        self.reasons = reasons


def _held(cycle: Cycle) -> Cycle:
    """The cycle as it stands, held until the act at hand is written."""
    cycles = Cycle.objects.select_for_update(no_key=True, of=("self",))
    return cycles.select_related("scheme", "town").get(pk=cycle.pk)


def _locked(exclusion: Exclusion, seen: int | None) -> Exclusion:
    """A request as it stands, held. Raises Stale if it is not as somebody saw it."""
    row = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    if seen is not None and row.version != seen:
        raise Stale(row)
    return row


# -- asking ---------------------------------------------------------------------------------------


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
    cycle = _held(case.cycle)
    sent = Exclusion.objects.filter(submission=submission).first() if submission else None
    if sent is not None:
        return sent
    kind = asks_as(by, case)
    refuse(rules.why_not_now(cycle.stage) or ("" if kind else _("这个办件不由您申请剔除。")))
    if kind == "department" and (department is None or department.code not in by.departments):
        raise ValidationError({"department": _("请选择本人所在的科室。")})
    said = Said(said.ground, said.text.strip(), said.earlier_case.strip())
    wrong = rules.wrong_in_request(
        case_id=case.case_id,
        ground=said.ground,
        grounds=grounds_of(scheme_of(cycle)),
        text=said.text,
        earlier=said.earlier_case,
    )
    before = list(Exclusion.objects.filter(cycle=cycle, case_id=case.case_id))
    reason = rules.why_not_ask(
        standing=next((one.state for one in before if one.state in ("open", "agreed")), ""),
        before=[(one.ground, one.text) for one in before if one.state == "refused"],
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
    stage = _held(exclusion.cycle).stage
    row = _locked(exclusion, seen)
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
    stage = _held(exclusion.cycle).stage
    row = _locked(exclusion, None)
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
    folder = settings.MEDIA_ROOT / "exclusions"
    folder.mkdir(parents=True, exist_ok=True)
    upload.path.replace(folder / upload.sha256)
    made.save()
    about = name_of(row)
    record("hotline.exclusion_file_attached", by=by, at=at, about=about, told=made.sha256)
    return made


def is_of_department(row: Exclusion, person: Person) -> bool:
    """Whether a request is that of a person's own department."""
    return row.department is not None and row.department.code in person.departments


# -- both sides -----------------------------------------------------------------------------------


def why_not_speak(row: Exclusion, side: str, person: Person, stage: str) -> str:
    """Why somebody who holds a post for a side cannot speak on a request."""
    others = [row.word_of(one) for one in SIDES if one != side]
    return rules.why_not_speak(
        stage=stage,
        state=row.state,
        asker=row.asker == person.username,
        said_other=any(one.person == person.username for one in others),
        own_area=row.area is not None and row.area.area_id in person.areas,
    )


def sides_to_speak(row: Exclusion, person: Person, stage: str) -> list[str]:
    """The sides for which somebody can speak on a request now."""
    return [
        side
        for side in rules.sides_of(person.roles, person.sources, row.source.code)
        if row.word_of(side).agrees is None and not why_not_speak(row, side, person, stage)
    ]


@transaction.atomic
def speak_on(
    cycle: Cycle, spoken: Sequence[Spoken], *, by: Person, at: datetime
) -> list[Exclusion]:
    """Say of several requests whether their cases are left out, as at a meeting: all or none of it.

    One event for each request. Raises NotSpoken where one of them cannot be, with its reason.
    """
    held = _held(cycle)
    rows = Exclusion.objects.select_for_update(of=("self",)).select_related("source", "area")
    found = {row.pk: row for row in rows.filter(cycle=held, pk__in=[s.exclusion for s in spoken])}
    reasons = {
        one.exclusion: reason
        for one in spoken
        if (reason := _why_not(found.get(one.exclusion), one, by, held.stage))
    }
    if reasons:
        raise NotSpoken(reasons)
    for one in spoken:
        row = found[one.exclusion]
        row.say(one.side, Word(one.agrees, one.reason.strip(), by.name, by.username, at))
        act = "hotline.exclusion_agreed" if one.agrees else "hotline.exclusion_refused"
        told = f"{row} {SIDES[one.side]}"
        save_row(row, by=by, at=at, act=act, told=told, reason=one.reason.strip())
    return [found[one.exclusion] for one in spoken]


def _why_not(row: Exclusion | None, one: Spoken, by: Person, stage: str) -> str:
    """Why what somebody says is not put down."""
    if row is None or one.side not in rules.sides_of(by.roles, by.sources, row.source.code):
        return _("这项申请不由您决定。")
    if one.seen is not None and one.seen != row.version:
        return _("这项申请刚有变动，请核对现在的内容，再决定一次。")
    said = row.word_of(one.side)
    if row.state == "open" and said.agrees is not None:
        return _("%(name)s已经代表%(side)s决定。") % {"name": said.by, "side": SIDES[one.side]}
    return why_not_speak(row, one.side, by, stage) or rules.wrong_in_word(
        agrees=one.agrees,
        reason=one.reason,
        ground=row.ground,
        text=row.text,
        earlier=row.earlier_case,
    )


@transaction.atomic
def take_word_back(
    exclusion: Exclusion, side: str, *, by: Person, at: datetime, seen: int | None = None
) -> Exclusion:
    """Take back what one said for a side, as long as the other one is silent.

    Raises PermissionDenied and Stale.
    """
    stage = _held(exclusion.cycle).stage
    row = _locked(exclusion, seen)
    refuse(why_not_take_back(row, side, by, stage))
    row.say(side, NO_WORD)
    told = f"{row} {SIDES[side]}"
    save_row(row, by=by, at=at, act="hotline.exclusion_word_taken_back", told=told)
    return row


def why_not_take_back(row: Exclusion, side: str, person: Person, stage: str) -> str:
    """Why somebody cannot take back what was said for a side."""
    newer = Exclusion.objects.filter(cycle=row.cycle_id, case_id=row.case_id, pk__gt=row.pk)
    return rules.why_not_take_back(
        stage=stage,
        mine=row.word_of(side).person == person.username,
        said_other=any(row.word_of(one).agrees is not None for one in SIDES if one != side),
        state=row.state,
        again=newer.exists(),
    )


# -- what a file asks -----------------------------------------------------------------------------


@transaction.atomic
def requests_of_file(delivery: Delivery, *, by: Person, at: datetime) -> int:
    """Ask what a provider's file says in its column of grounds; how many requests came of it.

    What a file says is a request of whoever put it in force, and no decision. Versions repeat each
    other: a case that is asked about or left out already, or for which the same ground was refused
    before, is not asked about again. Where a newer version says another ground or none, the open
    request of the older one is withdrawn.
    """
    cycle = delivery.cycle
    if delivery.table != CASES or not takes_cases(scheme_of(cycle)):
        return 0
    before: dict[str, list[Exclusion]] = {}
    for one in Exclusion.objects.filter(cycle=cycle, source=delivery.source).order_by("pk"):
        before.setdefault(one.case_id, []).append(one)
    _withdraw_changed(delivery, before, by=by, at=at)
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    whose = {
        "town": cycle.town,
        "cycle": cycle,
        "source": delivery.source,
        "asked_as": "file",
        "asked_by": by.name,
        "asker": by.username,
        "asked_at": at,
        "due_on": due_on(cycle, day_of(at)),
    }
    made = [
        Exclusion(
            case_id=row[CASE_ID],
            ground=row[EXCLUDED],
            area=areas.get(row["area_id"]),
            earlier_case=row.get("earlier_case", ""),
            **whose,
        )
        for row in _cases_of(delivery)
        if row[EXCLUDED] and not _asked(before.get(row[CASE_ID], ()), row[EXCLUDED])
    ]
    if made:
        Exclusion.objects.bulk_create(made, batch_size=500)
        told = _("%(file)s：%(count)s项") % {"file": delivery, "count": len(made)}
        about, after = name_of(delivery), {one.case_id: one.ground for one in made}
        record("hotline.exclusions_asked", by=by, at=at, about=about, told=told, after=after)
    return len(made)


def _cases_of(delivery: Delivery) -> Iterator[Row]:
    return canonical_rows(delivery.content)


def _asked(before: Sequence[Exclusion], ground: str) -> bool:
    """Whether what a file says of a case is nothing new."""
    return any(
        one.state in ("open", "agreed") or (one.state == "refused" and one.ground == ground)
        for one in before
    )


def _withdraw_changed(
    delivery: Delivery, before: dict[str, list[Exclusion]], *, by: Person, at: datetime
) -> None:
    """Withdraw the open requests of older versions that this one no longer makes."""
    waiting = {
        row.case_id: row
        for rows in before.values()
        for row in rows
        if row.state == "open" and row.asked_as == "file"
    }
    for told in _cases_of(delivery) if waiting else ():
        row = waiting.get(told[CASE_ID])
        if row is not None and row.ground != told[EXCLUDED]:
            row.state = "withdrawn"
            reason = _("新报的一版改了剔除原因")
            save_row(row, by=by, at=at, act="hotline.exclusion_withdrawn", reason=reason)
