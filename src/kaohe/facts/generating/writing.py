"""Tables of a town written as files: CSV, Parquet, or a workbook each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import xlsxwriter

from kaohe.facts.copying import copy_as_parquet
from kaohe.facts.generating.errors import GeneratingError
from kaohe.facts.generating.sql import DAY, TEXT, WHOLE
from kaohe.facts.sql import literal as quoted
from kaohe.facts.sql import name, names
from kaohe.values.text import Text

FileFormat = Literal["csv", "xlsx", "parquet"]

SHEET_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""

FETCHED = 10_000
MADE_ON = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The date inside a workbook; a clock would make every file a different one."""


def write_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    path: Path,
    file_format: FileFormat,
) -> None:
    """One table with its declared columns, in the order of its making."""
    WRITERS[file_format](connection, table, columns, path)


def _write_csv(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], path: Path
) -> None:
    cells = ", ".join(_plain(column, kind) for column, kind in columns.items())
    connection.execute(
        f"COPY (SELECT {cells} FROM {name(table)}) TO {quoted(str(path))} (FORMAT csv, HEADER)"
    )


def _plain(column: str, kind: str) -> str:
    """A decimal without zeros that say nothing: 10, not 10.0."""
    if not kind.startswith("DECIMAL") or kind.endswith(" 0)"):
        return name(column)
    text = f"CAST({name(column)} AS VARCHAR)"
    return f"rtrim(rtrim({text}, '0'), '.') AS {name(column)}"


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], path: Path
) -> None:
    copy_as_parquet(connection, f"SELECT {names(columns)} FROM {name(table)}", path)


def _write_xlsx(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], path: Path
) -> None:
    _check_room(connection, table)
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": MADE_ON})
        sheet = book.add_worksheet(table[:31])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(columns))
        writers = [_cell_writer(sheet, kind, day) for kind in columns.values()]
        for row, cells in enumerate(_rows(connection, table, columns), start=1):
            for column, (write, cell) in enumerate(zip(writers, cells, strict=True)):
                if cell is not None:
                    write(row, column, cell)


def _cell_writer(sheet: Any, kind: str, day: Any) -> Callable[[int, int, Any], object]:
    """Ids stay text, so that no leading zero is lost; the rest has the type it has in a sheet."""
    if kind == DAY:
        return lambda row, column, cell: sheet.write_datetime(row, column, cell, day)
    if kind == TEXT:
        return sheet.write_string  # type: ignore[no-any-return]  # XlsxWriter has no types
    if kind == WHOLE or kind.startswith("DECIMAL"):
        return sheet.write_number  # type: ignore[no-any-return]  # as above
    return sheet.write_boolean  # type: ignore[no-any-return]  # as above


def _check_room(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    counted = connection.execute(f"SELECT count(*) FROM {name(table)}").fetchone()
    if counted and counted[0] >= SHEET_ROWS:
        zh = f"表 {table} 超过一张工作表的 {SHEET_ROWS} 行；请用 --format csv 或 parquet"
        en = f"table {table} has more than the {SHEET_ROWS} rows of a sheet: use csv or parquet"
        raise GeneratingError(Text(zh=zh, en=en))


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    found = connection.execute(f"SELECT {names(columns)} FROM {name(table)}")
    while rows := found.fetchmany(FETCHED):
        yield from rows


WRITERS: Mapping[FileFormat, Callable[..., None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
