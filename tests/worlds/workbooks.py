"""Workbooks that explain themselves, as people read them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

HOW = "怎么读"

Rows = list[list[Any]]


def pages_of(path: Path) -> dict[str, Rows]:
    """Every page with its rows."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def meanings(pages: dict[str, Rows]) -> dict[tuple[str, str], str]:
    """What the first page says of each column of each page."""
    heads = pages[HOW].index(["页", "列", "意思"])
    told = [row for row in pages[HOW][heads + 1 :] if row[1]]
    return {(page, column): meaning for on, column, meaning in told for page in on.split("、")}


def table_of(pages: dict[str, Rows], page: str) -> Rows:
    """The table of a page, from its headings on: a row of columns that all are explained.

    Raises StopIteration where a column is not.
    """
    said = meanings(pages)
    rows = pages[page]
    first = next(
        place
        for place, row in enumerate(rows)
        if all((page, str(cell).split("\n")[-1]) in said for cell in row)
    )
    return rows[first:]


def column_of(table: Rows, heading: str) -> list[Any]:
    """The cells under a heading."""
    place = table[0].index(heading)
    return [row[place] for row in table[1:]]


def sheet_texts(path: Path) -> list[str]:
    """The XML of every sheet."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if "worksheets/sheet" in name]
        return [archive.read(name).decode() for name in names]
