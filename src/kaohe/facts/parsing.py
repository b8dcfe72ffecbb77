"""What a text in a cell means: the rules of values, each written once.

A reader gives every distinct text of a column to that column's parser, never row by row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from kaohe.values.measures import Stored
from kaohe.values.tables import Bound, Column

MOST_DIGITS = 18
"""A number is stored as a multiple of its last place, in 64 bits."""

EPOCH = date(1970, 1, 1)

_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_TRUE, _FALSE = frozenset({"true", "1", "是"}), frozenset({"false", "0", "否"})


class Wrong(Enum):
    """Why a text is no value of its column."""

    VALUE = 1
    DIGITS = 2


Parser = Callable[[str], Stored | Wrong | None]
"""Gives None for a word that means an empty cell."""


def parser_of(column: Column) -> Parser:
    """The rule by which a trimmed, not empty text becomes a stored value of the column."""
    if column.type == "whole" or column.type == "decimal":
        return _number_parser(column)
    if column.type == "choice":
        return _choice_parser(column.choices)
    if column.type == "date":
        return _day
    if column.type == "boolean":
        return _truth_parser(column.choices)
    return _as_it_stands


def most_digits(column: Column) -> int:
    """How many digits a number of this column may have before the point."""
    return MOST_DIGITS - (column.places or 0)


def stored_number(column: Column, stored: Stored) -> Fraction:
    """The number that a stored value of a number column means."""
    places = column.places if column.type == "decimal" else None
    scale: int = 10 ** (places or 0)
    return Fraction(stored) / scale


def _as_it_stands(text: str) -> Stored:
    return text


def _truth_parser(words: Mapping[str, str]) -> Parser:
    """Yes, no, and words that somebody said mean them: pairs of code and word."""
    said = {unicodedata.normalize("NFKC", word): code for code, word in words.items()}
    if not said:
        return _truth

    def parse(text: str) -> Stored | Wrong | None:
        code = said.get(unicodedata.normalize("NFKC", text), text)
        return _truth(code) if code else None

    return parse


def _truth(text: str) -> Stored | Wrong:
    # Only ASCII letters have two cases here: no other letter folds to those of true and false.
    lowered = text.lower()
    if lowered in _TRUE:
        return 1
    return 0 if lowered in _FALSE else Wrong.VALUE


def _day(text: str) -> Stored | Wrong:
    match = _DATE.fullmatch(text)
    if match is None:
        return Wrong.VALUE
    try:
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return Wrong.VALUE
    return day.toordinal() - EPOCH.toordinal()


def _choice_parser(choices: Mapping[str, str]) -> Parser:
    """Codes and labels, compared as they look: full-width and half-width forms are the same."""
    meant: dict[str, str] = {}
    for code in choices:
        meant.setdefault(unicodedata.normalize("NFKC", code), code)
    for code, label in choices.items():
        meant.setdefault(unicodedata.normalize("NFKC", label), code)

    def parse(text: str) -> Stored | Wrong | None:
        return meant.get(unicodedata.normalize("NFKC", text), Wrong.VALUE) or None

    return parse


def _number_parser(column: Column) -> Parser:
    places = 0 if column.type == "whole" else column.places
    digits = most_digits(column)

    def parse(text: str) -> Stored | Wrong:
        match = _NUMBER.fullmatch(text)
        if match is None:
            return Wrong.VALUE
        whole, decimals = match[2].lstrip("0"), (match[3] or "").rstrip("0")
        sign = match[1] if whole or decimals else ""
        if places is not None and len(decimals) > places:
            return Wrong.VALUE
        if not _within(column, Decimal(f"{sign}{whole or '0'}.{decimals or '0'}")):
            return Wrong.VALUE
        if len(whole) > digits:
            return Wrong.DIGITS
        if places is None:
            return f"{sign}{whole or '0'}{'.' if decimals else ''}{decimals}"
        return int(f"{sign}{whole or '0'}{decimals.ljust(places, '0')}")

    return parse


def _within(column: Column, value: Decimal) -> bool:
    """Whether a number keeps the limits that are the same in every row."""
    low, high = column.minimum, column.maximum
    if low is not None and not isinstance(low, Bound) and value < low:
        return False
    if high is not None and not isinstance(high, Bound) and value > high:
        return False
    return column.above is None or value > column.above


def decimal_text(number: float | Decimal) -> str:
    """The shortest decimal text of a number: ``12.0`` is ``12``, ``1e-07`` is ``0.0000001``."""
    text = repr(number) if isinstance(number, float) else str(number)
    if "e" in text or "E" in text:
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
