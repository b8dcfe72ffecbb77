"""Rows that may not stand beside certain others, in their own table or in another."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.facts.checking.conditions import holds
from kaohe.facts.checking.matching import alike
from kaohe.facts.describing import listed
from kaohe.facts.faultlog import PLACEHOLDER
from kaohe.facts.sql import DETAIL, ROW, name, names
from kaohe.facts.storing import StoredTable
from kaohe.facts.workspace import Workspace
from kaohe.values.tables import Alone, Exclusion
from kaohe.values.text import Text


def check_alone(table: StoredTable, workspace: Workspace) -> None:
    """Rows whose value says that their group has no other row."""
    for rule in table.declared.table.alone:
        columns = [rule.column, *rule.within]
        if table.usable(columns):
            _check_alone(table, rule, columns, workspace)


def _check_alone(table: StoredTable, rule: Alone, columns: list[str], workspace: Workspace) -> None:
    declared, which = table.declared, listed(rule.within)
    zh = f"{which.zh} 相同的行中，{rule.value} 应为唯一的一行"
    expected = Text(zh=zh, en=f"{rule.value} only as the one row of its {which.en}")
    query = (
        f"SELECT {ROW}, NULL AS {DETAIL} FROM (SELECT *, count(*) OVER"
        f' (PARTITION BY {names(rule.within)}) AS "#size" FROM {name(declared.name)}'
        f" WHERE {workspace.log.sound(declared, columns)})"
        f' WHERE "#size" > 1 AND {holds(declared, {rule.column: (rule.value,)})}'
    )
    workspace.log.rows(declared, declared.columns[rule.column], expected, query)


def check_excluded(
    table: StoredTable, tables: Mapping[str, StoredTable], workspace: Workspace
) -> None:
    """Rows that say again what another table says already."""
    for rule in table.declared.table.excludes:
        other = tables.get(rule.table)
        if other is None or not table.usable([rule.at, *rule.match]):
            continue
        if other.usable([*rule.match, *rule.where]):
            _check_excluded(table, other, rule, workspace)


def _check_excluded(
    table: StoredTable, other: StoredTable, rule: Exclusion, workspace: Workspace
) -> None:
    declared, which, log = table.declared, listed(rule.match), workspace.log
    zh = f"应没有这一行：表 {rule.table} 第 {PLACEHOLDER} 行已有相同的 {which.zh}"
    en = f"no such row, since row {PLACEHOLDER} of {rule.table} has the same {which.en}"
    columns = [*rule.match, *rule.where]
    groups = (
        f"SELECT {names(rule.match)}, min({ROW})::VARCHAR AS {DETAIL} FROM {name(rule.table)}"
        f" WHERE {holds(other.declared, rule.where)} AND {log.sound(other.declared, columns)}"
        " GROUP BY ALL"
    )
    query = (
        f"SELECT own.{ROW}, other.{DETAIL} FROM {name(declared.name)} own JOIN ({groups}) other"
        f" ON {alike(declared, other.declared, rule.match)}"
        f" WHERE {log.sound(declared, [rule.at, *rule.match], 'own')}"
    )
    log.rows(declared, declared.columns[rule.at], Text(zh=zh, en=en), query)
