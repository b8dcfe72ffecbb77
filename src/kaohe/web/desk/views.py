"""The first page: what waits for whoever is logged in, and for the clerk the whole year."""

from __future__ import annotations

from itertools import groupby

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.accounts.roles import GROUP
from kaohe.web.cycles.calendar import open_steps
from kaohe.web.cycles.current import current_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.presenters import calendar_shown, stages_shown
from kaohe.web.desk.waiting import waiting_for
from kaohe.web.registry.models import Area
from kaohe.web.registry.places import places_of
from kaohe.web.results.completeness import linked_for, open_points


def home(request: HttpRequest) -> HttpResponse:
    """The desk: the year's stage, what waits for this person, what the year still lacks."""
    person, day = person_of_request(request), clock.today()
    cycle = current_cycle(person)
    if cycle is not None:
        prefetch_related_objects([cycle], "deadlines")
    lacking = (
        open_points(cycle)
        if cycle is not None
        and person.has(f"clerk {GROUP}")
        and cycle.stage in ("collecting", "scoring")
        else None
    )
    shown: dict[str, object] = {
        "cycle": cycle,
        "day": day,
        "waiting": waiting_for(person, cycle, day, lacking or ()),
        "sees_cycles": person.may_read(Cycle),
        "surveys": person.has("survey_manager interviewer"),
    }
    if cycle is not None:
        shown |= {
            "stages": stages_shown(cycle.stage),
            "steps": [one for one in open_steps(cycle, day) if person.roles & set(one.step.roles)],
            "areas": (
                [
                    (area, places_of(person, area))
                    for area in person.visible(Area.objects.standing_on(day))
                ]
                if person.has("leader secretary worker")
                else []
            ),
        }
        if lacking is not None:
            points = sorted(linked_for(lacking, person), key=lambda point: point.who)
            shown["missing"] = [
                (who, [(point, point.late_on(day)) for point in group])
                for who, group in groupby(points, lambda point: point.who)
            ]
        if person.has("clerk"):
            shown["calendar"] = calendar_shown(cycle, day)
    return render(request, "desk/home.html", shown)
