"""The hash of a table's canonical content: the same facts, the same hash, however they came.

Canonical content is CSV with the English header in the order of the declaration, quoted only where
needed, rows sorted as tuples of text by code point, each line ended by a line feed.
"""

from __future__ import annotations

import csv
import hashlib
import io

import duckdb

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.sql import name

BATCH = 20_000

QUOTED = '[,"\\r\\n]'
"""What makes a cell need quotes."""


def content_hash(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> str:
    """The SHA-256 of the canonical content, in hexadecimal digits."""
    digest = hashlib.sha256(_header(table).encode())
    lines = connection.execute(_sorted_lines(connection, table))
    while rows := lines.fetchmany(BATCH):
        digest.update("".join([line for (line,) in rows]).encode())
    return digest.hexdigest()


def _header(table: DeclaredTable) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(table.columns)
    return text.getvalue()


def _sorted_lines(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> str:
    """A query for the lines in order.

    Texts joined by the lowest character there is are in the order of their tuples, and sorting one
    text is faster than sorting many. Should a text itself hold that character, tuples are sorted.
    """
    source = name(table.name)
    texts = ", ".join(_canonical(column) for column in table.columns.values())
    if _holds_lowest(connection, table):
        cells = "list_transform(cells, lambda cell: " + _in_quotes("cell") + ")"
        line = f"array_to_string({cells}, ',') || chr(10)"
        return f"SELECT {line} FROM (SELECT [{texts}] AS cells FROM {source}) ORDER BY cells"
    cells = "list_transform(string_split(line, chr(0)), lambda cell: " + _in_quotes("cell") + ")"
    quoted = f"array_to_string({cells}, ',') || chr(10)"
    plain = "replace(line, chr(0), ',') || chr(10)"
    return (
        f"SELECT CASE WHEN regexp_matches(line, '{QUOTED}') THEN {quoted} ELSE {plain} END"
        f" FROM (SELECT concat_ws(chr(0), {texts}) AS line FROM {source}) ORDER BY line"
    )


def _holds_lowest(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> bool:
    free = [name(column.name) for column in table.columns.values() if column.plain]
    holds = [f"coalesce(bool_or(contains({column}, chr(0))), false)" for column in free]
    query = f"SELECT {' OR '.join(holds) or 'false'} FROM {name(table.name)}"
    return bool(connection.execute(query).fetchall()[0][0])


def _in_quotes(cell: str) -> str:
    doubled = f"""'"' || replace({cell}, '"', '""') || '"'"""
    return f"CASE WHEN regexp_matches({cell}, '{QUOTED}') THEN {doubled} ELSE {cell} END"


def _canonical(column: DeclaredColumn) -> str:
    """A stored value as canonical text; an empty cell is an empty text."""
    return f"coalesce({_text(column)}, '')"


def _text(column: DeclaredColumn) -> str:
    cell = name(column.name)
    if column.column.type == "boolean":
        return f"CASE {cell} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    if column.column.type == "date":
        return f"(DATE '1970-01-01' + {cell})::VARCHAR"
    places = column.column.places if column.column.type == "decimal" else None
    if not places:
        return f"{cell}::VARCHAR"
    scale = 10**places
    decimals = f"rtrim(lpad((abs({cell}) % {scale})::VARCHAR, {places}, '0'), '0')"
    return (
        f"CASE WHEN {cell} % {scale} = 0 THEN ({cell} // {scale})::VARCHAR ELSE"
        f" CASE WHEN {cell} < 0 THEN '-' ELSE '' END || (abs({cell}) // {scale}) || '.' ||"
        f" {decimals} END"
    )
