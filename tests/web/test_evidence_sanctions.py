"""Sanctions: points, date, reference; two of discipline inspection; the others see a number."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.actions import confirm_sanction, keep_sanction
from kaohe.web.evidence.facts import observed
from kaohe.web.evidence.models import Sanction
from tests.web.cast import NOW, Cast

SANCTIONS = "/evidence/sanctions/"
POINTS = "/evidence/sanction-points/"
REFERENCE = "高纪〔2024〕7号"


def a_sanction(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "cycle": str(cast.cycle.pk),
        "area": str(cast.area("J01").pk),
        "points": "2",
        "decided_on": "2024-09-02",
        "reference": REFERENCE,
        "submission": str(uuid.uuid4()),
        **changed,
    }


@pytest.fixture
def sanction(cast: Cast) -> Sanction:
    """One entered, not yet confirmed."""
    cast.client("inspection").post(f"{SANCTIONS}add", a_sanction(cast))
    return Sanction.objects.get()


def act(cast: Cast, username: str, pk: int, verb: str = "confirm", seen: str = ""):
    return cast.client(username).post(f"{SANCTIONS}{pk}/{verb}", {"seen": seen}, follow=True)


def test_the_form_asks_for_no_name_and_no_facts(cast: Cast) -> None:
    page = cast.client("inspection").get(f"{SANCTIONS}add").content.decode()
    assert "3 分" in page
    assert "4 分" not in page, "the range is the scheme's"
    assert "不写姓名" in page
    assert "textarea" not in page


def test_it_counts_when_a_second_person_has_confirmed_it(cast: Cast) -> None:
    scheme, before = scheme_of(cast.cycle), Event.objects.count()
    assert cast.client("inspection").post(f"{SANCTIONS}add", a_sanction(cast)).status_code == 302
    row = Sanction.objects.get()
    assert observed(cast.cycle, scheme)["sanctions"] == []
    alone = act(cast, "inspection", row.pk)
    assert alone.status_code == 403
    assert "由两个人办理" in alone.content.decode()
    assert "扣分生效" in act(cast, "other_inspection", row.pk).content.decode()
    assert observed(cast.cycle, scheme)["sanctions"] == [
        {"area_id": "J01", "points": "2", "reason": REFERENCE}
    ]
    assert Event.objects.count() == before + 2


def test_the_second_person_sends_back_and_it_is_put_right(cast: Cast, sanction: Sanction) -> None:
    address = f"{SANCTIONS}{sanction.pk}/return"
    alone = cast.client("inspection").post(address, {"reason": "x"})
    assert alone.status_code == 403
    second = cast.client("other_inspection")
    assert second.post(address, {"reason": ""}).status_code == 422
    before = Event.objects.count()
    page = second.post(address, {"reason": "文号有误"}, follow=True).content.decode()
    assert "文号有误" in page
    event = Event.objects.get(number=before + 1)
    assert event.act == "evidence.sanction_returned"
    assert event.reason == "", "the log tells nothing of a sanction"
    assert act(cast, "other_inspection", sanction.pk).status_code == 403
    first = cast.client("inspection")
    assert "扣分被退回，请更正" in first.get("/").content.decode()
    assert "请复核扣分" not in second.get("/").content.decode()
    right = a_sanction(cast, reference="高纪〔2024〕8号")
    assert first.post(f"{SANCTIONS}{sanction.pk}/change", right).status_code == 302
    assert "请复核扣分" in second.get("/").content.decode()
    assert "扣分生效" in act(cast, "other_inspection", sanction.pk).content.decode()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"decided_on": "2023-12-31"}, "不在考核期 2024-01-01 至 2024-12-31 内"),
        ({"decided_on": "2024-11-21"}, "不能晚于今天"),
        ({"points": "4"}, "不在可用的选项中"),
        ({"points": ""}, "必填"),
        ({"reference": ""}, "必填"),
    ],
)
def test_what_the_scheme_does_not_allow_is_refused(
    cast: Cast, changed: dict[str, str], told: str
) -> None:
    page = cast.client("inspection").post(f"{SANCTIONS}add", a_sanction(cast, **changed))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not Sanction.objects.exists()


def test_a_reference_is_entered_once(cast: Cast, sanction: Sanction) -> None:
    page = cast.client("other_inspection").post(f"{SANCTIONS}add", a_sanction(cast))
    assert page.status_code == 422
    assert "已经录入过" in page.content.decode()


def test_whoever_changed_an_entry_cannot_confirm_it(cast: Cast, sanction: Sanction) -> None:
    address = f"{SANCTIONS}{sanction.pk}/change"
    changed = a_sanction(cast, points="3", seen="1")
    assert cast.client("other_inspection").post(address, changed).status_code == 302
    assert act(cast, "other_inspection", sanction.pk).status_code == 403
    assert act(cast, "inspection", sanction.pk, seen="1").status_code == 200
    assert Sanction.objects.get().confirmed_by == "", "it is not what was seen"
    assert act(cast, "inspection", sanction.pk, seen="2").status_code == 200
    assert Sanction.objects.get().confirmed_by == "inspection"
    assert cast.client("inspection").get(address).status_code == 403


def test_a_confirmation_can_be_taken_back_to_correct_the_entry(
    cast: Cast, sanction: Sanction
) -> None:
    act(cast, "other_inspection", sanction.pk)
    assert act(cast, "inspection", sanction.pk, "withdraw").status_code == 403
    assert act(cast, "other_inspection", sanction.pk, "withdraw").status_code == 200
    assert observed(cast.cycle, scheme_of(cast.cycle))["sanctions"] == []


def test_others_see_the_points_and_nothing_else_once_confirmed(
    cast: Cast, sanction: Sanction
) -> None:
    assert "云溪苑" not in cast.client("clerk").get(POINTS).content.decode()
    act(cast, "other_inspection", sanction.pk)
    for username in ("clerk", "auditor", "group_head", "secretary"):
        client = cast.client(username)
        for address in (POINTS, f"{POINTS}{sanction.pk}/"):
            page = client.get(address).content.decode()
            assert "云溪苑居民区" in page
            assert REFERENCE not in page
            assert "2024-09-02" not in page
        assert REFERENCE.encode() not in client.get(f"{POINTS}workbook").content
        assert client.get(f"{SANCTIONS}{sanction.pk}/").status_code == 404
        assert act(cast, username, sanction.pk).status_code == 404
    other = cast.client("other_secretary")
    assert "云溪苑" not in other.get(POINTS).content.decode()
    assert other.get(f"{POINTS}{sanction.pk}/").status_code == 404
    for username in ("scorer", "leader", "worker", "finance", "max"):
        assert cast.client(username).get(POINTS).status_code == 404


def test_the_log_repeats_neither_area_nor_reference(cast: Cast, sanction: Sanction) -> None:
    act(cast, "other_inspection", sanction.pk)
    for event in Event.objects.filter(act__startswith="evidence.sanction"):
        assert "云溪苑" not in event.told
        assert REFERENCE not in event.told


def test_after_collecting_nothing_is_entered_or_confirmed(cast: Cast, sanction: Sanction) -> None:
    Cycle.objects.update(stage="review")
    assert cast.client("inspection").get(f"{SANCTIONS}add").status_code == 403
    assert act(cast, "other_inspection", sanction.pk).status_code == 403


def test_a_stage_that_changed_meanwhile_is_seen_by_whoever_saves(
    cast: Cast, sanction: Sanction
) -> None:
    assert sanction.cycle.stage == "collecting", "as it was when the form was read"
    Cycle.objects.filter(pk=sanction.cycle_id).update(stage="scoring")
    sanction.points = 3
    with pytest.raises(ValidationError):
        keep_sanction(sanction, by=cast.person("inspection"), at=NOW)
    with pytest.raises(PermissionDenied):
        confirm_sanction(sanction, by=cast.person("other_inspection"), at=NOW, seen=None)
    assert Sanction.objects.get().points == 2
