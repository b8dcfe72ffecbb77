"""Dates that move along with the period, from one year's policy to the next."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from kaohe.scheme.comparing.items import equal
from kaohe.scheme.comparing.steps import Difference
from kaohe.scheme.head import Period
from kaohe.scheme.unfolding import rewritten
from kaohe.values.text import Text

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


def moved_day(day: date, years: int) -> date | None:
    """The same day of another year; the last of February stays the last of February.

    >>> moved_day(date(2024, 2, 29), 1), moved_day(date(2024, 2, 28), 1)
    (datetime.date(2025, 2, 28), datetime.date(2025, 2, 28))
    """
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        return None
    last = calendar.monthrange(year, day.month)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return day.replace(year=year, day=last if is_last else min(day.day, last))


def years_moved(old: Period | None, new: Period | None) -> int:
    """By how many whole years the period moved; 0 where it did not, or otherwise."""
    if old is None or new is None:
        return 0
    years = new.first.year - old.first.year
    ends = [(old.first, new.first), (old.last, new.last)]
    return years if all(moved_day(one, years) == other for one, other in ends) else 0


class Moving:
    """Changes that only follow the period into another year: they are counted and not told."""

    def __init__(self, old: Period | None, new: Period | None) -> None:
        self.periods = (old, new)
        self.years = years_moved(old, new)
        self.places: set[object] = set()

    def rest(self, place: object, difference: Difference) -> Difference | None:
        """What is to be told of a difference at a place; None where it only follows the period."""
        if not self.years:
            return difference
        gone, come = difference.old, difference.new
        if difference.how == "members":
            after = moved(tuple(gone), self.years)
            gone = tuple(one for one, day in zip(gone, after, strict=True) if day not in come)
            come = tuple(day for day in come if day not in after)
            if (gone or come) and gone != difference.old:
                self.places.add(place)
            if gone or come:
                return Difference(difference.steps, "members", gone, come)
        else:
            after = moved(gone, self.years)
            if difference.how != "changed" or after is gone or not equal(after, come):
                return difference
        self.places.add(place)
        return None

    def sentence(self) -> Text | None:
        """How far the period moved, and how much followed it; None where it did not."""
        old, new = self.periods
        if not self.years or old is None or new is None:
            return None
        others = len(self.places) - 1
        ago, on = ("提前", "back") if self.years < 0 else ("推后", "on")
        number = abs(self.years)
        zh = f"考核期{ago} {number} 年，由 {old.first} 至 {old.last} 改为 {new.first} 至 {new.last}"
        en = f"the period moves {on} by {number} {'year' if number == 1 else 'years'}: "
        en = f"{en}from {old.first} – {old.last} to {new.first} – {new.last}"
        if others:
            verb = "moves" if others == 1 else "move"
            zh = f"{zh}，其他 {others} 处日期随之{ago}"
            en = f"{en}; {others} other {'date' if others == 1 else 'dates'} {verb} with it"
        return Text(zh=zh, en=en)


def moved(value: Any, years: int) -> Any:
    """A value with every date moved by so many years, and the years in names of periods."""

    def change(part: Any) -> Any:
        if isinstance(part, date):
            return moved_day(part, years) or part
        if isinstance(part, str) and DAY.fullmatch(part):
            return _moved_text(part, years)
        if isinstance(part, Period) and part.label is not None:
            zh, en = (_years_in(text, years) for text in (part.label.zh, part.label.en))
            return part.model_copy(update={"label": Text(zh=zh, en=en)})
        return part

    return rewritten(value, change)


def days_moved(text: str, years: int) -> str:
    """A text with every date in it moved by so many years; what is no date stays."""
    return DAY.sub(lambda found: _moved_text(found[0], years), text)


def _moved_text(text: str, years: int) -> str:
    try:
        day = moved_day(date.fromisoformat(text), years)
    except ValueError:
        return text
    return text if day is None else day.isoformat()


def _years_in(text: str, years: int) -> str:
    return YEAR.sub(lambda found: f"{int(found[0]) + years:04d}", text)
