"""XLSX workbooks: sheets, typed cells, errors, dates, row numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from kaohe.facts import Reading, SourceError, read_facts
from tests.unit.facts.gardens import (
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    faults,
    hashes,
    notes,
    sha256,
    table,
    tables_of,
    write_workbook,
)

THINGS = tables_of(
    things=table(
        {
            "id": {"type": "id", "heading": "编号"},
            "text": {"type": "text", "heading": "文字", "required": False},
            "count": {"type": "whole", "heading": "数", "required": False},
            "share": {"type": "decimal", "heading": "份额", "required": False},
            "open": {"type": "boolean", "heading": "开放", "required": False},
            "day": {"type": "date", "heading": "日期", "required": False},
        }
    )
)
HEADER = "id,text,count,share,open,day"


def read_things(folder: Path, *rows: Sequence[object]) -> Reading:
    write_workbook(folder / "things.xlsx", {"things": [HEADER.split(","), *rows]})
    return read_facts(str(folder), THINGS)


def test_cells_with_types_count_as_text(tmp_path: Path) -> None:
    reading = read_things(
        tmp_path,
        [7.0, 1e20, 12.0, 0.1, True, date(2024, 3, 1)],
        ["007", True, "12.0", 1e-7, 0, datetime.fromisoformat("2024-03-09T13:05")],
        ["  a ", 0.5, None, "", "是", " 2024/3/9 "],
    )
    assert notes(reading) == ["things: 1 ids in column id are numbers, leading zeros may be lost"]
    assert hashes(reading) == {
        "things": sha256(
            f"{HEADER}\n007,true,12,0.0000001,false,2024-03-09\n"
            "7,100000000000000000000,12,0.1,true,2024-03-01\na,0.5,,,true,2024-03-09\n"
        )
    }


def test_date_outside_a_date_column(tmp_path: Path) -> None:
    day, moment = date(2024, 3, 1), datetime.fromisoformat("2024-03-01T13:05")
    reading = read_things(tmp_path, [day, moment, day, "", "", ""])
    assert faults(reading) == [
        "things:2:id: 2024-03-01: an id (text), not a cell that holds a date",
        "things:2:text: 2024-03-01 13:05:00: text, not a cell that holds a date",
        "things:2:count: 2024-03-01: a whole number, not a cell that holds a date",
    ]
    assert faults(reading, "zh")[0] == (
        "things:2:id: 2024-03-01: 应为编号（文本），而不是日期格式的单元格"
    )


def test_time_of_day_is_no_date(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "things.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["id", "day", "day of another table"])
        sheet.write_row(1, 0, ["1"])
        sheet.write_number(1, 1, 0.5, workbook.add_format({"num_format": "hh:mm"}))
        sheet.write_number(1, 2, 1.75, workbook.add_format({"num_format": "[h]:mm"}))
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        "things:2:day: 12:00:00: a date such as 2024-03-01, not a cell that holds a date"
    ]


def test_number_in_a_date_column_is_no_date(tmp_path: Path) -> None:
    assert faults(read_things(tmp_path, ["1", "", "", "", "", 45292])) == [
        "things:2:day: 45292: a date such as 2024-03-01"
    ]


def test_error_cells_and_formulas(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "things.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 1, "=B1", None, "stored")
        sheet.write_formula(1, 2, "=1+1", None, 2)
        sheet.write_row(3, 0, ["1", "#N/A"])
        sheet.write_formula(3, 2, "=NA()", None, "#N/A")
        sheet.write_formula(3, 7, "=NA()", None, "#N/A")
    reading = read_facts(str(tmp_path), THINGS)
    assert faults(reading) == [
        "things:2:id: #DIV/0!: an id (text), not a formula error",
        'things:4:: "": no value beyond the last heading of the table',
        "things:4:count: #N/A: a whole number, not a formula error",
    ]
    assert faults(reading, "zh")[0] == "things:2:id: #DIV/0!: 应为编号（文本），而不是公式错误"


def test_error_in_a_heading_is_a_column_nobody_declared(tmp_path: Path) -> None:
    path = tmp_path / "things.xlsx"
    with Workbook(path) as workbook:
        sheet = workbook.add_worksheet("things")
        sheet.write_row(0, 0, ["编号", "文字"])
        sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
        sheet.write_row(1, 0, ["a", "b", "c"])
    reading = read_facts(str(tmp_path), THINGS)
    assert reading.faults == ()
    assert any("#DIV/0!" in note.en for note in reading.notes)


def test_error_cells_without_references(tmp_path: Path) -> None:
    write_workbook(tmp_path / "things.xlsx", {"things": [["id", "text"], ["1", "a"]]})
    sheet = "xl/worksheets/sheet1.xml"
    edit(
        tmp_path / "things.xlsx",
        sheet,
        r"<row r=\"2\".*?</row>",
        "<row><c t='e'><v>#REF!</v></c><c t='e'><v>#NUM!</v></c></row>",
    )
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        "things:2:id: #REF!: an id (text), not a formula error",
        "things:2:text: #NUM!: text, not a formula error",
    ]


def edit(path: Path, part: str, pattern: str, replacement: str) -> None:
    """Change the text of a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text, changes = re.subn(pattern, lambda _: replacement, parts[part].decode(), flags=re.DOTALL)
    assert changes
    parts[part] = text.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_row_numbers_are_those_of_the_sheet(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "things.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 1, ["id", "count"])
        sheet.write_row(4, 1, ["1", "x"])
        sheet.write_row(6, 2, ["y"])
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        "things:5:count: x: a whole number",
        'things:7:id: "": an id (text), not empty',
        "things:7:count: y: a whole number",
    ]


def test_header_ends_with_its_last_text(tmp_path: Path) -> None:
    reading = read_facts(
        write_workbook(tmp_path / "f.xlsx", {"things": [["id", "", "text"], ["1", "x", "a", "b"]]}),
        THINGS,
    )
    assert notes(reading) == ["things: 1 values under headings without text are ignored"]
    assert faults(reading) == ['things:2:: "": no value beyond the last heading of the table']


def test_sheet_of_the_tables_name_goes_before_the_first(tmp_path: Path) -> None:
    rows = [["id"], ["1"]]
    write_workbook(tmp_path / "things.xlsx", {"first": [["x"], ["2"]], "things": rows})
    reading = read_facts(str(tmp_path), THINGS)
    assert notes(reading) == ["things.xlsx: the sheet “first” is ignored"]
    assert hashes(reading) == {"things": sha256(f"{HEADER}\n1,,,,,\n")}


def test_first_sheet_where_none_has_the_tables_name(tmp_path: Path) -> None:
    write_workbook(tmp_path / "things.xlsx", {"a": [["id"], ["1"]], "b": [["id"], ["2"]]})
    reading = read_facts(str(tmp_path), THINGS)
    assert notes(reading) == ["things.xlsx: the sheet “b” is ignored"]
    assert hashes(reading) == {"things": sha256(f"{HEADER}\n1,,,,,\n")}


def test_workbook_with_a_sheet_for_each_table(tmp_path: Path) -> None:
    content = {"封面": [["x"]], "harvests": SOME_HARVESTS, "gardens": SOME_GARDENS}
    reading = read_facts(write_workbook(tmp_path / "all.XLSX", content), TABLES)
    assert notes(reading) == ["all.XLSX: the sheet “封面” is ignored"]
    assert set(hashes(reading)) == {"gardens", "harvests"}


def test_chart_sheets_are_no_tables(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "things.xlsx")) as workbook:
        chart = workbook.add_chart({"type": "bar"})
        sheet = workbook.add_worksheet("数据")
        sheet.write_row(0, 0, ["id"])
        sheet.write_row(1, 0, ["1"])
        chart.add_series({"values": "=数据!$A$2"})
        workbook.add_chartsheet("things").set_chart(chart)
    assert set(hashes(read_facts(str(tmp_path), THINGS))) == {"things"}


def test_workbook_with_chart_sheets_alone(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "things.xlsx")) as workbook:
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=things!$A$1"})
        workbook.add_chartsheet("things").set_chart(chart)
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        'things::: "": a sheet with cells; the workbook has none'
    ]


def test_panic_of_the_library_is_a_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PanicException(BaseException):
        """As the library raises it."""

    def panic(path: Path, name: str) -> None:
        raise raised

    raised: BaseException = PanicException()
    write_workbook(tmp_path / "things.xlsx", {"things": [["id"], ["1"]]})
    monkeypatch.setattr("kaohe.facts.readers.workbooks.sheet_errors", panic)
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        'things::: "": an XLSX workbook that can be opened'
    ]
    raised = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        read_facts(str(tmp_path), THINGS)


@pytest.mark.parametrize("rows", [[], [["", " "]], [[], [""], ["  "]]])
def test_empty_sheet(tmp_path: Path, rows: list[list[str]]) -> None:
    path = write_workbook(tmp_path / "f.xlsx", {"things": rows})
    assert faults(read_facts(path, THINGS)) == [
        'things::: "": a row of headings; there is nothing here'
    ]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_damaged_workbook(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "things.xlsx").write_bytes(content)
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        'things::: "": an XLSX workbook that can be opened'
    ]
    with pytest.raises(SourceError, match="is no XLSX workbook that can be opened"):
        read_facts(str(tmp_path / "things.xlsx"), THINGS)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_damaged_part_of_a_workbook(tmp_path: Path, part: str) -> None:
    write_workbook(tmp_path / "things.xlsx", {"things": [["id"], ["1"]]})
    edit(tmp_path / "things.xlsx", part, r"<(sheetData|sheets)>.*", "<broken")
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        'things::: "": an XLSX workbook that can be opened'
    ]
