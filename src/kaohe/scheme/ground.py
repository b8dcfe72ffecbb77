"""What counting stands on: the declared tables, the periods, the subject, the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kaohe.scheme.durations import before
from kaohe.scheme.head import Calendar, Period, Subject, day_number
from kaohe.values.measures import Between, Condition, OneOf
from kaohe.values.tables import EPOCH, Column, Table

CALENDAR_REACH = "1 year"
"""How long before and after the period working days are known."""


class Misuse(ValueError):
    """A scheme names a table, column, value or period that is not there, or of a wrong type."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def one_of(words: Iterable[str], given: Sequence[str]) -> tuple[str, str]:
    """That exactly one of several words is to be written, in both languages."""
    every = list(words)
    zh = f"应写 {'、'.join(every)} 中的一个，写了 {'、'.join(given) or '零个'}"
    return zh, f"exactly one of {', '.join(every)} is needed, not {', '.join(given) or 'none'}"


@dataclass(frozen=True)
class Ground:
    """What tallies stand on: the declared tables, the periods, the subject, the calendar."""

    tables: Mapping[str, Table]
    period: Period | None
    periods: Mapping[str, tuple[Period, ...]]
    subject: Subject
    calendar: Calendar = Calendar()

    def table(self, name: str) -> Table:
        """A declared table. Raises Misuse."""
        if name not in self.tables:
            raise Misuse(f"没有声明事实表 {name}", f"no table {name} is declared")
        return self.tables[name]

    def column(self, table: str, name: str) -> Column:
        """A declared column. Raises Misuse."""
        columns = self.table(table).columns
        if name not in columns:
            raise Misuse(f"事实表 {table} 没有列 {name}", f"table {table} has no column {name}")
        return columns[name]

    def subject_column(self, table: str, named: str | None = None) -> str:
        """The column by which rows of ``table`` belong to subjects. Raises Misuse.

        The first that refers to the subject, or the one that is ``named``.
        """
        wanted = f"{self.subject.table}.{self.subject.id}"
        if named is not None:
            own = table == self.subject.table and named == self.subject.id
            if not own and self.column(table, named).refers_to != wanted:
                raise Misuse(
                    f"事实表 {table} 的列 {named} 没有引用 {wanted}",
                    f"column {named} of {table} does not refer to {wanted}",
                )
            return named
        if table == self.subject.table:
            return self.subject.id
        for name, column in self.table(table).columns.items():
            if column.refers_to == wanted:
                return name
        raise Misuse(f"事实表 {table} 没有引用 {wanted} 的列", f"no column of {table} is {wanted}")

    def named_period(self, name: str) -> tuple[int, int]:
        """Days of ``FAMILY.NUMBER``, counted from 1. Raises Misuse."""
        family, number = self._family(name)
        return self.periods[family][number - 1].days

    def _family(self, name: str) -> tuple[str, int]:
        family, _, written = name.rpartition(".")
        number = int(written) if written.isascii() and written.isdigit() else 0
        if not 1 <= number <= len(self.periods.get(family, ())):
            raise Misuse(f"没有名为 {name} 的时段", f"there is no period {name}")
        return family, number

    def in_period(self, table: str, during: str | None = None) -> tuple[Condition, ...]:
        """The condition that leaves out rows outside the scheme's period, or a named one.

        Raises Misuse where a row's period cannot be told.
        """
        declared = self.table(table)
        dated = declared.in_period
        whole: tuple[Condition, ...] = ()
        if dated is not None and self.period is not None:
            whole = (Between(dated, *self.period.days),)
        if during is None:
            return whole
        family, number = self._family(during)
        if family in declared.numbered_by:
            return (*whole, OneOf(declared.numbered_by[family], (number,)))
        if dated is None:
            raise Misuse(
                f"事实表 {table} 没有说明各行属于哪个时段：请声明 in_period 或 numbered_by",
                f"table {table} does not say when a row is: declare in_period or numbered_by",
            )
        return (*whole, Between(dated, *self.named_period(during)))

    def last_day(self, during: str | None = None) -> date:
        """The last day of the period, or of a named one. Raises Misuse where there is none."""
        if during is not None:
            family, number = self._family(during)
            return self.periods[family][number - 1].last
        if self.period is None:
            raise Misuse("方案没有 period，不知道算到哪一天", "without a period no day is the last")
        return self.period.last

    def since(self, duration: str, during: str | None = None) -> tuple[int, int]:
        """The days within a duration up to the end of the period. Raises Misuse."""
        last = self.last_day(during)
        return day_number(before(last, duration)) + 1, day_number(last)

    @cached_property
    def free_days(self) -> tuple[int, ...]:
        """Days that are no working days, around the period. Raises Misuse without a period."""
        if self.period is None:
            raise Misuse("计算工作日需要 period", "working days need a period")
        first = day_number(before(self.period.first, CALENDAR_REACH))
        last = 2 * day_number(self.period.last) - day_number(
            before(self.period.last, CALENDAR_REACH)
        )
        holidays = {day_number(day) for day in self.calendar.holidays}
        workdays = {day_number(day) for day in self.calendar.workdays}
        return tuple(
            day
            for day in range(first, last + 1)
            if day in holidays or (_is_weekend(day) and day not in workdays)
        )


def _is_weekend(day: int) -> bool:
    return (day + EPOCH) % 7 in (6, 0)
