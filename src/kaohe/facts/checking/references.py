"""Ids that must stand in another table."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.facts.checking.matching import equal
from kaohe.facts.declared import DeclaredColumn
from kaohe.facts.sql import DETAIL, ROW, name
from kaohe.facts.storing import StoredTable
from kaohe.facts.workspace import Workspace
from kaohe.values.text import Text


def check_references(
    table: StoredTable, tables: Mapping[str, StoredTable], workspace: Workspace
) -> None:
    """``refers_to`` of every column; a table that is absent or cannot be read is not asked."""
    for column in table.declared.columns.values():
        if column.column.refers_to is None or not table.usable([column.name]):
            continue
        target, key = column.column.refers_to.split(".")
        if target in tables and tables[target].usable([key]):
            _check(table, column, tables[target], key, workspace)


def _check(
    table: StoredTable, column: DeclaredColumn, other: StoredTable, key: str, workspace: Workspace
) -> None:
    cell, log = name(column.name), workspace.log
    zh = f"应为表 {other.declared.name} 中已有的 {key}"
    expected = Text(zh=zh, en=f"the {key} of a row in the table {other.declared.name}")
    query = (
        f"SELECT {ROW}, NULL AS {DETAIL} FROM {name(table.declared.name)} own"
        f" WHERE {cell} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {name(other.declared.name)} other"
        f" WHERE {equal(column, other.declared.columns[key])}"
        f" AND {log.sound(other.declared, [key], 'other')})"
        f" AND {log.sound(table.declared, [column.name], 'own')}"
    )
    log.rows(table.declared, column, expected, query)
