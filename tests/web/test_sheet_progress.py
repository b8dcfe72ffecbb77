"""How far the departments are: for the clerk without marks, with their spread for those who may."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import SheetSignature
from kaohe.web.registry.models import Department
from tests.web.cast import NOW, Cast
from tests.web.sheets import address, fill, name_leads, open_window

PROGRESS = "/evidence/sheet/progress"


def page_for(cast: Cast, username: str) -> str:
    return cast.client(username).get(PROGRESS).content.decode()


@pytest.fixture
def filled(cast: Cast) -> Cast:
    open_window(cast)
    name_leads(cast)
    fill(cast, score="88.25")
    SheetSignature.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        department=cast.department("社建办"),
        by="王主任",
        at=NOW,
    )
    return cast


def test_the_clerk_sees_who_is_how_far_and_no_mark_before_scoring(filled: Cast) -> None:
    page = page_for(filled, "clerk")
    assert '<td class="number">21</td><td class="number">21</td>' in page
    assert "王主任于 2024-11-20 10:00 签署" in page
    assert "88.25" not in page
    assert "平均" not in page
    assert address(filled) not in page
    Cycle.objects.filter(pk=filled.cycle.pk).update(stage="scoring")
    later = page_for(filled, "clerk")
    assert "88.250" in later
    assert address(filled) in later


@pytest.mark.parametrize("username", ["group_head", "group_member", "auditor"])
def test_the_leading_group_and_the_auditor_see_each_scorers_spread(
    filled: Cast, username: str
) -> None:
    page = page_for(filled, username)
    assert "88.250" in page
    assert "党群阵地提标升级" in page
    assert "同意重新评分" not in page


@pytest.mark.parametrize(
    "username", ["scorer", "department_head", "secretary", "leader", "provider", "finance", "max"]
)
def test_others_find_no_such_page(cast: Cast, username: str) -> None:
    assert cast.client(username).get(PROGRESS).status_code == 404


def test_blocks_show_their_lead_and_who_is_missing(filled: Cast) -> None:
    page = page_for(filled, "clerk")
    row = page[page.index("服务凝聚群众") :]
    assert "规生办" in row[: row.index("</tr>")]
    assert "社建办" in row[: row.index("</tr>")]


def test_departments_and_items_keep_the_order_of_the_scheme(filled: Cast) -> None:
    page = page_for(filled, "clerk")
    names = [f'<th scope="row">{name}' for name in ("社建办", "党服中心", "党建办", "纪委")]
    places = [page.index(name) for name in names]
    assert places == sorted(places)


def test_a_department_that_the_town_does_not_know_is_told(filled: Cast) -> None:
    Department.objects.filter(town=filled.town, code="安全办").update(code="应急办", name="应急办")
    page = page_for(filled, "clerk")
    assert "安全办" in page
    assert "科室名录里没有它" in page


def test_progress_of_a_year_that_is_not_ones_towns_is_not_found(cast: Cast) -> None:
    elsewhere = Cycle.objects.exclude(town=cast.town).get()
    assert cast.client("clerk").get(f"{PROGRESS}?cycle={elsewhere.pk}").status_code == 404


def test_progress_takes_few_queries(filled: Cast, django_assert_max_num_queries: Any) -> None:
    client = filled.client("group_head")
    client.get(PROGRESS)
    with django_assert_max_num_queries(25):
        client.get(PROGRESS)
