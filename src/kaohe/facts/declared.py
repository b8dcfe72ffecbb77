"""A declared table as the readers and checks handle it: numbered, with parsers and stored types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kaohe.facts.parsing import Parser, Wrong, parser_of
from kaohe.facts.sql import literal
from kaohe.values.measures import Stored
from kaohe.values.tables import Codes, Column, Table


@dataclass(frozen=True)
class DeclaredColumn:
    """One column: its place in the declaration, its rules, and how its values are stored."""

    index: int
    name: str
    column: Column
    sql_type: str
    parse: Parser
    default: Stored | None

    @property
    def plain(self) -> bool:
        """Whether every text is a value as it stands."""
        return self.column.type in ("id", "text")

    @property
    def remembers_empty(self) -> bool:
        """Whether a default would hide that a cell was empty from a rule that asks for it."""
        asked = self.column.required_where or self.column.filled_only_where
        return bool(asked) and self.default is not None

    def stored(self, codes: Codes) -> str:
        """Codes, as the declaration writes them, as a list of literals of stored values."""
        return ", ".join(literal(_value(self.parse, code)) for code in codes)


@dataclass(frozen=True)
class DeclaredTable:
    """One table: its place in the declarations, its rules, its columns by name."""

    index: int
    name: str
    table: Table
    columns: Mapping[str, DeclaredColumn]

    def first_of_key(self) -> DeclaredColumn:
        """The column at which a duplicate key is reported."""
        return self.columns[self.table.key[0]]


def declare(tables: Mapping[str, Table]) -> dict[str, DeclaredTable]:
    """Every table with its parsers, in the order of the declarations."""
    return {
        name: DeclaredTable(index, name, table, _declared_columns(table))
        for index, (name, table) in enumerate(tables.items())
    }


def _declared_columns(table: Table) -> dict[str, DeclaredColumn]:
    return {
        name: _declared_column(index, name, column)
        for index, (name, column) in enumerate(table.columns.items())
    }


def _declared_column(index: int, name: str, column: Column) -> DeclaredColumn:
    parse = parser_of(column)
    default = None if column.default is None else _value(parse, column.default)
    return DeclaredColumn(index, name, column, sql_type(column), parse, default)


def _value(parse: Parser, code: str) -> Stored:
    value = parse(code)
    if value is None or isinstance(value, Wrong):
        raise ValueError(f"{code!r} in the declaration of a table is no value of its column")
    return value


def sql_type(column: Column) -> str:
    """The type in which values of a column are stored."""
    if column.type == "whole" or (column.type == "decimal" and column.places is not None):
        return "BIGINT"
    return {"boolean": "TINYINT", "date": "INTEGER"}.get(column.type, "VARCHAR")
