"""Cases that lie in no area yet, place by place: the clerk lays them, providers see their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import place_rules as rules
from kaohe.web.hotline.facts import of_no_area, to_be_laid
from kaohe.web.hotline.models import Case, Placement
from kaohe.web.hotline.place_actions import lay_to_area
from kaohe.web.hotline.place_forms import LayCasesForm, LayPlacesForm
from kaohe.web.hotline.placing import Places, looks
from kaohe.web.registry.models import Area
from kaohe.web.ui.language import in_a_row

PAGE = 100


def sees_unplaced(person: Person) -> bool:
    """Who is told of cases without an area: whoever lays them, watches, or hands them in."""
    return person.has("clerk auditor provider")


def unplaced_of(person: Person, cycle: Cycle) -> QuerySet[Case]:
    """The cases in force without an area that a person may see."""
    return person.visible(to_be_laid(cycle))


def _asked(request: HttpRequest) -> tuple[Person, Cycle, QuerySet[Case], str]:
    """Who asks, of which year, for which cases, and why they cannot be laid now."""
    person = person_of_request(request)
    if not sees_unplaced(person):
        raise Http404
    cycle = chosen_cycle(request)
    if request.method == "POST" and not person.may_write(Placement):
        raise Http404
    return person, cycle, unplaced_of(person, cycle), rules.why_not_place(cycle.stage)


def unplaced(request: HttpRequest) -> HttpResponse:
    """Places with their cases counted; all cases of some places are laid in one act."""
    person, cycle, cases, refused = _asked(request)
    form = LayPlacesForm(request.POST or None, cycle=cycle)
    ticked = request.POST.getlist("place")
    status, nothing = 200, False
    if request.method == "POST":
        status, nothing = 422, not ticked
        if form.is_valid() and ticked:
            area = form.cleaned_data["area"]
            remember = ticked if area is not None and form.cleaned_data["remember"] else []
            chosen = cases.filter(place__in=ticked)
            return _laid(request, cycle, chosen, area, [one for one in remember if one])
    groups = (
        cases.order_by()
        .values("place")
        .annotate(count=Count("pk"), first=Min("received_on"), last=Max("received_on"))
    )
    page = Paginator(groups.order_by("-count", "place"), PAGE).get_page(request.GET.get("page"))
    shown = {
        "cycle": cycle,
        "count": cases.count(),
        "of_no_area": person.visible(of_no_area(cycle)).count(),
        "lays": person.may_write(Placement),
        "page": page,
        "lines": _with_reasons(cycle, page),
        "ticked": ticked,
        "nothing": nothing,
        "form": form if person.may_write(Placement) and not refused else None,
        "refused": refused if person.may_write(Placement) else "",
    }
    return render(request, "hotline/unplaced.html", shown, status=status)


def _with_reasons(cycle: Cycle, groups: Any) -> list[tuple[dict[str, Any], str]]:
    """Groups with the reason why their place leads to no area."""
    places = Places.of(cycle.town)
    names = dict(Area.objects.filter(town=cycle.town).values_list("pk", "name"))
    return [(group, _reason(places, group["place"], names)) for group in groups]


def _reason(places: Places, place: str, names: dict[int, str]) -> str:
    if not place:
        return ""
    found = places.areas_of(place)
    if found:
        told = in_a_row(sorted(names[key] for key in found))
        return _("符合几个居民区的地点：%(areas)s") % {"areas": told}
    return _("没有登记的地点")


def cases_of_place(request: HttpRequest) -> HttpResponse:
    """The cases of one place, to be laid one by one or together."""
    person, cycle, cases, refused = _asked(request)
    place = request.POST.get("place", request.GET.get("place", ""))
    of_place = cases.filter(place=place)
    sent = request.POST if request.method == "POST" else None
    form = LayCasesForm(sent, cycle=cycle, initial={"remember": place})
    ticked = request.POST.getlist("case")
    status, nothing = 200, False
    if request.method == "POST":
        status, nothing = 422, not ticked
        if form.is_valid() and ticked:
            area = form.cleaned_data["area"]
            remember = form.cleaned_data["remember"] if area is not None else ""
            problem = rules.why_not_remember(looks(remember), [looks(place)])
            if not problem:
                chosen = of_place.filter(case_id__in=ticked)
                return _laid(request, cycle, chosen, area, [remember])
            form.add_error("remember", problem)
    rows = of_place.order_by("-received_on", "case_id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if not page.object_list and sent is None:
        return redirect(f"{reverse('placing:unplaced')}?cycle={cycle.pk}")
    shown = {
        "cycle": cycle,
        "place": place,
        "page": page,
        "ticked": ticked if sent is not None else [row.case_id for row in page],
        "nothing": nothing,
        "form": form if person.may_write(Placement) and not refused else None,
        "refused": refused if person.may_write(Placement) else "",
    }
    return render(request, "hotline/cases_of_place.html", shown, status=status)


def _laid(
    request: HttpRequest,
    cycle: Cycle,
    chosen: QuerySet[Case],
    area: Area | None,
    remember: list[str],
) -> HttpResponse:
    person = person_of_request(request)
    count = lay_to_area(cycle, chosen, area, remember=remember, by=person, at=clock.now())
    if count and area is None:
        told = _("%(count)s 件记为不属于任何居民区，不计分。") % {"count": count}
        messages.success(request, told)
    elif count:
        told = _("%(count)s 件归入%(area)s。") % {"count": count, "area": area}
        messages.success(request, told)
    else:
        messages.info(request, _("这些办件刚才已经归属，没有再办。"))
    return redirect(f"{reverse('placing:unplaced')}?cycle={cycle.pk}")
