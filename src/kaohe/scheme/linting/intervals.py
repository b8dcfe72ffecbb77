"""Arithmetic with bounds: between which numbers a result lies, given those of its parts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

End = Fraction | None
Bounds = tuple[End, End]
"""The least and the greatest that a value can be; None where that is not known."""

OPEN: Bounds = (None, None)
NATURAL: Bounds = (Fraction(0), None)


def hull(every: Iterable[Bounds]) -> Bounds:
    """The bounds of a value that is one of several."""
    listed = list(every)
    if not listed:
        return OPEN
    lows, highs = [one[0] for one in listed], [one[1] for one in listed]
    low = None if None in lows else min(end for end in lows if end is not None)
    high = None if None in highs else max(end for end in highs if end is not None)
    return low, high


def exactly(number: Decimal | Fraction | int) -> Bounds:
    """The bounds of a known number."""
    return Fraction(number), Fraction(number)


def plus(one: Bounds, other: Bounds) -> Bounds:
    """The bounds of a sum."""
    low = None if one[0] is None or other[0] is None else one[0] + other[0]
    high = None if one[1] is None or other[1] is None else one[1] + other[1]
    return low, high


def times(one: Bounds, other: Bounds) -> Bounds:
    """The bounds of a product; open where a side is, unless both lie on one side of 0."""
    if None not in one and None not in other:
        ends = [a * b for a in one for b in other if a is not None and b is not None]
        return min(ends), max(ends)
    if is_natural(one) and is_natural(other):
        low = one[0] * other[0] if one[0] is not None and other[0] is not None else None
        return low, None
    for single, rest in ((one, other), (other, one)):
        if single[0] is not None and single[0] == single[1]:
            return scaled(rest, single[0])
    return OPEN


def is_natural(one: Bounds) -> bool:
    """Whether a value is never below 0."""
    return one[0] is not None and one[0] >= 0


def scaled(one: Bounds, factor: Fraction) -> Bounds:
    """The bounds of a multiple."""
    low, high = (None if end is None else end * factor for end in one)
    if not factor:
        return exactly(0)
    return (low, high) if factor > 0 else (high, low)


def operated(sign: str, one: Bounds, other: Bounds) -> Bounds:
    """The bounds of ``one`` + − × ÷ ``other``."""
    match sign:
        case "+":
            return plus(one, other)
        case "-":
            return plus(one, scaled(other, Fraction(-1)))
        case "*":
            return times(one, other)
    low, high = other
    if low is not None and low == high and low:
        return scaled(one, 1 / low)
    if is_natural(one) and is_natural(other):
        most = one[1] / low if one[1] is not None and low else None
        return Fraction(0), most
    return OPEN


def called(function: str, given: list[Bounds]) -> Bounds:
    """The bounds of a function of a formula."""
    lows, highs = [one[0] for one in given], [one[1] for one in given]
    known_lows = [end for end in lows if end is not None]
    known_highs = [end for end in highs if end is not None]
    low, high = given[0]
    match function:
        case "min":
            most = min(known_highs) if known_highs else None
            return (min(known_lows) if None not in lows else None), most
        case "max":
            least = max(known_lows) if known_lows else None
            return least, (max(known_highs) if None not in highs else None)
        case "ceil" | "floor":
            rounded = math.ceil if function == "ceil" else math.floor
            return (
                None if low is None else Fraction(rounded(low)),
                None if high is None else Fraction(rounded(high)),
            )
        case "abs":
            if low is not None and high is not None:
                return Fraction(0), max(abs(low), abs(high))
            return NATURAL
    return NATURAL
