"""The rows of a table as text, as they were read: what every reader makes of its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.describing import expected
from kaohe.facts.headings import Layout
from kaohe.facts.sql import DETAIL, ROW, literal
from kaohe.facts.workspace import Workspace
from kaohe.values.text import Text

SEPARATOR, ESCAPE = "\x01", "\x02"
"""Cells that are no plain CSV are kept joined by one control character, escaped by another."""

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 8_000_000

_ESCAPED = str.maketrans({SEPARATOR: ESCAPE + "s", ESCAPE: ESCAPE + "e"})


@dataclass(frozen=True)
class Records:
    """The data rows of one table: a relation of row number and line, and how a line splits.

    Cells are trimmed. Row numbers are those that a spreadsheet shows.
    """

    relation: str
    layout: Layout
    separator: str = SEPARATOR
    escaped: bool = False

    def cell(self, position: int, of: str = "cells") -> str:
        """The text of a cell of a split row, or NULL if it is empty or beyond the end."""
        cell = f"nullif({of}[{position + 1}], '')"
        if not self.escaped:
            return cell
        for marked, plain in ((ESCAPE + "s", SEPARATOR), (ESCAPE + "e", ESCAPE)):
            cell = f"replace({cell}, {literal(marked)}, {literal(plain)})"
        return cell

    def split(self, condition: str = "true") -> str:
        """A query for row numbers and cells of the rows that have a value."""
        separator = literal(self.separator)
        return (
            f"SELECT {ROW}, string_split(line, {separator}) AS cells FROM {self.relation}"
            f" WHERE {condition} AND NOT regexp_full_match(line, '{self.separator}*')"
        )

    def is_blank(self, workspace: Workspace) -> bool:
        """Whether neither header nor rows have a text."""
        if len(self.layout.headless) < self.layout.width:
            return False
        query = f"SELECT 1 FROM ({self.split()}) LIMIT 1"
        return not workspace.connection.execute(query).fetchall()

    def texts(
        self, workspace: Workspace, table: DeclaredTable, cells: Iterable[tuple[int, int]]
    ) -> dict[tuple[int, int], str]:
        """The texts of some cells, by row and index of the column."""
        wanted: dict[int, list[int]] = {}
        for row, column in cells:
            wanted.setdefault(row, []).append(column)
        names = list(table.columns)
        positions = {index: self.layout.positions.get(name) for index, name in enumerate(names)}
        rows = ", ".join(map(str, wanted)) or "NULL"
        lines = workspace.connection.execute(
            f"SELECT {ROW}, line FROM {self.relation} WHERE {ROW} IN ({rows})"
        ).fetchall()
        return {
            (row, column): self._text(line, positions[column])
            for row, line in lines
            for column in wanted[row]
        }

    def _text(self, line: str, position: int | None) -> str:
        cells = line.split(self.separator)
        if position is None or position >= len(cells):
            return ""
        cell = cells[position]
        if self.escaped:
            cell = cell.replace(ESCAPE + "s", SEPARATOR).replace(ESCAPE + "e", ESCAPE)
        return cell


class Misread(Enum):
    """Why a cell that has a type of its own is no value of its column."""

    ERROR = Text(zh="公式错误", en="a formula error")
    DATE = Text(zh="日期格式的单元格", en="a cell that holds a date")


def misread(column: DeclaredColumn, kind: Misread) -> Text:
    """What was expected in place of such a cell."""
    what = expected(column.column)
    zh = f"{what.zh}，而不是{kind.value.zh}"
    return Text(zh=zh, en=f"{what.en}, not {kind.value.en}")


@dataclass
class RecordWriter:
    """Takes the rows of a source one after the other and keeps them in the database."""

    workspace: Workspace
    table: DeclaredTable
    layout: Layout
    _rows: list[int] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _characters: int = 0
    _escaped: bool = False
    _misread: dict[tuple[int, Misread], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.relation = make_relation(self.workspace, self.table)

    def add(self, row: int, cells: Sequence[str]) -> None:
        """Keep a row of trimmed cells."""
        line = SEPARATOR.join(cells)
        if line.count(SEPARATOR) >= max(1, len(cells)) or ESCAPE in line:
            line = SEPARATOR.join([cell.translate(_ESCAPED) for cell in cells])
            self._escaped = True
        self._rows.append(row)
        self._lines.append(line)
        self._characters += len(line)
        if len(self._rows) >= BATCH_ROWS or self._characters >= BATCH_CHARACTERS:
            self._flush()

    def misread(self, row: int, column: int, kind: Misread) -> None:
        """Note that the cell of this declared column is at fault already."""
        self._misread.setdefault((column, kind), []).append(row)

    def finish(self) -> Records:
        """Everything that was added."""
        self._flush()
        return Records(self.relation, self.layout, escaped=self._escaped)

    def _flush(self) -> None:
        self.workspace.connection.execute(
            f"INSERT INTO {self.relation} SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[])",
            [self._rows, self._lines],
        )
        columns = list(self.table.columns.values())
        for (column, kind), rows in self._misread.items():
            expected = misread(columns[column], kind)
            listed = f"SELECT unnest([{', '.join(map(str, rows))}]) AS {ROW}, NULL AS {DETAIL}"
            self.workspace.log.rows(self.table, columns[column], expected, listed)
        self._rows, self._lines, self._characters, self._misread = [], [], 0, {}


def relation_of(table: DeclaredTable) -> str:
    """Where the lines of a table are kept."""
    return f"reading.lines_{table.index}"


def make_relation(workspace: Workspace, table: DeclaredTable) -> str:
    """An empty relation for the lines of a table."""
    relation = relation_of(table)
    workspace.connection.execute(f"CREATE TABLE {relation} ({ROW} BIGINT, line VARCHAR)")
    return relation
