"""The first rows of a file are those that the whole file begins with, and the rest is not read."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from xlsxwriter import Workbook

from kaohe.facts import first_rows as module
from kaohe.facts.first_rows import first_rows
from kaohe.facts.readers.showing import shown_rows, timed_rows
from kaohe.facts.workspace import Unreadable

HEADINGS = ["编号", "日期", "数", "是"]


def a_workbook(path: Path, rows: int, **options: bool) -> Path:
    with Workbook(str(path), options) as book:
        book.add_worksheet("说明").write_string(0, 0, "第一张表")
        sheet = book.add_worksheet("gardens")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            sheet.write_string(row, 0, f"00{row}")
            sheet.write_datetime(row, 1, date(2024, 1, row % 28 + 1), day)
            sheet.write_number(row, 2, row / 2)
            sheet.write_boolean(row, 3, row % 2 == 0)
    return path


@pytest.mark.parametrize("rows", [0, 1, 3, 20_000])
@pytest.mark.parametrize("constant_memory", [True, False])
def test_a_workbook_begins_as_the_whole_does(
    tmp_path: Path, rows: int, constant_memory: bool
) -> None:
    """With texts in the cells as with texts in a list of their own."""
    path = a_workbook(tmp_path / "x.xlsx", rows, constant_memory=constant_memory)
    whole = [row for row, _ in zip(shown_rows(path, "gardens", tmp_path), range(4), strict=False)]
    assert first_rows(path, "gardens", 4) == whole
    assert first_rows(path, "gardens", 1) == [HEADINGS]
    assert first_rows(path, "elsewhere", 1) == [["第一张表"]], "the first sheet, if none is named"


def test_the_rest_of_a_workbook_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_workbook(tmp_path / "x.xlsx", 20_000)
    seen: list[Path] = []

    def noting(read: Path, table: str, scratch: Path):
        seen.append(read)
        yield from shown_rows(read, table, scratch)

    monkeypatch.setattr(module, "shown_rows", noting)
    assert len(first_rows(path, "gardens", 4)) == 4
    assert seen != [path]


def test_prefixes_of_another_program_do_not_matter(tmp_path: Path) -> None:
    plain = a_workbook(tmp_path / "x.xlsx", 50)
    path = tmp_path / "prefixed.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
                content = content.replace(main, main.replace(b"xmlns=", b"xmlns:x="))
                content = content.replace(b"</", b"</x:").replace(b"<", b"<x:")
                content = content.replace(b"<x:/x:", b"</x:").replace(b"<x:?", b"<?")
            new.writestr(name, content)
    assert first_rows(path, "gardens", 3) == first_rows(plain, "gardens", 3)


@pytest.mark.parametrize("content", [b"", b"PK no workbook", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_has_no_rows(tmp_path: Path, content: bytes) -> None:
    for suffix in (".xlsx", ".parquet"):
        path = tmp_path / f"x{suffix}"
        path.write_bytes(content)
        assert first_rows(path, "gardens", 3) == []


def test_delimited_rows_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes('编号,"名,称"\r\n1,甲\r\n2,乙\r\n'.encode("gb18030"))
    assert first_rows(path, "gardens", 2) == [["编号", "名,称"], ["1", "甲"]]


def test_parquet_values_are_told_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    duckdb.sql(
        "SELECT '001' AS 编号, DATE '2024-05-06' AS 日期, 2.50::DECIMAL(4, 2) AS 数, true AS 是,"
        ' NULL::VARCHAR AS "编号 "'
    ).write_parquet(str(path))
    assert first_rows(path, "gardens", 3) == [
        ["编号", "日期", "数", "是", "编号 "],
        ["001", "2024-05-06", "2.5", "true", ""],
    ]


def test_a_date_with_its_time_keeps_it_where_times_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        sheet.write_datetime(0, 0, datetime.fromisoformat("2024-05-06 07:08:09"))
        sheet.write_datetime(0, 1, datetime.fromisoformat("2024-05-06"))
    assert list(timed_rows(path, "x", tmp_path)) == [["2024-05-06 07:08:09", "2024-05-06"]]
    assert list(shown_rows(path, "x", tmp_path)) == [["2024-05-06", "2024-05-06"]]


def test_a_file_that_breaks_off_is_told_where_all_of_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,2\n3,"4\n', encoding="utf-8")
    assert list(shown_rows(path, "x", tmp_path)) == [["a", "b"], ["1", "2"]]
    with pytest.raises(Unreadable):
        list(timed_rows(path, "x", tmp_path))
