"""Workbooks to fill in: what stands in them, what they keep to, and that they are plain."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from kaohe.outputs.entry import EntryColumn, Limits, entry_workbook

COLUMNS = [
    EntryColumn("编号", 12),
    EntryColumn("分数", 10, Limits(Decimal(0), Decimal(100), 1, "0 到 100")),
    EntryColumn("说明", 30),
]
ROWS = [["007", "92.5", "=1+1"], ["008", "90", ""], ["009", "", "好"]]


def part(content: bytes, name: str) -> str:
    return ZipFile(BytesIO(content)).read(name).decode()


def test_ids_stay_text_and_numbers_are_numbers() -> None:
    content = entry_workbook("评分", COLUMNS, ROWS)
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    assert workbook.sheet_names == ["评分"]
    rows = workbook.get_sheet_by_index(0).to_python()
    assert rows[0] == ["编号", "分数", "说明"]
    assert rows[1] == ["007", 92.5, "'=1+1"]
    assert rows[2] == ["008", 90, ""]


def test_only_columns_with_limits_keep_to_them_and_nothing_is_a_formula() -> None:
    sheet = part(entry_workbook("评分", COLUMNS, ROWS), "xl/worksheets/sheet1.xml")
    assert 'sqref="B2:B4"' in sheet
    assert sheet.count("<dataValidation ") == 1
    assert "<f>" not in sheet


def test_without_rows_there_are_the_headings_alone() -> None:
    sheet = part(entry_workbook("评分", COLUMNS, []), "xl/worksheets/sheet1.xml")
    assert "dataValidation" not in sheet
    assert sheet.count("<row ") == 1


def test_the_same_content_gives_the_same_bytes() -> None:
    assert entry_workbook("评分", COLUMNS, ROWS) == entry_workbook("评分", COLUMNS, ROWS)
