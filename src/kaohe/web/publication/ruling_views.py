"""The page on which the leading group decides, and on which a publication is prepared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.scoring.overriding import LabelOverride
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import ruling_actions as actions
from kaohe.web.publication import ruling_rules as rules
from kaohe.web.publication.contents import decided_on, in_force
from kaohe.web.publication.models import Publication, Ruling
from kaohe.web.publication.pack_rules import why_no_pack
from kaohe.web.publication.publishing import is_current, prepared, why_not_prepare
from kaohe.web.publication.ruling_forms import (
    DropForm,
    FewerForm,
    OverrideForm,
    TieForm,
)
from kaohe.web.publication.ruling_outcomes import Outcome, Outcomes, outcomes_of, overrides_in
from kaohe.web.publication.ruling_presenters import (
    differences_shown,
    lapsed_shown,
    ruling_shown,
)
from kaohe.web.results.models import Run
from kaohe.web.ui.acts import submission_of
from kaohe.web.ui.templatetags.ui import told

KINDS = ("override", "quota", "tie")


def _deciding(request: HttpRequest) -> tuple[Person, Cycle]:
    """Who asks, and the cycle of their page. Raises Http404 where they see no rulings."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_read(Ruling):
        raise Http404
    return person, cycle


def rulings(request: HttpRequest) -> HttpResponse:
    """What was decided on the newest run, what is still to be, and the publication."""
    person, cycle = _deciding(request)
    run = actions.newest_run(cycle)
    shown: dict[str, Any] = {"cycle": cycle, "run": run, "submission": uuid4()}
    if run is not None:
        shown |= _on_run(run, person)
    publication = prepared(cycle)
    before = in_force(cycle)
    shown |= {
        "prepared": publication,
        "is_current": publication is not None and is_current(publication),
        "in_force": before,
        "versions": Publication.objects.effective().filter(cycle=cycle),
        "may_prepare": person.may_write(Publication),
        "not_prepare": why_not_prepare(cycle),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    if publication is not None:
        outcomes = outcomes_of(publication.run)
        shown["differences"] = differences_shown(publication, outcomes)
    return render(request, "publication/rulings.html", shown)


def _on_run(run: Run, person: Person) -> dict[str, Any]:
    outcomes = outcomes_of(run)
    rows = Ruling.objects.filter(run=run).select_related("cycle", "run__cycle")
    not_now = rules.why_not_now(run.cycle.stage)
    return {
        "rulings": [
            ruling_shown(row, outcomes, person, clock.today())
            for row in rows.prefetch_related("votes")
        ],
        "lapsed": [] if not_now else lapsed_shown(run, outcomes),
        "not_now": not_now,
        "proposes": person.has(rules.PROPOSING),
        "decides": person.has(rules.DECIDING),
        "me": person.username,
        "has_pack": not why_no_pack(run.cycle.stage, has_run=True),
        "counts": _counts(outcomes, overrides_in(decided_on(run))),
        "ties": _ties(outcomes),
        "drop_form": DropForm(),
    }


def _counts(outcomes: Outcomes, decided: Iterable[LabelOverride]) -> list[tuple[str, str, str]]:
    """How many have each label, node by node: by the run, and with what was decided, where that
    is another number."""
    changed = list(decided)
    found = []
    for outcome in outcomes.nodes:
        after = {**outcome.given}
        after |= {one.subject: one.becomes for one in changed if one.node == outcome.id}
        by_run, published = _counted(outcome, outcome.given), _counted(outcome, after)
        found.append((told(outcome.label), by_run, published if published != by_run else ""))
    return found


def _counted(outcome: Outcome, given: Mapping[str, str]) -> str:
    labels = list(given.values())
    return " · ".join(
        f"{told(label)} {labels.count(code)}" for code, label in outcome.labels.items()
    )


def _ties(outcomes: Outcomes) -> list[tuple[str, str, list[str], int]]:
    """Every group of equals at the end of a label's places: node, label, names, its number."""
    return [
        (
            told(outcome.label),
            told(outcome.labels[tie.label]),
            [outcomes.names[subject] for subject in tie.subjects],
            number,
        )
        for outcome, tie, number in _numbered(outcomes)
    ]


def _numbered(outcomes: Outcomes) -> list[tuple[Outcome, Any, int]]:
    ties = [(outcome, tie) for outcome in outcomes.nodes for tie in outcome.ties]
    return [(outcome, tie, number) for number, (outcome, tie) in enumerate(ties)]


def propose(request: HttpRequest, kind: str) -> HttpResponse:
    """Propose a ruling: an override, fewer places, or the labels of equals."""
    person, cycle = _deciding(request)
    run = actions.newest_run(cycle)
    if run is None or kind not in KINDS or not person.has(rules.PROPOSING):
        raise Http404
    form = _form(request, kind, outcomes_of(run))
    key = submission_of(request) or uuid4()
    if request.method == "POST" and Ruling.objects.filter(submission=key).exists():
        return _back(cycle)
    if request.method == "POST" and form.is_valid():
        if _propose(run, kind, form, person, key):
            messages.success(request, _("已提出，等待审定。"))
            return _back(cycle)
    shown = {
        "cycle": cycle,
        "run": run,
        "kind": kind,
        "kind_name": dict(Ruling.KINDS)[kind],
        "form": form,
        "submission": key,
        "not_now": rules.why_not_now(cycle.stage),
    }
    status = 422 if form.errors else 200
    return render(request, "publication/propose.html", shown, status=status)


def _form(request: HttpRequest, kind: str, outcomes: Outcomes) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if kind == "override":
        return OverrideForm(data, outcomes=outcomes, initial=request.GET.dict())
    if kind == "quota":
        return FewerForm(data, outcomes=outcomes, initial=request.GET.dict())
    wanted = request.GET.get("tie", "0")
    for outcome, tie, number in _numbered(outcomes):
        if str(number) == wanted:
            subjects = {subject: outcomes.names[subject] for subject in tie.subjects}
            return TieForm(data, outcome=outcome, subjects=subjects)
    raise Http404


def _propose(run: Run, kind: str, form: forms.Form, person: Person, key: Any) -> bool:
    """Whether it was proposed; else the form says why not."""
    given: dict[str, Any] = {
        "reason": form.cleaned_data["reason"],
        "by": person,
        "at": clock.now(),
        "submission": key,
    }
    try:
        if isinstance(form, FewerForm):
            most = form.cleaned_data["most"]
            actions.propose_fewer(run, form.node, form.label, most, **given)
        elif isinstance(form, OverrideForm):
            actions.propose_labels(run, form.node, form.labels, kind=kind, **given)
        elif isinstance(form, TieForm):
            node = form.outcome.id
            actions.propose_labels(run, node, form.labels, kind=kind, **given)
    except ValidationError as problem:
        for name, errors in problem.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
        return False
    return True


def _back(cycle: Cycle) -> HttpResponse:
    return redirect(f"/publication/rulings?cycle={cycle.pk}")


def _decision(request: HttpRequest, pk: int) -> tuple[Person, Ruling]:
    person = person_of_request(request)
    rows = Ruling.objects.select_related("cycle", "run__cycle")
    return person, get_object_or_404(person.visible(rows), pk=pk)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a ruling."""
    person, ruling = _decision(request, pk)
    if not person.has(rules.DECIDING):
        raise Http404
    ruling = actions.vote(ruling, by=person, at=clock.now())
    done = ruling.decided_at is not None
    messages.success(request, _("已审定。") if done else _("已同意，还需要另一位审定。"))
    return _back(ruling.cycle)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw or refuse a ruling."""
    person, ruling = _decision(request, pk)
    if not person.has(rules.PROPOSING):
        raise Http404
    actions.drop(ruling, request.POST.get("reason", ""), by=person, at=clock.now())
    messages.success(request, _("已记录，不予审定。"))
    return _back(ruling.cycle)
