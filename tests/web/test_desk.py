"""The desk: what waits for whom, from whom something is missing, and no places of anybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kaohe.web.accounts.models import Post
from kaohe.web.cycles.models import Delivery, StageChange
from kaohe.web.evidence.models import Honour, Reopening, Report, Sanction, SheetSignature
from kaohe.web.registry.models import AreaCount, Snapshot
from tests.web.cast import NOW, PEOPLE, Cast
from tests.web.filling import begin_scoring, fill_cycle, hand_in

pytestmark = pytest.mark.either_database


def desk(cast: Cast, username: str) -> str:
    answer = cast.client(username).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("username", PEOPLE)
def test_everybody_has_a_desk_at_a_bounded_cost(
    cast: Cast, username: str, django_assert_max_num_queries
) -> None:
    client = cast.client(username)
    with django_assert_max_num_queries(50):
        page = client.get("/").content.decode()
    assert "等您办理" in page or "还没有考核年度" in page
    assert "名次" not in page


def test_a_scorer_sees_how_many_cells_are_empty_until_the_head_has_signed(cast: Cast) -> None:
    assert "评分表还有 21 格未评" in desk(cast, "scorer")
    assert "评分表还有 3 格未评" in desk(cast, "other_scorer")
    SheetSignature.objects.create(
        town=cast.town, cycle=cast.cycle, department=cast.department("社建办"), by="某", at=NOW
    )
    assert "格未评" not in desk(cast, "scorer")


def test_a_head_is_asked_to_sign_a_full_sheet_and_to_confirm_honours(
    cast: Cast, tmp_path: Path
) -> None:
    fill_cycle(cast, tmp_path)
    Honour.objects.update(second_by="", second_person="")
    page = desk(cast, "department_head")
    assert "评分表已评完，等您签署" in page
    assert "请确认表彰" in page
    assert "请确认表彰" not in desk(cast, "party_head"), "党建办 has confirmed already"


def test_a_provider_is_asked_for_what_is_missing_and_unsigned(cast: Cast, tmp_path: Path) -> None:
    assert "请报送" in desk(cast, "provider")
    rows = [
        {
            "case_id": "1",
            "area_id": "J01",
            "source": "hotline",
            "received_on": "2024-05-06",
            "responsible": "true",
            "handled": "true",
        }
    ]
    hand_in(cast, "hotline", "cases", rows, tmp_path)
    assert "现在没有等您办理的事" in desk(cast, "provider")
    Delivery.objects.update(signed_at=None)
    assert "已生效，请签认" in desk(cast, "provider")


def test_of_two_tables_that_tell_the_same_one_is_enough(cast: Cast, tmp_path: Path) -> None:
    source = cast.source("survey")
    source.tables = ["participation", "participation_counts"]
    source.save()
    assert "参与户数 还没有报送" in desk(cast, "clerk")
    Post.objects.filter(user__username="provider").update(scope=["survey"])
    rows = [{"area_id": "J01", "household_id": "1", "channel": "meeting"}]
    hand_in(cast, "survey", "participation", rows, tmp_path)
    assert "参与户数 还没有报送" not in desk(cast, "clerk")
    assert "请报送" not in desk(cast, "provider")


def test_a_secretary_is_asked_to_look_at_counts_that_are_not_frozen(cast: Cast) -> None:
    assert "请核对" not in desk(cast, "secretary")
    snapshot = Snapshot.objects.create(
        town=cast.town, year=2025, number=1, counted_on=date(2024, 11, 1)
    )
    AreaCount.objects.create(
        town=cast.town,
        snapshot=snapshot,
        area=cast.area("J01"),
        households=5,
        party_members=1,
    )
    assert "请核对本居民区户数和党员数" in desk(cast, "secretary")
    assert "请核对" not in desk(cast, "other_secretary")


def test_a_head_of_the_group_is_asked_for_a_signature_once(cast: Cast) -> None:
    change = StageChange.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        leaves="scoring",
        enters="collecting",
        proposed_by="某",
        proposer="clerk",
        proposed_at=NOW,
    )
    assert "请签署" in desk(cast, "group_head")
    change.signatures.create(
        town=cast.town, cycle=cast.cycle, username="group_head", name="某", at=NOW
    )
    assert "请签署" not in desk(cast, "group_head")
    assert "请签署" in desk(cast, "other_group_head")


def test_inspection_is_asked_for_the_second_pair_of_eyes_only(cast: Cast) -> None:
    Sanction.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        area=cast.area("J01"),
        points=1,
        decided_on=date(2024, 6, 1),
        reference="镇纪〔2024〕1号",
        entered_by="inspection",
    )
    Report.objects.create(
        town=cast.town, kind="burden", matter="重复填表", received_on=date(2024, 11, 1)
    )
    assert "请复核扣分" in desk(cast, "other_inspection")
    first = desk(cast, "inspection")
    assert "请复核扣分" not in first
    assert "1 件投诉与建议待处理" in first
    clerk = desk(cast, "clerk")
    assert "有扣分待第二人复核" in clerk
    assert "镇纪" not in clerk


@pytest.mark.parametrize("username", PEOPLE)
def test_the_third_party_is_told_where_it_works(cast: Cast, username: str) -> None:
    told = "在这里领取样本和电子问卷"
    assert (told in desk(cast, username)) == (username in ("survey_manager", "interviewer"))


def test_the_clerks_own_part_of_what_is_missing_waits_for_the_clerk(cast: Cast) -> None:
    step = "走访抽查还没有抽取"
    cast.cycle.deadlines.create(
        town=cast.town, step="spot_check", opens_on=NOW, closes_on=date(2024, 12, 1)
    )
    clerk, waits = desk(cast, "clerk"), "等您办理"
    own = clerk[clerk.index(waits) : clerk.index("全镇还缺什么")]
    assert step in own
    assert "还没有报送" not in own, "that is for those who hand in"
    head = desk(cast, "group_head")
    assert step not in head[head.index(waits) : head.index("全镇还缺什么")]
    cast.cycle.deadlines.update(opens_on=date(2024, 11, 21))
    clerk = desk(cast, "clerk")
    assert step not in clerk[clerk.index(waits) : clerk.index("全镇还缺什么")], "not yet"


def test_the_clerk_sees_the_whole_year_and_from_whom_something_is_missing(
    cast: Cast, tmp_path: Path
) -> None:
    Reopening.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        department=cast.department("规生办"),
        reason="填错",
        asked_by="某",
        asked_at=NOW,
    )
    page = desk(cast, "clerk")
    for told in ("申请重新评分", "全镇还缺什么", "全年安排", "数据截止", "还没有报送", "格未评"):
        assert told in page, told
    fill_cycle(cast, tmp_path)
    later = desk(cast, "clerk")
    assert later.count("还没有报送") < page.count("还没有报送")


def test_who_may_not_know_is_not_told_what_is_missing(cast: Cast) -> None:
    for username in ("secretary", "leader", "scorer", "provider", "finance", "monitor"):
        assert "全镇还缺什么" not in desk(cast, username), username


def test_once_scoring_has_begun_nobody_is_asked_for_facts(cast: Cast) -> None:
    begin_scoring(cast)
    assert "格未评" not in desk(cast, "scorer")
    assert "请报送" not in desk(cast, "provider")


def test_a_late_matter_is_marked_in_words_and_not_by_colour_alone(
    cast: Cast, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.web.clock.today", lambda: date(2025, 2, 1))
    monkeypatch.setattr("kaohe.web.desk.views.clock.today", lambda: date(2025, 2, 1))
    assert "已过 2025-01-14" in desk(cast, "scorer")
