"""What the program assumes where the policy says nothing. None of it is the policy's own."""

from __future__ import annotations

from datetime import date, timedelta

from kaohe.scheme.head import Calendar

ANSWER_DAYS = 3
"""Working days in which an area may answer a finding of the spot check."""

REPORT_DAYS = 15
"""Working days in which discipline inspection deals with a report."""

REPORTS_AN_HOUR = 30
"""Reports that a town takes in within an hour from people who are not logged in.

Senders cannot be told apart: nothing is kept about them, and behind a gateway all have one address.
"""


def working_day_after(day: date, count: int, calendar: Calendar | None = None) -> date:
    """The ``count``-th working day after a day.

    >>> working_day_after(date(2024, 11, 20), 3).isoformat()
    '2024-11-25'
    """
    known = calendar or Calendar()
    while count:
        day += timedelta(days=1)
        weekend = day.isoweekday() > 5 and day not in known.workdays
        if not weekend and day not in known.holidays:
            count -= 1
    return day
