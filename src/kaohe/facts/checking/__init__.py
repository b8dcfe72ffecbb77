"""Checks that need more than one cell. A cell that is at fault takes part in no further check."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.facts.checking.conditions import check_conditions
from kaohe.facts.checking.keys import check_key
from kaohe.facts.checking.limits import check_limits
from kaohe.facts.checking.neighbours import check_alone, check_excluded
from kaohe.facts.checking.references import check_references
from kaohe.facts.storing import StoredTable
from kaohe.facts.workspace import Workspace


def check(tables: Mapping[str, StoredTable], workspace: Workspace) -> None:
    """All checks, from the row to the table to the tables beside it, in a fixed order."""
    for table in tables.values():
        check_conditions(table, workspace)
        check_limits(table, tables, workspace, of_other_tables=False)
    for table in tables.values():
        check_references(table, tables, workspace)
    for table in tables.values():
        check_key(table, workspace)
    for table in tables.values():
        check_limits(table, tables, workspace, of_other_tables=True)
    for table in tables.values():
        check_alone(table, workspace)
        check_excluded(table, tables, workspace)
