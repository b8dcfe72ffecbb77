"""Tables as Parquet files, read by the embedded database, typed values turned into text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.headings import Layout, lay_out
from kaohe.facts.parsing import decimal_text
from kaohe.facts.readers.cells import Cell, note_numbers
from kaohe.facts.readers.trimming import trimmed_line
from kaohe.facts.records import ESCAPE, SEPARATOR, Misread, Records, misread, relation_of
from kaohe.facts.sql import DETAIL, ROW, file, literal, name
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text

DAMAGED = Text(zh="应为可以读取的 Parquet 文件", en="a Parquet file that can be read")

BATCH = 10_000

_RECORD = "file_row_number"
"""What the database calls the number of a record, which it counts from 0."""

# Record n stands in row n + 1.
_ROW = f'"#record" + 2 AS {ROW}'


@dataclass(frozen=True)
class _Field:
    """One column of the file: its heading, the name it goes by in queries, its type."""

    heading: str
    name: str
    sql_type: str

    @property
    def has_decimals(self) -> bool:
        return self.sql_type in ("FLOAT", "DOUBLE") or self.sql_type.startswith("DECIMAL")

    @property
    def is_number(self) -> bool:
        return self.has_decimals or self.sql_type.endswith(("INT", "INTEGER"))

    @property
    def is_date(self) -> bool:
        return self.sql_type.startswith(("DATE", "TIMESTAMP"))

    @property
    def is_moment(self) -> bool:
        return self.is_date or self.sql_type.startswith(("TIME", "INTERVAL"))

    def text(self, fits: bool) -> str:
        """An expression for the text that a value counts as; ``fits``: a date may stand here."""
        cell = name(self.name)
        if self.is_date and fits:
            return f"{cell}::DATE::VARCHAR"
        if self.is_moment:
            return f"regexp_replace({cell}::VARCHAR, ' 00:00:00(\\+00)?$', '')"
        if self.has_decimals:
            return f"regexp_replace({cell}::VARCHAR, '\\.0+$|(\\.[0-9]*[1-9])0+$', '\\1')"
        return f"{cell}::VARCHAR"


def read_parquet(path: Path, table: DeclaredTable, workspace: Workspace) -> Records:
    """Read one Parquet file."""
    try:
        headings = _headings(path, workspace.connection)
        source = _numbered(path, headings)
        fields = _fields(source, headings, workspace.connection)
        layout = lay_out([field.heading.strip() for field in fields], table, workspace)
        return _Parquet(source, fields, layout, table, workspace).read()
    except (duckdb.Error, ValueError):
        raise Unreadable(DAMAGED) from None


def parquet_rows(path: Path) -> Iterator[list[Cell]]:
    """Every record as it stands, the headings first, or Unreadable."""
    try:
        with closing(duckdb.connect()) as connection:
            connection.execute("SET autoinstall_known_extensions = false")
            connection.execute("SET TimeZone = 'UTC'")
            yield list(_headings(path, connection))
            query = f"SELECT * FROM read_parquet({file(path)}, binary_as_string = true)"
            records = connection.execute(query)
            while rows := records.fetchmany(BATCH):
                yield from map(list, rows)
    except (duckdb.Error, ValueError):
        raise Unreadable(DAMAGED) from None


def _headings(path: Path, connection: duckdb.DuckDBPyConnection) -> list[str]:
    schema = connection.execute(
        f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({file(path)})"
    ).fetchall()
    return _top_level(schema)


def _numbered(path: Path, headings: Sequence[str]) -> str:
    """The records of the file, and after all columns the number of each."""
    options = "binary_as_string = true, hive_partitioning = false"
    if _RECORD in map(str.lower, headings):
        # The database numbers no records of a file that has such a column of its own.
        records = f"read_parquet({file(path)}, {options})"
        return f'(SELECT *, row_number() OVER () - 1 AS "#record" FROM {records})'
    records = f"read_parquet({file(path)}, {options}, file_row_number = true)"
    return f'(SELECT * EXCLUDE ({_RECORD}), {_RECORD} AS "#record" FROM {records})'


def _fields(
    source: str, headings: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> list[_Field]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = [(row[0], row[1]) for row in described][:-1]
    # Queries know columns that differ in case alone by other names than the file does.
    return [_Field(heading, *column) for heading, column in zip(headings, columns, strict=True)]


def _top_level(schema: Sequence[tuple[str, int]]) -> list[str]:
    """The names below the root of a schema that is listed parents first."""
    names, hidden = [], 0
    for heading, children in schema[1:]:
        if not hidden:
            names.append(heading)
        hidden = max(0, hidden - 1) + children
    return names


@dataclass
class _Parquet:
    """Turns the columns of a file into lines."""

    source: str
    fields: list[_Field]
    layout: Layout
    table: DeclaredTable
    workspace: Workspace

    def read(self) -> Records:
        """Make the lines; note what is doubtful or at fault because of its type."""
        escaped = self._holds_marks()
        cells = [self._cell(position, escaped) for position in range(len(self.fields))]
        relation = relation_of(self.table)
        line = f"concat_ws({literal(SEPARATOR)}, {', '.join(cells)})"
        self.workspace.connection.execute(
            f"CREATE TABLE {relation} AS SELECT {ROW}, {trimmed_line('line', SEPARATOR)} AS line"
            f" FROM (SELECT {_ROW}, {line} AS line FROM {self.source})"
        )
        for column, field in self._read_columns():
            self._note(column, field)
        return Records(relation, self.layout, escaped=escaped)

    def _read_columns(self) -> list[tuple[DeclaredColumn, _Field]]:
        positions = self.layout.positions
        return [
            (column, self.fields[positions[key]])
            for key, column in self.table.columns.items()
            if key in positions
        ]

    def _fits(self, position: int) -> bool:
        return any(
            place == position and self.table.columns[key].column.type == "date"
            for key, place in self.layout.positions.items()
        )

    def _cell(self, position: int, escaped: bool) -> str:
        field = self.fields[position]
        text = field.text(self._fits(position))
        if field.sql_type in ("FLOAT", "DOUBLE"):
            text = self._without_exponents(position, text)
        if escaped:
            text = f"replace({text}, {literal(ESCAPE)}, {literal(ESCAPE + 'e')})"
            text = f"replace({text}, {literal(SEPARATOR)}, {literal(ESCAPE + 's')})"
        return f"coalesce({text}, '')"

    def _without_exponents(self, position: int, text: str) -> str:
        """The database writes very large and very small numbers with an exponent."""
        cell = f"{name(self.fields[position].name)}::VARCHAR"
        found = self.workspace.connection.execute(
            f"SELECT DISTINCT {cell} FROM {self.source} WHERE contains({cell}, 'e')"
        ).fetchall()
        if not found:
            return text
        relation = f"reading.exponents_{position}"
        self.workspace.connection.execute(
            f"CREATE OR REPLACE TABLE {relation} AS SELECT unnest($1::VARCHAR[]) AS short,"
            " unnest($2::VARCHAR[]) AS plain",
            [[short for (short,) in found], [decimal_text(float(short)) for (short,) in found]],
        )
        return f"coalesce((SELECT plain FROM {relation} WHERE short = {cell}), {text})"

    def _holds_marks(self) -> bool:
        """Whether a text holds one of the characters by which cells are joined."""
        texts = [
            f"bool_or(contains({name(field.name)}::VARCHAR, {literal(mark)}))"
            for field in self.fields
            if not field.is_number and not field.is_moment and field.sql_type != "BOOLEAN"
            for mark in (SEPARATOR, ESCAPE)
        ]
        query = f"SELECT coalesce({' OR '.join(texts) or 'false'}, false) FROM {self.source}"
        return any(row[0] for row in self.workspace.connection.execute(query).fetchall())

    def _note(self, column: DeclaredColumn, field: _Field) -> None:
        filled = f"{name(field.name)} IS NOT NULL"
        if column.column.type == "id" and field.is_number:
            query = f"SELECT count(*) FROM {self.source} WHERE {filled}"
            ((count,),) = self.workspace.connection.execute(query).fetchall()
            if count:
                note_numbers(self.table.name, column.name, count, self.workspace)
        if field.is_moment and not (field.is_date and column.column.type == "date"):
            query = f"SELECT {_ROW}, NULL AS {DETAIL} FROM {self.source} WHERE {filled}"
            expected = misread(column, Misread.DATE)
            self.workspace.log.rows(self.table, column, expected, query)
