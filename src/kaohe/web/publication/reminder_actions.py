"""Reminders (督促提醒): proposed by one of the leading group, decided by two, seen by the area."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.clock import day_of
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import ruling_rules as rules
from kaohe.web.publication.consent import concerned, consent, refuse_for_good, why_not_consent
from kaohe.web.publication.reminder_facts import weak_areas
from kaohe.web.publication.ruling_actions import held_cycle
from kaohe.web.publication.yearly_models import Reminder
from kaohe.web.ui.acts import refuse

PROPOSING = "group_head group_member"


@transaction.atomic
def propose_reminder(
    cycle: Cycle,
    subject_id: str,
    reason: str,
    *,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Reminder:
    """Propose to remind an area. Raises PermissionDenied where the scheme names it not."""
    held_cycle(cycle)
    named = {one.subject_id: one for one in weak_areas(cycle)}
    if subject_id not in named:
        refuse(_("方案没有把这个居民区列为可以提醒的，不能提出。"))
    standing = Reminder.objects.filter(cycle=cycle, subject_id=subject_id, dropped_at=None)
    if standing.exists():
        refuse(_("这个居民区本年度已有一项督促提醒。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明理由。")})
    weak = named[subject_id]
    reminder = Reminder.objects.create(
        town_id=cycle.town_id,
        cycle=cycle,
        subject_id=subject_id,
        name=weak.name,
        facts=weak.facts,
        reason=reason.strip(),
        proposed_by=by.name,
        proposer=by.username,
        proposed_at=at,
        submission=submission,
    )
    _record("publication.reminder_proposed", reminder, by=by, at=at, reason=reminder.reason)
    return reminder


def why_not_vote(reminder: Reminder, person: Person, day: date) -> str:
    """Why somebody of the leading group may not decide: as on rulings."""
    return why_not_consent(reminder, {reminder.subject_id: reminder.name}, person, day)


@transaction.atomic
def vote_on_reminder(reminder: Reminder, *, by: Person, at: datetime) -> Reminder:
    """Agree; with the second who agrees the area is reminded. Raises PermissionDenied."""
    held_cycle(reminder.cycle)
    reminder = _locked(reminder)
    refuse(why_not_vote(reminder, by, day_of(at)))
    done = consent(reminder, by=by, at=at)
    act = "publication.reminded" if done else "publication.reminder_voted"
    _record(act, reminder, by=by, at=at, reason=reminder.reason if done else "")
    return reminder


def may_drop(reminder: Reminder, person: Person, day: date) -> bool:
    """Whether somebody may withdraw or refuse one that is open."""
    if not reminder.is_open:
        return False
    proposed = person.username == reminder.proposer
    return proposed or (person.has(rules.DECIDING) and not concerned(reminder, person, day))


@transaction.atomic
def drop_reminder(reminder: Reminder, reason: str, *, by: Person, at: datetime) -> Reminder:
    """Withdraw one as its proposer, or refuse it. Raises PermissionDenied."""
    held_cycle(reminder.cycle)
    reminder = _locked(reminder)
    may = may_drop(reminder, by, day_of(at))
    refuse(rules.why_not_drop(open_=reminder.is_open, may=may, reason=reason))
    refuse_for_good(reminder, reason.strip(), by=by, at=at)
    _record("publication.reminder_dropped", reminder, by=by, at=at, reason=reason.strip())
    return reminder


def _locked(reminder: Reminder) -> Reminder:
    rows = Reminder.objects.select_for_update(of=("self",)).select_related("cycle")
    return rows.get(pk=reminder.pk)


def _record(act: str, reminder: Reminder, *, by: Person, at: datetime, reason: str) -> None:
    record(
        act,
        by=by,
        at=at,
        about=name_of(reminder),
        told=f"{reminder}",
        reason=reason,
        after={"facts": reminder.facts},
    )
