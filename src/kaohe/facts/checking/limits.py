"""Limits that another cell sets: of the same row, or of the row that the row refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.facts.checking.matching import equal
from kaohe.facts.declared import DeclaredColumn
from kaohe.facts.describing import limit
from kaohe.facts.faultlog import PLACEHOLDER
from kaohe.facts.parsing import stored_number
from kaohe.facts.sql import DETAIL, ROW, name
from kaohe.facts.storing import StoredTable
from kaohe.facts.workspace import SCRATCH, Workspace
from kaohe.values.numbers import shortest
from kaohe.values.tables import Bound, cell_text
from kaohe.values.text import Text

BROKEN = f"{SCRATCH}.broken"
"""Pairs of a value and the value that limits it, where the limit is not kept."""


@dataclass(frozen=True)
class _Limit:
    """One limit of one column, and where the limiting cell stands."""

    table: StoredTable
    column: DeclaredColumn
    bound: Bound
    is_least: bool
    other: StoredTable

    @property
    def limiting(self) -> DeclaredColumn:
        return self.other.declared.columns[self.bound.column]

    def breaks(self, value: Fraction, allowed: Fraction) -> bool:
        return value < allowed if self.is_least else value > allowed

    def expected(self) -> Text:
        of = limit(self.bound)
        zh = f"应{'不小于' if self.is_least else '不大于'} {PLACEHOLDER}（{of.zh}）"
        return Text(
            zh=zh, en=f"{'at least' if self.is_least else 'at most'} {PLACEHOLDER} ({of.en})"
        )


def check_limits(
    table: StoredTable,
    tables: Mapping[str, StoredTable],
    workspace: Workspace,
    *,
    of_other_tables: bool,
) -> None:
    """Compare every column that has such a limit with the cell that sets it."""
    for column in table.declared.columns.values():
        for bound, is_least in ((column.column.minimum, True), (column.column.maximum, False)):
            if not isinstance(bound, Bound) or (bound.of is not None) != of_other_tables:
                continue
            other = table if bound.of is None else _referred(table, bound.of, tables)
            if other is not None:
                _check(_Limit(table, column, bound, is_least, other), workspace)


def _referred(
    table: StoredTable, column: str, tables: Mapping[str, StoredTable]
) -> StoredTable | None:
    refers_to = table.declared.columns[column].column.refers_to
    return tables.get(refers_to.split(".")[0]) if refers_to else None


def _check(one: _Limit, workspace: Workspace) -> None:
    query = _pairs(one, workspace)
    if query is None:
        return
    pairs = workspace.connection.execute(
        f"SELECT DISTINCT value, allowed FROM ({query}) WHERE value IS NOT NULL"
        " AND allowed IS NOT NULL"
    ).fetchall()
    broken: list[tuple[str, str, str]] = []
    for value, other in pairs:
        allowed = stored_number(one.limiting.column, other) * Fraction(one.bound.times)
        if one.breaks(stored_number(one.column.column, value), allowed):
            broken.append((str(value), str(other), _shown(one.limiting, allowed)))
    if broken:
        workspace.connection.execute(
            f"CREATE OR REPLACE TABLE {BROKEN} AS SELECT unnest($1::VARCHAR[]) AS value,"
            f" unnest($2::VARCHAR[]) AS allowed, unnest($3::VARCHAR[]) AS {DETAIL}",
            [list(part) for part in zip(*broken, strict=True)],
        )
        found = (
            f"SELECT {ROW}, {DETAIL} FROM ({query}) pairs JOIN {BROKEN} broken"
            " ON pairs.value::VARCHAR = broken.value AND pairs.allowed::VARCHAR = broken.allowed"
        )
        workspace.log.rows(one.table.declared, one.column, one.expected(), found)


def _shown(limiting: DeclaredColumn, allowed: Fraction) -> str:
    """The limit as people write it: a date is no number of days."""
    if limiting.column.type == "date" and allowed.denominator == 1:
        return cell_text(int(allowed), limiting.column)
    return shortest(allowed)


def _pairs(one: _Limit, workspace: Workspace) -> str | None:
    """A query for row, value and limiting value, both stored, of the rows that can be compared."""
    own = [one.column.name, one.bound.of or one.bound.column]
    if not one.table.usable(own):
        return None
    log, declared = workspace.log, one.table.declared
    value, allowed = name(one.column.name), name(one.bound.column)
    if one.bound.of is None:
        return (
            f"SELECT {ROW}, {value} AS value, {allowed} AS allowed FROM {name(declared.name)}"
            f" WHERE {log.sound(declared, own)}"
        )
    refers_to = declared.columns[one.bound.of].column.refers_to
    assert refers_to is not None
    key = refers_to.split(".")[1]
    if not one.other.usable([key, one.bound.column]):
        return None
    return (
        f"SELECT own.{ROW}, own.{value} AS value, other.{allowed} AS allowed"
        f" FROM {name(declared.name)} own JOIN {name(one.other.declared.name)} other"
        f" ON {equal(declared.columns[one.bound.of], one.other.declared.columns[key])}"
        f" WHERE {log.sound(declared, own, 'own')}"
        f" AND {log.sound(one.other.declared, [key, one.bound.column], 'other')}"
    )
