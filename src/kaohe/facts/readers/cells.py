"""Cells that have a type of their own, as text: workbooks and databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.headings import Layout
from kaohe.facts.parsing import decimal_text
from kaohe.facts.records import Misread, RecordWriter
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text

TEXT = Text(zh="应为 UTF-8 编码的文本", en="text encoded as UTF-8")

Cell = object
"""Whatever a library gives for a cell."""


@dataclass
class TypedRows:
    """Turns typed cells into text, and notes dates and errors where they cannot stand."""

    table: DeclaredTable
    layout: Layout
    workspace: Workspace
    _numbers: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = list(self.table.columns)
        self.writer = RecordWriter(self.workspace, self.table, self.layout)
        self._columns = {
            position: self.table.columns[name].index
            for name, position in self.layout.positions.items()
        }
        types = {index: self.table.table.columns[name].type for index, name in enumerate(names)}
        self._ids = {at for at, index in self._columns.items() if types[index] == "id"}
        self._dates = {at for at, index in self._columns.items() if types[index] == "date"}

    def add(self, row: int, cells: Sequence[Cell]) -> None:
        """Keep a row."""
        self.writer.add(
            row,
            [
                cell.strip() if type(cell) is str else self._text(row, position, cell)
                for position, cell in enumerate(cells)
            ],
        )

    def misread(self, row: int, position: int, kind: Misread) -> None:
        """Note that a cell cannot be what its column asks for."""
        if position in self._columns:
            self.writer.misread(row, self._columns[position], kind)

    def note_numbers(self) -> None:
        """Say where ids were numbers: leading zeros may be lost."""
        headings = {position: name for name, position in self.layout.positions.items()}
        for position, count in sorted(self._numbers.items()):
            note_numbers(self.table.name, headings[position], count, self.workspace)

    def _text(self, row: int, position: int, cell: Cell) -> str:
        if isinstance(cell, date | time | timedelta) and (
            position not in self._dates or not isinstance(cell, date)
        ):
            self.misread(row, position, Misread.DATE)
            return str(cell)
        if position in self._ids and is_number(cell):
            self._numbers[position] = self._numbers.get(position, 0) + 1
        return cell_text(cell)


def note_numbers(table: str, column: str, count: int, workspace: Workspace) -> None:
    """Say that ids of a column were numbers."""
    zh = f"{table}：列 {column} 中有 {count} 个编号是数字格式，可能丢失了前导零"
    en = f"{table}: {count} ids in column {column} are numbers, leading zeros may be lost"
    workspace.note(zh, en)


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number; a boolean is none."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def cell_text(cell: Cell) -> str:
    """The text that a typed cell counts as."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | Decimal):
        return decimal_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return _decoded(cell)
    return str(cell).strip()


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode().strip()
    except UnicodeDecodeError:
        raise Unreadable(TEXT) from None
