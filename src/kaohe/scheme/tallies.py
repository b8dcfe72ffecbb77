"""What a scheme counts, in its own words, and how that becomes a measure for an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from kaohe.scheme.head import Period, Subject, day_number
from kaohe.values.measures import (
    AnyMeasure,
    Between,
    Blank,
    Condition,
    DaysBetween,
    Measure,
    OneOf,
    PeriodsMet,
    Stored,
    Take,
)
from kaohe.values.tables import Column, Table
from kaohe.values.text import Frozen, Label

Cell = str | int | bool | Decimal


class Test(Frozen):
    """A condition on one column, where neither a value nor a list of values says it."""

    blank: bool | None = None
    none_of: tuple[Cell, ...] | None = None
    at_least: Cell | None = None
    at_most: Cell | None = None
    period: str | None = None
    days_after: str | None = None


def _as_test(value: Any) -> Any:
    """A value stands for itself, a list for one of its values."""
    return tuple(value) if isinstance(value, list) else value


Where = Mapping[str, Annotated[Test | tuple[Cell, ...] | Cell, BeforeValidator(_as_test)]]
"""Conditions by column, all of which must hold."""


class PeriodsMetWords(Frozen):
    """For each row of ``base``: periods with a matching row of ``table``, at most ``cap``."""

    base: str
    where: Where = {}
    cap: str
    table: str
    match: tuple[str, ...]
    date: str
    periods: str


class Tally(Frozen):
    """Something counted, added up or looked up for each subject.

    Exactly one of: ``count: TABLE`` rows; ``sum: TABLE.COLUMN`` (or a list) cells added;
    ``filled: TABLE.COLUMN`` cells that are not empty; ``greatest: TABLE.COLUMN``;
    ``distinct: TABLE.COLUMN`` different values; ``attribute: TABLE.COLUMN`` the cell of the
    subject's own row; ``periods_met``.
    """

    label: Label | None = None
    count: str | None = None
    sum: tuple[str, ...] | str | None = None
    filled: tuple[str, ...] | str | None = None
    greatest: str | None = None
    distinct: tuple[str, ...] | str | None = None
    attribute: str | None = None
    periods_met: PeriodsMetWords | None = None
    where: Where = {}

    @model_validator(mode="after")
    def _exactly_one(self) -> Tally:
        given = [name for name in TAKES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(TAKES)} is needed, not {given or 'none'}")
        return self

    @property
    def taken(self) -> str:
        """Which of the words is used."""
        return next(name for name in TAKES if getattr(self, name) is not None)


TAKES = ("count", "sum", "filled", "greatest", "distinct", "attribute", "periods_met")


class Misuse(ValueError):
    """A scheme names a table, column, value or period that is not there, or of a wrong type."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Ground:
    """What tallies stand on: the declared tables, the periods and the subject."""

    tables: Mapping[str, Table]
    period: Period | None
    periods: Mapping[str, tuple[Period, ...]]
    subject: Subject

    def table(self, name: str) -> Table:
        if name not in self.tables:
            raise Misuse(f"没有声明事实表 {name}", f"no table {name} is declared")
        return self.tables[name]

    def column(self, table: str, name: str) -> Column:
        columns = self.table(table).columns
        if name not in columns:
            raise Misuse(f"事实表 {table} 没有列 {name}", f"table {table} has no column {name}")
        return columns[name]

    def subject_column(self, table: str) -> str:
        """The column by which rows of ``table`` belong to subjects."""
        if table == self.subject.table:
            return self.subject.id
        wanted = f"{self.subject.table}.{self.subject.id}"
        for name, column in self.table(table).columns.items():
            if column.refers_to == wanted:
                return name
        raise Misuse(f"事实表 {table} 没有引用 {wanted} 的列", f"no column of {table} is {wanted}")

    def named_period(self, name: str) -> tuple[int, int]:
        """Days of ``FAMILY.NUMBER``, counted from 1."""
        family, _, number = name.rpartition(".")
        members = self.periods.get(family, ())
        if not number.isdigit() or not 1 <= int(number) <= len(members):
            raise Misuse(f"没有名为 {name} 的时段", f"there is no period {name}")
        return members[int(number) - 1].days

    def in_period(self, table: str) -> tuple[Condition, ...]:
        """The condition that leaves out rows outside the scheme's period."""
        column = self.table(table).in_period
        if column is None or self.period is None:
            return ()
        return (Between(column, *self.period.days),)


def measure_of(tally: Tally, ground: Ground) -> AnyMeasure:
    """The measure that an engine computes for a tally (``attribute`` has none). Raises Misuse."""
    if tally.periods_met is not None:
        return _periods_met(tally.periods_met, ground)
    table, columns = target(tally)
    ground.table(table)
    for column in columns:
        ground.column(table, column)
    where = (*ground.in_period(table), *conditions(tally.where, table, ground))
    take = {"count": Take.ROWS}.get(tally.taken) or Take(tally.taken)
    scale = 1
    if take in (Take.SUM, Take.GREATEST):
        scales = {scale_of(table, name, ground) for name in columns}
        if len(scales) != 1:
            raise Misuse("相加的各列小数位数应相同", "columns added must have the same places")
        scale = scales.pop()
    return Measure(table, ground.subject_column(table), take, columns, where, scale)


def target(tally: Tally) -> tuple[str, tuple[str, ...]]:
    """The table and the columns that a tally names."""
    named = getattr(tally, tally.taken)
    if tally.taken == "count":
        return named, ()
    references = (named,) if isinstance(named, str) else tuple(named)
    parts = [reference.partition(".") for reference in references]
    tables = {table for table, _, _ in parts}
    if len(tables) != 1 or not all(column for _, _, column in parts):
        raise Misuse("应写成“表.列”，且各列同属一张表", "write TABLE.COLUMN, all of one table")
    return tables.pop(), tuple(column for _, _, column in parts)


def scale_of(table: str, name: str, ground: Ground) -> int:
    """How many stored units make one of a column that can be added. Raises Misuse."""
    column = ground.column(table, name)
    if column.type in ("whole", "boolean"):
        return 1
    if column.type == "decimal" and column.places is not None:
        return int(10**column.places)
    raise Misuse(
        f"{table}.{name} 不能相加：应为整数，或声明了小数位数（places）的数",
        f"{table}.{name} cannot be added: it must be whole, or a decimal with declared places",
    )


def _periods_met(words: PeriodsMetWords, ground: Ground) -> PeriodsMet:
    ground.column(words.base, words.cap)
    ground.column(words.table, words.date)
    for column in words.match:
        ground.column(words.base, column)
        ground.column(words.table, column)
    if words.periods not in ground.periods:
        raise Misuse(f"没有名为 {words.periods} 的时段", f"there are no periods {words.periods}")
    return PeriodsMet(
        base=words.base,
        subject=ground.subject_column(words.base),
        where=conditions(words.where, words.base, ground),
        cap=words.cap,
        table=words.table,
        match=words.match,
        date=words.date,
        periods=tuple(period.days for period in ground.periods[words.periods]),
    )


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


def _tested(name: str, test: Test, table: str, ground: Ground) -> Iterator[Condition]:
    column = ground.column(table, name)
    if test.blank is not None:
        yield Blank(name, negated=not test.blank)
    if test.none_of is not None:
        values = tuple(stored(cell, name, column) for cell in test.none_of)
        yield OneOf(name, values, negated=True)
    if test.period is not None:
        if column.type != "date":
            raise Misuse(f"{name} 不是日期列，不能用 period", f"{name} is no date column")
        yield Between(name, *ground.named_period(test.period))
    if test.days_after is not None:
        if test.at_least is None and test.at_most is None:
            raise Misuse("days_after 需要 at_least 或 at_most", "days_after needs a limit")
        for date_column in (name, test.days_after):
            if ground.column(table, date_column).type != "date":
                raise Misuse(f"{date_column} 不是日期列", f"{date_column} is no date column")
        low, high = (_days(cell, name) for cell in (test.at_least, test.at_most))
        yield DaysBetween(test.days_after, name, low, high)
        return
    if test.at_least is None and test.at_most is None:
        return
    ends = [
        None if cell is None else stored(cell, name, column)
        for cell in (test.at_least, test.at_most)
    ]
    if any(isinstance(end, str) for end in ends):
        raise Misuse(f"{name} 不是数或日期，不能比大小", f"{name} is neither number nor date")
    low, high = (None if end is None else int(end) for end in ends)
    yield Between(name, low, high)


def _days(cell: Cell | None, name: str) -> int | None:
    if cell is None or (isinstance(cell, int) and not isinstance(cell, bool)):
        return cell
    raise Misuse(f"{name} 的天数应为整数", f"the days of {name} must be whole")


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
