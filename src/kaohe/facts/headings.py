"""Which column stands where: the first row of a table, matched with its declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.workspace import Workspace
from kaohe.values.tables import Table
from kaohe.values.text import Text


@dataclass(frozen=True)
class Layout:
    """Where the columns of a table stand, counted from 0.

    ``unreadable`` are the columns whose heading is missing though required, or stands twice: no
    check can be made on them. Under a heading without text (``headless``) values are ignored.
    """

    positions: Mapping[str, int]
    unreadable: frozenset[str]
    headless: tuple[int, ...]
    width: int


def meant_by_headings(table: Table) -> dict[str, str]:
    """Every heading that is accepted, with the column it means; an English name comes first."""
    meant = {column.heading: name for name, column in table.columns.items()}
    return meant | {name: name for name in table.columns}


def lay_out(header: Sequence[str], table: DeclaredTable, workspace: Workspace) -> Layout:
    """Match trimmed headings with the English names and Chinese headings of the declaration."""
    meant = meant_by_headings(table.table)
    found: dict[str, list[int]] = {}
    headless = []
    for position, heading in enumerate(header):
        if heading in meant:
            found.setdefault(meant[heading], []).append(position)
        elif heading:
            zh = f"{table.name}：忽略未列出的列“{heading}”"
            workspace.note(zh, f"{table.name}: the column “{heading}” is not listed and is ignored")
        else:
            headless.append(position)
    _share(found, table, header)
    unreadable = _missing(found, table, workspace) | _twice(found, table, workspace)
    positions = {name: places[0] for name, places in found.items() if name not in unreadable}
    return Layout(positions, frozenset(unreadable), tuple(headless), len(header))


def _share(found: dict[str, list[int]], table: DeclaredTable, header: Sequence[str]) -> None:
    """A column that has the heading of another one stands where that one stands."""
    for name, column in table.columns.items():
        heading = column.column.heading
        if name not in found and heading in table.columns:
            if table.columns[heading].column.heading == heading:
                found.update({name: found[heading]} if heading in found else {})


def _missing(
    found: Mapping[str, list[int]], table: DeclaredTable, workspace: Workspace
) -> set[str]:
    missing = {
        name for name, column in table.columns.items() if column.column.required
    } - found.keys()
    for name in missing:
        column = table.columns[name]
        zh = f"缺少列，应有标题 {name} 或“{column.column.heading}”"
        en = f"a column headed {name} or “{column.column.heading}”"
        workspace.log.heading(table, column, Text(zh=zh, en=en))
    return missing


def _twice(found: Mapping[str, list[int]], table: DeclaredTable, workspace: Workspace) -> set[str]:
    twice = {name for name, positions in found.items() if len(positions) > 1}
    for name in twice:
        column = table.columns[name]
        zh = f"该列出现了 {len(found[name])} 次，应只有一列"
        en = f"this column once, not {len(found[name])} times"
        workspace.log.heading(table, column, Text(zh=zh, en=en))
    return twice
