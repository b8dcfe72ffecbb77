"""What the figures of `property-credit` are made of: rounding, means, validity, tables of text.

Rows are dictionaries of text, figures exact fractions; a figure that is not there is a `Why`.
"""

import csv
from collections import defaultdict
from datetime import date
from enum import IntEnum
from fractions import Fraction
from math import floor
from pathlib import Path


class Why(IntEnum):
    """Why a figure is not there, the weightiest first."""

    NO_DATA = 1
    SUPPRESSED = 2
    TOO_FEW = 3
    NOT_MEANT = 4


Row = dict[str, str]
Value = Fraction | str | Why

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2025, 12, 31)
# Up to 31 December 2025, counted by hand: what is a year old on that day has run out.
SINCE = {
    "6 months": date(2025, 7, 1),
    "1 year": date(2025, 1, 1),
    "2 years": date(2024, 1, 1),
    "3 years": date(2023, 1, 1),
    "5 years": date(2021, 1, 1),
}
GRADES = ["AAA", "AA", "A", "B", "C"]


def day(text: str) -> date:
    return date.fromisoformat(text)


def in_year(text: str) -> bool:
    return FIRST_DAY <= day(text) <= LAST_DAY


def lasts(text: str, how_long: str) -> bool:
    return SINCE[how_long] <= day(text) <= LAST_DAY


def half_up(value: Value, places: int = 2) -> Value:
    """A half goes away from zero; labels and what is not there stay as they are."""
    if isinstance(value, str | Why):
        return value
    units = floor(abs(value) * 10**places + Fraction(1, 2))
    return Fraction(units if value >= 0 else -units, 10**places)


def half_even(value: Value, places: int) -> Value:
    if isinstance(value, str | Why):
        return value
    below = floor(value * 10**places)
    rest = value * 10**places - below
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1)
    return Fraction(below + up, 10**places)


def why(*values: Value) -> Why | None:
    """The weightiest reason among values that are not there; None if all are."""
    found = [value for value in values if isinstance(value, Why)]
    return min(found) if found else None


def add(*values: Value) -> Value:
    return why(*values) or half_up(sum(values, Fraction(0)))


def share_of(value: Value, points: int) -> Value:
    """A mark out of 100 as so many points."""
    return value if isinstance(value, Why) else half_up(value * points / 100)


def mean(values: list[Fraction]) -> Value:
    return sum(values, Fraction(0)) / len(values) if values else Why.NO_DATA


def median(values: list[Fraction]) -> Value:
    if not values:
        return Why.NO_DATA
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def from_limits(value: Value, limits: list[tuple[int, str]], rest: str) -> Value:
    """The label of the first limit that a value reaches."""
    if isinstance(value, Why):
        return value
    return next((label for limit, label in limits if value >= limit), rest)


def capped(value: Fraction, most: int | Fraction) -> Fraction:
    return min(value, Fraction(most))


class District:
    """The facts of a district, and the questions that the policy leaves open, answered."""

    def __init__(self, folder: Path, decisions: dict[str, str]) -> None:
        self.options = decisions
        self.tables: dict[str, list[Row]] = {}
        for file in sorted(folder.glob("*.csv")):
            with file.open(encoding="utf-8-sig", newline="") as lines:
                self.tables[file.stem] = list(csv.DictReader(lines))
        self.tables["companies"].sort(key=lambda row: row["company_id"])
        self.tables["estates"].sort(key=lambda row: row["estate_id"])

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def of_company(self, table: str, company: str, column: str = "company_id") -> list[Row]:
        return [row for row in self[table] if row[column] == company]

    def of_estate(self, table: str, estate: str) -> list[Row]:
        return [row for row in self[table] if row["estate_id"] == estate]

    def own(self, table: str, company: str) -> Row:
        """The one row of an enterprise; without one all of its cells are empty."""
        rows = self.of_company(table, company)
        return rows[0] if rows else defaultdict(str)

    def stands(self, record: Row) -> bool:
        """三(三)1: a record that was revoked does not count, one that is under review does."""
        return not any(
            row["record_id"] == record["record_id"] and row["outcome"] == "revoked"
            for row in self["revoked"]
        )
