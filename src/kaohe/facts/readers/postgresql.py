"""Tables of a PostgreSQL database."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.errors import SourceError
from kaohe.facts.headings import lay_out
from kaohe.facts.readers.cells import TypedRows
from kaohe.facts.readers.row_order import row_order
from kaohe.facts.records import Records
from kaohe.facts.sql import name
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text

# The numbers by which PostgreSQL knows its types.
_NUMBERS = frozenset({20, 21, 23, 700, 701, 1700})
_DATES = frozenset({1082, 1114, 1184})
_BOOLEAN = 16

Connection = Any
"""A connection of psycopg, which need not be installed."""


def open_postgresql(url: str) -> Connection:
    """Connect, in a transaction that can only read and sees one state of all tables."""
    try:
        psycopg = importlib.import_module("psycopg")
    except ImportError:
        zh = "没有安装 PostgreSQL 驱动，请运行 pip install 'kaohe[postgres]'"
        en = "the PostgreSQL driver is not installed: pip install 'kaohe[postgres]'"
        raise SourceError(Text(zh=zh, en=en)) from None
    try:
        connection = psycopg.connect(url)
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET DateStyle = ISO")
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET client_encoding = 'UTF8'")
    except psycopg.Error as problem:
        where = f"{urlsplit(url).hostname or ''}{urlsplit(url).path}"
        reason = (str(problem).splitlines() or [""])[0]
        zh = f"连不上 PostgreSQL {where}：{reason}"
        raise SourceError(Text(zh=zh, en=f"cannot reach PostgreSQL {where}: {reason}")) from None
    return connection


def postgresql_tables(connection: Connection, names: Sequence[str]) -> list[str]:
    """Those of ``names`` that are tables or views on the search path."""
    query = "SELECT to_regclass(quote_ident(%s)) IS NOT NULL"
    return [one for one in names if connection.execute(query, [one]).fetchone()[0]]


def read_postgresql(connection: Connection, table: DeclaredTable, workspace: Workspace) -> Records:
    """Read one table."""
    try:
        return _read(connection, table, workspace)
    except (importlib.import_module("psycopg").Error, UnicodeDecodeError) as problem:
        reason = (str(problem).splitlines() or [""])[0]
        expected = Text(
            zh=f"应为可以读取的表（{reason}）", en=f"a table that can be read ({reason})"
        )
        raise Unreadable(expected) from None


def _read(connection: Connection, table: DeclaredTable, workspace: Workspace) -> Records:
    columns = connection.execute(f"SELECT * FROM {name(table.name)} LIMIT 0").description
    headings = [column.name for column in columns]
    layout = lay_out([heading.strip() for heading in headings], table, workspace)
    typed = TypedRows(table, layout, workspace)
    types = {position: column.type_code for position, column in enumerate(columns)}
    cells = ", ".join(_cell(heading, types[at]) for at, heading in enumerate(headings))
    order = ", ".join(
        f'{name(headings[at])}::text COLLATE "C" NULLS FIRST' for at in row_order(table, layout)
    )
    query = f"COPY (SELECT {cells} FROM {name(table.name)} ORDER BY {order}) TO STDOUT"
    with connection.cursor().copy(query) as copy:
        for row, texts in enumerate(copy.rows(), 2):
            typed.add(row, _typed(texts, types))
    typed.note_numbers()
    return typed.writer.finish()


def _cell(heading: str, type_code: int) -> str:
    if type_code in _DATES:
        return f"{name(heading)}::date::text"
    if type_code == _BOOLEAN:
        return f"CASE {name(heading)} WHEN true THEN 'true' WHEN false THEN 'false' END"
    return f"{name(heading)}::text"


def _typed(texts: Sequence[str | None], types: Mapping[int, int]) -> list[object]:
    return [_value(text, types[position]) for position, text in enumerate(texts)]


def _value(text: str | None, type_code: int) -> object:
    """Dates and numbers in their own types; what Python cannot hold stays text."""
    if text is None:
        return ""
    try:
        if type_code in _DATES:
            return date.fromisoformat(text)
        if type_code in _NUMBERS:
            return Decimal(text)
    except (ValueError, InvalidOperation):
        pass
    return text
