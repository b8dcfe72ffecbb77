"""Cases that may repeat earlier ones, or that their provider says do."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.hotline.facts import cases_in_force
from kaohe.web.hotline.models import Case, CaseTerms
from kaohe.web.hotline.repeats import proposed, repeat_days_of

PAGE = 100


def repeats(request: HttpRequest) -> HttpResponse:
    """Each case with the earlier one that it may repeat; whether it does is for people to say."""
    person = person_of_request(request)
    if not person.may_read(Case):
        raise Http404
    cycle = chosen_cycle(request)
    cases = person.visible(cases_in_force(cycle))
    days = repeat_days_of(cycle)
    found = proposed(cases, days) if days is not None else {}
    told = cases.exclude(earlier_case="").values_list("pk", flat=True)
    order = cases.order_by("-received_on", "case_id").values_list("pk", flat=True)
    keys = {*found, *told}
    page = Paginator([key for key in order if key in keys], PAGE).get_page(request.GET.get("page"))
    rows = Case.objects.select_related("area", "source").in_bulk(list(page))
    shown = {
        "cycle": cycle,
        "days": days,
        "sets_terms": person.may_write(CaseTerms),
        "page": page,
        "lines": [(rows[key], found.get(key)) for key in page],
    }
    return render(request, "hotline/repeats.html", shown)
