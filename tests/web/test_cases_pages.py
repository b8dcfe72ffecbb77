"""Cases as pages tell them: to an area its own figures, to nobody assessed a place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaohe.web.cycles.models import Cycle, Exemption
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.models import Exclusion
from kaohe.web.registry.models import AreaCount
from kaohe.web.results.cases_effects import beside_requests, effect_of, effects_of
from kaohe.web.results.cases_facts import cases_of
from tests.web.cast import Cast
from tests.web.delivered_cases import case, deliver, leave_out, run_of
from tests.web.deliveries import as_csv, in_force, sheet_rows

pytestmark = pytest.mark.either_database

BLOCK = "/results/cases/"
EXCLUSIONS = "/results/cases/exclusions"
TRENDS = "/results/cases/trends"
MISDISPATCH = "/results/cases/misdispatch"
ALL = ("clerk", "auditor", "group_head", "group_member")
NOBODY = (
    "scorer",
    "department_head",
    "leader",
    "worker",
    "other_provider",
    "survey_manager",
    "interviewer",
    "inspection",
    "finance",
    "administrator",
    "monitor",
    "statistics",
    "max",
)


def of(cast: Cast, username: str, address: str) -> str:
    answer = cast.client(username).get(address)
    assert answer.status_code == 200, (username, address)
    return answer.content.decode()


def main_of(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


def tables(page: str) -> list[dict[str, list[str]]]:
    """Every table, row by row, cells without markup."""
    found = []
    for body in re.findall(r"<tbody>(.*?)</tbody>", page, re.S):
        rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body, re.S)
        found.append(
            {
                _plain(name): [
                    _plain(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", rest, re.S)
                ]
                for name, rest in rows
            }
        )
    return found


def _plain(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


@pytest.fixture
def cases(cast: Cast, tmp_path: Path) -> Cast:
    """J01: four cases, one not handled, one left out. J02: two cases, one unsolved. J03: none."""
    for area, households in (("J01", 500), ("J02", 2000), ("J03", 100)):
        AreaCount.objects.filter(area__area_id=area).update(households=households)
    rows = [
        case("A1", kind="噪声扰民", received_on="2024-03-01"),
        case("A2", kind="噪声扰民", received_on="2024-03-09", handled="false", resolved="false"),
        case("A3", kind="停车", resolved="false", satisfied=""),
        case("A4", kind="停车", returned="非本辖区", resolved="false", satisfied="false"),
        case("B1", "J02", resolved="false", satisfied=""),
    ]
    deliver(cast, tmp_path, rows)
    deliver(cast, tmp_path, [case("P1", "J02", source="petition", returned="重复")], "petition")
    leave_out(cast, {"A4": "not_statutory"})
    return cast


# -- the block


def test_the_clerk_sees_every_area_in_the_order_of_the_register(cases: Cast) -> None:
    page = of(cases, "clerk", f"{BLOCK}?sort=rank&order=desc")
    scores, numbers = tables(page)
    assert list(scores) == list(numbers) == ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    # (66.67 + 33.33 + 100) / 3; the interval of 2 of 3 is 20.8 to 93.9 per cent.
    assert scores["云溪苑居民区"] == [
        "3",
        "66.67 件数少 2/3 区间 20.8–93.9",
        "33.33 件数少 1/3 区间 6.1–79.2",
        "100.00 件数少 2/2 区间 34.2–100.0",
        "66.67",
        "3",
        "24.00 在 1–5 名档",
    ]
    assert scores["听澜坊居民区"][1] == "100.00 没有可计的件"
    assert numbers["云溪苑居民区"][:3] == ["4", "1", "1"]
    assert "距上一档" in page
    assert "依据条款：附件1 第3项、三(二)" in page
    # Nobody can sort by a figure.
    assert "sort" not in main_of(page)


def test_who_sees_all_who_the_own_and_who_nothing(cases: Cast) -> None:
    for username in ALL:
        for address in (BLOCK, EXCLUSIONS, TRENDS, MISDISPATCH):
            assert "听澜坊居民区" in of(cases, username, BLOCK)
            of(cases, username, address)
    for username in NOBODY:
        for address in (BLOCK, EXCLUSIONS, TRENDS, MISDISPATCH):
            assert cases.client(username).get(address).status_code == 404, (username, address)
    for address in (BLOCK, EXCLUSIONS, TRENDS):
        assert cases.client("provider").get(address).status_code == 404
    assert cases.client("secretary").get(MISDISPATCH).status_code == 404


def test_an_area_reads_its_own_figures_and_no_place_no_band_no_neighbour(cases: Cast) -> None:
    for address in (BLOCK, EXCLUSIONS, TRENDS):
        page = main_of(of(cases, "secretary", address))
        for hidden in ("澄波里", "听澜坊", "J02", "J03", "名档", "距上一档", "距下一档", "24.00"):
            assert hidden not in page, (address, hidden)
    [scores, numbers] = tables(of(cases, "secretary", BLOCK))
    assert list(scores) == list(numbers) == ["云溪苑居民区"]
    assert [cell.split()[0] for cell in scores["云溪苑居民区"]] == [
        "3",
        "66.67",
        "33.33",
        "100.00",
        "66.67",
    ]
    headings = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", of(cases, "secretary", BLOCK))
    assert not [one for one in headings if "名次" in one or one == "档"]
    assert cases.client("secretary").get(f"{TRENDS}?area=J02").status_code == 404
    own = of(cases, "secretary", "/registry/own-area")
    assert BLOCK in own.split("<main")[1]


def test_an_area_reads_neither_place_nor_band_after_publication(cases: Cast) -> None:
    Cycle.objects.filter(pk=cases.cycle.pk).update(stage="published")
    page = main_of(of(cases, "secretary", BLOCK))
    assert "名档" not in page
    assert "24.00" not in page


def test_a_merged_and_an_exempted_area_are_told_as_a_run_tells_them(
    cases: Cast, tmp_path: Path
) -> None:
    old = cases.area("J02")
    old.until_on, old.successor = date(2024, 6, 30), cases.area("J01")
    old.save()
    left_out = {"cycle": cases.cycle, "area": cases.area("J03")}
    Exemption.objects.create(town=cases.town, reason="十月新设立", **left_out)
    run = run_of(cases, tmp_path / "facts")
    year = cases_of(cases.cycle, scheme_of(cases.cycle))
    assert year.decided.ids == run.sheet.ids == ["J01"]
    for node in year.block.nodes:
        assert year.decided.values[node] == run.sheet.values[node], node
    assert run.printed("hotline.eligible", 0) == "5"
    # The area that the other one has become part of has its cases of the whole year.
    *_, kinds = tables(of(cases, "secretary", TRENDS))
    assert kinds["停车"][0] == "2"
    assert "没有你负责的居民区" in of(cases, "other_secretary", BLOCK)
    assert "没有你负责的居民区" in of(cases, "other_secretary", TRENDS)


def test_before_there_are_cases_the_page_says_so(cast: Cast) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="adopted")
    for address in (BLOCK, EXCLUSIONS, TRENDS):
        assert "还没有开始收集数据" in of(cast, "clerk", address)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="collecting")
    [scores, _numbers] = tables(of(cast, "clerk", BLOCK))
    assert scores["云溪苑居民区"][1] == "100.00 没有可计的件"


def test_last_year_is_compared_by_households_and_said_so_where_it_is_not_known(
    cases: Cast, tmp_path: Path
) -> None:
    _scores, numbers = tables(of(cases, "clerk", BLOCK))
    assert numbers["云溪苑居民区"][3:] == ["6.0 3 件", "— 没有上年数据", "— 无从比较"]
    source = cases.source("hotline")
    source.tables = ["cases", "previous"]
    source.save()
    before = as_csv(
        [("J01", "5", "80"), ("J02", "2", "80")], ("area_id", "hotline_cases", "satisfaction")
    )
    in_force(cases, before, tmp_path, name="previous.csv", table="previous")
    _scores, numbers = tables(of(cases, "clerk", BLOCK))
    assert numbers["云溪苑居民区"][3:] == ["6.0 3 件", "10.0 5 件", "−4.0"]
    # Of J02 one case is a petition, which last year's figure is not of.
    assert numbers["澄波里居民区"][3:] == ["0.5 1 件", "1.0 2 件", "−0.5"]
    assert numbers["听澜坊居民区"][3:] == ["0.0 0 件", "— 没有上年数据", "— 无从比较"]


# -- exclusions


def test_rates_stand_with_and_without_what_is_left_out(cases: Cast) -> None:
    [areas] = tables(of(cases, "clerk", EXCLUSIONS))
    assert list(areas) == ["全镇", "云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    assert areas["全镇"][:3] == ["6", "1", "16.7%"]
    assert areas["云溪苑居民区"] == [
        "4",
        "1",
        "25.0%",
        "66.67 都计入则 75.00",
        "33.33 都计入则 25.00",
        "100.00 都计入则 66.67",
        "66.67 都计入则 55.56",
    ]
    [own] = tables(of(cases, "secretary", EXCLUSIONS))
    assert list(own) == ["全镇", "云溪苑居民区"]
    assert own["全镇"] == ["6", "1", "16.7%", *["—"] * 4]


def test_one_exclusion_moves_what_leaving_it_out_would_move(cases: Cast) -> None:
    """Each case alone: as the whole year comes out once it is left out, and once it is not."""
    cycle, scheme = cases.cycle, scheme_of(cases.cycle)
    found = effects_of(cycle, dict.fromkeys(("A1", "A2", "A3", "A4", "B1", "P1", "nobody"), ""))
    assert set(found) == {"A1", "A2", "A3", "A4", "B1", "P1"}

    def composite(area: str) -> str:
        sheet = cases_of(cycle, scheme).decided
        value = sheet.values["hotline.composite"][sheet.places[area]]
        return f"{float(value):.2f}"  # type: ignore[arg-type]

    for case_id, effect in found.items():
        [moved] = effect.figures
        assert moved.label.zh == "热线信访舆情综合评分"
        decided = {"A4": "not_statutory"}
        leave_out(cases, decided | {case_id: "repeat"})
        assert moved.left_out == composite(effect.area), case_id
        decided.pop(case_id, None)
        leave_out(cases, decided)
        assert moved.counted == composite(effect.area), case_id
    leave_out(cases, {"A4": "not_statutory"})
    one = effect_of(cycle, "A4")
    assert one is not None
    assert [(moved.counted, moved.left_out) for moved in one.figures] == [("55.56", "66.67")]
    assert effect_of(cycle, "nobody") is None


def test_an_effect_is_told_to_those_alone_who_see_the_figures(cases: Cast) -> None:
    asked = [Exclusion(pk=1, case_id="A4", ground="repeat")]
    asked.append(Exclusion(pk=2, case_id="B1", ground="other"))
    names = {one.pk: one.case_id for one in asked}

    def seen_by(username: str) -> dict[str, list[tuple[str, str]]]:
        found = beside_requests(cases.person(username), cases.cycle, asked)
        return {
            names[pk]: [(one.with_case, one.without) for one in figures]
            for pk, figures in found.items()
        }

    # Without B1 no case of J02 is unsolved.
    every = {"A4": [("55.56", "66.67")], "B1": [("83.33", "100.00")]}
    for username in ALL:
        assert seen_by(username) == every
    assert seen_by("secretary") == {"A4": every["A4"]}
    for username in ("provider", "department_head", "leader", "other_provider"):
        assert seen_by(username) == {}


# -- trends


def test_an_area_reads_its_months_and_kinds_beside_those_of_last_year(
    cases: Cast, tmp_path: Path
) -> None:
    page = of(cases, "secretary", TRENDS)
    months, handled, _resolved, _satisfied, kinds = tables(page)
    assert [months[name] for name in ("2月", "3月", "5月", "合计")] == [["0"], ["2"], ["2"], ["4"]]
    assert handled["3月"] == ["50.00 件数少 1/2 区间 9.5–90.5"]
    assert handled["4月"] == ["—"]
    # A4 came in May and is left out.
    assert handled["5月"] == ["100.00 件数少 1/1 区间 20.7–100.0"]
    assert kinds == {"停车": ["2", "50.0%"], "噪声扰民": ["2", "50.0%"]}
    assert "没有上年的办件" in page
    assert page.count("<svg") == 5
    assert "各居民区逐月件数" not in page


def test_the_town_is_shown_by_area_in_the_order_of_the_register(cases: Cast) -> None:
    page = of(cases, "group_member", TRENDS)
    *_, by_area = tables(page)
    assert list(by_area) == ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    assert by_area["云溪苑居民区"][2] == "2"
    assert [numbers[-1] for numbers in by_area.values()] == ["4", "2", "0"]
    one = of(cases, "group_member", f"{TRENDS}?area=J02")
    assert "各居民区逐月件数" not in one
    assert tables(one)[0]["合计"] == ["2"]


def test_charts_have_names_figures_and_neither_style_nor_script(cases: Cast) -> None:
    page = main_of(of(cases, "clerk", TRENDS))
    for svg in re.findall(r"<svg.*?</svg>", page, re.S):
        assert re.match(r'<svg role="img" aria-label="\S+：\S+" ', svg)
        assert "style" not in svg
        assert "<script" not in svg
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# -- where cases went wrong


def test_a_provider_reads_sums_of_its_own_cases_and_names_no_area(cases: Cast) -> None:
    post = cases.user("provider").posts.get()
    post.scope = ["hotline"]
    post.save()
    page = main_of(of(cases, "provider", MISDISPATCH))
    grounds, returns, kinds = tables(page)
    assert grounds == {"非法定职责": ["城运中心", "1", "20.0%"]}
    assert returns == {"非本辖区": ["城运中心", "1", "20.0%"]}
    assert kinds == {"停车": ["城运中心", "2", "1", "1"]}
    assert "居民区" not in re.sub(r"不按居民区", "", page)
    assert "信访办" not in page
    assert MISDISPATCH in of(cases, "provider", "/")
    assert MISDISPATCH not in of(cases, "other_scorer", "/")


def test_the_clerk_reads_the_sums_of_every_source_and_keeps_them(cases: Cast) -> None:
    grounds, returns, _kinds = tables(of(cases, "clerk", MISDISPATCH))
    assert set(grounds) == {"非法定职责"}
    assert returns == {
        "非本辖区": ["城运中心", "1", "20.0%"],
        "重复": ["信访办", "1", "100.0%"],
    }
    answer = cases.client("clerk").get(f"{MISDISPATCH}.xlsx")
    rows = sheet_rows(answer.content)
    assert rows[1:] == [
        ["数据来源", "来自", "原因", "件数", "占该来源全部办件"],
        ["城运中心", "双方同意剔除", "非法定职责", 1.0, "20.0%"],
        ["城运中心", "退单", "非本辖区", 1.0, "20.0%"],
        ["信访办", "退单", "重复", 1.0, "100.0%"],
    ]
    for username in ("secretary", "other_provider", "scorer"):
        assert cases.client(username).get(f"{MISDISPATCH}.xlsx").status_code == 404


# -- what it costs


def test_pages_ask_little_however_many_cases_there_are(
    cases: Cast, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [case(f"C{number}", kind=f"类{number % 7}") for number in range(300)]
    deliver(cases, tmp_path, rows)
    client = cases.client("clerk")
    for address in (BLOCK, EXCLUSIONS, TRENDS, MISDISPATCH):
        with django_assert_max_num_queries(40):
            assert client.get(address).status_code == 200
