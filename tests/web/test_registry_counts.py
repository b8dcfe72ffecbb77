"""Snapshots: counted, confirmed or doubted by the areas, frozen for good."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.audit.actions import Stale
from kaohe.web.audit.models import Event
from kaohe.web.registry import actions
from kaohe.web.registry.models import Area, AreaCount, CountDoubt, Snapshot
from tests.web.cast import NOW, Cast

LATER = datetime(2025, 4, 1, 2, 0, tzinfo=UTC)
OWN = "/registry/own-area"


@pytest.fixture
def waiting(cast: Cast) -> Snapshot:
    """A snapshot of the next year that is open; J01 and J02 have been counted."""
    snapshot = Snapshot(town=cast.town, year=2025, number=1, counted_on=date(2025, 3, 31))
    actions.save_snapshot(snapshot, by=cast.person("clerk"), at=NOW)
    for area_id, households in (("J01", 200), ("J02", 300)):
        count = AreaCount(
            town=cast.town,
            snapshot=snapshot,
            area=cast.area(area_id),
            households=households,
            party_members=30,
        )
        actions.save_count(count, by=cast.person("clerk"), at=NOW)
    return snapshot


def count_of(snapshot: Snapshot, area_id: str) -> AreaCount:
    return AreaCount.objects.select_related("area", "snapshot").get(
        snapshot=snapshot, area__area_id=area_id
    )


def count_the_rest(cast: Cast, snapshot: Snapshot) -> None:
    count = AreaCount(
        town=cast.town,
        snapshot=snapshot,
        area=cast.area("J03"),
        households=100,
        party_members=10,
    )
    actions.save_count(count, by=cast.person("clerk"), at=NOW)


def acts() -> list[str]:
    return list(Event.objects.order_by("number").values_list("act", flat=True))


def test_a_snapshot_with_an_area_uncounted_is_not_frozen(cast: Cast, waiting: Snapshot) -> None:
    with pytest.raises(PermissionDenied, match="听澜坊"):
        actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=LATER)
    page = cast.client("clerk").get(f"/registry/snapshots/{waiting.pk}/").content.decode()
    assert "还没有到" in page
    assert "/freeze" not in page


def test_a_snapshot_is_not_frozen_before_its_day(cast: Cast, waiting: Snapshot) -> None:
    count_the_rest(cast, waiting)
    with pytest.raises(PermissionDenied, match="还没有到"):
        actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=NOW)


def test_an_area_that_is_not_there_on_the_day_needs_no_count(cast: Cast, waiting: Snapshot) -> None:
    actions.close_area(
        cast.area("J03"), on=date(2025, 3, 30), reason="动迁", by=cast.person("clerk"), at=NOW
    )
    actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=LATER)
    waiting.refresh_from_db()
    assert waiting.frozen_at == LATER
    with pytest.raises(PermissionDenied, match="不能再改"):
        count_the_rest(cast, waiting)


def test_frozen_numbers_never_change_again(cast: Cast, waiting: Snapshot) -> None:
    count_the_rest(cast, waiting)
    before = len(acts())
    actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=LATER)
    assert acts()[before:] == ["registry.snapshot_frozen"]
    assert "3 个居民区，600 户，党员 70 人" in Event.objects.latest("number").told
    count = count_of(waiting, "J01")
    count.households = 1
    with pytest.raises(PermissionDenied, match="不能再改"):
        actions.save_count(count, by=cast.person("clerk"), at=LATER)
    with pytest.raises(PermissionDenied, match="不能再改"):
        actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=LATER)
    waiting.counted_on = date(2025, 3, 30)
    with pytest.raises(PermissionDenied, match="不能再改"):
        actions.save_snapshot(waiting, by=cast.person("clerk"), at=LATER)
    with pytest.raises(PermissionDenied, match="已冻结"):
        actions.confirm_count(count, by=cast.person("secretary"), at=LATER)
    assert count_of(waiting, "J01").households == 200


def test_pages_of_frozen_numbers_offer_no_change_and_refuse_one(cast: Cast) -> None:
    client, snapshot = (
        cast.client("clerk"),
        Snapshot.objects.get(town=cast.town, year=2024, number=2),
    )
    count = count_of(snapshot, "J01")
    row = client.get(f"/registry/counts/{count.pk}/").content.decode()
    assert "不能再改" in row
    address = f"/registry/counts/{count.pk}/change"
    assert address not in row
    sent = {"households": 1, "party_members": 1, "seen": count.version}
    refused = client.post(address, sent)
    assert refused.status_code == 403
    assert "不能再改" in refused.content.decode()
    assert client.get(f"/registry/snapshots/{snapshot.pk}/change").status_code == 403
    add = client.get("/registry/counts/add")
    assert add.status_code == 403
    assert "请先新增一次快照" in add.content.decode()


def test_the_clerk_freezes_on_the_page_once(cast: Cast) -> None:
    client = cast.client("clerk")
    snapshot = Snapshot.objects.get(town=cast.town, year=2024, number=2)
    Snapshot.objects.filter(pk=snapshot.pk).update(frozen_at=None)
    assert "/freeze" in client.get(f"/registry/snapshots/{snapshot.pk}/").content.decode()
    address = f"/registry/snapshots/{snapshot.pk}/freeze"
    page = client.get(address).content.decode()
    assert "共 3 个居民区" in page
    assert "3 个居民区还没有确认" in page
    for _ in range(2):
        assert client.post(address, {}).status_code == 302
    assert acts().count("registry.snapshot_frozen") == 1


@pytest.mark.parametrize("username", ["secretary", "auditor", "group_head", "max", "stranger"])
def test_nobody_else_freezes(cast: Cast, waiting: Snapshot, username: str) -> None:
    address = f"/registry/snapshots/{waiting.pk}/freeze"
    assert cast.client(username).post(address, {}).status_code == 404


def test_snapshots_of_a_year_follow_each_other(cast: Cast, waiting: Snapshot) -> None:
    clerk = cast.person("clerk")
    second = Snapshot(town=cast.town, year=2025, number=2, counted_on=date(2025, 3, 1))
    with pytest.raises(ValidationError, match="应晚于上一次"):
        actions.save_snapshot(second, by=clerk, at=NOW)
    second.counted_on = date(2026, 1, 1)
    with pytest.raises(ValidationError, match="2025 年内"):
        actions.save_snapshot(second, by=clerk, at=NOW)
    second.counted_on = date(2025, 9, 30)
    actions.save_snapshot(second, by=clerk, at=NOW)
    waiting.counted_on = date(2025, 10, 31)
    with pytest.raises(ValidationError, match="应早于下一次"):
        actions.save_snapshot(waiting, by=clerk, at=NOW)
    again = cast.client("clerk").post(
        "/registry/snapshots/add", {"year": 2025, "number": 2, "counted_on": "2025-09-30"}
    )
    assert again.status_code == 422
    assert "已经登记" in again.content.decode()


def test_an_area_is_counted_once_and_only_if_it_is_there(cast: Cast, waiting: Snapshot) -> None:
    client = cast.client("clerk")
    sent = {
        "snapshot": waiting.pk,
        "area": cast.area("J01").pk,
        "households": 5,
        "party_members": 1,
    }
    again = client.post("/registry/counts/add", sent)
    assert again.status_code == 422
    assert "已有数字" in again.content.decode()
    new = Area.objects.create(town=cast.town, area_id="J09", name="新苑", from_on=date(2025, 5, 1))
    early = client.post("/registry/counts/add", {**sent, "area": new.pk})
    assert early.status_code == 422
    assert "不存在" in early.content.decode()
    none = client.post(
        "/registry/counts/add", {**sent, "area": cast.area("J03").pk, "households": 0}
    )
    assert none.status_code == 422


def test_a_secretary_confirms_the_own_numbers_on_the_page_once(
    cast: Cast, waiting: Snapshot
) -> None:
    client, count = cast.client("secretary"), count_of(waiting, "J01")
    page = client.get(OWN).content.decode()
    assert "待确认" in page
    assert "澄波里" not in page
    assert "300" not in page
    for _ in range(2):
        answer = client.post(f"/registry/counts/{count.pk}/confirm", {"seen": count.version})
        assert answer.headers["Location"] == OWN
    assert count_of(waiting, "J01").confirmed_at is not None
    assert acts().count("registry.count_confirmed") == 1
    assert "已确认" in client.get(OWN).content.decode()


def test_numbers_that_were_corrected_meanwhile_are_looked_at_again(
    cast: Cast, waiting: Snapshot
) -> None:
    count = count_of(waiting, "J01")
    seen = count.version
    count.households = 210
    actions.save_count(count, by=cast.person("clerk"), at=NOW)
    with pytest.raises(Stale):
        actions.confirm_count(count, by=cast.person("secretary"), at=NOW, seen=seen)
    client = cast.client("secretary")
    answer = client.post(f"/registry/counts/{count.pk}/confirm", {"seen": seen}, follow=True)
    assert "刚刚有更正" in answer.content.decode()
    assert count_of(waiting, "J01").confirmed_at is None


@pytest.mark.parametrize("username", ["clerk", "other_secretary", "leader", "auditor", "stranger"])
def test_nobody_but_the_areas_own_secretary_confirms_or_doubts(
    cast: Cast, waiting: Snapshot, username: str
) -> None:
    count = count_of(waiting, "J01")
    client = cast.client(username)
    assert client.post(f"/registry/counts/{count.pk}/confirm", {}).status_code == 404
    assert client.get(f"/registry/counts/{count.pk}/doubt").status_code == 404


def test_a_doubt_is_raised_once_and_answered_with_a_reason(cast: Cast, waiting: Snapshot) -> None:
    secretary, count = cast.client("secretary"), count_of(waiting, "J01")
    address = f"/registry/counts/{count.pk}/doubt"
    form = secretary.get(address)
    sent = {"text": "二期已交付，少计 40 户", "submission": form.context["submission"]}
    for _ in range(2):
        assert secretary.post(address, sent).status_code == 302
    doubt = CountDoubt.objects.get()
    assert acts().count("registry.count_doubted") == 1
    assert "待答复" in secretary.get(OWN).content.decode()
    assert secretary.post(address, {"text": "又一个"}).status_code == 403
    count_the_rest(cast, waiting)
    with pytest.raises(PermissionDenied, match="还没有答复"):
        actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=LATER)
    clerk = cast.client("clerk")
    page = clerk.get(f"/registry/snapshots/{waiting.pk}/").content.decode()
    assert "二期已交付" in page
    answer = f"/registry/doubts/{doubt.pk}/answer"
    for username in ("secretary", "auditor", "stranger"):
        assert cast.client(username).post(answer, {"answer": "x"}).status_code == 404
    assert clerk.post(answer, {"answer": ""}).status_code == 422
    for _ in range(2):
        assert clerk.post(answer, {"answer": "二期未入住"}).status_code == 302
    assert acts().count("registry.doubt_answered") == 1
    assert "二期未入住" in secretary.get(OWN).content.decode()
    actions.freeze_snapshot(waiting, by=cast.person("clerk"), at=LATER)


def test_new_numbers_answer_a_doubt_and_want_a_new_confirmation(
    cast: Cast, waiting: Snapshot
) -> None:
    secretary, count = cast.person("secretary"), count_of(waiting, "J01")
    actions.confirm_count(count, by=secretary, at=NOW)
    doubt = CountDoubt(town=cast.town, count=count, text="少了")
    actions.doubt_count(doubt, by=secretary, at=NOW)
    assert count_of(waiting, "J01").confirmed_at is None
    count = count_of(waiting, "J01")
    count.households = 240
    before = len(acts())
    actions.save_count(count, by=cast.person("clerk"), at=NOW)
    assert acts()[before:] == ["registry.areacount.changed"]
    doubt.refresh_from_db()
    assert doubt.answer == "数字已更正。"
    assert doubt.answered_by == "clerk先生"


def test_a_confirmation_settles_the_areas_own_doubt(cast: Cast, waiting: Snapshot) -> None:
    secretary, count = cast.person("secretary"), count_of(waiting, "J01")
    actions.doubt_count(CountDoubt(town=cast.town, count=count, text="少了"), by=secretary, at=NOW)
    actions.confirm_count(count, by=secretary, at=NOW)
    assert CountDoubt.objects.get().answered_at == NOW


def test_a_secretary_sees_of_a_snapshot_the_own_area_only(cast: Cast, waiting: Snapshot) -> None:
    page = cast.client("secretary").get(f"/registry/snapshots/{waiting.pk}/").content.decode()
    assert "云溪苑" in page
    assert "澄波里" not in page
    assert "合计" not in page


def test_the_own_page_is_for_secretaries(cast: Cast) -> None:
    for username in ("clerk", "leader", "worker", "max"):
        assert cast.client(username).get(OWN).status_code == 404


def test_snapshot_and_own_page_ask_few_questions(
    cast: Cast, waiting: Snapshot, django_assert_max_num_queries
) -> None:
    for number in range(10, 41):
        area = Area.objects.create(
            town=cast.town, area_id=f"K{number}", name=f"{number}", from_on=date(2024, 1, 1)
        )
        AreaCount.objects.create(
            town=cast.town, snapshot=waiting, area=area, households=10, party_members=1
        )
    clerk, secretary = cast.client("clerk"), cast.client("secretary")
    with django_assert_max_num_queries(20):
        clerk.get(f"/registry/snapshots/{waiting.pk}/")
    with django_assert_max_num_queries(14):
        clerk.get("/registry/counts/")
    with django_assert_max_num_queries(20):
        secretary.get(OWN)
