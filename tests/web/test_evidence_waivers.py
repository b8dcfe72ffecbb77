"""Waivers: the leading group accepts an unmet check, and whoever leads the area stands aside."""

from __future__ import annotations

import uuid

import pytest

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.facts import observed
from kaohe.web.evidence.models import Waiver
from tests.web.cast import BEGIN, Cast

WAIVERS = "/evidence/waivers/"


def a_waiver(cast: Cast, area: str = "J01", **changed: str) -> dict[str, str]:
    return {
        "cycle": str(cast.cycle.pk),
        "area": str(cast.area(area).pk),
        "check_id": "sample.third_party",
        "reason": "新交付，入住不足",
        "meeting_on": "2024-11-18",
        "meeting_number": "2024-11",
        "submission": str(uuid.uuid4()),
        **changed,
    }


def leads_too(cast: Cast, username: str, area: str) -> None:
    Post.objects.create(
        town=cast.town, user=cast.user(username), role="leader", scope=[area], from_on=BEGIN
    )


def test_a_waiver_is_one_event_and_a_row_of_the_schemes_table(cast: Cast) -> None:
    client = cast.client("group_member")
    page = client.get(f"{WAIVERS}add").content.decode()
    assert "第三方测评户数不少于总户数的5%" in page
    assert "sample.meeting.ceiling" not in page, "a warning bars nothing"
    before = Event.objects.count()
    assert client.post(f"{WAIVERS}add", a_waiver(cast)).status_code == 302
    assert Event.objects.count() == before + 1
    assert observed(cast.cycle, scheme_of(cast.cycle))["waivers"] == [
        {"area_id": "J01", "check": "sample.third_party", "reason": "新交付，入住不足"}
    ]
    for username in ("clerk", "auditor", "group_head"):
        assert "入住不足" in cast.client(username).get(WAIVERS).content.decode()
    for username in ("secretary", "scorer", "leader", "inspection", "max"):
        assert cast.client(username).get(WAIVERS).status_code == 404
    assert "入住不足" not in cast.client("stranger").get(WAIVERS).content.decode()
    assert cast.client("clerk").get(f"{WAIVERS}add").status_code == 404


def test_a_member_takes_no_part_in_what_concerns_an_area_of_their_own(cast: Cast) -> None:
    leads_too(cast, "group_member", "J01")
    client = cast.client("group_member")
    page = client.post(f"{WAIVERS}add", a_waiver(cast))
    assert page.status_code == 422
    assert "您包保这个居民区" in page.content.decode()
    assert client.post(f"{WAIVERS}add", a_waiver(cast, "J02")).status_code == 302
    cast.client("group_head").post(f"{WAIVERS}add", a_waiver(cast))
    waiver = Waiver.objects.get(area__area_id="J01")
    refused = client.get(f"{WAIVERS}{waiver.pk}/change")
    assert refused.status_code == 403
    assert "您包保这个居民区" in refused.content.decode()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"check_id": "sample.meeting.ceiling"}, "不在可用的选项中"),
        ({"meeting_on": "2024-11-21"}, "不能晚于今天"),
        ({"reason": ""}, "必填"),
        ({"meeting_number": ""}, "必填"),
    ],
)
def test_a_waiver_names_a_check_a_reason_and_a_meeting(
    cast: Cast, changed: dict[str, str], told: str
) -> None:
    page = cast.client("group_head").post(f"{WAIVERS}add", a_waiver(cast, **changed))
    assert page.status_code == 422
    assert told in page.content.decode()


def test_a_check_is_waived_once_for_an_area(cast: Cast) -> None:
    client = cast.client("group_head")
    client.post(f"{WAIVERS}add", a_waiver(cast))
    page = client.post(f"{WAIVERS}add", a_waiver(cast))
    assert page.status_code == 422
    assert "已经认可过" in page.content.decode()
    assert Waiver.objects.count() == 1


@pytest.mark.parametrize(
    ("stage", "status"),
    [("adopted", 403), ("collecting", 200), ("scoring", 200), ("review", 200), ("published", 403)],
)
def test_waivers_are_given_from_collecting_to_review(cast: Cast, stage: str, status: int) -> None:
    Cycle.objects.update(stage=stage)
    assert cast.client("group_head").get(f"{WAIVERS}add").status_code == status
