"""What a fact table is: its columns, types, ranges, keys, and what rows may stand together.

A scheme declares the tables; the readers check rows against them. Neither knows the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field

from kaohe.values.numbers import Exact, shortest
from kaohe.values.text import Frozen, Label

ColumnType = Literal["id", "text", "whole", "decimal", "boolean", "date", "choice"]

EPOCH = date(1970, 1, 1).toordinal()
"""Dates are stored as days since this one."""

Codes = tuple[str, ...]
"""Texts as a canonical fact table prints them: codes, numbers, ``true``/``false``."""


BLANK = ""
"""Among the codes of a condition: the cell is empty."""


class Bound(Frozen):
    """A limit taken from another cell: of the same row, or of the row that the row refers to.

    ``{column: answered, times: 10}`` is ten times ``answered`` of the same row;
    ``{column: households, of: area_id}`` is ``households`` of the row that ``area_id`` refers to.
    """

    column: str
    of: str | None = None
    times: Exact = Decimal(1)


class Column(Frozen):
    """One column of a fact table.

    ``required`` true: the column and a value in every row; ``column``: the column, its cells may
    be empty; false: neither. An empty cell takes ``default``.

    ``required_where`` names the rows (column: values) in which the cell must be filled all the
    same, ``filled_only_where`` the only rows in which it may be; ``choice_only_where`` says for a
    choice in which rows it may stand. A condition on several columns holds if it holds on each.
    """

    type: ColumnType
    heading: str
    required: bool | Literal["column"] = True
    default: str | None = None
    minimum: Exact | Bound | None = None
    above: Exact | None = None
    maximum: Exact | Bound | None = None
    places: int | None = Field(default=None, ge=0, le=9)
    choices: Mapping[str, str] = {}
    refers_to: str | None = Field(default=None, pattern=r"^\w+\.\w+$")
    required_where: Mapping[str, Codes] | None = None
    filled_only_where: Mapping[str, Codes] | None = None
    choice_only_where: Mapping[str, Mapping[str, Codes]] = {}


def cell_text(cell: int | str | None, column: Column) -> str:
    """A stored cell as canonical text: dates, decimals and booleans as files write them."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    match column.type:
        case "boolean":
            return "true" if cell else "false"
        case "date":
            return date.fromordinal(EPOCH + cell).isoformat()
        case "decimal":
            return shortest(Fraction(cell, 10 ** (column.places or 0)))
    return str(cell)


class Exclusion(Frozen):
    """No row here may match a row of ``table`` (whose ``where`` holds) on the columns ``match``.

    The fault stands at the row of the table that declares the exclusion, in column ``at``.
    """

    table: str
    match: tuple[str, ...]
    where: Mapping[str, Codes] = {}
    at: str


class Alone(Frozen):
    """A row with ``value`` in ``column`` must be the only one of its group ``within``."""

    column: str
    value: str
    within: tuple[str, ...]


class Table(Frozen):
    """A fact table as a scheme declares it.

    ``in_period`` names the date column by which rows outside the scheme's period are left out of
    every measure. ``numbered_by`` names, for families of periods, the column that holds the number
    of the period a row belongs to (from 1). ``required_unless`` names a table whose presence makes
    this one dispensable.
    """

    label: Label
    row: Label
    columns: Mapping[str, Column] = Field(min_length=1)
    key: tuple[str, ...] = ()
    required: bool = False
    required_unless: str | None = None
    may_be_empty: bool = True
    in_period: str | None = None
    numbered_by: Mapping[str, str] = {}
    excludes: tuple[Exclusion, ...] = ()
    alone: tuple[Alone, ...] = ()
    provider: Label | None = None
