"""How rows of two tables are matched."""

from __future__ import annotations

from collections.abc import Iterable

from kaohe.facts.declared import DeclaredColumn, DeclaredTable
from kaohe.facts.sql import name


def equal(own: DeclaredColumn, other: DeclaredColumn) -> str:
    """Equal stored values, compared as text where the columns are not of one type."""
    cast = "" if own.sql_type == other.sql_type else "::VARCHAR"
    return f"own.{name(own.name)}{cast} = other.{name(other.name)}{cast}"


def alike(own: DeclaredTable, other: DeclaredTable, columns: Iterable[str]) -> str:
    """Equal in each of these columns; empty cells are equal to each other."""
    parts = [equal(own.columns[column], other.columns[column]) for column in columns]
    return " AND ".join(part.replace(" = ", " IS NOT DISTINCT FROM ", 1) for part in parts)
