"""The hash of a table's canonical content: the same facts, the same hash, however they came.

Canonical content is CSV with the English header in the order of the declaration, quoted only where
needed, rows sorted as tuples of text by code point, each line ended by a line feed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator

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
    digest = hashlib.sha256()
    for part in canonical_content(connection, table):
        digest.update(part)
    return digest.hexdigest()


def canonical_content(
    connection: duckdb.DuckDBPyConnection, table: DeclaredTable
) -> Iterator[bytes]:
    """The canonical content, many lines at a time; the connection is taken until the end."""
    yield _csv_line(table.columns).encode()
    plain = _is_plain(connection, table)
    if plain:
        query = f"SELECT {_joined(table)} AS line FROM {name(table.name)} ORDER BY line"
    else:
        cells = f"list_transform(cells, lambda cell: {_in_quotes('cell')})"
        query = (
            f"SELECT array_to_string({cells}, ',')"
            f" FROM (SELECT {_listed(table)} AS cells FROM {name(table.name)}) ORDER BY cells"
        )
    lines = connection.execute(query)
    while rows := lines.fetchmany(BATCH):
        text = "\n".join([line for (line,) in rows]) + "\n"
        yield (text.replace("\0", ",") if plain else text).encode()


def canonical_order(connection: duckdb.DuckDBPyConnection, table: DeclaredTable) -> str:
    """An expression by which rows sort into the order of the canonical content."""
    return _joined(table) if _is_plain(connection, table) else _listed(table)


def _joined(table: DeclaredTable) -> str:
    """A row as one text, for plain tables.

    Texts joined by the lowest character there is are in the order of their tuples, and sorting one
    text is faster than sorting many.
    """
    return f"concat_ws(chr(0), {_texts(table)})"


def _listed(table: DeclaredTable) -> str:
    """A row as a list of texts, which sorts as a tuple does."""
    return f"[{_texts(table)}]"


def _texts(table: DeclaredTable) -> str:
    """The cells of a row as canonical text; an empty cell is an empty text."""
    return ", ".join(f"coalesce({canonical_text(one)}, '')" for one in table.columns.values())


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


def canonical_text(column: DeclaredColumn) -> str:
    """An expression for a stored value as canonical text; NULL where the cell is empty."""
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
