"""Reminders: what the leading group decides, and what an area reads of its own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import reminder_actions as actions
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.reminder_facts import occasion_of, weak_areas
from kaohe.web.publication.ruling_forms import LONGEST_REASON, DropForm
from kaohe.web.publication.ruling_rules import DECIDING
from kaohe.web.publication.yearly_facts import published_years
from kaohe.web.publication.yearly_models import DecidedReminder, Reminder
from kaohe.web.registry.models import Area
from kaohe.web.ui.acts import submission_of

ADDRESS = "publication:reminders"


class ReminderForm(forms.Form):
    """Why an area is reminded, and of what."""

    reason = forms.CharField(
        label=gettext_lazy("提醒内容和理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写给居民区看：哪些方面要改进，镇里怎样帮助。只谈工作，不谈个人。"),
    )


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """All for the leading group, clerk and auditor; for a secretary the own that were decided."""
    person = person_of_request(request)
    if person.may_read(Reminder):
        return render(request, "publication/reminders.html", _shown(person))
    if not person.may_read(DecidedReminder):
        raise Http404
    own = person.visible(DecidedReminder.objects.select_related("cycle"))
    return render(request, "publication/reminders_own.html", {"reminders": own})


def _shown(person: Person) -> dict[str, Any]:
    cycle = newest_published(person)
    publication = in_force(cycle) if cycle is not None else None
    occasion = occasion_of(publication) if publication is not None else None
    rows = person.visible(Reminder.objects.select_related("cycle").prefetch_related("votes"))
    day = clock.today()
    standing = {one.subject_id for one in rows if one.cycle == cycle and one.dropped_at is None}
    weak = weak_areas(cycle) if cycle is not None else []
    return {
        "cycle": cycle,
        "occasion": occasion,
        "weak": [(one, one.subject_id in standing) for one in weak],
        "reminders": [
            (
                one,
                actions.why_not_vote(one, person, day) if one.is_open else "",
                actions.may_drop(one, person, day),
            )
            for one in rows
        ],
        "proposes": person.has(actions.PROPOSING),
        "decides": person.has(DECIDING),
        "form": ReminderForm(),
        "drop_form": DropForm(),
        "submission": uuid4(),
    }


def newest_published(person: Person) -> Cycle | None:
    """The newest year of which something is in force."""
    years = published_years(person.user.town_id)
    return years[-1].cycle if years else None


@require_POST
def propose(request: HttpRequest, subject_id: str) -> HttpResponse:
    """Propose to remind an area."""
    person = person_of_request(request)
    cycle = newest_published(person)
    if cycle is None or not person.has(actions.PROPOSING):
        raise Http404
    form, key = ReminderForm(request.POST), submission_of(request)
    sent = Reminder.objects.filter(submission=key).first() if key is not None else None
    if not form.is_valid():
        messages.error(request, _("请写明提醒内容和理由。"))
    elif sent is None:
        given = form.cleaned_data["reason"]
        actions.propose_reminder(
            cycle, subject_id, given, by=person, at=clock.now(), submission=key
        )
        messages.success(request, _("已提出，由两位审定。审定以后居民区才看得到。"))
    return redirect(ADDRESS)


def _found(request: HttpRequest, pk: int) -> tuple[Person, Reminder]:
    person = person_of_request(request)
    rows = person.writable(Reminder.objects.select_related("cycle"))
    return person, get_object_or_404(rows, pk=pk)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a reminder."""
    person, found = _found(request, pk)
    found = actions.vote_on_reminder(found, by=person, at=clock.now())
    done = found.decided_at is not None
    messages.success(request, _("已审定。") if done else _("已同意，还需要另一位审定。"))
    return redirect(ADDRESS)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw or refuse a reminder."""
    person, found = _found(request, pk)
    actions.drop_reminder(found, request.POST.get("reason", ""), by=person, at=clock.now())
    messages.success(request, _("已记录，不予提醒。"))
    return redirect(ADDRESS)


def reminders_of_area(person: Person, area: Area) -> list[tuple[str, str]]:
    """The reminders that an area has received."""
    rows = DecidedReminder.objects.filter(town=area.town_id, subject_id=area.area_id)
    return [(_("督促提醒"), reverse(ADDRESS))] if person.visible(rows).exists() else []
