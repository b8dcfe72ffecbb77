"""The workbook for data providers: what it says, and that it is read back when filled in."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from python_calamine import CalamineWorkbook

from kaohe.facts import read_facts, write_template
from kaohe.values.text import Language, Text
from tests.unit.facts.gardens import (
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    faults,
    hashes,
    notes,
    read_rows,
    table,
    tables_of,
)

TITLE = Text(zh="园子", en="Gardens")


def written(folder: Path, language: Language = "zh") -> Path:
    path = folder / "template.xlsx"
    write_template(TABLES, TITLE, path, language)
    return path


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def fill(path: Path, number: int, rows: list[list[str]]) -> None:
    """Type rows into the sheet of this number, below its headings."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = f"xl/worksheets/sheet{number}.xml"
    typed = "".join(
        f'<row r="{row}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells)
        + "</row>"
        for row, cells in enumerate(rows, 2)
    )
    parts[sheet] = parts[sheet].replace(b"</sheetData>", f"{typed}</sheetData>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_filled_in_it_is_read_back(tmp_path: Path, language: Language) -> None:
    path = written(tmp_path, language)
    fill(path, 2, SOME_GARDENS[1:])
    fill(path, 3, SOME_HARVESTS[1:])
    reading = read_facts(str(path), TABLES)
    assert notes(reading) == ["template.xlsx: the sheet “说明” is ignored"]
    found = hashes(reading)
    assert found == hashes(
        read_rows(tmp_path, TABLES, gardens=SOME_GARDENS, harvests=SOME_HARVESTS)
    )


def test_unfilled_it_lacks_nothing_but_rows(tmp_path: Path) -> None:
    assert faults(read_facts(str(written(tmp_path)), TABLES)) == [
        'gardens::: "": at least one row (a garden)'
    ]


def test_sheets_and_headings(tmp_path: Path) -> None:
    workbook = CalamineWorkbook.from_path(str(written(tmp_path)))
    assert workbook.sheet_names == ["说明", "gardens", "harvests"]
    assert workbook.get_sheet_by_name("gardens").to_python() == [
        ["园子编号", "名称", "畦数", "类别"]
    ]


@pytest.mark.parametrize(
    ("language", "row"),
    [
        (
            "zh",
            [
                "gardens",
                "园子",
                "一个园子",
                "",
                "类别",
                "kind",
                "选填，不填为 菜园（家用）",
                "从下拉列表中选择：菜园（家用）、花园；例如 菜园（家用）",
            ],
        ),
        (
            "en",
            [
                "harvests",
                "表",
                "一行",
                "office",
                "茬次",
                "turn",
                "required where crop is bean",
                "a whole number from 1 to 2; only where crop is bean; for example 2",
            ],
        ),
        (
            "zh",
            [
                "harvests",
                "表",
                "一行",
                "科室",
                "畦数",
                "beds",
                "选填",
                "0 到该 garden_id 的 beds 之间的整数；例如 12",
            ],
        ),
        (
            "en",
            [
                "harvests",
                "表",
                "一行",
                "office",
                "园子编号",
                "garden_id",
                "required",
                "an id (text); the garden_id of a row in the table gardens; for example 001",
            ],
        ),
        (
            "en",
            [
                "harvests",
                "表",
                "一行",
                "office",
                "已售",
                "sold",
                "optional, false if left empty",
                "yes or no, as true/false, 1/0 or 是/否; for example 是",
            ],
        ),
        ("zh", ["harvests", "表", "一行", "科室", "备注", "note", "必填", "文字"]),
    ],
)
def test_guide_says_what_each_column_means(
    tmp_path: Path, language: Language, row: list[str]
) -> None:
    columns = {**TABLES["harvests"].model_dump()["columns"]}
    columns["note"] = {"type": "text", "heading": "备注"}
    provided = table(columns, provider={"zh": "科室", "en": "office"})
    tables = {**TABLES, **tables_of(harvests=provided)}
    path = tmp_path / "template.xlsx"
    write_template(tables, TITLE, path, language)
    guide = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("说明").to_python()
    assert guide[0][0] == TITLE[language]
    assert row in [[str(cell) for cell in cells[:8]] for cells in guide]


def test_drop_downs_formats_notes_and_frozen_headings(tmp_path: Path) -> None:
    path = written(tmp_path)
    sheet = part(path, "xl/worksheets/sheet3.xml")
    assert 'state="frozen"' in sheet
    assert sheet.count("<dataValidation ") == 2
    assert "'说明'!$AF$1:$AF$2" in sheet
    assert "'说明'!$AG$1:$AG$2" in sheet
    assert 'sqref="B2:B1048576"' in sheet
    styles = part(path, "xl/styles.xml")
    assert 'formatCode="yyyy-mm-dd"' in styles
    assert 'formatCode="@"' in styles
    assert "0 到 100 之间、最多 2 位小数的数" in part(path, "xl/comments2.xml")


def test_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path).read_bytes()
    assert written(tmp_path).read_bytes() == first


def test_guide_makes_way_for_a_table_of_its_name(tmp_path: Path) -> None:
    tables = tables_of(**{"说明": table({"id": {"type": "id", "heading": "编号"}})})
    path = tmp_path / "template.xlsx"
    write_template(tables, TITLE, path, "zh")
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["说明_", "说明"]
    assert set(hashes(read_facts(str(path), tables))) == {"说明"}


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_template(TABLES, TITLE, tmp_path / "missing" / "template.xlsx", "zh")
