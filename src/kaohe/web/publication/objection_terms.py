"""Until when an area may object: working days from the day on which it could see its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kaohe.scheme.head import Calendar
from kaohe.web.clock import day_of
from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.facts import assessed_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.defaults import working_day_after
from kaohe.web.publication.models import FactsConfirmed, ObjectionTerms
from kaohe.web.publication.objection_facts import facts_of
from kaohe.web.results.models import Run

STEP = "objections"
"""The step of the year whose length is the time that an area has."""


@dataclass(frozen=True)
class Term:
    """The time of one area: the first day, the last one, and whether it said that all is right."""

    first_on: date
    last_on: date
    confirmed: bool

    def runs_on(self, day: date) -> bool:
        """Whether somebody still has to wait for the area on a day."""
        return day <= self.last_on and not self.confirmed


def working_days(cycle: Cycle) -> int:
    """How many working days an area has: as many as the step of the calendar, one at least."""
    step, calendar = step_of(cycle, STEP), scheme_of(cycle).calendar or Calendar()
    days, day = 0, step.opens_on - timedelta(days=1)
    while (day := working_day_after(day, 1, calendar)) <= step.closes_on:
        days += 1
    return max(days, 1)


def terms_of(cycle: Cycle, *, later: bool = True) -> dict[str, Term]:
    """The time of every area that is assessed; none before there is a run to look at.

    It begins anew for an area whose facts another run tells differently. Without ``later`` as if
    the clerk had set no later day.
    """
    seen = _seen(cycle)
    if not seen:
        return {}
    run, number, calendar = seen[-1].run, working_days(cycle), scheme_of(cycle).calendar
    rows = ObjectionTerms.objects.filter(cycle=cycle) if later else ObjectionTerms.objects.none()
    set_on = rows.values_list("last_on", flat=True).first()
    confirmed = set(FactsConfirmed.objects.filter(run=run).values_list("area__area_id", flat=True))
    found = {}
    for area_id in assessed_areas(cycle).values_list("area_id", flat=True):
        first_on = _first_on(seen, area_id)
        last_on = working_day_after(first_on, number, calendar)
        found[area_id] = Term(first_on, max(last_on, set_on or last_on), area_id in confirmed)
    return found


@dataclass(frozen=True)
class _Seen:
    """A day from which on areas could see the facts of a run."""

    day: date
    run: Run


def _seen(cycle: Cycle) -> list[_Seen]:
    """The days on which the year came to where it is now, each with its newest run by then."""
    runs = list(Run.objects.filter(cycle=cycle).select_related("cycle__scheme"))
    changes = cycle.stage_changes.filter(enters=cycle.stage, done_at__isnull=False)
    found = [
        _Seen(day_of(change.done_at), run)
        for change in changes.order_by("done_at")
        if change.done_at is not None
        and (run := next((one for one in runs if one.at <= change.done_at), None)) is not None
    ]
    return found or [_Seen(day_of(run.at), run) for run in runs[:1]]


def _first_on(seen: Sequence[_Seen], area_id: str) -> date:
    *before, newest = seen
    first_on = newest.day
    for one in reversed(before):
        if facts_of(one.run, area_id) != facts_of(newest.run, area_id):
            break
        first_on = one.day
    return first_on


def last_day(terms: Mapping[str, Term], day: date) -> date | None:
    """The last day on which the year waits for some area; None where it waits for nobody."""
    return max((one.last_on for one in terms.values() if one.runs_on(day)), default=None)
