"""Coverage of visits: households reached, quarter by quarter; nothing about who visited."""

from __future__ import annotations

import re
from datetime import date

from kaohe.web.cycles.models import Exemption
from kaohe.web.registry.models import AreaCount
from tests.web.cast import Cast
from tests.web.visits import deliver_visits, many_visits

COVERAGE = "/evidence/coverage/"


def line_of(page: str, area: str) -> list[str]:
    row = re.search(rf'<tr><th scope="row">{area}</th>(.*?)</tr>', page, re.S)
    assert row, f"no line for {area}"
    return [
        " ".join(re.sub("<[^>]*>", " ", cell).split())
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", row[1], re.S)
    ]


def test_a_household_counts_once_and_a_quarter_without_rows_has_no_data(cast: Cast) -> None:
    AreaCount.objects.filter(area__area_id="J01").update(households=2)
    day = date(2024, 5, 6)
    deliver_visits(
        cast,
        [
            ("J01", "A", day),
            ("J01", "A", date(2024, 6, 30)),
            ("J01", "B", day),
            ("J01", "C", date(2024, 7, 1)),
            ("J02", "D", date(2023, 5, 6)),
        ],
    )
    page = cast.client("clerk").get(COVERAGE).content.decode()
    assert line_of(page, "云溪苑居民区") == [
        "2",
        "暂无数据",
        "已覆盖 2 户",
        "未覆盖 1 户",
        "暂无数据",
        "已覆盖 3 户",
    ]
    assert line_of(page, "澄波里居民区") == ["112", *["暂无数据"] * 5]
    assert "S9" not in page, "no worker is named or counted"
    assert "%" not in re.sub("<[^>]*>", "", page).replace("100%", "")


def test_an_area_sees_its_own_line_and_others_none(cast: Cast) -> None:
    deliver_visits(cast, many_visits("J01", "J02"))
    page = cast.client("secretary").get(COVERAGE).content.decode()
    assert "云溪苑居民区" in page
    assert "澄波里居民区" not in page
    for username in ("scorer", "worker", "leader", "provider", "finance", "monitor", "max"):
        assert cast.client(username).get(COVERAGE).status_code == 404
    assert "云溪苑居民区" in cast.client("group_head").get(COVERAGE).content.decode()


def test_areas_stand_in_the_order_of_their_ids_and_exempted_ones_are_left_out(
    cast: Cast, django_assert_max_num_queries
) -> None:
    deliver_visits(cast, many_visits("J03"))
    Exemption.objects.create(
        town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="年内新设"
    )
    client = cast.client("clerk")
    with django_assert_max_num_queries(25):
        page = client.get(COVERAGE).content.decode()
    assert page.index("云溪苑居民区") < page.index("听澜坊居民区")
    assert "澄波里居民区" not in page


def test_visits_of_a_merged_area_reach_its_successor(cast: Cast) -> None:
    old = cast.area("J02")
    old.until_on, old.successor = date(2024, 6, 30), cast.area("J01")
    old.save()
    deliver_visits(cast, [*many_visits("J01", households=1), *many_visits("J02", households=2)])
    page = cast.client("clerk").get(COVERAGE).content.decode()
    assert line_of(page, "云溪苑居民区")[2] == "未覆盖 3 户"
    assert "澄波里居民区" not in page


def test_before_any_file_the_page_says_so(cast: Cast) -> None:
    assert "还没有收到走访记录" in cast.client("auditor").get(COVERAGE).content.decode()
