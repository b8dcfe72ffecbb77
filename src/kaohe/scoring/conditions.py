"""Conditions on one row held in memory: the subject's own row, or a person's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe.values.measures import (
    Between,
    Blank,
    Condition,
    DaysBetween,
    FilledAtLeast,
    ListedIn,
    OneOf,
    Stored,
    WorkingDaysBetween,
)

Row = Mapping[str, Stored | None]


def meets(row: Row, conditions: Sequence[Condition]) -> bool:
    """Whether a row of stored values fulfils all conditions."""
    return all(_meets(row, condition) for condition in conditions)


def _meets(row: Row, condition: Condition) -> bool:
    match condition:
        case OneOf(column, values, negated):
            return (row[column] in values) != negated
        case Blank(column, negated):
            return (row[column] is None) != negated
        case Between(column, low, high):
            return _within(row[column], low, high)
        case DaysBetween(start, end, low, high):
            first, last = row[start], row[end]
            if not isinstance(first, int) or not isinstance(last, int):
                return False
            return _within(last - first, low, high)
        case FilledAtLeast(columns, least):
            return sum(row[column] is not None for column in columns) >= least
        case WorkingDaysBetween(start, end, low, high, free):
            first, last = row[start], row[end]
            if not isinstance(first, int) or not isinstance(last, int):
                return False
            return _within(last - first - sum(first < day <= last for day in free), low, high)
        case ListedIn():
            raise AssertionError("a row in memory knows no other table")


def _within(value: Stored | None, low: int | None, high: int | None) -> bool:
    if not isinstance(value, int):
        return False
    return (low is None or value >= low) and (high is None or value <= high)
