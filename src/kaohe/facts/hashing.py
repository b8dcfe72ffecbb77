"""The hash of a table's canonical content: the same facts, the same hash, however they came.

Canonical content is CSV with the English header in the order of the declaration, quoted only where
needed, rows sorted as tuples of text by code point, each line ended by a line feed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable

import duckdb

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.sql import name

BATCH = 20_000

QUOTED = '[,"\\r\\n]'
"""What makes a cell need quotes, as a regular expression."""

ODD = frozenset(',"\r\n\0')
"""Characters without which a table is plain."""


def content_hash(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> str:
    """The SHA-256 of the canonical content, in hexadecimal digits."""
    digest = hashlib.sha256(_csv_line(table.columns).encode())
    texts = ", ".join(_canonical(column) for column in table.columns.values())
    plain = _is_plain(connection, table)
    if plain:
        # Texts joined by the lowest character there is are in the order of their tuples, and
        # sorting one text is faster than sorting many.
        query = f"SELECT concat_ws(chr(0), {texts}) AS line FROM {name(table.name)} ORDER BY line"
    else:
        cells = f"list_transform(cells, lambda cell: {_in_quotes('cell')})"
        query = (
            f"SELECT array_to_string({cells}, ',')"
            f" FROM (SELECT [{texts}] AS cells FROM {name(table.name)}) ORDER BY cells"
        )
    lines = connection.execute(query)
    while rows := lines.fetchmany(BATCH):
        text = "\n".join([line for (line,) in rows]) + "\n"
        digest.update((text.replace("\0", ",") if plain else text).encode())
    return digest.hexdigest()


def _csv_line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _is_plain(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> bool:
    """Whether no cell needs quotes or holds the lowest character."""
    columns = table.columns.values()
    codes = (code for column in columns for code in column.column.choices)
    if any(ODD.intersection(code) for code in codes):
        return False
    odd = [
        f"regexp_matches({name(column.name)}, '{QUOTED}') OR contains({name(column.name)}, chr(0))"
        for column in columns
        if column.plain
    ]
    query = f"SELECT 1 FROM {name(table.name)} WHERE {' OR '.join(odd) or 'false'} LIMIT 1"
    return not connection.execute(query).fetchall()


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
