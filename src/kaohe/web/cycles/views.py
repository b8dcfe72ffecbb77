"""The pages of a year: how far it is, its steps from stage to stage, who is exempted."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles import actions, rules
from kaohe.web.cycles.current import current_cycle
from kaohe.web.cycles.forms import StageForm
from kaohe.web.cycles.items import blocks
from kaohe.web.cycles.models import Cycle, Exemption, StageChange
from kaohe.web.cycles.presenters import (
    calendar_shown,
    change_shown,
    change_told,
    stages_shown,
    way,
    ways,
)
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.cycles.standing import heads_besides, is_pending, is_touched, standing_of
from kaohe.web.ui.acts import submission_of


def _visible_cycle(request: HttpRequest, pk: int) -> Cycle:
    cycles = Cycle.objects.select_related("scheme", "town")
    return get_object_or_404(person_of_request(request).visible(cycles), pk=pk)


# -- the year -------------------------------------------------------------------------------------


def current(request: HttpRequest) -> HttpResponse:
    """The cycle that the town is working on; without any, how to begin."""
    person = person_of_request(request)
    if not person.may_read(Cycle):
        raise Http404
    found = current_cycle(person)
    return _cycle_page(request, found) if found is not None else no_cycle(request)


def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One cycle: its stage, what is open, its calendar, its decisions, who signed."""
    return _cycle_page(request, _visible_cycle(request, pk))


def no_cycle(request: HttpRequest) -> HttpResponse:
    """A town that has set up no cycle yet: how to begin."""
    may = person_of_request(request).may_write(Cycle)
    return render(request, "cycles/none.html", {"may": may})


def _cycle_page(request: HttpRequest, found: Cycle) -> HttpResponse:
    person = person_of_request(request)
    changes = [
        change_shown(change, found, person)
        for change in found.stage_changes.select_related("cycle").prefetch_related("signatures")
    ]
    pending = [change for change in changes if not change.row.is_closed]
    scheme = scheme_of(found)
    shown = {
        "cycle": found,
        "scheme": scheme,
        "stages": stages_shown(found.stage),
        "ways": ways(
            found,
            standing_of(found),
            person,
            pending=bool(pending),
            other_heads=heads_besides(person, clock.today()),
        ),
        "pending": pending,
        "changes": [change for change in changes if change.row.is_closed],
        "calendar": calendar_shown(found, clock.today()),
        "decided": sum(name in scheme.decisions for name in found.taken),
        "decisions": len(scheme.decisions),
        "items": sum(len(block.items) for block in blocks(scheme)),
        "locked": rules.why_not_decide(found.stage, bool(pending)),
        "may_move": person.may_write(Cycle) and not rules.why_not_move_deadline(found.stage),
        "may_withdraw": person.may_write(Cycle)
        and found.stage == "prepare"
        and not rules.why_not_withdraw(stage=found.stage, touched=is_touched(found)),
        "may_change": person.may_write(Cycle)
        and not rules.why_not_change_scheme(found.stage, bool(pending)),
    }
    return render(request, "cycles/cycle.html", shown)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk takes a year back that nobody has touched."""
    person = person_of_request(request)
    found = get_object_or_404(person.writable(Cycle.objects.all()), pk=pk)
    actions.withdraw_cycle(found, by=person, at=clock.now())
    messages.success(request, _("已撤销%(cycle)s。") % {"cycle": found})
    return redirect("cycles:years")


# -- stages ---------------------------------------------------------------------------------------


def stage(request: HttpRequest, pk: int, enters: str) -> HttpResponse:
    """Propose a step: what is still open, what it asks for, and the button."""
    found = _visible_cycle(request, pk)
    person = person_of_request(request)
    if not person.may_write(StageChange):
        raise Http404
    key = submission_of(request) or uuid4()
    if StageChange.objects.filter(cycle=found, submission=key).exists():
        return redirect("cycles:cycle", pk)
    step = rules.transition(found.stage, enters)
    if step is None:
        raise PermissionDenied(rules.why_no_such_step(found.stage, enters))
    form = StageForm(step, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        change = _propose(found, enters, form, person, key)
        if change is not None:
            told = _("已进入%(stage)s。") if change.done_at else _("已提出，等待两位组长签署。")
            messages.success(request, told % {"stage": change.get_enters_display()})
            return redirect("cycles:cycle", pk)
    shown = {
        "cycle": found,
        "form": form,
        "submission": key,
        "way": way(
            step,
            found,
            standing_of(found),
            person,
            pending=is_pending(found),
            other_heads=heads_besides(person, clock.today()),
        ),
    }
    return render(request, "cycles/stage.html", shown, status=422 if form.errors else 200)


def _propose(
    found: Cycle, enters: str, form: StageForm, person: Person, key: UUID
) -> StageChange | None:
    """The proposed step; None where the proposal lacks something, told at its fields."""
    given = {"by": person, "at": clock.now(), "submission": key, **form.cleaned_data}
    try:
        return actions.propose_stage(found, enters, **given)
    except ValidationError as problem:
        for name, errors in problem.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    return None


def _change(request: HttpRequest, pk: int) -> tuple[Person, StageChange]:
    person = person_of_request(request)
    changes = person.writable(StageChange.objects.select_related("cycle__scheme"))
    return person, get_object_or_404(changes, pk=pk)


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A group head signs a proposed step."""
    person, change = _change(request, pk)
    signed = change.signatures.filter(username=person.username).exists()
    if change.done_at is not None or signed:
        late = change.done_at is not None and not signed
        messages.info(request, _("已由两位组长签署生效。") if late else _("您已经签署。"))
        return redirect("cycles:cycle", change.cycle_id)
    change = actions.sign_stage(change, by=person, at=clock.now())
    done, waits = _("已签署，“%(change)s”生效。"), _("已签署，还需要另一位组长签署。")
    told = {"change": change_told(change)}
    messages.success(request, (done if change.done_at else waits) % told)
    return redirect("cycles:cycle", change.cycle_id)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a proposed step."""
    person, change = _change(request, pk)
    if change.dropped_at is None:
        actions.drop_stage(change, by=person, at=clock.now())
        messages.success(request, _("已撤回。"))
    return redirect("cycles:cycle", change.cycle_id)


# -- exemptions -----------------------------------------------------------------------------------


def exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """One exempted area; the leading group may lift it again."""
    person = person_of_request(request)
    rows = Exemption.objects.select_related("cycle", "area")
    found = get_object_or_404(person.visible(rows), pk=pk)
    if request.method == "POST":
        row = get_object_or_404(person.writable(rows), pk=pk)
        actions.lift_exemption(row, by=person, at=clock.now())
        messages.success(request, _("%(area)s参加本年度考核。") % {"area": row.area})
        return redirect("cycles:exemptions")
    shown = {
        "row": found,
        "may": person.may_write(Exemption),
        "refused": rules.why_not_exempt(found.cycle.stage),
    }
    return render(request, "cycles/exemption.html", shown)
