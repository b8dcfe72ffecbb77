"""The hash of canonical content: equal for equal facts, whatever their form."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kaohe.facts import read_facts
from tests.unit.facts.gardens import (
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    as_csv,
    hashes,
    read_rows,
    sha256,
    table,
    tables_of,
    write_csv,
    write_parquet,
    write_sqlite,
    write_workbook,
    write_workbooks,
)

CONTENT = {"gardens": SOME_GARDENS, "harvests": SOME_HARVESTS}
CANONICAL = {
    "gardens": 'garden_id,name,beds,kind\n01,North,4,kitchen\n1,"南园, ""old""",12,flower\n',
    "harvests": "garden_id,crop,turn,beds,weight,price,sold,picked_on\n"
    "01,bean,1,4,7.5,12,true,2024-03-01\n01,bean,2,,,0.1,false,2024-03-09\n"
    "1,rose,,0,100,-3,false,\n",
}


def sources(folder: Path) -> dict[str, str]:
    """The same facts in every form."""
    made = {}
    writers = {
        "utf-8": write_csv,
        "xlsx": write_workbooks,
        "parquet": write_parquet,
        "gb18030": lambda place, content: write_csv(place, content, "gb18030"),
        "bom": lambda place, content: write_csv(place, content, "utf-8-sig"),
    }
    for form, write in writers.items():
        (folder / form).mkdir()
        made[form] = write(folder / form, CONTENT)
    made["workbook"] = write_workbook(folder / "all.xlsx", CONTENT)
    made["sqlite"] = write_sqlite(folder / "all.sqlite", CONTENT)
    return made


def test_every_form_of_the_same_facts_has_the_same_hash(tmp_path: Path) -> None:
    expected = {name: sha256(text) for name, text in CANONICAL.items()}
    for form, source in sources(tmp_path).items():
        assert hashes(read_facts(source, TABLES)) == expected, form


def test_chinese_headings_and_other_orders_are_the_same_facts(tmp_path: Path) -> None:
    headings = [column.heading for column in TABLES["gardens"].columns.values()]
    gardens = [headings, *reversed(SOME_GARDENS[1:])]
    turned = [list(reversed(row)) for row in SOME_HARVESTS]
    found = hashes(read_rows(tmp_path, TABLES, gardens=gardens, harvests=turned))
    assert found == {name: sha256(text) for name, text in CANONICAL.items()}


TEXTS = tables_of(
    texts=table(
        {
            "a": {"type": "id", "heading": "甲", "required": "column"},
            "b": {"type": "text", "heading": "乙", "required": "column"},
        }
    )
)


@pytest.mark.parametrize("lowest", ["", "\0"])
def test_rows_are_sorted_as_tuples_by_code_point(tmp_path: Path, lowest: str) -> None:
    cells = ["a", "a!", 'a"', "a,b", "a\nb", "A", "é", "\uff71", "\U00020bb7", "", "1", "10", "9"]
    cells.append(f"a{lowest}b")
    rows = [[one, other] for one in cells for other in cells if one or other]
    random.Random(7).shuffle(rows)
    found = hashes(read_rows(tmp_path, TEXTS, texts=[["a", "b"], *rows]))
    assert found["texts"] == sha256("a,b\n" + as_csv(sorted(rows)))


def test_rows_that_are_alike_count_each(tmp_path: Path) -> None:
    rows = [["a", "b"], ["1", "x"], ["1", "x"]]
    reading = read_rows(tmp_path, TEXTS, texts=rows)
    assert reading.facts is not None
    assert reading.facts.tables["texts"].rows == 2
    assert hashes(reading)["texts"] == sha256(as_csv(rows))


NUMBERS = tables_of(
    numbers=table(
        {
            "small": {"type": "decimal", "heading": "小", "places": 3, "required": "column"},
            "none": {"type": "decimal", "heading": "无", "places": 0, "required": "column"},
            "day": {"type": "date", "heading": "日", "required": "column"},
        }
    )
)


def test_canonical_numbers_and_dates(tmp_path: Path) -> None:
    rows = [
        ["small", "none", "day"],
        ["-0.500", "7.0", "0001-01-01"],
        ["-12.345", "-3", "9999-12-31"],
        ["100", "", "1969/12/31"],
        ["0.001", "", ""],
        ["-0.0", "", "1970-1-1"],
    ]
    lines = [
        "-0.5,7,0001-01-01",
        "-12.345,-3,9999-12-31",
        "0,,1970-01-01",
        "0.001,,",
        "100,,1969-12-31",
    ]
    found = hashes(read_rows(tmp_path, NUMBERS, numbers=rows))
    assert found["numbers"] == sha256("small,none,day\n" + "".join(f"{line}\n" for line in lines))


def test_codes_that_need_quotes(tmp_path: Path) -> None:
    kinds = tables_of(
        kinds=table(
            {"kind": {"type": "choice", "heading": "类", "choices": {"a,b": "甲", "c": "乙"}}}
        )
    )
    found = hashes(read_rows(tmp_path, kinds, kinds=[["kind"], ["甲"], ["c"], ["a,b"]]))
    assert found["kinds"] == sha256('kind\n"a,b"\n"a,b"\nc\n')
