"""How many are to be asked, before anybody was: a page that writes nothing, and its workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kaohe.analysis.plan import Plan
from kaohe.outputs.plans import plan_workbook
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.facts import counting_snapshot
from kaohe.web.registry.models import Snapshot
from kaohe.web.results.plan_facts import PlanBasis, plan_basis_of, plans_of
from kaohe.web.results.plan_forms import PlanForm
from kaohe.web.results.plan_presenters import SizesShown, figures_of, union_shown
from kaohe.web.results.plan_rules import may_see_plan
from kaohe.web.ui.downloads import XLSX, attachment
from kaohe.web.ui.language import page_language

FILES: dict[str, Promise] = {
    "sizes": _("样本量表格（XLSX）"),
    "union": _("不重复户数表格（XLSX）"),
}
"""The plans, and what people call their workbooks."""


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """How many are to be completed and asked in every area, and what all channels reach."""
    basis, form = _asked(request)
    shown: dict[str, Any] = {"basis": basis, "cycle": basis.cycle, "form": form}
    try:
        plans = _plans(basis, form)
    except ValidationError as problem:
        shown["misfits"] = problem.messages
    else:
        shown |= _shown(plans, basis)
        shown["files"] = [
            (_with_query(reverse("results:plan_download", args=[name]), request), FILES[name])
            for name in plans
        ]
    return render(request, "results/plan.html", shown, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> tuple[PlanBasis, PlanForm]:
    """What the plan of the chosen cycle stands on, and what was asked of it."""
    if not may_see_plan(person_of_request(request)):
        raise Http404
    basis = plan_basis_of(chosen_cycle(request))
    return basis, PlanForm(request.GET, basis.union)


def _plans(basis: PlanBasis, form: PlanForm) -> dict[str, Plan]:
    """The plans by name; none where something is lacking or the form is wrong."""
    if basis.refused or not form.is_valid():
        return {}
    return plans_of(basis, form.wishes, form.expectations)


def _shown(plans: Mapping[str, Plan], basis: PlanBasis) -> dict[str, Any]:
    shown: dict[str, Any] = {"plans": plans}
    if "sizes" in plans:
        shown["sizes"] = SizesShown(plans["sizes"], basis)
        shown["meanings"] = [figures_of(plan) for plan in plans.values()]
    if "union" in plans and basis.union is not None:
        shown["check"] = basis.scheme.checks[basis.union.check]
        shown["unions"] = union_shown(plans["union"], basis)
    return shown


def _with_query(address: str, request: HttpRequest) -> str:
    return f"{address}?{request.GET.urlencode()}"


@require_safe
def download(request: HttpRequest, name: str) -> HttpResponse:
    """A plan as the workbook that ``kaohe plan`` writes; a call that is wrong goes to the page."""
    basis, form = _asked(request)
    if name not in FILES:
        raise Http404
    try:
        plans = _plans(basis, form)
    except ValidationError:
        plans = {}
    if name not in plans:
        return redirect(_with_query(reverse("results:plan"), request))
    content = plan_workbook(plans[name], page_language())
    return attachment(content, f"{basis.cycle.year}-{name}.xlsx", XLSX)


def plans_of_snapshot(person: Person, snapshot: Snapshot) -> list[tuple[str, str]]:
    """The plans that stand on the counts of a snapshot, one for each cycle of its year."""
    if not may_see_plan(person) or counting_snapshot(snapshot.town, snapshot.year) != snapshot:
        return []
    cycles = person.visible(Cycle.objects.filter(town=snapshot.town_id, year=snapshot.year))
    address = reverse("results:plan")
    return [(str(_("测评户数安排")), f"{address}?cycle={one.pk}") for one in cycles]
