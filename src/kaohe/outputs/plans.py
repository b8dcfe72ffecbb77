"""A plan written down: each table as CSV, all of it as a workbook, and a record as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from kaohe.analysis.plan import Plan, PlanColumn, PlanTable
from kaohe.outputs.delimited import write_rows
from kaohe.outputs.pages import NO_CLOCK, Book, Cell, as_figure, how_to_write
from kaohe.outputs.writing import written_together
from kaohe.values.text import Language, Text, safe, width_of

NARROWEST, WIDEST, WIDEST_TEXT = 9, 34, 70
ABOUT = Text(zh="说明", en="About")
ABOUT_HEADINGS = (
    Text(zh="工作表", en="Sheet"),
    Text(zh="列", en="Column"),
    Text(zh="意思", en="Meaning"),
)


def write_plan(plan: Plan, origin: Mapping[str, Any], out: Path, language: Language) -> list[Path]:
    """Write a plan into a folder, all files or none; ``origin`` comes first in its record.

    Raises OSError where the folder cannot be written to; nothing is changed then.
    """
    return written_together(out, partial(_write_all, plan, origin, language))


def _write_all(plan: Plan, origin: Mapping[str, Any], language: Language, folder: Path) -> None:
    contents = {f"{table.name}.csv": _csv(table) for table in plan.tables} | dict(plan.files)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / f"{plan.name}.xlsx").write_bytes(plan_workbook(plan, language))
    record = {
        "plan": plan.name,
        **origin,
        **plan.record,
        "says": [one.zh for one in (*plan.says, *plan.kept)],
        "says_en": [one.en for one in (*plan.says, *plan.kept)],
        "files": {name: sha256(content).hexdigest() for name, content in contents.items()},
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{plan.name}.json").write_text(text, encoding="utf-8", newline="\n")


def _csv(table: PlanTable) -> bytes:
    file = StringIO()
    write_rows(file, [[column.name for column in table.columns], *_safe_rows(table)])
    return file.getvalue().encode("utf-8-sig")


def _safe_rows(table: PlanTable) -> Iterator[list[str]]:
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        yield [cell if column.number else safe(cell) for column, cell in cells]


def plan_workbook(plan: Plan, language: Language) -> bytes:
    """A plan as a workbook: a sheet for each table, and what every column means."""
    content = BytesIO()
    with Workbook(content, how_to_write(constant_memory=True)) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": plan.title[language]})
        book = Book(workbook)
        for table in plan.tables:
            _table_page(book, table, language)
        _about_page(book, plan, language)
    return content.getvalue()


def _table_page(book: Book, table: PlanTable, language: Language) -> None:
    places = [
        place for place, column in enumerate(table.columns) if column.only in (None, language)
    ]
    columns = [table.columns[place] for place in places]
    rows = [
        [_cell(table.columns[place], row[place], language) for place in places]
        for row in table.rows
    ]
    headings = [column.heading[language] for column in columns]
    widths = [
        _width(column, heading, [row[place] for row in rows])
        for place, (column, heading) in enumerate(zip(columns, headings, strict=True))
    ]
    book.page(table.title[language], widths).table(headings, rows)


def _cell(column: PlanColumn, text: str, language: Language) -> Cell:
    if column.number:
        return as_figure(text)
    return column.labels[text][language] if text in column.labels else text


def _width(column: PlanColumn, heading: str, cells: Sequence[Cell]) -> float:
    """As wide as the texts need; headings wrap, and so do sentences."""
    longest = max((width_of(cell) for cell in cells if isinstance(cell, str)), default=0)
    half = -(-width_of(heading) // 2)
    most = WIDEST if column.only is None else WIDEST_TEXT
    return float(min(max(NARROWEST, longest + 3, half + 5), most))


def _about_page(book: Book, plan: Plan, language: Language) -> None:
    """What the plan says, then what every column means."""
    rows = [
        [table.title[language], column.heading[language], column.meaning[language]]
        for table in plan.tables
        for column in table.columns
        if column.only in (None, language)
    ]
    page = book.page(ABOUT[language], [20.0, 26.0, 76.0])
    page.line(plan.title[language], book.title)
    for one in plan.says:
        page.paragraph(one[language])
    page.line("")
    page.table([heading[language] for heading in ABOUT_HEADINGS], rows)
