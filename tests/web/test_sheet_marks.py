"""Marks given cell by cell, as the script of the sheet does: what is taken, and what is not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.cycles.items import Item
from kaohe.web.cycles.models import Cycle, Exemption
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import Mark
from kaohe.web.evidence.sheet_actions import Cell, give_mark, give_marks
from kaohe.web.evidence.sheet_contents import marked_items
from kaohe.web.evidence.sheet_presenters import spread_of
from kaohe.web.evidence.sheet_rules import Window, read_comment, read_score, why_not_mark
from tests.web.cast import NOW, Cast
from tests.web.sheets import ITEM, OTHER_ITEM, address, open_window, send


@pytest.fixture
def scorer(cast: Cast) -> Client:
    open_window(cast)
    return cast.client("scorer")


def item(cast: Cast, node: str = ITEM) -> Item:
    return next(one for one in marked_items(scheme_of(cast.cycle)) if one.node == node)


def only_cell(answer: Any) -> dict[str, Any]:
    (cell,) = answer.json()["cells"]
    return cell


def test_a_mark_is_stored_as_canonical_text_with_one_event_that_does_not_tell_it(
    cast: Cast, scorer: Client
) -> None:
    before = Event.objects.count()
    answer = send(scorer, cast, {"score": "92.50", "comment": ""})
    assert only_cell(answer)["state"] == "saved"
    assert only_cell(answer)["score"] == "92.5"
    mark = Mark.objects.get()
    assert (mark.score, mark.by, mark.version) == ("92.5", "scorer先生", 1)
    event = Event.objects.latest("number")
    assert Event.objects.count() == before + 1
    assert event.act == "evidence.mark_given"
    assert "云溪苑居民区" in event.told
    assert "92" not in event.told + event.object


def test_equal_marks_leave_different_digests_so_that_the_log_cannot_be_tried_out(
    cast: Cast, scorer: Client
) -> None:
    for score in ("90", "80", "90"):
        version = Mark.objects.values_list("version", flat=True).first() or 0
        send(scorer, cast, {"score": score, "seen": version})
    digests = Event.objects.filter(act="evidence.mark_given").values_list("after", flat=True)
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("９２．５", "92.5"), ("92。5", "92.5"), (" 090 ", "90"), ("100.00", "100"), ("0", "0")],
)
def test_a_mark_is_read_as_it_is_meant(cast: Cast, typed: str, stored: str) -> None:
    assert read_score(typed, item(cast)) == (stored, "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("好", "应填数字"),
        ("1e2", "应填数字"),
        ("-1", "应在 0 到 100 之间"),
        ("100.01", "应在 0 到 100 之间"),
        ("92.555", "位小数"),
        ("9" * 40, "应填数字"),
    ],
)
def test_what_is_no_mark_is_refused_with_what_to_do_and_nothing_is_stored(
    cast: Cast, scorer: Client, typed: str, told: str
) -> None:
    answer = send(scorer, cast, {"score": typed})
    assert only_cell(answer)["state"] == "refused"
    assert told in only_cell(answer)["reason"]
    assert not Mark.objects.exists()


def test_a_comment_is_cut_of_what_no_page_shows_and_not_too_long(cast: Cast) -> None:
    assert read_comment(" 第一行\r\n第二\x00行 ") == ("第一行\n第二行", "")
    assert "最多 500 字" in read_comment("字" * 501)[1]


def test_the_extremes_are_saved_and_ask_for_a_comment(cast: Cast, scorer: Client) -> None:
    answer = send(scorer, cast, {"score": "100"})
    assert only_cell(answer)["comment_missing"] is True
    assert "缺说明 1 格" in answer.json()["progress"]
    again = send(scorer, cast, {"score": "100", "comment": "区级示范点", "seen": 1})
    assert only_cell(again)["comment_missing"] is False
    least = send(scorer, cast, {"area": "J02", "score": "0"})
    assert only_cell(least)["comment_missing"] is True


def test_sending_the_same_again_changes_nothing_and_is_no_act(cast: Cast, scorer: Client) -> None:
    send(scorer, cast, {"score": "90"})
    events = Event.objects.count()
    again = send(scorer, cast, {"score": "90.0"})
    assert only_cell(again)["state"] == "saved"
    assert only_cell(again)["version"] == 1
    assert Event.objects.count() == events


def test_a_cell_that_somebody_else_changed_shows_both_and_keeps_theirs(
    cast: Cast, scorer: Client
) -> None:
    send(cast.client("department_head"), cast, {"score": "80", "comment": "雨后积水"})
    answer = send(scorer, cast, {"score": "95", "seen": 0})
    cell = only_cell(answer)
    assert cell["state"] == "conflict"
    assert "department_head先生" in cell["other"]
    assert "雨后积水" in cell["other"]
    assert Mark.objects.get().score == "80"
    mine = send(scorer, cast, {"score": "95", "seen": cell["version"]})
    assert only_cell(mine)["state"] == "saved"
    assert Mark.objects.get().score == "95"


def test_a_cleared_cell_keeps_its_version_and_counts_as_empty(cast: Cast, scorer: Client) -> None:
    send(scorer, cast, {"score": "90"})
    cleared = send(scorer, cast, {"score": "", "seen": 1})
    assert only_cell(cleared)["version"] == 2
    assert cleared.json()["filled"] == 0
    late = send(scorer, cast, {"score": "70", "seen": 1})
    assert only_cell(late)["state"] == "conflict"


def test_several_cells_are_one_act_and_one_that_is_wrong_stops_no_other(
    cast: Cast, scorer: Client
) -> None:
    before = Event.objects.count()
    answer = send(
        scorer,
        cast,
        {"area": "J01", "score": "90"},
        {"area": "J02", "score": "900"},
        {"area": "J03", "score": "91"},
    )
    assert [cell["state"] for cell in answer.json()["cells"]] == ["saved", "refused", "saved"]
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("number").act == "evidence.marks_given"
    column = answer.json()["columns"][ITEM]
    assert (column["mean"], column["least"], column["greatest"]) == ("90.500", "90", "91")


def test_cells_of_other_departments_or_areas_are_refused(cast: Cast, scorer: Client) -> None:
    foreign = send(scorer, cast, {"node": "daily.party.4", "score": "90"})
    assert only_cell(foreign)["state"] == "refused"
    Exemption.objects.create(
        town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="年中新设"
    )
    exempted = send(scorer, cast, {"area": "J02", "score": "90"})
    assert "不在本科室的评分表中" in only_cell(exempted)["reason"]
    assert not Mark.objects.exists()


@pytest.mark.parametrize("username", ["other_scorer", "secretary", "clerk", "auditor", "max"])
def test_nobody_but_the_department_can_send_cells(cast: Cast, username: str) -> None:
    open_window(cast)
    assert send(cast.client(username), cast, {"score": "90"}, username=username).status_code == 404


def test_a_guessed_cycle_or_department_of_another_town_is_not_found(
    cast: Cast, scorer: Client
) -> None:
    elsewhere = Cycle.objects.exclude(town=cast.town).get()
    department = cast.department("社建办").pk
    assert scorer.get(f"/evidence/sheet/{elsewhere.pk}/{department}/").status_code == 404
    assert scorer.get(f"/evidence/sheet/{cast.cycle.pk}/999999/").status_code == 404


def test_cells_that_another_person_typed_in_this_browser_are_not_sent_as_ones_own(
    cast: Cast, scorer: Client
) -> None:
    answer = send(scorer, cast, {"score": "90"}, username="department_head")
    assert answer.status_code == 403
    assert answer.json() == {"state": "other_person"}
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"username": "scorer", "cells": [{}]}', "[" * 100_000, b"\xff"]
)
def test_what_is_no_list_of_cells_is_told_and_does_no_harm(
    cast: Cast, scorer: Client, body: str | bytes
) -> None:
    answer = scorer.post(f"{address(cast)}cells", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["state"] == "unreadable"


def test_an_ended_session_answers_401_so_that_the_script_keeps_what_was_typed(cast: Cast) -> None:
    open_window(cast)
    assert send(Client(), cast, {"score": "90"}).status_code == 401


@pytest.mark.parametrize(
    ("stage", "told"),
    [("adopted", "还没有进入收集阶段"), ("scoring", "收集阶段已经结束"), ("published", "已经结束")],
)
def test_marks_are_given_only_while_the_cycle_collects(
    cast: Cast, scorer: Client, stage: str, told: str
) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    answer = send(scorer, cast, {"score": "90"})
    assert answer.status_code == 403
    assert told in answer.json()["reason"]
    page = scorer.get(address(cast)).content.decode()
    assert told in page
    assert 'name="score|' not in page


def test_marks_are_given_only_in_the_departments_window(cast: Cast) -> None:
    client = cast.client("scorer")
    answer = send(client, cast, {"score": "90"})
    assert answer.status_code == 403
    assert "2025-01-01 至 2025-01-14" in answer.json()["reason"]
    assert "今天不能评分" in client.get(address(cast)).content.decode()


def test_the_rule_gives_no_reason_when_all_is_well() -> None:
    window = Window(True, date(2025, 1, 1), date(2025, 1, 14))
    assert why_not_mark("collecting", window, "") == ""


def test_actions_refuse_by_themselves_whatever_the_page_showed(cast: Cast) -> None:
    to: dict[str, Any] = {
        "cycle": cast.cycle,
        "department": cast.department("社建办"),
        "by": cast.person("scorer"),
        "at": NOW,
    }
    cell = Cell("J01", ITEM, "90")
    with pytest.raises(PermissionDenied):
        give_mark(cell, **to)
    with pytest.raises(PermissionDenied):
        give_marks([cell], **to)


def test_many_marks_are_one_act_and_few_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    open_window(cast)
    to: dict[str, Any] = {
        "cycle": cast.cycle,
        "department": cast.department("社建办"),
        "by": cast.person("scorer"),
        "at": NOW,
    }
    nodes = [one.node for one in marked_items(scheme_of(cast.cycle)) if "社建办" in one.scorers]
    cells = [Cell(area, node, "88.5") for area in ("J01", "J02", "J03") for node in nodes]
    events = Event.objects.count()
    with django_assert_max_num_queries(16):
        outcomes = give_marks(cells, **to)
    assert {one.state for one in outcomes} == {"saved"}
    assert Mark.objects.count() == len(cells) == 21
    assert Event.objects.count() == events + 1
    again = give_marks(cells, **to)
    assert {one.state for one in again} == {"unchanged"}
    assert Event.objects.count() == events + 1


def test_the_spread_is_exact_and_names_no_area() -> None:
    spread = spread_of(["90", "91", "91"], 5, 1)
    assert (spread.mean, spread.least, spread.greatest) == ("90.67", "90", "91")
    assert (spread.filled, spread.cells, spread.distinct) == (3, 5, 2)
    assert spread_of([], 5, 1).mean == ""


def test_answers_are_json_that_the_script_can_read(cast: Cast, scorer: Client) -> None:
    answer = send(scorer, cast, {"node": OTHER_ITEM, "score": "77"})
    assert json.loads(answer.content)["columns"].keys() == {OTHER_ITEM}
    assert "还有 20 格没有评分" in answer.json()["sign_refused"]
