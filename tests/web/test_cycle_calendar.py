"""The calendar of a year: defaults, dates that the clerk moves, and what is open on a day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.cycles import actions
from kaohe.web.cycles.calendar import is_open, open_steps, step_of
from kaohe.web.cycles.models import Deadline
from kaohe.web.cycles.presenters import calendar_shown
from kaohe.web.cycles.steps import STEP_BY_CODE, STEPS, default_dates
from tests.web.cast import NOW, Cast
from tests.web.preparing import acts, in_stage


def window(cast: Cast) -> Deadline:
    return Deadline.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        step="department_window",
        opens_on=date(2025, 1, 2),
        closes_on=date(2025, 1, 15),
    )


def test_every_step_begins_before_it_ends_and_has_a_gate_and_a_role() -> None:
    for step in STEPS:
        dates = default_dates(step, 2024)
        assert dates.opens_on <= dates.closes_on
        assert str(step.gate)
        assert step.roles
    assert len(STEP_BY_CODE) == len(STEPS) == 19


def test_steps_without_a_page_say_that_they_are_done_elsewhere() -> None:
    elsewhere = {step.code for step in STEPS if "系统外" in str(step.gate)}
    assert elsewhere == {
        "online_1",
        "midyear_note",
        "vendor",
        "fieldwork",
        "meetings",
        "online_2",
    }


def test_the_last_of_february_is_the_last_of_february() -> None:
    step = STEP_BY_CODE["adopt"]
    assert default_dates(step, 2024).closes_on == date(2024, 2, 29)
    assert default_dates(step, 2025).closes_on == date(2025, 2, 28)


def test_a_step_is_open_from_its_first_to_its_last_day(cast: Cast) -> None:
    cycle = cast.cycle
    assert not is_open(cycle, "department_window", date(2024, 12, 31))
    assert is_open(cycle, "department_window", date(2025, 1, 1)), "the default without a row"
    window(cast)
    assert not is_open(cycle, "department_window", date(2025, 1, 1))
    assert is_open(cycle, "department_window", date(2025, 1, 2))
    assert is_open(cycle, "department_window", date(2025, 1, 15))
    assert not is_open(cycle, "department_window", date(2025, 1, 16))
    assert step_of(cycle, "department_window").pk is not None
    with pytest.raises(KeyError):
        step_of(cycle, "no_such_step")


def test_the_steps_of_a_day_are_told_in_order(cast: Cast) -> None:
    codes = [one.step.code for one in open_steps(cast.cycle, date(2024, 11, 20))]
    assert codes == ["fieldwork", "meetings", "online_2"]
    assert open_steps(cast.cycle, date(2023, 1, 1)) == ()


def test_the_clerk_moves_a_date_as_one_act(cast: Cast) -> None:
    row = window(cast)
    client = cast.client("clerk")
    address = f"/cycles/deadlines/{row.pk}/change"
    sent = {"opens_on": "2025-01-06", "closes_on": "2025-01-03", "seen": row.version}
    wrong = client.post(address, sent)
    assert wrong.status_code == 422
    assert "截止日期不能早于开始日期" in wrong.content.decode()
    assert "2025-01-06" in wrong.content.decode()
    assert client.post(address, sent | {"closes_on": "2025-01-19"}).status_code == 302
    assert acts() == ["cycles.deadline_moved"]
    assert is_open(cast.cycle, "department_window", date(2025, 1, 19))
    stale = client.post(address, sent | {"closes_on": "2025-01-20"})
    assert stale.status_code == 409
    page = client.get("/cycles/deadlines/").content.decode()
    assert "科室评分" in page
    assert "自动生成" in page
    assert client.get("/cycles/deadlines/add").status_code == 403


def test_published_dates_stay(cast: Cast) -> None:
    row = window(cast)
    in_stage(cast, "published")
    refused = cast.client("clerk").get(f"/cycles/deadlines/{row.pk}/change")
    assert refused.status_code == 403
    assert "已经公布" in refused.content.decode()
    row.refresh_from_db()
    with pytest.raises(PermissionDenied, match="已经公布"):
        actions.move_deadline(row, by=cast.person("clerk"), at=NOW)


def test_others_read_the_calendar_and_nobody_else_moves_it(cast: Cast) -> None:
    row = window(cast)
    for username in ("scorer", "secretary", "provider", "group_head"):
        client = cast.client(username)
        assert client.get("/cycles/deadlines/").status_code == 200
        assert client.post(f"/cycles/deadlines/{row.pk}/change", {}).status_code == 404
    for username in ("max", "interviewer", "administrator"):
        assert cast.client(username).get("/cycles/deadlines/").status_code == 404
    assert str(row) not in cast.client("stranger").get("/cycles/deadlines/").content.decode()


def test_a_step_is_over_once_the_year_has_passed_it_whatever_the_day(cast: Cast) -> None:
    cycle, day = cast.cycle, date(2024, 2, 10)
    states = {one.scheduled.step.code: one.state for one in calendar_shown(cycle, day)}
    assert states["adopt"] == "已完成", "the year is collecting already"
    assert states["data_cut"] == "未开始"
    cycle.stage = "prepare"
    states = {one.scheduled.step.code: one.state for one in calendar_shown(cycle, day)}
    assert states["adopt"] == "进行中"
    cycle.stage = "archived"
    over = [one for one in calendar_shown(cycle, day) if one.scheduled.step.done_by]
    assert {one.state for one in over} == {"已完成"}


def test_a_step_past_its_last_day_is_late_unless_the_year_has_come_there(cast: Cast) -> None:
    cycle, day = cast.cycle, date(2025, 1, 1)
    shown = {one.scheduled.step.code: one for one in calendar_shown(cycle, day)}
    assert (shown["data_cut"].state, shown["data_cut"].tag) == ("逾期未完成", "bad")
    assert shown["adopt"].state == "已完成"
    assert shown["meetings"].state == "已截止", "no stage says whether it was done"
    cycle.stage = "scoring"
    shown = {one.scheduled.step.code: one for one in calendar_shown(cycle, day)}
    assert shown["data_cut"].state == "已完成"
