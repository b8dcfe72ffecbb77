"""What a recipe can see, and what can be said about it before any row is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kaohe.facts.generating.dice import Dice
from kaohe.facts.generating.errors import HintProblem
from kaohe.facts.generating.recipes import (
    Between,
    Cell,
    Days,
    Deal,
    FirstOf,
    Like,
    Pick,
    RowOf,
    Share,
    Take,
    Value,
    Where,
)
from kaohe.facts.generating.sql import DAY, TEXT, WHOLE, fits, literal, places_of, type_of_codes
from kaohe.facts.sql import name

PARENT = "parent."
"""What stands before the columns of the row that a row belongs to."""

TOKEN = "#token"
"""The column that makes tokens of one parent's numbers the same in all tables, and no other's."""


@dataclass(frozen=True)
class Scope:
    """What a recipe can see: its dice, the columns of its row so far and of the parent's row.

    ``counters`` are the numbers that texts may use, with their SQL; ``above`` is ``PARENT``
    where the row itself is not made yet.
    """

    dice: Dice
    recipes: Mapping[str, Cell]
    tables: Mapping[str, Mapping[str, str]]
    parent: Mapping[str, str]
    own: Mapping[str, str]
    counters: Mapping[str, str]
    above: str = ""

    def place(self, column: str) -> str:
        """SQL of one of the columns that are kept beside the declared ones."""
        return name(f"{self.above}#{column}")

    def find(self, column: str) -> tuple[str, str]:
        """SQL and type of a column: of the row itself if it stands above, else of its parent."""
        if column in self.own:
            return name(column), self.own[column]
        if column in self.parent:
            return name(PARENT + column), self.parent[column]
        known = ", ".join([*self.own, *self.parent])
        raise HintProblem(
            f"此处没有列“{column}”；可用的列：{known}",
            f"no column {column} here; there are: {known}",
        )

    def whole(self, column: str) -> str:
        """SQL of a column that must hold whole numbers."""
        found, found_type = self.find(column)
        if found_type != WHOLE:
            raise HintProblem(f"列“{column}”不是整数", f"{column} does not hold whole numbers")
        return found


def meant(cell: Cell, recipes: Mapping[str, Cell]) -> Cell:
    """The recipe itself, or the one that it is ``like``, with what it says beyond that."""
    if not isinstance(cell, Like):
        return cell
    found = recipes.get(cell.like)
    if found is None:
        raise HintProblem(f"没有做法“{cell.like}”", f"there is no recipe {cell.like}")
    said = cell.model_fields_set - {"like"}
    return found.model_copy(update={field: getattr(cell, field) for field in said})


def parts(cell: Cell, recipes: Mapping[str, Cell]) -> Iterator[Cell]:
    """The recipes that a recipe comes down to."""
    cell = meant(cell, recipes)
    if isinstance(cell, FirstOf):
        for one in cell.first_of:
            yield from parts(one, recipes)
    else:
        yield cell


def codes_of(cell: Cell) -> Sequence[str]:
    """The texts that a recipe may put into a cell, as far as it lists them."""
    match cell:
        case Value():
            return (cell.value,)
        case Pick():
            return tuple(cell.pick)
        case Deal():
            return tuple(cell.deal)
    return ()


def hidden_type(cell: Cell, scope: Scope) -> str:
    """The type of a hidden column, from what its recipe makes."""
    found = {_part_type(part, scope) for part in parts(cell, scope.recipes)}
    return found.pop() if len(found) == 1 else TEXT


def check_kind(cell: Cell, scope: Scope, sql_type: str) -> None:
    """Raise unless what a recipe makes can stand in a column of this type."""
    made = sql_type if codes_of(cell) else _part_type(cell, scope)
    is_number = made == WHOLE or made.startswith("DECIMAL")
    if made != sql_type and sql_type != TEXT and not (is_number and sql_type.startswith("DECIMAL")):
        raise HintProblem(f"做出的是 {made}，应为 {sql_type}", f"makes {made}, not {sql_type}")


def _part_type(cell: Cell, scope: Scope) -> str:
    match cell:
        case Take():
            return scope.find(cell.take)[1]
        case RowOf():
            return columns_of(cell, scope)[cell.column]
        case Between():
            places = places_of(cell.step)
            return f"DECIMAL(18, {places})" if places else WHOLE
        case Share():
            return WHOLE
        case Days():
            return DAY
        case Value() | Pick() | Deal():
            return type_of_codes(codes_of(cell))
    return TEXT


def condition(where: Where, scope: Scope) -> str:
    """SQL that tells whether all columns hold one of the texts given for them."""
    tests = []
    for column, codes in where.items():
        found, found_type = scope.find(column)
        tests.append(one_of(column, found, found_type, codes))
    return " AND ".join(tests) or "true"


def one_of(column: str, found: str, found_type: str, codes: Sequence[str]) -> str:
    """SQL that tells whether a column holds one of these texts."""
    check_fit(codes, found_type, column)
    tests = [f"{found} IS NULL"] if "" in codes else []
    filled = ", ".join(literal(code, found_type) for code in codes if code)
    return f"({' OR '.join([*tests, *([f'{found} IN ({filled})'] if filled else [])])})"


def check_fit(codes: Sequence[str], sql_type: str, column: str) -> None:
    """Raise unless every text is one that a column of this type can hold."""
    for code in codes:
        if not fits(code, sql_type):
            raise HintProblem(
                f"“{code}”不是列“{column}”能放的值", f"{code} is no value for {column} ({sql_type})"
            )


def columns_of(cell: RowOf, scope: Scope) -> Mapping[str, str]:
    """The columns of the table that a recipe picks a row of."""
    columns = scope.tables.get(cell.row_of, {})
    if cell.column not in columns:
        raise HintProblem(
            f"表“{cell.row_of}”在此之前没有列“{cell.column}”",
            f"there is no {cell.row_of}.{cell.column} above",
        )
    return columns


def list_name(cell: RowOf) -> str:
    """The column in which a subject's candidates for such a cell stand ready."""
    where = ";".join(f"{column}={'|'.join(codes)}" for column, codes in cell.where.items())
    return f"rows.{cell.row_of}.{cell.column}.{where}"


def candidates(cell: RowOf, scope: Scope) -> str:
    """SQL for the candidates of every subject, as a list in the order of their table."""
    columns = columns_of(cell, scope)
    tests = [
        one_of(column, name(column), columns[column], codes) if column in columns else ""
        for column, codes in cell.where.items()
    ]
    if "" in tests:
        raise HintProblem("where 中的列不存在", f"{cell.row_of} lacks a column of `where`")
    return (
        f'SELECT "#subject" AS subject, '
        f'list({name(cell.column)} ORDER BY "#number") AS {name(list_name(cell))} '
        f"FROM {name(cell.row_of)} WHERE {' AND '.join(tests) or 'true'} GROUP BY ALL"
    )
