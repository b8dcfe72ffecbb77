"""What happens to a cycle: it is set up, decided, carried from stage to stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.audit.models import Event
from kaohe.web.clock import day_of
from kaohe.web.cycles import rules
from kaohe.web.cycles.items import blocks
from kaohe.web.cycles.models import (
    BlockLead,
    Choice,
    Cycle,
    Deadline,
    DutyLink,
    Exemption,
    SchemeVersion,
    Signature,
    StageChange,
)
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.cycles.standing import heads_besides, is_pending, is_touched, standing_of
from kaohe.web.cycles.steps import STEPS, default_dates
from kaohe.web.ui.acts import refuse


def _locked(cycle: Cycle) -> Cycle:
    """The cycle as it stands, held until the act is done."""
    return Cycle.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=cycle.pk)


# -- the cycle ------------------------------------------------------------------------------------


@transaction.atomic
def set_up_cycle(cycle: Cycle, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """Begin the cycle of a scheme: its period is the scheme's, its year that of the last day.

    Raises ValidationError where the scheme has no period, or the year its comprehensive cycle.
    """
    Town.objects.select_for_update().get(pk=cycle.town_id)
    _take_period(cycle)
    event = save_row(cycle, by=by, at=at, act="cycles.set_up", told=_told(cycle))
    _set_default_dates(cycle)
    return event


@transaction.atomic
def change_scheme(cycle: Cycle, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """Put another version of the scheme under a cycle that is still being prepared.

    Options, lead departments and links stay where the new version still knows them; the dates of
    the steps stay unless the year is another.
    """
    Town.objects.select_for_update().get(pk=cycle.town_id)
    stands = _locked(cycle)
    refuse(rules.why_not_change_scheme(stands.stage, is_pending(stands)))
    _take_period(cycle)
    cycle.stage = stands.stage
    event = save_row(cycle, by=by, at=at, act="cycles.scheme_changed", seen=seen, told=_told(cycle))
    scheme = scheme_under(cycle.scheme, {})
    for choice in Choice.objects.filter(cycle=cycle):
        decision = scheme.decisions.get(choice.decision)
        if decision is None or choice.option not in decision.options:
            choice.delete()
    known = blocks(scheme)
    items = [item.node for block in known for item in block.items]
    BlockLead.objects.filter(cycle=cycle).exclude(node__in=[one.node for one in known]).delete()
    DutyLink.objects.filter(cycle=cycle).exclude(node__in=items).delete()
    if cycle.year != stands.year:
        cycle.deadlines.all().delete()
        _set_default_dates(cycle)
    return event


@transaction.atomic
def withdraw_cycle(cycle: Cycle, *, by: Person, at: datetime) -> None:
    """Take back a cycle that nobody has touched since it was set up; the log keeps that it was."""
    Town.objects.select_for_update().get(pk=cycle.town_id)
    stands = _locked(cycle)
    refuse(rules.why_not_withdraw(stage=stands.stage, touched=is_touched(stands)))
    about, told = name_of(stands), _told(stands)
    stands.deadlines.all().delete()
    try:
        stands.delete()
    except ProtectedError:
        refuse(rules.why_not_withdraw(stage=stands.stage, touched=True))
    record("cycles.withdrawn", by=by, at=at, about=about, told=told)


def _told(cycle: Cycle) -> str:
    return _("%(cycle)s：%(scheme)s") % {"cycle": cycle, "scheme": cycle.scheme}


def _take_period(cycle: Cycle) -> None:
    """Period, year and kind as the scheme says. Raises ValidationError where they cannot be."""
    version = SchemeVersion.objects.filter(town=cycle.town_id, pk=cycle.scheme_id).first()
    if version is None:
        raise ValidationError({"scheme": _("请选择本镇导入的方案。")})
    scheme = scheme_under(version, {})
    comprehensive = scheme.burden is not None and scheme.burden.comprehensive
    year = scheme.period.last.year if scheme.period is not None else 0
    others = Cycle.objects.filter(town=cycle.town_id, year=year, comprehensive=True)
    other = others.exclude(pk=cycle.pk).select_related("scheme").first() if comprehensive else None
    reason = rules.why_not_set_up(
        has_period=scheme.period is not None,
        year=year,
        comprehensive_already=other.scheme.title if other is not None else "",
    )
    if reason or scheme.period is None:
        raise ValidationError({"scheme": reason})
    cycle.year, cycle.comprehensive = year, comprehensive
    cycle.first, cycle.last = scheme.period.first, scheme.period.last


def _set_default_dates(cycle: Cycle) -> None:
    dates = [default_dates(step, cycle.year) for step in STEPS]
    Deadline.objects.bulk_create(
        Deadline(
            town_id=cycle.town_id,
            cycle=cycle,
            step=one.step.code,
            opens_on=one.opens_on,
            closes_on=one.closes_on,
        )
        for one in dates
    )


@transaction.atomic
def move_deadline(row: Deadline, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """Give a step of the year other dates."""
    refuse(rules.why_not_move_deadline(_locked(row.cycle).stage))
    return save_row(row, by=by, at=at, act="cycles.deadline_moved", seen=seen)


# -- stages ---------------------------------------------------------------------------------------


@transaction.atomic
def propose_stage(
    cycle: Cycle,
    enters: str,
    *,
    by: Person,
    at: datetime,
    reason: str = "",
    meeting_on: date | None = None,
    meeting_number: str = "",
    submission: UUID | None = None,
) -> StageChange:
    """Propose a step of the table; one that nobody has to sign takes effect at once.

    Raises PermissionDenied where a rule or condition stands against it, ValidationError where the
    proposal lacks what the step asks for.
    """
    cycle = _locked(cycle)
    step = rules.transition(cycle.stage, enters)
    if step is None:
        raise PermissionDenied(rules.why_no_such_step(cycle.stage, enters))
    refuse(rules.why_not_propose(step, by.roles, is_pending(cycle), heads_besides(by, day_of(at))))
    refuse(_all(rules.against(step, standing_of(cycle), cycle)))
    given = {"reason": reason, "meeting_on": meeting_on, "meeting_number": meeting_number}
    day = day_of(at)
    wrong = rules.lacking(
        step, reason=reason, meeting_on=meeting_on, meeting_number=meeting_number, day=day
    )
    if wrong:
        raise ValidationError(wrong)
    change = StageChange(
        town_id=cycle.town_id,
        cycle=cycle,
        leaves=cycle.stage,
        enters=enters,
        proposed_by=by.name,
        proposer=by.username,
        proposed_at=at,
        submission=submission,
        **given,
    )
    change.full_clean(exclude=("done_at", "dropped_at"))
    change.save()
    after = {} if step.heads else _carry_out(change, cycle, by, at)
    act = "cycles.stage_proposed" if step.heads else "cycles.stage_changed"
    _record_change(act, change, by=by, at=at, after=after)
    return change


@transaction.atomic
def sign_stage(change: StageChange, *, by: Person, at: datetime) -> StageChange:
    """Sign a proposed step; with the last signature it takes effect.

    Its conditions must still hold then: whoever signs last signs what stands. Raises
    PermissionDenied where a rule or condition stands against it.
    """
    cycle = _locked(change.cycle)
    change = StageChange.objects.select_for_update().get(pk=change.pk)
    names = set(change.signatures.values_list("username", flat=True))
    refuse(
        rules.why_not_sign(
            is_head=by.has("group_head"),
            closed=change.is_closed,
            stage_left=cycle.stage != change.leaves,
            signed=by.username in names,
            proposed=by.username == change.proposer,
        )
    )
    step = rules.transition(change.leaves, change.enters)
    if step is None:
        raise PermissionDenied(rules.why_no_such_step(change.leaves, change.enters))
    refuse(_all(rules.against(step, standing_of(cycle), cycle)))
    Signature.objects.create(
        town_id=cycle.town_id,
        cycle=cycle,
        change=change,
        username=by.username,
        name=by.name,
        at=at,
    )
    done = len(names) + 1 >= step.heads
    after = _carry_out(change, cycle, by, at) if done else {}
    act = "cycles.stage_changed" if done else "cycles.stage_signed"
    _record_change(act, change, by=by, at=at, after=after)
    return change


@transaction.atomic
def drop_stage(change: StageChange, *, by: Person, at: datetime) -> StageChange:
    """Withdraw a proposed step that has not taken effect; what was signed stays on record."""
    _locked(change.cycle)
    change = StageChange.objects.select_for_update().get(pk=change.pk)
    refuse(rules.why_not_drop(may=by.has("clerk group_head"), closed=change.is_closed))
    change.dropped_at = at
    change.save(update_fields=["dropped_at"])
    _record_change("cycles.stage_dropped", change, by=by, at=at)
    return change


def _all(reasons: list[str]) -> str:
    return " ".join(reasons)


def _carry_out(change: StageChange, cycle: Cycle, by: Person, at: datetime) -> dict[str, str]:
    change.done_at = at
    change.save(update_fields=["done_at"])
    cycle.stage = change.enters
    cycle.version += 1
    cycle.save(update_fields=["stage", "version"])
    return rules.follow(change, by, at)


def _record_change(
    act: str,
    change: StageChange,
    *,
    by: Person,
    at: datetime,
    after: Mapping[str, str] | None = None,
) -> None:
    meeting = [change.meeting_on.isoformat() if change.meeting_on else "", change.meeting_number]
    told = " ".join(filter(None, [f"{change.cycle}：{change}", *meeting]))
    record(act, by=by, at=at, about=name_of(change), told=told, reason=change.reason, after=after)


# -- exemptions -----------------------------------------------------------------------------------


@transaction.atomic
def exempt_area(row: Exemption, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """The leading group leaves an area out of a cycle, for a reason."""
    refuse(rules.why_not_exempt(_locked(row.cycle).stage))
    return save_row(row, by=by, at=at, act="cycles.area_exempted", seen=seen, reason=row.reason)


@transaction.atomic
def lift_exemption(row: Exemption, *, by: Person, at: datetime) -> None:
    """The area is assessed after all; the log keeps that it was exempted."""
    refuse(rules.why_not_exempt(_locked(row.cycle).stage))
    about, told = name_of(row), str(row)
    row.delete()
    record("cycles.exemption_lifted", by=by, at=at, about=about, told=told)
