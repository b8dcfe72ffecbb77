"""Until when requests to leave cases out are decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import models

DECIDE_DAYS = 14
"""Days in which both sides decide where the clerk has set none: as long as the meetings last."""


def decide_days(cycle: Cycle) -> int:
    """The days in which both sides decide on a request, as the clerk set them for a cycle."""
    terms: Any = getattr(models, "CaseTerms", None)
    if terms is None:
        return DECIDE_DAYS
    days: int | None = (
        terms.objects.filter(cycle=cycle).values_list("decide_days", flat=True).first()
    )
    return days or DECIDE_DAYS


def due_on(cycle: Cycle, asked_on: date) -> date:
    """The last day on which a request of that day is decided in time."""
    return asked_on + timedelta(days=decide_days(cycle))
