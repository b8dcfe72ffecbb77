"""What an engine is asked for: whole numbers per subject, and nothing else.

A scheme says what it counts in its own words; compiled against the declared tables that becomes a
``Measure``: which rows, and what is taken of them. Engines compute measures; scoring reads them.
Stored values are whole numbers or text: a boolean is 0 or 1, a date the number of days since
1970-01-01, a decimal with declared places its multiple (8.5 at one place is 85).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Stored = int | str


@dataclass(frozen=True)
class OneOf:
    """The column holds one of the values (or, negated, none of them; blank is none of them)."""

    column: str
    values: tuple[Stored, ...]
    negated: bool = False


@dataclass(frozen=True)
class Blank:
    """The column is empty (or, negated, filled)."""

    column: str
    negated: bool = False


@dataclass(frozen=True)
class Between:
    """The column lies between two whole numbers, both included; None is open."""

    column: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class DaysBetween:
    """The days from one date column to another lie between two whole numbers, both included."""

    start: str
    end: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class FilledAtLeast:
    """At least ``least`` of the columns are filled."""

    columns: tuple[str, ...]
    least: int


@dataclass(frozen=True)
class WorkingDaysBetween:
    """The working days from one date column to another lie between two whole numbers, included.

    Those after the first date up to the second, without the ``free`` days.
    """

    start: str
    end: str
    low: int | None
    high: int | None
    free: tuple[int, ...]


@dataclass(frozen=True)
class ListedIn:
    """The column holds a value that a column of another table holds (or, negated, does not).

    Of that table only rows count in which ``where`` holds; an empty cell is listed nowhere.
    """

    column: str
    table: str
    listed: str
    where: tuple[Condition, ...] = ()
    negated: bool = False


Condition = OneOf | Blank | Between | DaysBetween | WorkingDaysBetween | FilledAtLeast | ListedIn


class Take(Enum):
    """What is taken of the rows that a measure selects."""

    ROWS = "rows"
    SUM = "sum"
    FILLED = "filled"
    GREATEST = "greatest"
    DISTINCT = "distinct"


@dataclass(frozen=True)
class Measure:
    """Rows of ``table`` where all of ``where`` hold, per value of the column ``subject``.

    ROWS counts them; SUM adds the cells of ``columns``; FILLED counts their filled cells; GREATEST
    is the largest cell; DISTINCT counts distinct tuples of ``columns`` without an empty one.
    The whole number that an engine returns is ``scale`` times the amount meant.
    """

    table: str
    subject: str
    take: Take
    columns: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    scale: int = 1


@dataclass(frozen=True)
class PeriodsMet:
    """Over rows of ``base``: the lesser of ``cap`` and the number of periods with a matching row.

    A row of ``table`` matches on the columns ``match`` and falls into one of ``periods`` (pairs of
    day numbers, both included) by its date column ``date``.
    """

    base: str
    subject: str
    where: tuple[Condition, ...]
    cap: str
    table: str
    match: tuple[str, ...]
    date: str
    periods: tuple[tuple[int, int], ...]
    scale: int = 1


@dataclass(frozen=True)
class Grouping:
    """Rows of ``table`` where all of ``where`` hold, counted for each tuple of ``columns``.

    An engine returns, per value of the column ``subject``, the tuples of stored cells with the
    number of rows of each. ``scale`` belongs to the first column.
    """

    table: str
    subject: str
    columns: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    scale: int = 1


Group = tuple[tuple[Stored | None, ...], int]
"""The cells that rows have in common, and how many rows there are."""

AnyMeasure = Measure | PeriodsMet
