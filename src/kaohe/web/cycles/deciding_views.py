"""The pages on which a scheme is made ready: its open questions, its duties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.audit.models import Event
from kaohe.web.cycles import deciding, rules
from kaohe.web.cycles.current import chosen_cycle, current_cycle
from kaohe.web.cycles.forms import DecisionsForm, DutiesForm
from kaohe.web.cycles.items import blocks
from kaohe.web.cycles.models import BlockLead, Choice, Cycle, DutyLink
from kaohe.web.cycles.presenters import decisions_shown, duties_shown, findings_shown
from kaohe.web.cycles.remarks import remarks_on
from kaohe.web.cycles.schemes import findings_of, scheme_of
from kaohe.web.cycles.standing import is_pending
from kaohe.web.cycles.views import no_cycle
from kaohe.web.registry.models import Department, DutyEntry

SHOWN, REFUSED, OVERTAKEN = 200, 422, 409


def _of(cycle: Cycle, name: str, *args: str) -> str:
    """The address of a page about one cycle."""
    return f"{reverse(name, args=args)}?cycle={cycle.pk}"


def _has_no_cycle(request: HttpRequest) -> bool:
    person = person_of_request(request)
    return person.may_read(Cycle) and "cycle" not in request.GET and current_cycle(person) is None


def _locked(request: HttpRequest, found: Cycle, model: type[Model]) -> str:
    """Why nothing can be changed now; for a form that is sent all the same an answer at once."""
    reason = rules.why_not_decide(found.stage, is_pending(found))
    if request.method == "POST":
        if not person_of_request(request).may_write(model):
            raise Http404
        if reason:
            raise PermissionDenied(reason)
    return reason


def _saved(request: HttpRequest, event: Event | None) -> None:
    messages.success(request, _("已保存。") if event is not None else _("没有改动。"))


# -- decisions ------------------------------------------------------------------------------------


def decisions(request: HttpRequest) -> HttpResponse:
    """All open questions of the policy on one page, saved together."""
    if _has_no_cycle(request):
        return no_cycle(request)
    found = chosen_cycle(request)
    return _decisions_page(request, found, scheme_of(found), None)


def decision(request: HttpRequest, decision: str) -> HttpResponse:
    """One open question; saving leads on to the next that is still open."""
    found = chosen_cycle(request)
    scheme = scheme_of(found)
    if decision not in scheme.decisions:
        raise Http404
    return _decisions_page(request, found, scheme, decision)


def _decisions_page(
    request: HttpRequest, found: Cycle, scheme: Scheme, only: str | None
) -> HttpResponse:
    person = person_of_request(request)
    locked = _locked(request, found, Choice)
    asked = [only] if only is not None else list(scheme.decisions)
    choices = list(found.choices.all())
    form, status = None, SHOWN
    if person.may_write(Choice) and not locked:
        form = DecisionsForm(
            {name: scheme.decisions[name] for name in asked},
            request.POST if request.method == "POST" else None,
            demanded=only is not None,
            initial=_answers(choices),
        )
    if form is not None and form.is_bound:
        status = _decide(request, found, form)
        if status == SHOWN:
            return redirect(_after(found, scheme, only))
        choices = list(Choice.objects.filter(cycle=found))
    answered = {choice.decision for choice in choices} & set(scheme.decisions)
    shown = {
        "cycle": found,
        "scheme": scheme,
        "form": form,
        "stale": status == OVERTAKEN,
        "locked": locked if person.may_write(Choice) else "",
        "only": only,
        "seen": deciding.choices_seen(found),
        "shown": decisions_shown(scheme, asked, choices, form),
        "remarks": remarks_on(found, person),
        "done": len(answered),
        "next": _next_open(scheme, answered, only),
        "findings": findings_shown(findings_of(found.scheme)),
    }
    return render(request, "cycles/decisions.html", shown, status=status)


def _decide(request: HttpRequest, found: Cycle, form: DecisionsForm) -> int:
    """Save what was chosen; how it came out, as a status."""
    if not form.is_valid():
        return REFUSED
    person, seen = person_of_request(request), request.POST.get("seen")
    try:
        event = deciding.take_decisions(found, form.taken, by=person, at=clock.now(), seen=seen)
    except Stale:
        return OVERTAKEN
    _saved(request, event)
    return SHOWN


def _answers(choices: Iterable[Choice]) -> dict[str, str]:
    found: dict[str, str] = {}
    for choice in choices:
        found[f"option-{choice.decision}"] = choice.option
        found[f"reason-{choice.decision}"] = choice.reason
    return found


def _next_open(scheme: Scheme, answered: Collection[str], after: str | None) -> str | None:
    """The next question without an answer, from the one at hand on, then from the beginning."""
    names = list(scheme.decisions)
    start = names.index(after) + 1 if after is not None else 0
    return next((name for name in names[start:] + names[:start] if name not in answered), None)


def _after(found: Cycle, scheme: Scheme, only: str | None) -> str:
    """Where saving leads: from one question to the next open one, else to all of them."""
    answered = set(Choice.objects.filter(cycle=found).values_list("decision", flat=True))
    following = _next_open(scheme, answered, only) if only is not None else None
    if following is None:
        return _of(found, "cycles:decisions")
    return _of(found, "cycles:decision", following)


# -- duties ---------------------------------------------------------------------------------------


def duties(request: HttpRequest) -> HttpResponse:
    """Lead departments of blocks, and the entries of lists behind each item, as one form."""
    if _has_no_cycle(request):
        return no_cycle(request)
    found = chosen_cycle(request)
    person = person_of_request(request)
    locked = _locked(request, found, DutyLink)
    known = blocks(scheme_of(found))
    leads = list(BlockLead.objects.filter(cycle=found).select_related("department"))
    links = list(DutyLink.objects.filter(cycle=found).select_related("entry__duty_list"))
    form, status, offered = None, SHOWN, []
    if person.may_write(DutyLink) and not locked:
        offered = _entries_on_offer(person, links)
        form = DutiesForm(
            known,
            person.visible(Department.objects.all()),
            offered,
            request.POST if request.method == "POST" else None,
            initial=_assigned(leads, links),
        )
    if form is not None and form.is_bound:
        status = _assign(request, found, form)
        if status == SHOWN:
            return redirect(_of(found, "cycles:duties"))
        leads = list(BlockLead.objects.filter(cycle=found).select_related("department"))
        links = list(DutyLink.objects.filter(cycle=found).select_related("entry__duty_list"))
    shown = {
        "cycle": found,
        "form": form,
        "stale": status == OVERTAKEN,
        "locked": locked if person.may_write(DutyLink) else "",
        "seen": deciding.duties_seen(found),
        "blocks": duties_shown(known, leads, links, form),
        "lists_empty": form is not None and not offered,
    }
    return render(request, "cycles/duties.html", shown, status=status)


def _assign(request: HttpRequest, found: Cycle, form: DutiesForm) -> int:
    """Save leads and links; how it came out, as a status."""
    if not form.is_valid():
        return REFUSED
    given: Mapping[str, Any] = {
        "by": person_of_request(request),
        "at": clock.now(),
        "seen": request.POST.get("seen"),
    }
    try:
        event = deciding.assign_duties(found, form.leads, form.links, **given)
    except Stale:
        return OVERTAKEN
    _saved(request, event)
    return SHOWN


def _entries_on_offer(person: Person, links: Iterable[DutyLink]) -> list[DutyEntry]:
    """Entries of the newest edition of each list, and those that are linked already."""
    every = person.visible(DutyEntry.objects.select_related("duty_list"))
    rows = list(every.order_by("duty_list__kind", "-duty_list__adopted_on", "duty_list", "pk"))
    newest: dict[str, int] = {}
    for entry in rows:
        newest.setdefault(entry.duty_list.kind, entry.duty_list_id)
    linked = {link.entry_id for link in links}
    return [
        entry
        for entry in rows
        if newest[entry.duty_list.kind] == entry.duty_list_id or entry.pk in linked
    ]


def _assigned(leads: Iterable[BlockLead], links: Iterable[DutyLink]) -> dict[str, Any]:
    found: dict[str, Any] = {f"lead-{lead.node}": str(lead.department_id) for lead in leads}
    for link in links:
        found.setdefault(f"links-{link.node}", []).append(str(link.entry_id))
    return found
