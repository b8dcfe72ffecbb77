"""When something happens in the demonstration town, and who does it then."""

from __future__ import annotations

from datetime import datetime

from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.environment import SHANGHAI


def on(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """A time in the town's year."""
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def who(username: str, at: datetime) -> Person:
    """Somebody as they act then."""
    return person_of(User.objects.get(username=username), at.date())
