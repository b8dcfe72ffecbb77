"""Every kind of fault: where it is reported, and in which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaohe.values.tables import Table
from tests.unit.facts.gardens import (
    GARDENS,
    HARVESTS,
    SOME_GARDENS,
    TABLES,
    faults,
    read_csv,
    read_rows,
    table,
    tables_of,
)

HEADER = ["garden_id", "crop", "turn", "beds", "weight", "price", "sold", "picked_on"]


def harvest_faults(folder: Path, *rows: str, language: Any = "en") -> list[str]:
    harvests = [HEADER, *(row.split(",") for row in rows)]
    return faults(read_rows(folder, TABLES, gardens=SOME_GARDENS, harvests=harvests), language)


@pytest.mark.parametrize(
    ("row", "en", "zh"),
    [
        (
            "01,bean,1,,x,,,",
            "weight: x: a number from 0 to 100 with at most 2 decimals",
            "weight: x: 应为 0 到 100 之间、最多 2 位小数的数",
        ),
        (
            "01,bean,1,,100.01,,,",
            "weight: 100.01: a number from 0 to 100 with at most 2 decimals",
            None,
        ),
        (
            "01,bean,1,,1.005,,,",
            "weight: 1.005: a number from 0 to 100 with at most 2 decimals",
            None,
        ),
        ("01,bean,1,,,1e3,,", "price: 1e3: a number", "price: 1e3: 应为数"),
        (
            "01,bean,1,,,1234567890123456789,,",
            "price: 1234567890123456789: a number with at most 18 digits before the point",
            "price: 1234567890123456789: 应为整数部分不超过 18 位的数",
        ),
        (
            "01,bean,3,,,,,",
            "turn: 3: a whole number from 1 to 2",
            "turn: 3: 应为 1 到 2 之间的整数",
        ),
        ("01,bean,1.5,,,,,", "turn: 1.5: a whole number from 1 to 2", None),
        (
            "01,bean,1,,,,yes,",
            "sold: yes: yes or no, as true/false, 1/0 or 是/否",
            "sold: yes: 应为是或否（也可写 true/false、1/0）",
        ),
        (
            "01,bean,1,,,,,3.1.2024",
            "picked_on: 3.1.2024: a date such as 2024-03-01",
            "picked_on: 3.1.2024: 应为日期，如 2024-03-01",
        ),
        (
            "01,pea,,,,,,",
            "crop: pea: one of bean（豆）, rose（玫瑰）",
            "crop: pea: 应为以下之一：bean（豆）、rose（玫瑰）",
        ),
        (
            ",bean,1,,,,,",
            'garden_id: "": an id (text), not empty',
            'garden_id: "": 不能为空，应为编号（文本）',
        ),
        (
            "2,bean,1,,,,,",
            "garden_id: 2: the garden_id of a row in the table gardens",
            "garden_id: 2: 应为表 gardens 中已有的 garden_id",
        ),
        (
            "01,bean,,,,,,",
            'turn: "": a whole number from 1 to 2 where crop is bean',
            'turn: "": crop 为 bean 时应为 1 到 2 之间的整数',
        ),
        (
            "01,rose,1,,,,,",
            "turn: 1: nothing, unless crop is bean",
            "turn: 1: 应为空，只在 crop 为 bean 时填写",
        ),
        (
            "01,bean,1,5,,,,",
            "beds: 5: at most 4 (the beds of its garden_id)",
            "beds: 5: 应不大于 4（该 garden_id 的 beds）",
        ),
        (
            "01,bean,1,-1,,,,",
            "beds: -1: a whole number from 0 to the beds of its garden_id",
            "beds: -1: 应为 0 到该 garden_id 的 beds 之间的整数",
        ),
    ],
)
def test_cell_at_fault(tmp_path: Path, row: str, en: str, zh: str | None) -> None:
    assert harvest_faults(tmp_path, row) == [f"harvests:2:{en}"]
    if zh is not None:
        assert harvest_faults(tmp_path, row, language="zh") == [f"harvests:2:{zh}"]


def test_duplicate_key_at_each_further_row(tmp_path: Path) -> None:
    rows = ("01,bean,1,,,,,", "1,rose,,,,,,", "01,豆,1.0,,,,,", "1,玫瑰,,,,,,", "01,bean,1,,,,,")
    assert harvest_faults(tmp_path, *rows) == [
        "harvests:4:garden_id: 01: one row for each garden_id, crop, turn; row 2 has the same",
        "harvests:5:garden_id: 1: one row for each garden_id, crop, turn; row 3 has the same",
        "harvests:6:garden_id: 01: one row for each garden_id, crop, turn; row 2 has the same",
    ]
    assert harvest_faults(tmp_path, *rows, language="zh")[0] == (
        "harvests:4:garden_id: 01: garden_id、crop、turn 相同的行只应有一行，已有第 2 行"
    )


def test_empty_cell_of_a_key_counts_as_its_default(tmp_path: Path) -> None:
    plots = tables_of(
        plots=table(
            {
                "id": {"type": "id", "heading": "编号"},
                "side": {
                    "type": "choice",
                    "heading": "侧",
                    "required": False,
                    "default": "left",
                    "choices": {"left": "左", "right": "右"},
                },
            },
            key=["id", "side"],
        )
    )
    assert faults(read_csv(tmp_path, plots, plots="id,side\n1,\n1,left\n1,right\n")) == [
        "plots:3:id: 1: one row for each id, side; row 2 has the same"
    ]


def test_cell_at_fault_takes_part_in_no_further_check(tmp_path: Path) -> None:
    rows = (
        "9,bean,1,,,,,",  # no such garden: no second fault for a key or a limit
        "9,bean,1,9,,,,",
        "01,pea,1,,,,,",  # a wrong crop asks nothing of the turn
        "01,pea,,,,,,",
        "01,bean,7,,,,,",  # out of range, and no duplicate of the next
        "01,bean,7,,,,,",
    )
    reference = "the garden_id of a row in the table gardens"
    assert harvest_faults(tmp_path, *rows) == [
        f"harvests:2:garden_id: 9: {reference}",
        f"harvests:3:garden_id: 9: {reference}",
        "harvests:4:crop: pea: one of bean（豆）, rose（玫瑰）",
        "harvests:5:crop: pea: one of bean（豆）, rose（玫瑰）",
        "harvests:6:turn: 7: a whole number from 1 to 2",
        "harvests:7:turn: 7: a whole number from 1 to 2",
    ]


def test_second_row_of_a_key_limits_nothing(tmp_path: Path) -> None:
    gardens = [*SOME_GARDENS, ["01", "Again", "1", ""]]
    reading = read_rows(
        tmp_path, TABLES, gardens=gardens, harvests=[HEADER, "01,bean,1,4,,,,".split(",")]
    )
    assert faults(reading) == [
        "gardens:4:garden_id: 01: one row for each garden_id; row 2 has the same"
    ]


def test_faulty_limit_limits_nothing(tmp_path: Path) -> None:
    gardens = [SOME_GARDENS[0], ["01", "North", "none", ""]]
    harvests = [HEADER, "01,bean,1,4,,,,".split(",")]
    reading = read_rows(tmp_path, TABLES, gardens=gardens, harvests=harvests)
    assert faults(reading) == ["gardens:2:beds: none: a whole number above 0"]


@pytest.mark.parametrize("gardens", ["", "name\nNorth\n", "garden_id,园子编号\n1,1\n", None])
def test_references_to_what_cannot_be_read_are_not_checked(
    tmp_path: Path, gardens: str | None
) -> None:
    content = {"harvests": ",".join(HEADER) + "\n77,bean,1,99,,,,\n"}
    if gardens is not None:
        content["gardens"] = gardens
    assert not [
        line for line in faults(read_csv(tmp_path, TABLES, **content)) if "harvests" in line
    ]


def test_references_to_a_table_without_rows_are_checked(tmp_path: Path) -> None:
    harvests = ",".join(HEADER) + "\n77,bean,1,99,,,,\n"
    gardens = ",".join(SOME_GARDENS[0]) + "\n"
    assert faults(read_csv(tmp_path, TABLES, gardens=gardens, harvests=harvests)) == [
        'gardens::: "": at least one row (a garden)',
        "harvests:2:garden_id: 77: the garden_id of a row in the table gardens",
    ]


def test_missing_optional_column_is_empty(tmp_path: Path) -> None:
    harvests = [["garden_id", "crop", "weight"], ["01", "rose", ""], ["01", "bean", ""]]
    reading = read_rows(tmp_path, TABLES, gardens=SOME_GARDENS, harvests=harvests)
    assert faults(reading) == ['harvests:3:turn: "": a whole number from 1 to 2 where crop is bean']


def test_unreadable_column_is_not_checked(tmp_path: Path) -> None:
    harvests = [["garden_id", "crop", "turn", "turn"], ["01", "bean", "9", ""]]
    reading = read_rows(tmp_path, TABLES, gardens=SOME_GARDENS, harvests=harvests)
    assert faults(reading) == [
        'harvests:1:turn: "": this column once, not 2 times',
        'harvests:1:weight: "": a column headed weight or “重量”',
    ]


def sums(**more: Any) -> dict[str, Table]:
    """Sums of groups, beside the single entries that they may not repeat."""
    group = {
        "group": {"type": "id", "heading": "组"},
        "panel": {
            "type": "choice",
            "heading": "身份",
            "required": False,
            "default": "a",
            "choices": {"a": "甲", "b": "乙"},
            "choice_only_where": {"b": {"group": ["g1", "g2"]}},
        },
    }
    total = {
        "what": {"type": "choice", "heading": "题", "choices": {"x": "一", "y": "二", "all": "全"}},
        "answered": {"type": "whole", "heading": "数", "minimum": 0},
        "points": {
            "type": "decimal",
            "heading": "分",
            "minimum": 0,
            "places": 1,
            "maximum": {"column": "answered", "times": 10},
        },
    }
    return tables_of(
        entries=table(group),
        sums=table(
            {**group, **total},
            key=["group", "panel", "what"],
            excludes=[{"table": "entries", "match": ["group", "panel"], "at": "panel", **more}],
            alone=[{"column": "what", "value": "all", "within": ["group", "panel"]}],
        ),
    )


SUMS = "group,panel,what,answered,points\n"


def test_limit_by_another_cell_of_the_row(tmp_path: Path) -> None:
    content = SUMS + "g1,,x,3,30.0\ng1,,y,3,30.1\ng2,,x,z,99\ng2,,y,3,-1\ng3,,x,0,0.1\n"
    reading = read_csv(tmp_path, sums(), sums=content)
    assert faults(reading) == [
        "sums:3:points: 30.1: at most 30 (10 times answered)",
        "sums:4:answered: z: a whole number of at least 0",
        "sums:5:points: -1: a number from 0 to 10 times answered with at most 1 decimal",
        "sums:6:points: 0.1: at most 0 (10 times answered)",
    ]
    assert faults(reading, "zh")[0] == "sums:3:points: 30.1: 应不大于 30（answered 的 10 倍）"


def test_choice_that_stands_only_in_some_rows(tmp_path: Path) -> None:
    reading = read_csv(tmp_path, sums(), entries="group,panel\ng1,乙\ng3,b\ng3,a\n")
    assert faults(reading) == [
        "entries:3:panel: b: another value, since b stands only where group is one of g1, g2"
    ]
    assert faults(reading, "zh") == [
        "entries:3:panel: b: 应为其他值，b 只用于 group 为 g1、g2 的行"
    ]


def test_row_that_must_be_alone(tmp_path: Path) -> None:
    content = SUMS + "g1,,x,3,3\ng1,a,全,3,3\ng1,b,all,3,3\ng2,,all,3,3\ng2,,all,3,3\n"
    reading = read_csv(tmp_path, sums(), sums=content)
    assert faults(reading) == [
        "sums:3:what: 全: all only as the one row of its group, panel",
        "sums:6:group: g2: one row for each group, panel, what; row 5 has the same",
    ]
    assert (
        faults(reading, "zh")[0] == "sums:3:what: 全: group、panel 相同的行中，all 应为唯一的一行"
    )


def test_groups_that_cannot_be_told_apart_are_not_checked(tmp_path: Path) -> None:
    content = "group,group,what,answered,points\ng1,g1,x,3,3\ng1,g1,all,3,3\n"
    reading = read_csv(tmp_path, sums(), sums=content, entries="panel\na\n")
    assert faults(reading) == [
        'entries:1:group: "": a column headed group or “组”',
        'sums:1:group: "": this column once, not 2 times',
    ]


def test_row_that_another_table_excludes(tmp_path: Path) -> None:
    content = SUMS + "g1,,x,3,3\ng1,b,x,3,3\ng2,,x,3,3\n"
    reading = read_csv(tmp_path, sums(), sums=content, entries="group\ng0\ng1\ng1\n")
    assert faults(reading) == [
        'sums:2:panel: "": no such row, since row 3 of entries has the same group, panel'
    ]
    assert faults(reading, "zh") == [
        'sums:2:panel: "": 应没有这一行：表 entries 第 3 行已有相同的 group、panel'
    ]


def test_exclusion_looks_only_at_the_rows_it_names(tmp_path: Path) -> None:
    tables = sums(where={"panel": ["b"]})
    content = SUMS + "g1,,x,3,3\ng1,b,x,3,3\n"
    reading = read_csv(tmp_path, tables, sums=content, entries="group,panel\ng1,\ng1,b\n")
    assert faults(reading) == [
        "sums:3:panel: b: no such row, since row 3 of entries has the same group, panel"
    ]


def test_faults_are_ordered_by_table_row_and_column(tmp_path: Path) -> None:
    gardens = "kind,beds,garden_id\nx,0,\n,,,,9\n"
    harvests = "园子编号,crop,weight\n,x,-1\n"
    reading = read_csv(tmp_path, TABLES, gardens=gardens, harvests=harvests)
    assert [line.rsplit(": ", 2)[0] for line in faults(reading)] == [
        "gardens:1:name",
        "gardens:2:garden_id",
        "gardens:2:beds",
        "gardens:2:kind",
        "gardens:3:",
        "gardens:3:garden_id",
        "gardens:3:beds",
        "harvests:2:garden_id",
        "harvests:2:crop",
        "harvests:2:weight",
    ]


def test_first_thousand_faults_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"{row},x,0\n" for row in range(1500))
    reading = read_csv(tmp_path, TABLES, gardens="garden_id,name,beds\n" + rows)
    assert (len(reading.faults), reading.fault_count) == (1000, 1500)
    for language in ("zh", "en"):
        lines = faults(reading, language)
        assert len(lines) == 1001
        assert lines[-1] == "… and 500 more"
    assert [fault.row for fault in reading.faults] == list(range(2, 1002))


def test_default_does_not_hide_that_a_cell_was_empty(tmp_path: Path) -> None:
    turns = tables_of(
        turns=table(
            {
                "crop": {"type": "text", "heading": "作物"},
                "turn": {
                    "type": "whole",
                    "heading": "茬次",
                    "required": False,
                    "default": "1",
                    "required_where": {"crop": ["bean"]},
                    "filled_only_where": {"crop": ["bean", "pea"]},
                },
            }
        )
    )
    assert faults(read_csv(tmp_path, turns, turns="crop,turn\nbean,\npea,\nrose,\nrose,1\n")) == [
        'turns:2:turn: "": a whole number where crop is bean',
        "turns:5:turn: 1: nothing, unless crop is one of bean, pea",
    ]
    assert faults(read_csv(tmp_path, turns, turns="crop\nbean\npea\n")) == [
        'turns:2:turn: "": a whole number where crop is bean'
    ]
    reading = read_csv(tmp_path, turns, turns="crop,turn\nbean,2\npea,\n")
    assert reading.facts is not None
    with reading.facts as facts:
        described = facts.connection.execute('DESCRIBE "turns"').fetchall()
        assert [row[0] for row in described] == ["crop", "turn"]
        assert facts.rows("turns", ["turn"]) == [(2,), (1,)]


def test_a_condition_may_be_that_another_cell_is_empty(tmp_path: Path) -> None:
    visits = tables_of(
        visits=table(
            {
                "garden": {
                    "type": "text",
                    "heading": "园子",
                    "required": False,
                    "required_where": {"place": [""]},
                },
                "place": {"type": "text", "heading": "地点", "required": False},
            }
        )
    )
    rows = "garden,place\nA,\n,by the pond\nB,here\n"
    assert faults(read_csv(tmp_path, visits, visits=rows)) == []
    rows = "garden,place,\nA,,\n,,\nC,,\n,,x\n"
    neither = read_csv(tmp_path, visits, visits=rows)
    assert faults(neither) == ['visits:5:garden: "": text where place is empty']
    assert faults(neither, "zh") == ['visits:5:garden: "": place 为 空 时应为文字']


def test_columns_of_one_heading_stand_in_one_place(tmp_path: Path) -> None:
    shared = tables_of(
        calls=table(
            {
                "回访": {"type": "boolean", "heading": "回访", "choices": {"true": "好"}},
                "told": {"type": "text", "heading": "回访", "required": False},
            }
        )
    )
    reading = read_csv(tmp_path, shared, calls="回访\n好\n否\n")
    assert reading.facts is not None
    with reading.facts as facts:
        assert facts.rows("calls", ["回访", "told"]) == [(1, "好"), (0, "否")]


def test_missing_tables(tmp_path: Path) -> None:
    either = tables_of(
        gardens=GARDENS,
        first=table({"a": {"type": "id", "heading": "甲"}}, required_unless="second"),
        second=table({"a": {"type": "id", "heading": "甲"}}),
        harvests=HARVESTS,
    )
    assert faults(read_csv(tmp_path, either)) == [
        'gardens::: "": the table gardens (gardens)',
        'first::: "": the table first (表), or the table second',
    ]
    assert faults(read_csv(tmp_path, either), "zh") == [
        'gardens::: "": 应有表 gardens（园子）',
        'first::: "": 应有表 first（表），或表 second',
    ]


def test_table_that_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    either = tables_of(
        first=table({"a": {"type": "id", "heading": "甲"}}, required_unless="second"),
        second=table({"a": {"type": "id", "heading": "甲"}}),
    )
    reading = read_csv(tmp_path, either, second="a\n")
    assert faults(reading) == []
    assert reading.facts is not None
    assert {name: facts.rows for name, facts in reading.facts.tables.items()} == {"second": 0}
    reading.facts.close()
