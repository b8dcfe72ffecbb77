"""How a draw goes on: reserves that come in, and the days that an area has to answer."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.scheme.head import Calendar
from kaohe.web.evidence.defaults import working_day_after
from kaohe.web.evidence.spot_check_rules import active_count

pytestmark = pytest.mark.no_database


def test_reserves_come_in_one_by_one() -> None:
    nobody = [""] * 6
    assert active_count(nobody, 3) == 3
    assert active_count(["refused", "", "confirmed", *nobody], 3) == 4
    assert active_count(["refused", "not_reached", "not_eligible", "", "", ""], 3) == 6
    assert active_count(["refused", "refused"], 3) == 2, "there are no more than were drawn"


def test_working_days_leave_out_weekends_and_holidays() -> None:
    friday = date(2024, 9, 27)
    assert working_day_after(friday, 3) == date(2024, 10, 2)
    calendar = Calendar(
        holidays=(date(2024, 10, 1), date(2024, 10, 2), date(2024, 10, 3)),
        workdays=(date(2024, 9, 29),),
    )
    assert working_day_after(friday, 3, calendar) == date(2024, 10, 4)
