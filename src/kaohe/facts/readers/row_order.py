"""The order in which the rows of a database are numbered, since a database has none."""

from __future__ import annotations

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.headings import Layout


def row_order(table: DeclaredTable, layout: Layout) -> list[int]:
    """The positions to sort by, as text: the key, then all declared columns, then the rest."""
    positions = layout.positions
    key = [positions[column] for column in table.table.key if column in positions]
    declared = [positions[column] for column in table.columns if column in positions]
    return list(dict.fromkeys([*key, *declared, *range(layout.width)]))
