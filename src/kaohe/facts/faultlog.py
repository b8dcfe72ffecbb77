"""Every fault is noted where it stands; only the first ones are ever put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.sql import DETAIL, ROW
from kaohe.values.faults import SHOWN_FAULTS, Fault
from kaohe.values.text import Text

PLACEHOLDER = "{detail}"
"""Stands in an expectation for what differs from row to row."""

WHOLE = -1
"""In place of a row or column number: the whole table, the whole row."""

Place = tuple[int, int, int]
"""Table, row, column: the order in which faults are listed."""

ValuesOf = Callable[[DeclaredTable, Iterable[tuple[int, int]]], Mapping[tuple[int, int], str]]
"""The trimmed texts of some cells of a table, by row and column."""


@dataclass
class FaultLog:
    """Faults of rows lie in the database, however many; those of tables and headings here."""

    connection: duckdb.DuckDBPyConnection
    _apart: list[tuple[Place, Fault]] = field(default_factory=list)
    _expected: list[Text] = field(default_factory=list)
    _faulty: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection.execute(
            'CREATE TABLE reading.faults ("table" INTEGER, "row" BIGINT, "column" INTEGER,'
            " expected INTEGER, detail VARCHAR)"
        )

    @property
    def count(self) -> int:
        """How many faults there are in all."""
        return len(self._apart) + sum(self._faulty.values())

    def table(self, table: DeclaredTable, expected: Text) -> None:
        """Note a fault of a whole table."""
        fault = Fault(table.name, None, None, "", expected)
        self._apart.append(((table.index, WHOLE, WHOLE), fault))

    def heading(self, table: DeclaredTable, column: DeclaredColumn, expected: Text) -> None:
        """Note a fault of a heading."""
        fault = Fault(table.name, 1, column.name, "", expected)
        self._apart.append(((table.index, 1, column.index), fault))

    def rows(
        self, table: DeclaredTable, column: DeclaredColumn | None, expected: Text, query: str
    ) -> None:
        """Note a fault for each row that ``query`` gives, as a row number and a detail."""
        index = WHOLE if column is None else column.index
        self._expected.append(expected)
        ((noted,),) = self.connection.execute(
            f"INSERT INTO reading.faults SELECT {table.index}, {ROW}, {index},"
            f" {len(self._expected) - 1}, {DETAIL} FROM ({query})"
        ).fetchall()
        if noted:
            self._faulty[table.index, index] = self._faulty.get((table.index, index), 0) + noted

    def forget(self, table: DeclaredTable) -> None:
        """Drop what was noted of a table that turned out not to be readable at all."""
        self._apart = [one for one in self._apart if one[0][0] != table.index]
        self._faulty = {at: count for at, count in self._faulty.items() if at[0] != table.index}
        query = f'DELETE FROM reading.faults WHERE "table" = {table.index}'
        self.connection.execute(query)

    def sound(self, table: DeclaredTable, columns: Iterable[str], of: str = "") -> str:
        """The condition that none of these cells of a row is at fault already."""
        indexes = sorted({table.columns[column].index for column in columns})
        faulty = [str(index) for index in indexes if (table.index, index) in self._faulty]
        if not faulty:
            return "true"
        return (
            f'{of}{"." if of else ""}{ROW} NOT IN (SELECT "row" FROM reading.faults WHERE'
            f' "table" = {table.index} AND "column" IN ({", ".join(faulty)}))'
        )

    def first(self, tables: Mapping[str, DeclaredTable], values_of: ValuesOf) -> tuple[Fault, ...]:
        """The first faults by table, row and column, with what stands in the cells."""
        noted = self._noted()
        by_table: dict[int, list[tuple[int, int]]] = {}
        for (table, row, column), _ in noted:
            by_table.setdefault(table, []).append((row, column))
        declared = {table.index: table for table in tables.values()}
        values = {
            index: values_of(declared[index], [cell for cell in cells if cell[1] != WHOLE])
            for index, cells in by_table.items()
        }
        found = list(self._apart)
        for place, expected in noted:
            index, row, column = place
            value = values[index].get((row, column), "")
            found.append((place, _fault(declared[index], row, column, value, expected)))
        found.sort(key=lambda one: one[0])
        return tuple(fault for _, fault in found[:SHOWN_FAULTS])

    def _noted(self) -> list[tuple[Place, Text]]:
        """The first faults of rows, each with its expectation."""
        rows = self.connection.execute(
            'SELECT "table", "row", "column", expected, detail FROM reading.faults'
            f" ORDER BY ALL LIMIT {SHOWN_FAULTS}"
        ).fetchall()
        return [
            ((table, row, column), _filled_in(self._expected[expected], detail))
            for table, row, column, expected, detail in rows
        ]


def _filled_in(expected: Text, detail: str | None) -> Text:
    if detail is None:
        return expected
    zh, en = (text.replace(PLACEHOLDER, detail) for text in (expected.zh, expected.en))
    return Text(zh=zh, en=en)


def _fault(table: DeclaredTable, row: int, column: int, value: str, expected: Text) -> Fault:
    name = None if column == WHOLE else list(table.columns)[column]
    return Fault(table.name, row, name, value, expected)
