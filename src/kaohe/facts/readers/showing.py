"""The rows of a file as text: as a person sees them, or as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, time
from pathlib import Path

from kaohe.facts.readers.cells import Cell, cell_text
from kaohe.facts.readers.delimited import delimited_rows
from kaohe.facts.readers.encodings import plain_text
from kaohe.facts.readers.parquet import parquet_rows
from kaohe.facts.readers.workbooks import chosen_sheet, open_workbook, sheet_rows
from kaohe.facts.workspace import Unreadable


def shown_rows(path: Path, table: str, scratch: Path) -> Iterator[list[str]]:
    """Every row of a CSV or Parquet file, or of the sheet that is read for a table, as text.

    They are those that ``read_facts`` numbers, the header first, as far as the file can be read.
    """
    with suppress(Unreadable):
        yield from _rows(path, table, scratch, _shown)


def timed_rows(path: Path, table: str, scratch: Path) -> Iterator[list[str]]:
    """The same rows, a date with its time of day. Raises Unreadable where a file cannot be read."""
    yield from _rows(path, table, scratch, _timed)


def _rows(
    path: Path, table: str, scratch: Path, text_of: Callable[[Cell], str]
) -> Iterator[list[str]]:
    if path.suffix.lower() == ".xlsx":
        workbook = open_workbook(path)
        for cells, _ in sheet_rows(workbook, path, chosen_sheet(workbook, table)):
            yield [text_of(cell) for cell in cells]
    elif path.suffix.lower() == ".parquet":
        for values in parquet_rows(path):
            yield [text_of(value) for value in values]
    else:
        yield from delimited_rows(plain_text(path, scratch))


def _shown(cell: Cell) -> str:
    return cell if type(cell) is str else cell_text(cell)


def _timed(cell: Cell) -> str:
    if isinstance(cell, datetime) and cell.time() != time():
        return cell.isoformat(sep=" ")
    return _shown(cell)
