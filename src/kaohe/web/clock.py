"""The one place where the web asks what time it is. Actions are told; they never ask."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The time, or the fixed time of a demonstration."""
    fixed: datetime | None = settings.ENVIRONMENT.clock
    return fixed or timezone.now()


def today() -> date:
    """The day in Shanghai."""
    return day_of(now())


def day_of(at: datetime) -> date:
    """The day in Shanghai on which something was."""
    return timezone.localtime(at).date()
