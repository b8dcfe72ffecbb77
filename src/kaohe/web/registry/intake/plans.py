"""What a file would do to the town: rows to add, rows to change, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.audit.actions import Actor
from kaohe.web.records.declaring import as_text

Cell = str | int | bool | date | None


@dataclass(frozen=True)
class FileRow:
    """A row of the file: its number as a spreadsheet shows it, its cells by column.

    Columns that the file does not have are not among the cells.
    """

    number: int
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str:
        """A cell of text, empty if there is none."""
        return str(self.cells.get(column) or "")

    def day(self, column: str) -> date | None:
        """A cell that holds a date."""
        found = self.cells.get(column)
        return found if isinstance(found, date) else None


@dataclass(frozen=True)
class Change:
    """One row that is added or changed: heading, what stands, what is to stand."""

    name: str
    added: bool
    cells: tuple[tuple[str, str, str], ...]


@dataclass
class Plan:
    """Everything that a file would do. ``apply`` does it; only without faults."""

    table: str
    headings: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    """What people call the codes among the values."""
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    apply: Callable[[Actor, datetime], None] = lambda by, at: None

    @property
    def added(self) -> int:
        """How many rows are new."""
        return sum(change.added for change in self.changes)

    @property
    def changed(self) -> int:
        """How many rows become others than they are."""
        return len(self.changes) - self.added

    @property
    def digest(self) -> str:
        """The same for the same changes: whether what was shown is what would be done."""
        told = [[change.name, change.added, change.cells] for change in self.changes]
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def wrong(self, row: FileRow, column: str, zh: str, en: str) -> None:
        """Note what is wrong with a cell."""
        value = as_text(row.cells.get(column))
        self.faults.append(Fault(self.table, row.number, column, value, Text(zh=zh, en=en)))

    def add(self, name: str, values: Mapping[str, Any]) -> None:
        """A row that is new."""
        cells = [(self.headings[key], "", self._told(value)) for key, value in values.items()]
        self.changes.append(Change(name, added=True, cells=tuple(cells)))

    def compare(self, name: str, stands: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
        """A row that is there: whether it changes, and in what."""
        cells = tuple(
            (self.headings[key], self._told(stands[key]), self._told(value))
            for key, value in wanted.items()
            if stands[key] != value
        )
        if cells:
            self.changes.append(Change(name, added=False, cells=cells))
        else:
            self.unchanged += 1
        return bool(cells)

    def _told(self, value: Any) -> str:
        text = as_text(value)
        return self.labels.get(text, text)

    def check_lengths(self, rows: Iterable[FileRow], longest: Mapping[str, int]) -> None:
        """Texts that would not fit."""
        for row in rows:
            for column, most in longest.items():
                if len(row.text(column)) > most:
                    zh, en = f"应不超过 {most} 个字", f"at most {most} characters"
                    self.wrong(row, column, zh, en)
