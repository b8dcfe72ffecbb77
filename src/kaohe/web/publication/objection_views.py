"""Pages of facts and objections: an area's own facts, the list, one objection."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import objection_actions as actions
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.models import Objection
from kaohe.web.publication.objection_deciders import (
    objections_of,
    too_few_deciders,
    waiting_for,
)
from kaohe.web.publication.objection_facts import matters_of
from kaohe.web.publication.objection_forms import ObjectionForm, SettledForm, WordForm
from kaohe.web.publication.objection_presenters import (
    SEES_DECIDERS,
    areas_shown,
    last_of,
    matter_of,
    objections_shown,
    where_corrected,
)
from kaohe.web.publication.objection_terms import Term, terms_of, working_days
from kaohe.web.publication.ruling_actions import newest_run
from kaohe.web.registry.models import Area
from kaohe.web.ui.acts import seen_version, submission_of

CHECKS = "secretary"
"""Who checks the facts of their own area."""
SHOWN: dict[str, Promise] = {
    "waiting": gettext_lazy("等我决定"),
    "open": gettext_lazy("待决定"),
    "accepted": gettext_lazy("待更正"),
    "all": gettext_lazy("全部"),
}
"""The ways to narrow the list."""


# -- an area's own facts --------------------------------------------------------------------------


def facts(request: HttpRequest) -> HttpResponse:
    """The facts of a person's own areas, as the newest run has scored them; nothing scored."""
    person, cycle = _checking(request)
    run, not_now = newest_run(cycle), rules.why_not_shown(cycle.stage)
    terms = terms_of(cycle) if run is not None and not not_now else {}
    shown = {
        "cycle": cycle,
        "run": run,
        "not_now": not_now,
        "areas": areas_shown(person, run, terms, clock.today()) if run is not None else [],
        "days": working_days(cycle),
        "closed": rules.why_not_now(cycle.stage),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "publication/facts.html", shown)


def _checking(request: HttpRequest) -> tuple[Person, Cycle]:
    """Who asks, and the year of their page. Raises Http404 for all but secretaries."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(CHECKS):
        raise Http404
    return person, cycle


def _own_area(request: HttpRequest, area_id: str) -> tuple[Person, Cycle, Area]:
    person, cycle = _checking(request)
    if not actions.is_secretary_of(person, area_id):
        raise Http404
    return person, cycle, get_object_or_404(person.visible(Area.objects.all()), area_id=area_id)


def object_to(request: HttpRequest, area_id: str) -> HttpResponse:
    """The form of an objection to one fact."""
    person, cycle, area = _own_area(request, area_id)
    run, at = newest_run(cycle), clock.now()
    term = terms_of(cycle).get(area_id)
    not_now = actions.why_not_object(cycle, term, at)
    if run is None or not_now:
        messages.warning(request, not_now)
        return redirect(_facts_of(cycle))
    matters = matters_of(run, area_id)
    form = ObjectionForm(request.POST or None, matters=matters, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            actions.object_to(
                area, cycle, form.said, by=person, at=at, submission=submission_of(request)
            )
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            told = _("异议已提出，由领导小组、纪检监察中与此无关的两人决定。")
            messages.success(request, told)
            return redirect(_facts_of(cycle))
    shown = {
        "cycle": cycle,
        "area": area,
        "form": form,
        "last_on": term.last_on if term is not None else None,
        "submission": request.POST.get("submission") or str(uuid4()),
    }
    status = 422 if form.errors else 200
    return render(request, "publication/object.html", shown, status=status)


def _facts_of(cycle: Cycle) -> str:
    return f"{reverse('publication:facts')}?cycle={cycle.pk}"


@require_POST
def confirm(request: HttpRequest, area_id: str) -> HttpResponse:
    """Say that the facts of the own area are right."""
    person, cycle, area = _own_area(request, area_id)
    run = newest_run(cycle)
    if run is None or str(run.pk) != request.POST.get("run"):
        messages.warning(request, _("又有新的计分，请核对现在的事实。"))
        return redirect(_facts_of(cycle))
    actions.confirm_facts(area, run, by=person, at=clock.now())
    messages.success(request, _("已记下：核对无误。"))
    return redirect(_facts_of(cycle))


# -- the list -------------------------------------------------------------------------------------


def objections(request: HttpRequest) -> HttpResponse:
    """The objections of a year that somebody may see, those first that wait for them."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(SEES_DECIDERS):
        raise Http404
    offered = {
        key: name for key, name in SHOWN.items() if key != "waiting" or person.has(rules.DECIDING)
    }
    rows = {key: _narrowed(person, cycle, key) for key in offered}
    show = request.GET.get("show", "")
    if show not in offered:
        show = next((key for key in offered if rows[key]), "all")
    day, terms = clock.today(), _terms(cycle)
    shown = {
        "cycle": cycle,
        "show": show,
        "offered": [(key, name, len(rows[key])) for key, name in offered.items()],
        "objections": objections_shown(rows[show], person, cycle.stage),
        "not_now": "" if terms else rules.why_not_now(cycle.stage),
        "last_on": last_of(terms),
        "days": working_days(cycle),
        "areas": len(terms),
        "confirmed": sum(one.confirmed for one in terms.values()),
        "waits": sum(one.runs_on(day) for one in terms.values()),
        "extends": person.has("clerk") and not rules.why_not_extend(cycle.stage),
        "too_few": too_few_deciders(rows["open"], cycle, day) if person.has("clerk") else [],
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "publication/objections.html", shown)


def _terms(cycle: Cycle) -> dict[str, Term]:
    return {} if rules.why_not_now(cycle.stage) else terms_of(cycle)


def _narrowed(person: Person, cycle: Cycle, show: str) -> list[Objection]:
    if show == "waiting":
        return waiting_for(person, cycle)
    rows = objections_of(person, cycle)
    return list(rows if show == "all" else rows.filter(state=show))


# -- one objection --------------------------------------------------------------------------------


def _found(request: HttpRequest, pk: int) -> tuple[Person, Objection]:
    person = person_of_request(request)
    rows = Objection.objects.select_related(
        "cycle__scheme", "cycle__town", "area", "town", "run", "settled_run"
    )
    rows = rows.prefetch_related("words")
    return person, get_object_or_404(person.visible(rows), pk=pk)


def objection(
    request: HttpRequest,
    pk: int,
    form: WordForm | None = None,
    settled: SettledForm | None = None,
) -> HttpResponse:
    """One objection: what it says, the facts as scored, what became of it."""
    person, row = _found(request, pk)
    [one] = objections_shown([row], person, row.cycle.stage)
    run = newest_run(row.cycle)
    newer = run if run is not None and run.number > row.run.number else None
    not_settling = rules.why_not_settle(
        stage=row.cycle.stage, state=row.state, newer_run=newer is not None
    )
    told, address = where_corrected(row)
    own = actions.is_secretary_of(person, row.area.area_id)
    shown = {
        "cycle": row.cycle,
        "one": one,
        # The newest first: what another run has made of it, then what was objected to.
        "scored": [
            (run, matter) for run in (newer, row.run) if run and (matter := matter_of(row, run))
        ],
        "form": form or WordForm(),
        "settled": settled or SettledForm(),
        "newer": newer,
        "settles": person.has("clerk") and row.state == "accepted",
        "not_settling": not_settling,
        "where": told,
        "where_address": address,
        "sees_all": person.has(SEES_DECIDERS),
        "withdraws": not rules.why_not_withdraw(state=row.state, own_area=own),
    }
    wrong = any(given is not None and given.errors for given in (form, settled))
    return render(request, "publication/objection.html", shown, status=422 if wrong else 200)


def _done(
    request: HttpRequest,
    pk: int,
    form: forms.Form | None,
    act: Callable[[Person, Objection, int | None], object],
    told: str,
) -> HttpResponse:
    """Do one act and go back; whoever was too late sees what changed, what is wrong stands at
    its field."""
    person, row = _found(request, pk)
    given = {"form" if isinstance(form, WordForm) else "settled": form} if form else {}
    if form is not None and not form.is_valid():
        return objection(request, pk, **given)  # type: ignore[arg-type]
    try:
        act(person, row, seen_version(request))
    except Stale:
        messages.warning(request, _("这项异议刚有变动，请核对现在的内容，再办理一次。"))
    except ValidationError as problem:
        if form is None:
            raise
        form.add_error(None, problem)
        return objection(request, pk, **given)  # type: ignore[arg-type]
    else:
        messages.success(request, told)
    return redirect("publication:objection", pk)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether an objection holds."""
    form = WordForm(request.POST)
    return _done(
        request,
        pk,
        form,
        lambda by, row, seen: actions.decide_objection(
            row, **form.cleaned_data, by=by, at=clock.now(), seen=seen
        ),
        _("意见已记下。"),
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an objection back."""
    return _done(
        request,
        pk,
        None,
        lambda by, row, seen: actions.withdraw_objection(row, by=by, at=clock.now(), seen=seen),
        _("异议已撤回。"),
    )


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Put down what was corrected."""
    form = SettledForm(request.POST)
    return _done(
        request,
        pk,
        form,
        lambda by, row, seen: actions.settle_objection(
            row, form.cleaned_data["text"], by=by, at=clock.now(), seen=seen
        ),
        _("更正情况已登记。"),
    )
