"""Days as letters have them."""

from __future__ import annotations

from datetime import date as Day

from kaohe.values.text import Language

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def written(day: Day, language: Language) -> str:
    """A day in words.

    >>> written(Day(2024, 11, 5), "zh"), written(Day(2024, 11, 5), "en")
    ('2024年11月5日', '5 November 2024')
    """
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
