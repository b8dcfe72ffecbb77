"""Until when requests to leave cases out are decided."""

from __future__ import annotations

from datetime import date, timedelta

from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.place_models import CaseTerms

MEETINGS = "exclusion_meetings"
"""The step of the year in which both sides meet over requests."""


def due_on(cycle: Cycle, asked_on: date) -> date:
    """The last day on which a request of that day is decided in time: so many days later as the
    clerk set for the cycle, else the last day of the meetings."""
    days = CaseTerms.objects.filter(cycle=cycle).values_list("decide_days", flat=True).first()
    if days is not None:
        return asked_on + timedelta(days=days)
    return max(asked_on, step_of(cycle, MEETINGS).closes_on)
