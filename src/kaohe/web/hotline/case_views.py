"""Cases as people look them up: a list, and all that was told of one. Nobody is ranked by them."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.facts import in_force
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.case_forms import CasesForm
from kaohe.web.hotline.case_presenters import told_of
from kaohe.web.hotline.exclusion_asking import asks_as
from kaohe.web.hotline.exclusion_lists import requests_of
from kaohe.web.hotline.facts import CASES, cases_in_force, of_no_area
from kaohe.web.hotline.models import Case, CaseQuerySet
from kaohe.web.registry.facts import month_ends
from kaohe.web.registry.models import Source

PAGE = 100
MOST_KINDS = 200
"""So many kinds are offered; a file with more of them has another column in their place."""


def visible_cases(person: Person, cycle: Cycle) -> CaseQuerySet:
    """The cases of the files in force that somebody may see."""
    rows = person.visible(cases_in_force(cycle))
    return cast(CaseQuerySet, rows)


def cases(request: HttpRequest) -> HttpResponse:
    """The cases of a year that somebody may see, a hundred to a page."""
    person = person_of_request(request)
    if not person.may_read(Case):
        raise Http404
    cycle = chosen_cycle(request)
    every = visible_cases(person, cycle)
    kinds = every.exclude(kind="").order_by("kind").values_list("kind", flat=True).distinct()
    handing_in = {one.source_id for one in in_force(cycle) if one.table == CASES}
    form = CasesForm(
        request.GET,
        months=month_ends(cycle.first, cycle.last),
        kinds=kinds[:MOST_KINDS],
        sources=Source.objects.filter(pk__in=handing_in),
    )
    found = form.among(every).select_related("area", "source")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {
        "cycle": cycle,
        "form": form,
        "page": page,
        "asks": any(form.cleaned_data.values()) if form.is_valid() else False,
        "delivered": bool(handing_in),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "hotline/cases.html", shown)


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: all that was told of it, and the versions in which it stands."""
    person = person_of_request(request)
    if not person.may_read(Case):
        raise Http404
    rows = person.visible(
        Case.objects.select_related("area", "source", "delivery", "cycle__scheme")
    )
    found = get_object_or_404(rows, pk=pk)
    counting = {one.pk for one in in_force(found.cycle)}
    versions = [
        (one, one.delivery_id in counting)
        for one in rows.filter(
            cycle=found.cycle, source=found.source, case_id=found.case_id
        ).order_by("-delivery__uploaded_at", "-pk")
    ]
    counts = found.delivery_id in counting
    requests = requests_of(person, found.cycle).filter(case_id=found.case_id)
    shown: dict[str, Any] = {
        "case": found,
        "counts": counts,
        "of_no_area": of_no_area(found.cycle).filter(pk=found.pk).exists(),
        "requests": list(requests.exclude(state="withdrawn").order_by("-pk")),
        "asks": counts
        and bool(asks_as(person, found))
        and not rules.why_not_now(found.cycle.stage),
        "told": told_of(found, scheme_of(found.cycle)),
        "versions": versions,
        "reads_deliveries": person.may_read(Delivery),
    }
    return render(request, "hotline/case.html", shown)
