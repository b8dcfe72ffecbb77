"""What reminders ask of people: of the leading group to decide, of an area to read."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.clock import day_of
from kaohe.web.desk.matters import Found, Waiting
from kaohe.web.publication.models import DecidedReminder, Reminder
from kaohe.web.publication.reminder_actions import why_not_vote

NEWS = timedelta(days=30)
"""So long an area is told of a reminder on its desk."""


def reminders_to_decide(person: Person, day: date) -> Found:
    """Reminders of whatever year that wait for this decider."""
    rows = person.writable(Reminder.objects.open()).select_related("cycle")
    count = sum(not why_not_vote(one, person, day) for one in rows.prefetch_related("votes"))
    if count:
        text = _("%(count)s 项督促提醒等您决定") % {"count": count}
        yield Waiting(text, reverse("publication:reminders"))


def reminders_received(person: Person, day: date) -> Found:
    """Reminders that were decided of late."""
    for one in person.visible(DecidedReminder.objects.select_related("cycle")):
        if one.decided_at is not None and day <= day_of(one.decided_at) + NEWS:
            text = _("%(name)s收到领导小组的督促提醒") % {"name": one.name}
            yield Waiting(text, reverse("publication:reminders"))
