"""Stretches of time as a policy names them: ``90 days``, ``6 months``, ``2 years``."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

WRITTEN = re.compile(r"([1-9][0-9]{0,4}) (day|month|year)s?")


def before(day: date, duration: str) -> date:
    """The day that lies a duration before another; of a shorter month its last day.

    >>> before(date(2024, 12, 31), "2 years"), before(date(2025, 3, 31), "1 month")
    (datetime.date(2022, 12, 31), datetime.date(2025, 2, 28))
    """
    found = WRITTEN.fullmatch(duration)
    assert found is not None, duration
    number, unit = int(found[1]), found[2]
    if unit == "day":
        return date.fromordinal(max(1, day.toordinal() - number))
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        return date.min
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _checked(text: str) -> str:
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise PydanticCustomError("duration", "write a duration such as 90 days, 6 months, 2 years")
    # Longer than any record: what lies before the first year that dates know.
    if int(found[1]) > {"day": 36500, "month": 1200, "year": 100}[found[2]]:
        raise PydanticCustomError("duration", "a duration is at most 100 years")
    return text


Duration = Annotated[str, AfterValidator(_checked)]
"""A duration as text that is known to be one."""
