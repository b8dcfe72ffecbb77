"""Marks as facts: what a run reads of the sheets, and what is still missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kaohe.facts import read_facts
from kaohe.web.cycles.models import Exemption
from kaohe.web.cycles.rules import has_facts
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.sheet_actions import Cell, give_mark, give_marks
from kaohe.web.evidence.sheet_facts import marks_facts, open_cells
from kaohe.web.registry.models import Area, Department
from tests.web.cast import NOW, SCHEME, Cast
from tests.web.sheets import ITEM, fill, open_window


def give(cast: Cast, score: str, area: str = "J01", node: str = ITEM) -> None:
    outcome = give_mark(
        Cell(area, node, score),
        cycle=cast.cycle,
        department=cast.department("社建办"),
        by=cast.person("scorer"),
        at=NOW,
    )
    assert outcome.state == "saved"


def test_a_mark_is_a_row_of_the_table_that_its_item_names(cast: Cast) -> None:
    open_window(cast)
    give(cast, "92.50")
    assert marks_facts(cast.cycle, scheme_of(cast.cycle)) == {
        "ratings": [{"area_id": "J01", "item": "party.1", "department": "社建办", "score": "92.5"}]
    }


def test_without_a_mark_there_is_no_table_and_no_fact(cast: Cast) -> None:
    open_window(cast)
    assert marks_facts(cast.cycle, scheme_of(cast.cycle)) == {}
    assert not has_facts(cast.cycle)
    give(cast, "90")
    assert has_facts(cast.cycle)
    give(cast, "")
    assert marks_facts(cast.cycle, scheme_of(cast.cycle)) == {}
    assert not has_facts(cast.cycle)


def test_all_sheets_together_are_facts_that_the_scheme_accepts(cast: Cast, tmp_path: Path) -> None:
    open_window(cast)
    scheme = scheme_of(cast.cycle)
    for department in open_cells(cast.cycle, scheme):
        fill(cast, department)
    rows = marks_facts(cast.cycle, scheme)["ratings"]
    assert len(rows) == 3 * 18
    table = scheme.fact_tables["ratings"]
    columns = list(table.columns)
    lines = [",".join(columns), *(",".join(row[column] for column in columns) for row in rows)]
    (tmp_path / "ratings.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "areas.csv").write_text(
        "area_id,name,households,party_members,category\n"
        + "".join(f"{one},{one},100,20,ordinary\n" for one in ("J01", "J02", "J03")),
        encoding="utf-8",
    )
    tables = {name: scheme.fact_tables[name] for name in ("areas", "ratings")}
    assert read_facts(str(tmp_path), tables).faults == ()


def test_exempted_and_merged_areas_are_left_out(cast: Cast) -> None:
    open_window(cast)
    for area in ("J01", "J02", "J03"):
        give(cast, "90", area)
    Exemption.objects.create(
        town=cast.town, cycle=cast.cycle, area=cast.area("J02"), reason="年中新设"
    )
    Area.objects.filter(pk=cast.area("J03").pk).update(
        until_on=date(2024, 6, 1), successor=cast.area("J01")
    )
    rows = marks_facts(cast.cycle, scheme_of(cast.cycle))["ratings"]
    assert [row["area_id"] for row in rows] == ["J01"]


def test_empty_cells_are_counted_by_department(cast: Cast) -> None:
    open_window(cast)
    scheme = scheme_of(cast.cycle)
    before = open_cells(cast.cycle, scheme)
    assert before["社建办"] == 21
    assert before["城建中心"] == 3
    fill(cast)
    give(cast, "", "J02")
    after = open_cells(cast.cycle, scheme)
    assert after["社建办"] == 1
    assert after["城建中心"] == 3


def test_an_item_of_a_numbered_period_names_its_number(cast: Cast) -> None:
    open_window(cast)
    version = cast.cycle.scheme
    version.text = (SCHEME.parents[1] / "village-targets/scheme.yaml").read_text(encoding="utf-8")
    version.sha256 = "0" * 64
    version.save()
    office = Department.objects.create(town=cast.town, code="农业农村办", name="农业农村办")
    give_mark(
        Cell("J01", "monthly.marks.3", "90.5"),
        cycle=cast.cycle,
        department=office,
        by=cast.person("scorer"),
        at=NOW,
    )
    assert marks_facts(cast.cycle, scheme_of(cast.cycle)) == {
        "ratings": [
            {"village_id": "J01", "month": "3", "department_id": "农业农村办", "mark": "90.5"}
        ]
    }
    assert open_cells(cast.cycle, scheme_of(cast.cycle))["农业农村办"] == 3 * 12 - 1


def test_marks_of_many_departments_go_in_with_one_act_each(cast: Cast) -> None:
    open_window(cast)
    nodes = ["daily.party.2", "daily.party.3"]
    outcomes = give_marks(
        [Cell(area, node, "90") for area in ("J01", "J02") for node in nodes],
        cycle=cast.cycle,
        department=cast.department("党建办"),
        by=cast.person("party_head"),
        at=NOW,
    )
    assert len(outcomes) == 4
    rows = marks_facts(cast.cycle, scheme_of(cast.cycle))["ratings"]
    assert {row["item"] for row in rows} == {"party.2", "party.3"}
