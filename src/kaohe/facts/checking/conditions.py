"""Cells that must, may or may not be filled, depending on other cells of the row."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.describing import expected, where
from kaohe.facts.sql import DETAIL, ROW, name
from kaohe.facts.storing import StoredTable, empty_mark
from kaohe.facts.workspace import Workspace
from kaohe.values.tables import BLANK, Codes
from kaohe.values.text import Text


def check_conditions(table: StoredTable, workspace: Workspace) -> None:
    """``required_where``, ``filled_only_where`` and ``choice_only_where`` of every column."""
    for column in table.declared.columns.values():
        if column.column.required_where is not None:
            _check_required(table, column, column.column.required_where, workspace)
        if column.column.filled_only_where is not None:
            _check_empty(table, column, column.column.filled_only_where, workspace)
        for code, conditions in column.column.choice_only_where.items():
            _check_choice(table, column, code, conditions, workspace)


def holds(table: DeclaredTable, conditions: Mapping[str, Codes], of: str = "") -> str:
    """The condition that each of these columns holds one of its codes."""
    prefix = f"{of}." if of else ""

    def is_one_of(column: str, codes: Codes) -> str:
        cell, told = f"{prefix}{name(column)}", tuple(code for code in codes if code != BLANK)
        parts = [f"{cell} IS NULL"] if BLANK in codes else []
        parts += (
            [f"coalesce({cell} IN ({table.columns[column].stored(told)}), false)"] if told else []
        )
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    return " AND ".join(is_one_of(*one) for one in conditions.items()) or "true"


def _check_required(
    table: StoredTable, column: DeclaredColumn, conditions: Mapping[str, Codes], space: Workspace
) -> None:
    when, what = where(conditions), expected(column.column)
    needed = Text(zh=f"{when.zh} 时{what.zh}", en=f"{what.en} where {when.en}")
    broken = f"{_is_empty(column)} AND {holds(table.declared, conditions)}"
    _note(table, column, conditions, needed, broken, space)


def _check_empty(
    table: StoredTable, column: DeclaredColumn, conditions: Mapping[str, Codes], space: Workspace
) -> None:
    when = where(conditions)
    needed = Text(zh=f"应为空，只在 {when.zh} 时填写", en=f"nothing, unless {when.en}")
    broken = f"NOT {_is_empty(column)} AND NOT ({holds(table.declared, conditions)})"
    _note(table, column, conditions, needed, broken, space)


def _check_choice(
    table: StoredTable,
    column: DeclaredColumn,
    code: str,
    conditions: Mapping[str, Codes],
    space: Workspace,
) -> None:
    when = where(conditions)
    zh = f"应为其他值，{code} 只用于 {when.zh} 的行"
    needed = Text(zh=zh, en=f"another value, since {code} stands only where {when.en}")
    is_code = holds(table.declared, {column.name: (code,)})
    broken = f"{is_code} AND NOT ({holds(table.declared, conditions)})"
    _note(table, column, conditions, needed, broken, space)


def _is_empty(column: DeclaredColumn) -> str:
    return empty_mark(column) if column.remembers_empty else f"({name(column.name)} IS NULL)"


def _note(
    table: StoredTable,
    column: DeclaredColumn,
    conditions: Mapping[str, Codes],
    needed: Text,
    broken: str,
    space: Workspace,
) -> None:
    columns = [column.name, *conditions]
    if not table.usable(columns):
        return
    query = (
        f"SELECT {ROW}, NULL AS {DETAIL} FROM {name(table.declared.name)}"
        f" WHERE {broken} AND {space.log.sound(table.declared, columns)}"
    )
    space.log.rows(table.declared, column, needed, query)
