"""包保: every area has a leader on every day, and where not, the page says since when."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kaohe.web.accounts.models import Post, User
from kaohe.web.registry.contacts import contact_gaps, gaps_between
from kaohe.web.registry.models import Area
from tests.web.cast import Cast

pytestmark = pytest.mark.either_database

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
PAGE = "/registry/contacts"


def assign(cast: Cast, username: str, areas: list[str], first: date, last: date | None) -> Post:
    return Post.objects.create(
        town=cast.town,
        user=cast.user(username),
        role="leader",
        scope=areas,
        from_on=first,
        until_on=last,
    )


def gaps(cast: Cast) -> list[tuple[str, date, date]]:
    return [(area.area_id, *days) for area, *days in contact_gaps(cast.town, FIRST, LAST)]


def test_an_area_without_any_leader_is_a_gap_of_the_whole_year(cast: Cast) -> None:
    assert gaps(cast) == [("J02", FIRST, LAST), ("J03", FIRST, LAST)]


def test_a_handover_from_one_day_to_the_next_leaves_no_gap(cast: Cast) -> None:
    assign(cast, "max", ["J02", "J03"], date(2023, 1, 1), date(2024, 6, 30))
    assign(cast, "leader", ["J02"], date(2024, 7, 1), None)
    assign(cast, "leader", ["J03"], date(2024, 7, 11), date(2024, 10, 31))
    assert gaps(cast) == [
        ("J03", date(2024, 7, 1), date(2024, 7, 10)),
        ("J03", date(2024, 11, 1), LAST),
    ]


def test_only_days_on_which_the_area_exists_need_a_leader(cast: Cast) -> None:
    Area.objects.filter(area_id="J02").update(until_on=date(2024, 3, 31))
    Area.objects.filter(area_id="J03").update(from_on=date(2024, 9, 1))
    assert gaps(cast) == [
        ("J02", FIRST, date(2024, 3, 31)),
        ("J03", date(2024, 9, 1), LAST),
    ]


def test_a_leader_who_has_left_keeps_no_contact(cast: Cast) -> None:
    assign(cast, "max", ["J02", "J03"], FIRST, None)
    left = datetime(2024, 8, 15, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    User.objects.filter(username="max").update(is_active=False, deactivated_at=left)
    assert ("J02", date(2024, 8, 16), LAST) in gaps(cast)


def test_other_roles_are_no_contact(cast: Cast) -> None:
    Post.objects.create(
        town=cast.town, user=cast.user("max"), role="worker", scope=["J02"], from_on=FIRST
    )
    assert ("J02", FIRST, LAST) in gaps(cast)


def test_overlapping_assignments_are_one() -> None:
    held = [(date(2024, 3, 1), date(2024, 5, 1)), (date(2024, 1, 1), date(2024, 4, 1))]
    assert gaps_between(held, FIRST, LAST) == [(date(2024, 5, 2), LAST)]
    assert gaps_between([(date(2025, 1, 1), None)], FIRST, LAST) == [(FIRST, LAST)]
    assert gaps_between([(FIRST, None)], FIRST, LAST) == []


def test_the_page_names_leaders_and_gaps_and_what_to_do(cast: Cast) -> None:
    page = cast.client("clerk").get(PAGE).content.decode()
    assert "leader先生" in page
    assert "2 个居民区共有 2 段时间无人包保" in page
    assert page.count("2024-01-01 至 2024-12-31") == 2
    assert "岗位授权" in page
    assert "四(二)1" in page


def test_another_year_has_its_own_page(cast: Cast) -> None:
    client = cast.client("clerk")
    assert "2023年包保联系" in client.get(f"{PAGE}?year=2023").content.decode()
    assert "这一年没有居民区" in client.get(f"{PAGE}?year=2023").content.decode()
    assert "2024年包保联系" in client.get(f"{PAGE}?year=x").content.decode()


def test_a_leader_sees_the_own_areas_and_nobody_elses(cast: Cast) -> None:
    page = cast.client("leader").get(PAGE).content.decode()
    assert "云溪苑" in page
    assert "澄波里" not in page
    assert "岗位授权" not in page


def test_the_page_is_for_clerk_leading_group_auditor_and_leaders(cast: Cast) -> None:
    for username in ("clerk", "group_head", "group_member", "auditor", "leader"):
        assert cast.client(username).get(PAGE).status_code == 200, username
    for username in ("secretary", "scorer", "administrator", "finance", "max"):
        assert cast.client(username).get(PAGE).status_code == 404, username


def test_the_other_towns_leaders_are_not_ours(cast: Cast) -> None:
    page = cast.client("stranger").get(PAGE).content.decode()
    assert "leader先生" not in page


def test_the_page_asks_few_questions(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(10, 41):
        Area.objects.create(town=cast.town, area_id=f"K{number}", name=f"{number}", from_on=FIRST)
        assign(cast, "leader", [f"K{number}"], FIRST, None)
    client = cast.client("clerk")
    with django_assert_max_num_queries(10):
        client.get(PAGE)
