"""Conditions on the cells of a row, as a scheme writes them, and what engines make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator

from kaohe.scheme.durations import Duration
from kaohe.scheme.ground import Ground, Misuse
from kaohe.scheme.head import day_number
from kaohe.values.measures import (
    Between,
    Blank,
    Condition,
    DaysBetween,
    ListedIn,
    OneOf,
    Stored,
    WorkingDaysBetween,
)
from kaohe.values.tables import Column
from kaohe.values.text import Frozen

Cell = str | int | bool | Decimal


class Listed(Frozen):
    """Rows of another table; ``column`` holds the values that are listed there."""

    table: str
    column: str
    where: Where = {}


class Test(Frozen):
    """A condition on one column, where neither a value nor a list of values says it.

    ``days_after`` and ``working_days_after`` name another date column: the limits are for the days
    from that date to this one, the first day not counted. ``within`` is a time up to the end of
    the period (``2 years``). ``listed`` holds for values that stand in another table, ``unlisted``
    for those that do not.
    """

    blank: bool | None = None
    none_of: tuple[Cell, ...] | None = None
    at_least: Cell | None = None
    at_most: Cell | None = None
    above: Cell | None = None
    below: Cell | None = None
    period: str | None = None
    within: Duration | None = None
    days_after: str | None = None
    working_days_after: str | None = None
    listed: Listed | None = None
    unlisted: Listed | None = None


def _as_test(value: Any) -> Any:
    """A value stands for itself, a list for one of its values."""
    return tuple(value) if isinstance(value, list) else value


Where = Mapping[str, Annotated[Test | tuple[Cell, ...] | Cell, BeforeValidator(_as_test)]]
"""Conditions by column, all of which must hold."""

Listed.model_rebuild()
Test.model_rebuild()


def conditions(where: Where, table: str, ground: Ground) -> tuple[Condition, ...]:
    """The conditions of a ``where`` on stored values. Raises Misuse."""
    found: list[Condition] = []
    for name, test in where.items():
        column = ground.column(table, name)
        if isinstance(test, Test):
            found.extend(_tested(name, test, table, ground))
        else:
            cells = test if isinstance(test, tuple) else (test,)
            if not cells:
                raise Misuse(f"{name} 的取值列表是空的", f"the list of values of {name} is empty")
            found.append(OneOf(name, tuple(stored(cell, name, column) for cell in cells)))
    return tuple(found)


def own_conditions(where: Where, table: str, ground: Ground) -> tuple[Condition, ...]:
    """Conditions on a row held in memory, which knows no other table. Raises Misuse."""
    found = conditions(where, table, ground)
    if any(isinstance(condition, ListedIn) for condition in found):
        raise Misuse("这里不能用 listed、unlisted", "listed and unlisted cannot be used here")
    return found


def _tested(name: str, test: Test, table: str, ground: Ground) -> Iterator[Condition]:
    column = ground.column(table, name)
    if test.blank is not None:
        yield Blank(name, negated=not test.blank)
    if test.none_of is not None:
        values = tuple(stored(cell, name, column) for cell in test.none_of)
        yield OneOf(name, values, negated=True)
    if test.period is not None:
        _is_date(name, table, ground)
        yield Between(name, *ground.named_period(test.period))
    if test.within is not None:
        _is_date(name, table, ground)
        yield Between(name, *ground.since(test.within))
    for listed, negated in ((test.listed, False), (test.unlisted, True)):
        if listed is not None:
            yield _listed(name, listed, ground, negated=negated)
    if test.days_after is not None or test.working_days_after is not None:
        yield _days_after(name, test, table, ground)
    elif _has_limit(test):
        yield _between(name, test, column)


def _is_date(name: str, table: str, ground: Ground) -> None:
    if ground.column(table, name).type != "date":
        raise Misuse(f"{name} 不是日期列", f"{name} is no date column")


def _has_limit(test: Test) -> bool:
    return any(end is not None for end in (test.at_least, test.at_most, test.above, test.below))


def _listed(name: str, listed: Listed, ground: Ground, *, negated: bool) -> ListedIn:
    ground.column(listed.table, listed.column)
    inner = own_conditions(listed.where, listed.table, ground)
    return ListedIn(name, listed.table, listed.column, inner, negated)


def _days_after(name: str, test: Test, table: str, ground: Ground) -> Condition:
    if not _has_limit(test):
        word = "days_after" if test.days_after is not None else "working_days_after"
        raise Misuse(f"{word} 需要 at_least、at_most 等界限", f"{word} needs a limit")
    start = test.days_after if test.days_after is not None else test.working_days_after
    assert start is not None
    for date_column in (name, start):
        _is_date(date_column, table, ground)
    whole = Column(type="whole", heading=name)
    low, high = _ends(name, test, whole)
    if test.days_after is not None:
        return DaysBetween(start, name, low, high)
    return WorkingDaysBetween(start, name, low, high, ground.free_days)


def _between(name: str, test: Test, column: Column) -> Between:
    return Between(name, *_ends(name, test, column))


def _ends(name: str, test: Test, column: Column) -> tuple[int | None, int | None]:
    """The least and the greatest stored whole number that the limits admit."""
    lows = [_end(test.at_least, name, column), _beyond(test.above, name, column, 1)]
    highs = [_end(test.at_most, name, column), _beyond(test.below, name, column, -1)]
    low = max((end for end in lows if end is not None), default=None)
    high = min((end for end in highs if end is not None), default=None)
    return low, high


def _beyond(cell: Cell | None, name: str, column: Column, step: int) -> int | None:
    end = _end(cell, name, column)
    return None if end is None else end + step


def _end(cell: Cell | None, name: str, column: Column) -> int | None:
    if cell is None:
        return None
    end = stored(cell, name, column)
    if isinstance(end, str):
        raise Misuse(f"{name} 不是数或日期，不能比大小", f"{name} is neither number nor date")
    return int(end)


def stored(cell: Cell, name: str, column: Column) -> Stored:
    """A value as tables store it. Raises Misuse where the column cannot hold it."""
    match column.type:
        case "choice" if str(cell) in column.choices:
            return str(cell)
        case "id" | "text":
            return str(cell)
        case "boolean" if isinstance(cell, bool):
            return int(cell)
        case "whole" if isinstance(cell, int) and not isinstance(cell, bool):
            return cell
        case "decimal" if column.places is not None and isinstance(cell, int | Decimal):
            scaled = Fraction(cell) * 10**column.places
            if scaled.denominator == 1:
                return int(scaled.numerator)
        case "date":
            try:
                return day_number(date.fromisoformat(str(cell)))
            except ValueError:
                pass
    shown = str(cell).lower() if isinstance(cell, bool) else cell
    raise Misuse(f"列 {name} 不会有值 {shown}", f"column {name} can never hold {shown}")


def code_cell(code: str, column: Column) -> Cell:
    """A code that stands as a key, where keys are always text, as a cell of its column."""
    if column.type == "boolean" and code in ("true", "false"):
        return code == "true"
    if column.type == "whole" and re.fullmatch(r"-?[0-9]{1,18}", code):
        return int(code)
    return code
