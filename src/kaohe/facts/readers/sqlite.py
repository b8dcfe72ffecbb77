"""Tables of an SQLite database, opened to be read only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.errors import SourceError
from kaohe.facts.headings import Layout, lay_out
from kaohe.facts.readers.cells import TypedRows
from kaohe.facts.readers.row_order import row_order
from kaohe.facts.records import Records
from kaohe.facts.sql import name
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text

# SQLite has no dates: a column that is declared to hold them holds texts of this form.
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]\d{2}:\d{2}.*)?", re.ASCII | re.DOTALL)


def open_sqlite(path: Path) -> sqlite3.Connection:
    """Open a database file that exists."""
    wrong = Text(
        zh=f"{path} 不是可以读取的 SQLite 数据库",
        en=f"{path} is no SQLite database that can be read",
    )
    try:
        database = sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?mode=ro", uri=True)
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.Error:
        raise SourceError(wrong) from None
    return database


def sqlite_tables(database: sqlite3.Connection) -> list[str]:
    """The names of all tables and views."""
    rows = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return [row[0] for row in rows]


def read_sqlite(
    database: sqlite3.Connection, table: DeclaredTable, workspace: Workspace
) -> Records:
    """Read one table."""
    columns = database.execute(f"PRAGMA table_info({name(table.name)})").fetchall()
    headings = [column[1] for column in columns]
    layout = lay_out([heading.strip() for heading in headings], table, workspace)
    typed = TypedRows(table, layout, workspace)
    moments = [
        position
        for position, column in enumerate(columns)
        if column[2].upper().startswith(("DATE", "TIMESTAMP"))
    ]
    try:
        for row, cells in enumerate(database.execute(_query(headings, table, layout)), 2):
            typed.add(row, _with_dates(cells, moments))
    except (sqlite3.Error, UnicodeDecodeError) as problem:
        expected = Text(
            zh=f"应为可以读取的表（{problem}）", en=f"a table that can be read ({problem})"
        )
        raise Unreadable(expected) from None
    typed.note_numbers()
    return typed.writer.finish()


def _query(headings: Sequence[str], table: DeclaredTable, layout: Layout) -> str:
    order = [
        f"CAST({name(headings[at])} AS TEXT) COLLATE BINARY" for at in row_order(table, layout)
    ]
    columns = ", ".join(map(name, headings))
    return f"SELECT {columns} FROM {name(table.name)} ORDER BY {', '.join(order)}"


def _with_dates(cells: Sequence[object], moments: Iterable[int]) -> list[object]:
    typed = list(cells)
    for position in moments:
        cell = typed[position]
        match = _MOMENT.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is not None:
            typed[position] = _as_date(match[1]) or cell
    return typed


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
