"""The calendar of a cycle: when its steps are open, and which a day falls into."""

from __future__ import annotations

from datetime import date

from kaohe.web.cycles.models import Cycle, Deadline
from kaohe.web.cycles.steps import STEP_BY_CODE, STEPS, Scheduled, Step, default_dates


def schedule(cycle: Cycle) -> tuple[Scheduled, ...]:
    """Every step of a cycle in the order of its dates; where no row is kept, with its default."""
    kept: dict[str, Deadline] = {row.step: row for row in cycle.deadlines.all()}
    found = (_scheduled(step, kept.get(step.code), cycle.year) for step in STEPS)
    return tuple(sorted(found, key=lambda one: (one.opens_on, one.closes_on)))


def _scheduled(step: Step, row: Deadline | None, year: int) -> Scheduled:
    if row is None:
        return default_dates(step, year)
    return Scheduled(step, row.opens_on, row.closes_on, row.pk)


def step_of(cycle: Cycle, code: str) -> Scheduled:
    """One step of a cycle with its dates. Raises KeyError for a step that there is not."""
    rows = cycle.deadlines.all()  # no query each where a page has prefetched them
    row = next((one for one in rows if one.step == code), None)
    return _scheduled(STEP_BY_CODE[code], row, cycle.year)


def is_open(cycle: Cycle, code: str, day: date) -> bool:
    """Whether a step of a cycle is open on a day, such as the departments' window."""
    return step_of(cycle, code).open_on(day)


def open_steps(cycle: Cycle, day: date) -> tuple[Scheduled, ...]:
    """The steps that a day falls into, in the order of their dates."""
    return tuple(one for one in schedule(cycle) if one.open_on(day))
