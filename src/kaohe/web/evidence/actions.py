"""What happens to notes, commendations, sanctions, visits without notice, waivers and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.audit.models import Event
from kaohe.web.clock import day_of
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import rules
from kaohe.web.evidence.defaults import REPORTS_AN_HOUR
from kaohe.web.evidence.models import (
    Attachment,
    Honour,
    Issue,
    Note,
    Report,
    Sanction,
    SealedVisit,
    Waiver,
)
from kaohe.web.evidence.offers import levels, point_limits
from kaohe.web.registry.models import Department
from kaohe.web.ui.acts import refuse
from kaohe.web.ui.uploads import CheckedUpload

Row = TypeVar("Row", bound=models.Model)

SENT = "evidence.report_sent"
LONGEST_NAME = 200
"""Of a longer name of a file the end is kept, with what kind of file it is."""


def _locked(row: Row) -> Row:
    """A row as it stands now, held until the act is done."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def _refuse_fields(**reasons: str) -> None:
    """Raise ValidationError with the reasons that there are, each at its field."""
    told = {field: reason for field, reason in reasons.items() if reason}
    if told:
        raise ValidationError(told)


# -- notes


@transaction.atomic
def keep_note(note: Note, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Write down what somebody saw in an area. It bears no points."""
    _refuse_fields(
        cycle=rules.why_not_now(note.cycle.stage, rules.NOTES_OPEN),
        seen_on=rules.why_not_by_then(note.seen_on, day_of(at)),
    )
    note.username, note.by = by.username, by.name
    save_row(note, by=by, at=at, seen=seen)


# -- commendations


def keep_honour(honour: Honour, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Add or change a commendation, with the certificate that may have come with it.

    Raises ValidationError where it cannot be, Stale where somebody was faster.
    """
    try:
        _keep_honour(honour, by=by, at=at, seen=seen)
    finally:
        if honour.upload is not None:
            honour.upload.discard()


@transaction.atomic
def _keep_honour(honour: Honour, *, by: Person, at: datetime, seen: int | None) -> None:
    cycle, day = held_cycle(honour.cycle), honour.awarded_on
    same = Honour.objects.filter(cycle=cycle, area=honour.area).exclude(pk=honour.pk)
    known = honour.level in levels(scheme_of(cycle))
    _refuse_fields(
        cycle=rules.why_not_now(cycle.stage, rules.FACTS_OPEN),
        awarded_on=rules.why_not_in_period(day, cycle.first, cycle.last)
        or rules.why_not_by_then(day, day_of(at)),
        title=rules.why_not_honour(honour.title, same.values_list("title", flat=True)),
        level="" if known else _("本方案没有这一级别，请重新选择。"),
    )
    if honour.pk and _locked(honour).first_by:
        refuse(rules.why_not_change_honour(stage=cycle.stage, confirmed=True, own=True))
    if honour.upload is not None:
        honour.certificate = _attach(honour.upload, honour.department, by=by, at=at)
    save_row(honour, by=by, at=at, seen=seen)


def _attach(
    upload: CheckedUpload, department: Department, *, by: Person, at: datetime
) -> Attachment:
    """Keep a file under its hash; part of the act that brings it, with no event of its own."""
    upload.keep(Path(settings.MEDIA_ROOT) / "attachments")
    return Attachment.objects.create(
        town=department.town,
        department=department,
        name=upload.name[-LONGEST_NAME:],
        kind=upload.kind,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by.name,
        uploaded_at=at,
    )


@transaction.atomic
def confirm_honour(
    honour: Honour, *, department: str, by: Person, at: datetime, seen: int | None
) -> None:
    """The head of a department confirms that a commendation is a comprehensive one."""
    row = _to_judge(honour, department, by)
    if row.first_by:
        row.second_by, row.second_person = department, by.username
    else:
        row.first_by, row.first_person = department, by.username
    told = f"{row}（{department}）"
    save_row(row, by=by, at=at, act="evidence.honour_confirmed", seen=seen, told=told)


def _to_judge(honour: Honour, department: str, by: Person) -> Honour:
    """The commendation, held for a head who may still confirm or decline it."""
    stage = held_cycle(honour.cycle).stage
    row = _locked(honour)
    refuse(
        rules.why_not_confirm_honour(
            stage=stage,
            confirmed_by=(row.first_by, row.second_by),
            persons=(row.first_person, row.second_person),
            declined_by=row.declined_by,
            mine=department,
            username=by.username,
        )
    )
    return row


@transaction.atomic
def decline_honour(
    honour: Honour, reason: str, *, department: str, by: Person, at: datetime, seen: int | None
) -> None:
    """The head of a department says why a commendation is no comprehensive one."""
    row = _to_judge(honour, department, by)
    row.declined_by, row.declined_person = department, by.username
    row.declined_because = reason
    told = f"{row}（{department}）"
    act = "evidence.honour_declined"
    save_row(row, by=by, at=at, act=act, seen=seen, told=told, reason=reason)


@transaction.atomic
def withdraw_honour(honour: Honour, *, by: Person, at: datetime, seen: int | None) -> None:
    """The head of a department takes back what they said of it; the other one's word stands."""
    stage = held_cycle(honour.cycle).stage
    row = _locked(honour)
    refuse(
        rules.why_not_withdraw_honour(
            stage=stage,
            persons=(row.first_person, row.second_person, row.declined_person),
            username=by.username,
        )
    )
    if row.declined_person == by.username:
        row.declined_by, row.declined_person, row.declined_because = "", "", ""
    else:
        if row.first_person == by.username:
            row.first_by, row.first_person = row.second_by, row.second_person
        row.second_by, row.second_person = "", ""
    save_row(row, by=by, at=at, act="evidence.honour_confirmation_withdrawn", seen=seen)


# -- sanctions


@transaction.atomic
def keep_sanction(row: Sanction, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Enter a sanction, or change it before it is confirmed. The log repeats none of it.

    Raises ValidationError where it cannot be, Stale where somebody was faster.
    """
    cycle, day = held_cycle(row.cycle), row.decided_on
    limits = point_limits(scheme_of(cycle))
    same = Sanction.objects.filter(town=row.town, reference=row.reference).exclude(pk=row.pk)
    _refuse_fields(
        cycle=rules.why_not_now(cycle.stage, rules.FACTS_OPEN),
        points=rules.why_not_points(row.points, limits) if limits else _("本方案不设处分扣分。"),
        decided_on=rules.why_not_in_period(day, cycle.first, cycle.last)
        or rules.why_not_by_then(day, day_of(at)),
        reference=_("这个文号已经录入过。") if same.exists() else "",
    )
    if row.pk and _locked(row).confirmed_by:
        refuse(rules.why_not_change_sanction(stage=cycle.stage, confirmed=True))
    # Whoever wrote it last is the first pair of eyes.
    row.entered_by = by.username
    row.returned_by, row.returned_because = "", ""
    save_row(row, by=by, at=at, seen=seen, told=str(Sanction._meta.verbose_name))


@transaction.atomic
def confirm_sanction(sanction: Sanction, *, by: Person, at: datetime, seen: int | None) -> None:
    """A second person confirms an entry; from then on it counts."""
    stage = held_cycle(sanction.cycle).stage
    row = _locked(sanction)
    refuse(
        rules.why_not_confirm_sanction(
            stage=stage,
            entered_by=row.entered_by,
            confirmed=bool(row.confirmed_by),
            returned=bool(row.returned_by),
            username=by.username,
        )
    )
    row.confirmed_by = by.username
    told = str(Sanction._meta.verbose_name)
    save_row(row, by=by, at=at, act="evidence.sanction_confirmed", seen=seen, told=told)


@transaction.atomic
def return_sanction(
    sanction: Sanction, reason: str, *, by: Person, at: datetime, seen: int | None
) -> None:
    """A second person sends an entry back to be put right, and says why."""
    stage = held_cycle(sanction.cycle).stage
    row = _locked(sanction)
    refuse(
        rules.why_not_confirm_sanction(
            stage=stage,
            entered_by=row.entered_by,
            confirmed=bool(row.confirmed_by),
            returned=bool(row.returned_by),
            username=by.username,
        )
    )
    row.returned_by, row.returned_because = by.username, reason
    told = str(Sanction._meta.verbose_name)
    # The reason stays with discipline inspection: the log tells none of a sanction.
    save_row(row, by=by, at=at, act="evidence.sanction_returned", seen=seen, told=told)


@transaction.atomic
def withdraw_sanction(sanction: Sanction, *, by: Person, at: datetime, seen: int | None) -> None:
    """Whoever confirmed an entry takes that back, so that it can be corrected."""
    stage = held_cycle(sanction.cycle).stage
    row = _locked(sanction)
    refuse(
        rules.why_not_withdraw_sanction(
            stage=stage, confirmed_by=row.confirmed_by, username=by.username
        )
    )
    row.confirmed_by = ""
    told = str(Sanction._meta.verbose_name)
    save_row(row, by=by, at=at, act="evidence.sanction_reopened", seen=seen, told=told)


# -- visits without notice, matters to be put right, waivers


@transaction.atomic
def keep_sealed_visit(row: SealedVisit, *, by: Person, at: datetime, seen: int | None) -> None:
    """Plan a visit or write down what it found. The log says neither where nor when it is."""
    _refuse_fields(done_on=rules.why_not_done(row.done_on, row.finding, day_of(at)))
    save_row(row, by=by, at=at, seen=seen, told=str(SealedVisit._meta.verbose_name))


@transaction.atomic
def keep_issue(row: Issue, *, by: Person, at: datetime, seen: int | None) -> None:
    """Write down a matter of the assessment itself, or that it has been put right."""
    _refuse_fields(done_on=rules.why_not_done(row.done_on, row.outcome, day_of(at)))
    save_row(row, by=by, at=at, seen=seen)


@transaction.atomic
def keep_waiver(row: Waiver, *, by: Person, at: datetime, seen: int | None) -> None:
    """Write down that the leading group accepts an unmet check of an area."""
    _refuse_fields(
        cycle=rules.why_not_now(held_cycle(row.cycle).stage, rules.WAIVERS_OPEN),
        area=rules.why_not_waive(row.area.area_id, led_by(by)),
        meeting_on=rules.why_not_by_then(row.meeting_on, day_of(at)),
    )
    save_row(row, by=by, at=at, seen=seen)


def led_by(person: Person) -> set[str]:
    """The areas that a person is the leader of (包保)."""
    return {code for post in person.posts if post.role == "leader" for code in post.scope}


# -- reports


@dataclass(frozen=True)
class Somebody:
    """Whoever sends a report: the log keeps no name, whoever it is."""

    town_code: str
    username: str = "-"
    name: str = "-"


@transaction.atomic
def send_report(report: Report, *, town: Town, logged_in: bool, at: datetime) -> None:
    """Take a report in; raise ValidationError where too many came from people not logged in."""
    help_line = settings.ENVIRONMENT.help_line
    sent = _reports_within_the_hour(town, at)
    reason = rules.why_not_report(sent, logged_in=logged_in, help_line=help_line)
    _refuse_fields(matter=reason)
    report.town, report.received_on = town, day_of(at)
    report.full_clean()
    report.save()
    record(
        SENT,
        by=Somebody(town.code),
        at=at,
        about=name_of(report),
        told=str(report.get_kind_display()),
    )


def _reports_within_the_hour(town: Town, at: datetime) -> int:
    """How many reports a town has taken in lately, up to the limit; the log knows when."""
    newest = Report.objects.filter(town=town).order_by("-pk")[:REPORTS_AN_HOUR]
    sent = Event.objects.filter(
        town=town.code,
        object__in=[name_of(report) for report in newest],
        act=SENT,
        at__gt=at - timedelta(hours=1),
    )
    return sent.count()


@transaction.atomic
def answer_report(
    report: Report, answer: str, *, by: Person, at: datetime, seen: int | None
) -> None:
    """Discipline inspection writes what became of a report."""
    row: Any = _locked(report)
    row.answer, row.answered_on = answer, day_of(at)
    save_row(row, by=by, at=at, act="evidence.report_answered", seen=seen)
