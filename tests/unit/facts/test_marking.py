"""A marked table: every row at its number, every fault at its cell, nothing that can run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from kaohe.facts import read_facts, write_marked
from kaohe.values.faults import Fault
from kaohe.values.text import Language, Text
from tests.unit.facts import test_any_facts as any_facts
from tests.unit.facts.gardens import (
    Rows,
    as_csv,
    faults,
    table,
    tables_of,
    write_workbook,
)

TABLES = tables_of(
    gardens=table(
        {
            "garden_id": {"type": "id", "heading": "园子编号"},
            "name": {"type": "text", "heading": "名称"},
            "beds": {"type": "whole", "heading": "畦数", "above": 0},
            "opened": {"type": "date", "heading": "开园", "required": False},
        },
        key=["garden_id"],
    ),
)
GARDENS: Rows = [
    ["garden_id", "名称", "beds"],
    ["01", "North", "4"],
    ["", "", ""],
    ["02", "", "-5"],
    ["03", "South", "1", "", "x"],
]
EXPECTED = Text(zh="应为编号", en="an id")
CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Marked:
    """A marked workbook as a spreadsheet takes it."""

    path: Path

    @property
    def names(self) -> list[str]:
        return CalamineWorkbook.from_path(str(self.path)).sheet_names

    def rows(self, sheet: int = 0) -> list[list[object]]:
        book = CalamineWorkbook.from_path(str(self.path))
        return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)

    def part(self, name: str) -> Element:
        with zipfile.ZipFile(self.path) as archive:
            return fromstring(archive.read(f"xl/{name}"))

    def comments(self) -> dict[str, str]:
        return {
            one.get("ref", ""): "".join(
                part.text or "" for part in one.iter() if local(part) == "t"
            )
            for one in self.part("comments1.xml").iter()
            if local(one) == "comment"
        }

    def red(self) -> set[str]:
        """The cells with a red fill."""
        fills = [one for one in self.part("styles.xml").iter() if local(one) == "fill"]
        reds = {
            at for at, one in enumerate(fills) if any("FFC7CE" in str(x.attrib) for x in one.iter())
        }
        styles = next(one for one in self.part("styles.xml") if local(one) == "cellXfs")
        wrong = {str(at) for at, one in enumerate(styles) if int(one.get("fillId", "")) in reds}
        return {one.get("r", "") for one in self.cells() if one.get("s") in wrong}

    def cells(self, sheet: int = 1) -> list[Element]:
        return [
            one for one in self.part(f"worksheets/sheet{sheet}.xml").iter() if local(one) == "c"
        ]


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def marked(
    folder: Path,
    rows: Rows | bytes = GARDENS,
    language: Language = "en",
    found: Sequence[Fault] | None = None,
    **more: int,
) -> Marked:
    """A CSV file of gardens, marked with the faults that reading it finds."""
    source = folder / "gardens.csv"
    source.write_bytes(rows if isinstance(rows, bytes) else as_csv(rows).encode())
    reading = read_facts(str(folder), TABLES)
    out = folder / "out" / "marked.xlsx"
    out.parent.mkdir(exist_ok=True)
    faulty = reading.faults if found is None else found
    write_marked(source, "gardens", TABLES["gardens"], faulty, out, language, **more)
    return Marked(out)


def fault(row: int | None, column: str | None, value: str = "") -> Fault:
    return Fault("gardens", row, column, value, EXPECTED)


def test_every_row_keeps_its_number_and_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    found = marked(tmp_path)
    assert found.rows() == [
        ["garden_id", "名称", "beds", "", "", "Faults"],
        ["01", "North", "4", "", "", ""],
        ["", "", "", "", "", ""],
        ["02", "", "-5", "", "", "名称: text, not empty; beds: a whole number above 0"],
        ["03", "South", "1", "", "x", "no value beyond the last heading of the table"],
    ]


def test_cells_at_fault_are_red_and_say_what_was_expected(tmp_path: Path) -> None:
    found = marked(tmp_path)
    assert found.red() == {"B4", "C4"}
    assert found.comments() == {"B4": "text, not empty", "C4": "a whole number above 0"}


def test_second_sheet_lists_every_fault(tmp_path: Path) -> None:
    found = marked(tmp_path)
    assert found.names == ["gardens", "Faults"]
    assert found.rows(1) == [
        ["Row", "Heading", "Value", "What was expected"],
        [4.0, "名称", "", "text, not empty"],
        [4.0, "beds", "-5", "a whole number above 0"],
        [5.0, "", "", "no value beyond the last heading of the table"],
    ]


def test_in_chinese(tmp_path: Path) -> None:
    found = marked(tmp_path, [["garden_id", "名称"], ["1", ""]], "zh")
    assert found.names == ["gardens", "错误"]
    assert found.rows() == [["garden_id", "名称", "错误"], ["1", "", "名称：不能为空，应为文字"]]
    assert found.comments() == {"B2": "不能为空，应为文字"}
    assert found.rows(1) == [
        ["行", "列标题", "现值", "应填内容"],
        [1.0, "畦数", "", "缺少列，应有标题 beds 或“畦数”"],
        [2.0, "名称", "", "不能为空，应为文字"],
    ]


def test_header_stays_in_sight_and_all_rows_can_be_filtered(tmp_path: Path) -> None:
    sheet = marked(tmp_path).part("worksheets/sheet1.xml")
    pane = next(one for one in sheet.iter() if local(one) == "pane")
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert [one.get("ref") for one in sheet if local(one) == "autoFilter"] == ["A1:F5"]


def test_heading_that_stands_twice_is_red_in_both_places(tmp_path: Path) -> None:
    found = marked(tmp_path, [["garden_id", "name", "beds", "名称"], ["1", "a", "2", "b"]])
    assert found.red() == {"B1", "D1"}
    assert found.comments() == dict.fromkeys(("B1", "D1"), "this column once, not 2 times")


def test_fault_of_a_cell_that_the_file_does_not_have_stands_in_words(tmp_path: Path) -> None:
    found = marked(tmp_path, [["garden_id"], ["1"]], found=[fault(2, "opened"), fault(None, None)])
    assert found.red() == set()
    assert found.rows() == [["garden_id", "Faults"], ["1", "opened: an id"]]
    assert found.rows(1)[1:] == [[2.0, "opened", "", "an id"], ["", "", "", "an id"]]


def test_several_faults_of_one_cell_are_all_told(tmp_path: Path) -> None:
    found = marked(tmp_path, [["name"], ["a"]], found=[fault(2, "name"), fault(2, "name")])
    assert found.comments() == {"A2": "an id\nan id"}


def test_faults_of_other_tables_are_left_out_and_hidden_ones_counted(tmp_path: Path) -> None:
    other = Fault("harvests", 2, "name", "", EXPECTED)
    found = marked(tmp_path, [["name"], ["a"]], found=[fault(2, "name"), other], fault_count=7)
    assert found.rows(1)[1:] == [
        [2.0, "name", "", "an id"],
        ["", "", "", "5 more faults are not listed"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    found = marked(tmp_path, "园子编号,名称,畦数\r\n01,南园,x\r\n".encode(encoding))
    assert found.rows()[:2] == [
        ["园子编号", "名称", "畦数", "Faults"],
        ["01", "南园", "x", "畦数: a whole number above 0"],
    ]


def test_sheet_of_a_workbook_that_is_read(tmp_path: Path) -> None:
    source = tmp_path / "gardens.xlsx"
    rows = [["garden_id", "name", "beds", "opened"], [7, True, 2.5, date(2024, 3, 1)], [], ["8"]]
    write_workbook(source, {"notes": [["x"]], "gardens": rows})
    reading = read_facts(str(tmp_path), TABLES)
    out = tmp_path / "marked.xlsx"
    write_marked(source, "gardens", TABLES["gardens"], reading.faults, out, "en")
    found = Marked(out)
    assert [row[:4] for row in found.rows()] == [
        ["garden_id", "name", "beds", "opened"],
        ["7", "true", "2.5", "2024-03-01"],
        ["", "", "", ""],
        ["8", "", "", ""],
    ]
    assert found.red() == {"C2", "B4", "C4"}


def test_errors_of_formulas_are_shown(tmp_path: Path) -> None:
    source = tmp_path / "gardens.xlsx"
    with Workbook(source) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["garden_id", "name", "beds"])
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    out = tmp_path / "marked.xlsx"
    write_marked(source, "gardens", TABLES["gardens"], [fault(2, "garden_id")], out, "en")
    assert Marked(out).rows()[1] == ["#DIV/0!", "", "", "garden_id: an id"]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"", []),
        (b"\xff\xff\xff", []),
        (b'garden_id,name\n1,"a"\n2,"b\n3,c\n', [["garden_id", "name"], ["1", "a"]]),
    ],
)
def test_what_can_be_read_of_a_damaged_file_is_shown(
    tmp_path: Path, content: bytes, rows: list[list[str]]
) -> None:
    found = marked(tmp_path, content)
    assert [row[:-1] for row in found.rows()[: len(rows)]] == rows
    assert found.rows()[0][-1] == "Faults"
    assert found.rows(1)[1][0] == ""


def test_damaged_workbook_leaves_the_list(tmp_path: Path) -> None:
    source = tmp_path / "gardens.xlsx"
    source.write_bytes(b"PK")
    out = tmp_path / "marked.xlsx"
    write_marked(source, "gardens", TABLES["gardens"], [fault(None, None)], out, "en")
    assert Marked(out).rows() == [["Faults"]]
    assert Marked(out).rows(1)[1][3] == "an id"


INJECTED = '<r></r></is></c><c r="A9"><f>1+1</f></c><c r="B9" t="inlineStr"><is><r></r>'
RISKY = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "{=1}", "<r>=1</r>", INJECTED]


@pytest.mark.parametrize("text", RISKY)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    rows = [["name", text], [text, text], ["", text]]
    found = marked(tmp_path, rows, found=[fault(2, "name", text), fault(3, "name", text)])
    shown = f"'{text}" if text[0] in "=+-@\t" else text
    assert found.rows()[:2] == [["name", shown, "Faults"], [shown, shown, "name: an id"]]
    value = " ".join(text.splitlines())[:80]
    assert str(found.rows(1)[1][2]).removeprefix("'") == value
    for sheet in (1, 2):
        tags = {local(part) for cell in found.cells(sheet) for part in cell.iter()}
        assert "f" not in tags


def test_negative_number_is_no_formula_and_stays(tmp_path: Path) -> None:
    assert marked(tmp_path, [["beds"], ["-5"], ["-0.5"]]).rows()[1:] == [
        ["-5", "beds: a whole number above 0"],
        ["-0.5", "beds: a whole number above 0"],
    ]


def test_own_names_give_way(tmp_path: Path) -> None:
    tables = tables_of(faults=table({"a": {"type": "id", "heading": "Faults"}}))
    source = tmp_path / "faults.csv"
    source.write_text("Faults,Faults_\n1,2\n", encoding="utf-8")
    out = tmp_path / "marked.xlsx"
    write_marked(source, "faults", tables["faults"], [], out, "en")
    assert Marked(out).names == ["faults", "Faults_"]
    assert Marked(out).rows()[0] == ["Faults", "Faults_", "Faults__"]


def test_marked_table_can_be_read_again(tmp_path: Path) -> None:
    rows = [["garden_id", "name", "beds"], ["007", "a", "-1"]]
    lines = ["gardens:2:beds: -1: a whole number above 0"]
    assert faults(read_facts(str(marked(tmp_path, rows).path), TABLES)) == lines
    rows[1][2] = "1"
    again = read_facts(str(marked(tmp_path, rows).path), TABLES)
    assert again.facts is not None
    with again.facts as facts:
        assert facts.rows("gardens", ["garden_id"]) == [("007",)]


def test_same_faults_are_the_same_bytes(tmp_path: Path) -> None:
    assert marked(tmp_path).path.read_bytes() == marked(tmp_path).path.read_bytes()


def test_failure_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = marked(tmp_path).path
    before = path.read_bytes()
    with pytest.raises(KeyError):
        marked(tmp_path, language="zh", found=[fault(2, "no such column")])
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_rows_beyond_a_sheet_are_left_out_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.facts.marking.SHEET_ROWS", 3)
    found = marked(tmp_path, [["name"], ["a"], ["b"], ["c"]], found=[])
    assert found.rows() == [["name", "Faults"], ["a", ""], ["b", ""]]
    assert found.rows(1)[1][3] == "a sheet has 3 rows, those after them are not shown"


def test_columns_beyond_a_sheet_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.facts.marking.SHEET_COLUMNS", 3)
    rows = [["a", "b", "garden_id", "name"], ["1", "2", "3", "4"]]
    found = marked(tmp_path, rows, found=[fault(2, "garden_id")])
    assert found.rows() == [["a", "b", "Faults"], ["1", "2", "garden_id: an id"]]


@settings(max_examples=settings().max_examples // 4)
@given(
    way=st.sampled_from(["csv", "gb18030", "xlsx"]),
    rows=any_facts.tables,
    wrong=any_facts.wrong,
    dice=st.randoms(use_true_random=False),
)
def test_any_planted_fault_is_red_where_it_was_planted(
    way: str, rows: list[list[tuple[str, str]]], wrong: tuple[str, str], dice: Random
) -> None:
    name, text = wrong
    column, number = any_facts.COLUMNS.index(name), dice.randrange(len(rows))
    content = any_facts.written(rows)
    content[number + 1][column] = text
    with any_facts.folder() as place:
        facts = {"people": any_facts.PEOPLE, "entries": content}
        reading = read_facts(any_facts.WAYS[way](place, facts), any_facts.TABLES)
        source = place / ("entries.xlsx" if way == "xlsx" else "entries.csv")
        out = place / "marked.xlsx"
        declared = any_facts.TABLES["entries"]
        write_marked(source, "entries", declared, reading.faults, out, "zh")
        assert Marked(out).red() == {f"{'ABCDEFGH'[column]}{number + 2}"}
        shown = [[str(cell).removeprefix("'") for cell in row[:8]] for row in Marked(out).rows()]
        assert shown == [[cell.removeprefix("'") for cell in row] for row in content]
