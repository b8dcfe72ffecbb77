"""Pages beside the list of what areas put right: offers of letters, how far all areas are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import rectification_rules as rules
from kaohe.web.publication.models import RectificationItem
from kaohe.web.publication.rectification_offers import offers_to


def offers(request: HttpRequest) -> HttpResponse:
    """The points to mend of letters in sight, each with the way to write it down."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.may_write(RectificationItem):
        raise Http404
    add = reverse("publication:rectification_add")
    found = [
        (one, f"{add}?{urlencode({'cycle': cycle.pk, 'area': one.area.pk, 'text': one.text})}")
        for one in offers_to(person, cycle)
    ]
    shown = {
        "cycle": cycle,
        "offers": found,
        "not_now": rules.why_not_now(cycle.stage),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "publication/rectification_offers.html", shown)


@dataclass(frozen=True)
class AreaProgress:
    """How many items an area has, and how many of them are done or late."""

    name: str
    done: int
    open: int
    late: int


def progress_of(cycle: Cycle, day: date) -> list[AreaProgress]:
    """Every area that is assessed, in administrative order."""
    items = RectificationItem.objects.filter(cycle=cycle).order_by()
    undone = Q(done_on=None)
    counted = items.values_list("area_id").annotate(
        Count("pk", filter=~undone),
        Count("pk", filter=undone),
        Count("pk", filter=undone & Q(due_on__lt=day)),
    )
    by_area = {area: counts for area, *counts in counted}
    return [
        AreaProgress(area.name, *by_area.get(area.pk, (0, 0, 0))) for area in assessed_areas(cycle)
    ]


def progress(request: HttpRequest) -> HttpResponse:
    """How far all areas are, for those who follow it."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(rules.FOLLOWING):
        raise Http404
    shown = {
        "cycle": cycle,
        "areas": progress_of(cycle, clock.today()),
        "others": list(person.visible(Cycle.objects.exclude(pk=cycle.pk))),
    }
    return render(request, "publication/rectification_progress.html", shown)
