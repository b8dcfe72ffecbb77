"""Pages beside the list of what areas put right: offers of letters, how far all areas are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

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
    dates: dict[int, list[tuple[date | None, date]]] = defaultdict(list)
    rows = RectificationItem.objects.filter(cycle=cycle)
    for area, done_on, due_on in rows.values_list("area_id", "done_on", "due_on"):
        dates[area].append((done_on, due_on))
    return [_progress(area.name, dates[area.pk], day) for area in assessed_areas(cycle)]


def _progress(name: str, dates: Sequence[tuple[date | None, date]], day: date) -> AreaProgress:
    undone = [due_on for done_on, due_on in dates if done_on is None]
    late = sum(due_on < day for due_on in undone)
    return AreaProgress(name, len(dates) - len(undone), len(undone), late)


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
