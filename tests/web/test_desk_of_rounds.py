"""The desk: what residents' judgement asks of whom, and when."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest

from kaohe.web.cycles.models import Cycle
from kaohe.web.surveys import actions, fieldwork_actions, voiding
from kaohe.web.surveys.models import BackCheck, Ballot, Round, SampleHousehold, Vendor
from tests.web.cast import NOW, Cast
from tests.web.fieldwork import at_work, checked, surveyed
from tests.web.fieldwork import drawn as sample_drawn
from tests.web.meetings import attended, called, drawn, ended
from tests.web.rounds import ANSWERS, closed, opened, prepared, send

pytestmark = pytest.mark.either_database

HELD_TODAY, HELD_LATER = date(2024, 11, 20), date(2024, 11, 25)


def waiting(cast: Cast, username: str) -> str:
    """What waits for somebody, as the desk says it."""
    page = unescape(cast.client(username).get("/").content.decode())
    return page[page.index("等您办理") :].partition("</section>")[0]


def test_a_clerk_is_told_of_rounds_that_should_have_begun_or_stand_still(cast: Cast) -> None:
    held = prepared(cast, closes_on=date(2024, 12, 1), opens_on=date(2024, 11, 21))
    assert "还没有开始" not in waiting(cast, "clerk"), "its first day is tomorrow"
    Round.objects.update(opens_on=date(2024, 11, 20))
    assert f"轮次“{held}”到了开始日期，还没有开始" in waiting(cast, "clerk")
    Round.objects.update(state="paused")
    assert f"轮次“{held}”已暂停" in waiting(cast, "clerk")


@pytest.mark.parametrize("trial", [True, False])
def test_a_round_past_its_last_day_is_told_once(cast: Cast, trial: bool) -> None:
    held, _codes = opened(cast, trial=trial)
    assert "截止并开箱" not in waiting(cast, "clerk")
    Round.objects.update(closes_on=date(2024, 11, 19))
    assert waiting(cast, "clerk").count(f"轮次“{held}”还没有截止并开箱") == 1


def test_keepers_are_asked_to_take_a_key_and_to_bring_it_back(cast: Cast) -> None:
    held = prepared(cast, two_keepers=True, manner="surveyor", samples=["third_party"])
    people = ("inspection", "group_head", "other_inspection")
    assert all("各保管一份开箱密钥" in waiting(cast, one) for one in people)
    keys = [actions.take_key(held, by=cast.person(one), at=NOW) for one in people[:2]]
    assert not any("各保管一份开箱密钥" in waiting(cast, one) for one in people)
    actions.open_round(held, by=cast.person("clerk"), at=NOW)
    closed(cast, held)
    assert ["交回开箱密钥" in waiting(cast, one) for one in people] == [True, False, False]
    actions.hand_in_key(held, keys[0], by=cast.person("inspection"), at=NOW)
    assert ["交回开箱密钥" in waiting(cast, one) for one in people] == [False, True, False]
    actions.hand_in_key(held, keys[1], by=cast.person("group_head"), at=NOW)
    assert "交回开箱密钥" not in waiting(cast, "group_head")


def test_heads_are_asked_to_sign_that_a_round_be_void(cast: Cast) -> None:
    held, _codes = opened(cast)
    heads = ("group_head", "other_group_head")
    assert not any("作废" in waiting(cast, one) for one in heads)
    voiding.ask_void(held, reason="纸条散失", by=cast.person("clerk"), at=NOW)
    told = f"轮次“{held}”提请作废，请签署"
    assert all(told in waiting(cast, one) for one in heads)
    voiding.sign_void(held, by=cast.person("group_head"), at=NOW)
    assert [told in waiting(cast, one) for one in heads] == [False, True]
    voiding.sign_void(held, by=cast.person("other_group_head"), at=NOW)
    assert not any(told in waiting(cast, one) for one in heads)


def test_a_meeting_waits_for_each_in_turn(cast: Cast) -> None:
    called(cast, held_on=HELD_LATER)
    name = "云溪苑居民区座谈会："
    assert f"{name}请抽取邀请名单" in waiting(cast, "clerk")
    assert name not in waiting(cast, "secretary"), "there is no list yet"
    assert f"{name}请到场监督投票" in waiting(cast, "inspection")
    assert f"{name}由包保领导主持" in waiting(cast, "leader")
    assert name not in waiting(cast, "other_inspection")
    assert name not in waiting(cast, "other_secretary")


def test_a_secretary_invites_and_on_the_day_marks_who_came(cast: Cast) -> None:
    row = drawn(cast, held_on=HELD_LATER)
    assert "座谈会：请按名单邀请住户" in waiting(cast, "secretary")
    assert "座谈会" not in waiting(cast, "clerk")
    type(row).objects.update(held_on=HELD_TODAY)
    assert "座谈会：请登记到会" in waiting(cast, "secretary")
    ended(cast, attended(cast, row, 2))
    assert "座谈会" not in waiting(cast, "secretary")
    for username in ("clerk", "inspection"):
        assert "座谈会：记录还没有完成" in waiting(cast, username)
    closed(cast, row.round)
    assert "座谈会" not in waiting(cast, "inspection"), "nothing can be done any more"


def test_a_clerk_is_led_from_the_third_party_to_its_sample(cast: Cast) -> None:
    held = prepared(cast, title="秋季入户", manner="surveyor", samples=["third_party"])
    assert f"{held}：请登记由哪家第三方机构访问" in waiting(cast, "clerk")
    assert "样本已移交" not in waiting(cast, "survey_manager")


def test_what_is_handed_over_waits_for_the_third_party(cast: Cast) -> None:
    held, vendor = surveyed(cast)
    assert f"{held}：请抽取第三方样本" in waiting(cast, "clerk")
    sample_drawn(cast, vendor)
    assert f"{held}：请登记核查、移交第三方样本" in waiting(cast, "clerk")
    people = ("survey_manager", "interviewer")
    assert not any("样本" in waiting(cast, one) for one in people)
    checked(cast, vendor)
    fieldwork_actions.hand_over(vendor, by=cast.person("clerk"), at=NOW)
    assert "第三方" not in waiting(cast, "clerk")
    assert all(f"{held}：样本已移交，请访问并交回数据" in waiting(cast, one) for one in people)


def test_back_checks_wait_for_the_manager_and_the_proof_for_the_clerk(cast: Cast) -> None:
    held, draw = at_work(cast)
    row = SampleHousehold.objects.filter(draw=draw).first()
    assert row is not None
    BackCheck.objects.create(town=cast.town, cycle=cast.cycle, household=row)
    assert f"{held}：1 户复核还没有登记结果" in waiting(cast, "survey_manager")
    assert "复核" not in waiting(cast, "interviewer")
    BackCheck.objects.update(agreed=True)
    assert "复核" not in waiting(cast, "survey_manager")
    closed(cast, held)
    assert "样本" not in waiting(cast, "survey_manager")
    assert f"{held}：请登记第三方数据交还与销毁" in waiting(cast, "clerk")
    checked(cast, Vendor.objects.get(), ["deletion"])
    assert "交还与销毁" not in waiting(cast, "clerk")


def test_flagged_ballots_wait_for_those_who_review(cast: Cast) -> None:
    held, codes = opened(cast, {"J01": 2})
    for code in codes.values():
        assert send(held, code, ANSWERS).status_code == 200
    closed(cast, held)
    Ballot.objects.update(flags=["straight"])
    for username in ("inspection", "statistics"):
        assert "2 份带提示的答卷待审阅" in waiting(cast, username)
    assert "答卷待审阅" not in waiting(cast, "clerk")
    Cycle.objects.update(stage="review")
    assert "答卷待审阅" not in waiting(cast, "statistics")


@pytest.mark.parametrize("username", ["clerk", "inspection", "secretary", "survey_manager"])
def test_what_rounds_ask_costs_no_query_each(
    cast: Cast, username: str, django_assert_max_num_queries: Any
) -> None:
    at_work(cast)
    row = drawn(cast, held_on=HELD_TODAY, area_id="J01", homes=0)
    for area in ("J02", "J03"):
        called(cast, area, 0, round=row.round)
    client = cast.client(username)
    with django_assert_max_num_queries(50):
        assert client.get("/").status_code == 200
