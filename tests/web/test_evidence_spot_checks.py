"""The spot check: drawn once, asked by two, answered by the area, settled; redone by auditors."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from kaohe.analysis.sampling import drawn, read_frame
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.facts import claimed_visits, observed
from kaohe.web.evidence.models import Redraw, SpotCheck, SpotCheckHousehold
from kaohe.web.evidence.spot_check_actions import (
    answer_finding,
    ask_redraw,
    draw_spot_checks,
    settle_finding,
    sign_outcome,
    sign_redraw,
)
from kaohe.web.results.completeness import open_points
from tests.web.cast import NOW, TODAY, Cast
from tests.web.visits import deliver_visits, many_visits

CHECKS = "/evidence/spot-checks/"
AREA = f"{CHECKS}areas/J01/"
LATER = datetime(2024, 11, 27, 2, 0, tzinfo=UTC)


@pytest.fixture
def drawn_check(cast: Cast) -> SpotCheck:
    """Two areas with visits, ten households and five reserves of each."""
    deliver_visits(cast, many_visits("J01", "J02"))
    return draw_spot_checks(
        cast.cycle,
        frame=claimed_visits(cast.cycle),
        size=10,
        reserves=5,
        seed="seed",
        reason="听澜坊年内没有走访",
        by=cast.person("clerk"),
        at=NOW,
    )


def household(place: int, area: str = "J01") -> SpotCheckHousehold:
    return SpotCheckHousehold.objects.get(place=place, area__area_id=area)


def signed(cast: Cast, place: int, outcome: str, *names: str, area: str = "J01") -> None:
    for name in names or ("auditor", "other_auditor"):
        sign_outcome(
            household(place, area),
            outcome=outcome,
            checked_on=TODAY,
            by=cast.person(name),
            at=NOW,
        )


def sign(client: Client, place: int, outcome: str, day: str = "2024-11-20"):
    address = f"{CHECKS}{household(place).pk}/sign"
    return client.post(address, {"outcome": outcome, "checked_on": day}, follow=True)


# -- the draw


def test_the_clerk_draws_as_many_as_the_scheme_says_and_only_once(cast: Cast) -> None:
    deliver_visits(cast, many_visits("J01", "J02"))
    client = cast.client("clerk")
    page = client.get(CHECKS).content.decode()
    assert "10 户，按方案" in page
    assert "3 个居民区中 2 个可抽满 10 户及替补" in page
    assert "听澜坊居民区（0 户）" in page
    before = Event.objects.count()
    sent = {"cycle": cast.cycle.pk, "size": "3", "reserves": "4"}
    short = client.post(f"{CHECKS}draw", sent)
    assert short.status_code == 422
    assert "有居民区抽不满：听澜坊居民区" in short.content.decode()
    assert client.post(f"{CHECKS}draw", sent | {"confirmed": "on"}).status_code == 422
    sent |= {"confirmed": "on", "reason": "新建小区，尚未入住"}
    assert client.post(f"{CHECKS}draw", sent).status_code == 302
    assert Event.objects.count() == before + 1
    check = SpotCheck.objects.get()
    assert (check.size, check.reserves) == (10, 4), "the scheme's number is not to be typed over"
    assert len(check.seed) == 32
    places = list(check.households.filter(area__area_id="J01").values_list("place", flat=True))
    assert places == list(range(1, 15))
    assert not check.households.filter(area__area_id="J03").exists()
    page = client.get(CHECKS).content.decode()
    assert "没有抽到住户的居民区：听澜坊居民区" in page
    again = client.post(f"{CHECKS}draw", sent)
    assert again.status_code == 403
    assert "已经抽取过" in again.content.decode()
    assert check.reason == Event.objects.get(act="evidence.spot_checks_drawn").reason != ""


def test_nothing_is_drawn_from_visits_that_nobody_signed(cast: Cast) -> None:
    deliver_visits(cast, many_visits("J01", "J02", "J03"))
    signed_at = Delivery.objects.values_list("signed_at", flat=True).get()
    Delivery.objects.update(signed_at=None)
    client = cast.client("clerk")
    assert "还没有签认" in client.get(CHECKS).content.decode()
    sent = {"cycle": cast.cycle.pk, "reserves": "10"}
    refused = client.post(f"{CHECKS}draw", sent)
    assert refused.status_code == 403
    assert "还没有签认" in refused.content.decode()
    assert not SpotCheck.objects.exists()
    Delivery.objects.update(signed_at=signed_at)
    page = client.get(CHECKS).content.decode()
    assert "3 个居民区中 3 个可抽满 10 户及替补" in page
    assert "抽不满的理由" not in page
    assert client.post(f"{CHECKS}draw", sent).status_code == 302


def test_two_heads_sign_a_redraw_and_the_old_draw_stays_on_record(
    cast: Cast, drawn_check: SpotCheck
) -> None:
    clerk, address = cast.client("clerk"), f"{CHECKS}redraw"
    assert clerk.post(address, {"reason": ""}).status_code == 422
    assert cast.client("auditor").post(address, {"reason": "x"}).status_code == 404
    assert clerk.post(address, {"reason": "走访数据补报"}).status_code == 302
    redraw = Redraw.objects.get()
    sign_at = f"{address}/{redraw.pk}/sign"
    assert clerk.post(sign_at).status_code == 404
    first, second = cast.client("group_head"), cast.client("other_group_head")
    assert "签署重抽" in first.get(CHECKS).content.decode()
    assert first.post(sign_at).status_code == 302
    assert first.post(sign_at).status_code == 403, "one head alone is not enough"
    assert SpotCheck.objects.get().annulled_at is None
    before = Event.objects.count()
    assert second.post(sign_at).status_code == 302
    assert Event.objects.count() == before + 1
    old = SpotCheck.objects.get()
    assert old.annulled_at is not None
    assert "spot_checks" not in observed(cast.cycle, scheme_of(cast.cycle))
    third = first.post(sign_at, follow=True).content.decode()
    assert "已由两位组长签署生效" in third
    sent = {"cycle": cast.cycle.pk, "reserves": "5", "confirmed": "on", "reason": "没有走访"}
    assert clerk.post(f"{CHECKS}draw", sent).status_code == 302
    assert SpotCheck.objects.filter(annulled_at=None).count() == 1
    page = clerk.get(CHECKS).content.decode()
    assert old.seed in page
    assert "走访数据补报" in page
    acts = list(Event.objects.order_by("number").values_list("act", flat=True))
    assert acts[-4:] == [
        "evidence.redraw_asked",
        "evidence.redraw_signed",
        "evidence.spot_checks_annulled",
        "evidence.spot_checks_drawn",
    ]


def test_once_anybody_has_signed_for_a_household_the_draw_stays(
    cast: Cast, drawn_check: SpotCheck
) -> None:
    redraw = ask_redraw(drawn_check, "补报", by=cast.person("clerk"), at=NOW)
    signed(cast, 1, "confirmed", "auditor")
    with pytest.raises(PermissionDenied, match="已经有住户登记"):
        sign_redraw(redraw, by=cast.person("group_head"), at=NOW)
    refused = cast.client("clerk").post(f"{CHECKS}redraw", {"reason": "x"})
    assert refused.status_code == 302, "asked for already"
    assert "签署重抽" not in cast.client("group_head").get(CHECKS).content.decode()


def test_an_area_without_any_sample_has_no_result_yet(cast: Cast, drawn_check: SpotCheck) -> None:
    texts = [point.text for point in open_points(cast.cycle)]
    assert "3 个居民区的走访抽查还没有结果" in texts


def test_nothing_is_drawn_without_visits_or_out_of_stage_or_by_others(cast: Cast) -> None:
    sent = {"cycle": cast.cycle.pk, "reserves": "4"}
    client = cast.client("clerk")
    assert "还没有走访数据" in client.get(CHECKS).content.decode()
    assert client.post(f"{CHECKS}draw", sent).status_code == 403
    deliver_visits(cast, many_visits("J01"))
    assert client.post(f"{CHECKS}draw", {**sent, "reserves": "-1"}).status_code == 422
    for username in ("auditor", "secretary", "inspection", "max"):
        assert cast.client(username).post(f"{CHECKS}draw", sent).status_code == 404
    Cycle.objects.update(stage="scoring")
    refused = client.post(f"{CHECKS}draw", sent)
    assert "只在“收集”阶段抽取" in refused.content.decode()
    assert not SpotCheck.objects.exists()


def test_visits_out_of_the_period_are_no_claims(cast: Cast) -> None:
    deliver_visits(cast, [("J01", "A", date(2023, 12, 31)), ("J01", "B", date(2024, 12, 31))])
    assert claimed_visits(cast.cycle) == {"J01": {"B"}}


def test_the_auditor_draws_again_from_what_is_kept(cast: Cast, drawn_check: SpotCheck) -> None:
    client = cast.client("auditor")
    page = client.get(f"{CHECKS}proof").content.decode()
    assert "与名单完全一致" in page
    assert "seed" in page
    assert drawn_check.frame_sha256 in page
    frame = client.get(f"{CHECKS}frame").content.decode()
    by_hand = drawn(read_frame(frame), "seed", 15)["J01"]
    stored = drawn_check.households.filter(area__area_id="J01").order_by("place")
    assert by_hand == [row.household_id for row in stored]
    assert cast.client("clerk").get(f"{CHECKS}frame").status_code == 404
    for username in ("secretary", "scorer", "max"):
        assert cast.client(username).get(f"{CHECKS}proof").status_code == 404


def test_the_proof_says_what_does_not_fit(cast: Cast, drawn_check: SpotCheck) -> None:
    client = cast.client("auditor")
    deliver_visits(cast, [("J01", "new", TODAY)], part="late")
    page = client.get(f"{CHECKS}proof").content.decode()
    assert "走访记录有变动" in page
    assert "与名单完全一致" in page
    SpotCheckHousehold.objects.filter(place=1).update(household_id="someone-else")
    assert "与名单不一致" in client.get(f"{CHECKS}proof").content.decode()
    drawn_check.frame_path.write_text("area_id,household_id\n", "utf-8")
    assert "无法重抽" in client.get(f"{CHECKS}proof").content.decode()


# -- asking


def test_two_auditors_sign_and_then_it_stands(cast: Cast, drawn_check: SpotCheck) -> None:
    before = Event.objects.count()
    page = sign(cast.client("auditor"), 1, "confirmed").content.decode()
    assert "待另一人核查" in page
    assert household(1).outcome == ""
    assert "auditor先生" in cast.client("other_auditor").get(AREA).content.decode()
    page = sign(cast.client("other_auditor"), 1, "confirmed").content.decode()
    assert "两人结果一致" in page
    row = household(1)
    assert (row.outcome, row.checked_on) == ("confirmed", TODAY)
    assert row.settled_at is not None
    assert Event.objects.count() == before + 2
    late = sign(cast.client("auditor"), 1, "not_confirmed")
    assert late.status_code == 403
    assert "不能再改" in late.content.decode()


def test_one_auditor_alone_is_not_enough_however_often(cast: Cast, drawn_check: SpotCheck) -> None:
    client = cast.client("auditor")
    sign(client, 1, "confirmed")
    sign(client, 1, "confirmed")
    assert household(1).outcome == ""
    assert household(1).second_by == ""


def test_two_who_disagree_leave_it_open_until_one_signs_anew(
    cast: Cast, drawn_check: SpotCheck
) -> None:
    signed(cast, 1, "confirmed", "auditor")
    page = sign(cast.client("other_auditor"), 1, "not_confirmed").content.decode()
    assert "两人结果不一致" in page
    assert "确认走访过" in page
    assert household(1).outcome == ""
    assert observed(cast.cycle, scheme_of(cast.cycle))["spot_checks"] == []
    signed(cast, 1, "not_confirmed", "auditor")
    assert household(1).outcome == "not_confirmed"


@pytest.mark.parametrize("outcome", ["refused", "not_reached", "not_eligible"])
def test_who_cannot_be_asked_is_replaced_by_the_next_reserve(
    cast: Cast, drawn_check: SpotCheck, outcome: str
) -> None:
    reserve = household(11)
    page = cast.client("auditor").get(AREA).content.decode()
    assert f"household-{reserve.pk}" not in page
    with pytest.raises(PermissionDenied, match="替补"):
        signed(cast, 11, "confirmed")
    signed(cast, 3, outcome)
    page = cast.client("auditor").get(AREA).content.decode()
    assert f"household-{reserve.pk}" in page
    signed(cast, 11, "confirmed")
    facts = observed(cast.cycle, scheme_of(cast.cycle))["spot_checks"]
    assert [row["household_id"] for row in facts] == [reserve.household_id]


@pytest.mark.parametrize(
    ("day", "told"), [("2024-11-21", "不能晚于今天"), ("2024-11-19", "不能早于抽取日期")]
)
def test_a_day_that_cannot_be_is_refused_and_the_rest_is_kept(
    cast: Cast, drawn_check: SpotCheck, day: str, told: str
) -> None:
    page = sign(cast.client("auditor"), 1, "confirmed", day)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert re.search(r'value="confirmed"[^>]*checked', page.content.decode())


def test_only_auditors_sign_and_others_see_no_forms(cast: Cast, drawn_check: SpotCheck) -> None:
    for username in ("clerk", "inspection", "group_head"):
        page = cast.client(username).get(AREA).content.decode()
        assert household(1).household_id in page
        assert "/sign" not in page
        assert sign(cast.client(username), 1, "confirmed").status_code == 404
    for username in ("secretary", "worker", "leader", "scorer", "max", "stranger"):
        assert cast.client(username).get(AREA).status_code == 404
        assert sign(cast.client(username), 1, "confirmed").status_code == 404


def test_after_collecting_nothing_is_signed(cast: Cast, drawn_check: SpotCheck) -> None:
    Cycle.objects.update(stage="scoring")
    assert sign(cast.client("auditor"), 1, "confirmed").status_code == 403


# -- the area answers, the auditors settle


def test_the_area_sees_only_what_was_found_against_it(cast: Cast, drawn_check: SpotCheck) -> None:
    signed(cast, 1, "not_confirmed")
    signed(cast, 2, "confirmed")
    signed(cast, 3, "not_confirmed", "auditor")
    signed(cast, 1, "not_confirmed", area="J02")
    page = cast.client("secretary").get(CHECKS).content.decode()
    assert household(1).household_id in page
    assert "2024-11-25" in page, "three working days"
    assert "2024-11-20 两人结果一致，从其后第一个工作日算起，共 3 个工作日" in page
    for place in range(2, 16):
        assert household(place).household_id not in page
    assert household(1, "J02").household_id not in page
    assert "auditor先生" not in page


def test_the_area_answers_once_in_words_and_the_auditors_decide(
    cast: Cast, drawn_check: SpotCheck
) -> None:
    signed(cast, 1, "not_confirmed")
    row = household(1)
    early = cast.client("auditor").post(
        f"{CHECKS}{row.pk}/settle", {"outcome": "not_confirmed", "corroboration": ""}
    )
    assert early.status_code == 403
    assert "2024-11-25" in early.content.decode()
    client, address = cast.client("secretary"), f"{CHECKS}{row.pk}/answer"
    assert client.post(address, {"answer": ""}).status_code == 422
    before = Event.objects.count()
    assert client.post(address, {"answer": "五月六日社工上门，有照护记录"}).status_code == 302
    assert Event.objects.count() == before + 1
    assert client.post(address, {"answer": "再说一次"}).status_code == 403
    auditor = cast.client("auditor")
    assert "有照护记录" in auditor.get(AREA).content.decode()
    bare = auditor.post(f"{CHECKS}{row.pk}/settle", {"outcome": "confirmed", "corroboration": ""})
    assert bare.status_code == 422
    assert "请写明依据什么" in bare.content.decode()
    auditor.post(f"{CHECKS}{row.pk}/settle", {"outcome": "confirmed", "corroboration": "照护记录"})
    assert Event.objects.count() == before + 2
    assert household(1).outcome == "confirmed"
    page = client.get(CHECKS).content.decode()
    assert "照护记录" in page
    facts = observed(cast.cycle, scheme_of(cast.cycle))["spot_checks"]
    assert [row["visited"] for row in facts] == ["true"]


def test_an_answer_comes_too_late_after_three_working_days(
    cast: Cast, drawn_check: SpotCheck
) -> None:
    signed(cast, 1, "not_confirmed")
    with pytest.raises(PermissionDenied, match="2024-11-25"):
        answer_finding(household(1), "晚了", by=cast.person("secretary"), at=LATER)
    settle_finding(
        household(1),
        outcome="not_confirmed",
        corroboration="",
        by=cast.person("auditor"),
        at=LATER,
    )
    assert observed(cast.cycle, scheme_of(cast.cycle))["spot_checks"] == [
        {
            "area_id": "J01",
            "household_id": household(1).household_id,
            "visited": "false",
            "checked_on": "2024-11-20",
        }
    ]


def test_another_areas_secretary_finds_nothing(cast: Cast, drawn_check: SpotCheck) -> None:
    signed(cast, 1, "not_confirmed")
    client = cast.client("other_secretary")
    assert household(1).household_id not in client.get(CHECKS).content.decode()
    address = f"{CHECKS}{household(1).pk}/answer"
    assert client.post(address, {"answer": "x"}).status_code == 404
    assert (
        cast.client("secretary")
        .post(f"{CHECKS}{household(2).pk}/answer", {"answer": "x"})
        .status_code
        == 404
    ), "nothing was found there"


def test_pages_cost_few_queries(
    cast: Cast, drawn_check: SpotCheck, django_assert_max_num_queries
) -> None:
    for place in range(1, 6):
        signed(cast, place, "not_confirmed")
    auditor, secretary = cast.client("auditor"), cast.client("secretary")
    with django_assert_max_num_queries(20):
        auditor.get(AREA)
    with django_assert_max_num_queries(20):
        auditor.get(CHECKS)
    with django_assert_max_num_queries(20):
        secretary.get(CHECKS)
