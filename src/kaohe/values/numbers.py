"""Exact numbers, one rounding rule, typed absence, and how a number is printed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

Number = int | Fraction
"""An exact number. Nothing in the core is ever a float."""
NUMBERS = (int, Fraction)
"""The types of a number, as one asks for them fastest."""


PERCENT = 100
"""A share of one in per cent."""

PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def _plain_number(value: Any) -> Any:
    """Digits and a point; what only looks like a number (1e9, true) is none."""
    if isinstance(value, bool) or (isinstance(value, str) and not PLAIN.fullmatch(value)):
        raise PydanticCustomError("decimal_type", "a number is expected")
    return value


Exact = Annotated[Decimal, BeforeValidator(_plain_number, json_schema_input_type=float)]
"""A decimal number in a declaration, exactly as written."""


class Absence(Enum):
    """Why a value is not there. An absent value is never a zero."""

    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"
    BELOW_MIN_SAMPLE = "below_min_sample"
    SUPPRESSED = "suppressed"


Value = int | Fraction | str | Absence
"""What a node of a scheme comes to for one subject: a number, a label, or an absence."""

WEIGHTIEST_FIRST = (
    Absence.NO_DATA,
    Absence.SUPPRESSED,
    Absence.BELOW_MIN_SAMPLE,
    Absence.NOT_APPLICABLE,
)


def weightiest(absences: Iterable[Absence]) -> Absence:
    """The absence of a value that is built on several: missing data outweighs the rest."""
    found = set(absences)
    return next(absence for absence in WEIGHTIEST_FIRST if absence in found)


def round_half_even(value: Number, places: int) -> Fraction:
    """``value`` to ``places`` decimals; a half goes to the even neighbour.

    >>> round_half_even(Fraction(1, 8), 2), round_half_even(Fraction(3, 8), 2)
    (Fraction(3, 25), Fraction(19, 50))
    """
    return Fraction(round(Fraction(value) * 10**places), 10**places)


def cut_off(value: Number, places: int) -> Fraction:
    """``value`` to ``places`` decimals, the further ones left off.

    >>> cut_off(Fraction(199, 100), 1), cut_off(Fraction(-199, 100), 1)
    (Fraction(19, 10), Fraction(-19, 10))
    """
    scale: int = 10**places
    whole = abs(value.numerator) * scale // value.denominator
    return Fraction(whole if value >= 0 else -whole, scale)


def square_root(value: Number, places: int) -> Fraction:
    """The square root of a number that is not negative, to ``places`` decimals, half up.

    >>> square_root(2, 4), square_root(Fraction(9, 4), 1)
    (Fraction(7071, 5000), Fraction(3, 2))
    """
    scaled = Fraction(value) * 4 * 100**places
    return Fraction((math.isqrt(scaled.numerator // scaled.denominator) + 1) // 2, 10**places)


def round_half_up(value: Number, places: int) -> Fraction:
    """``value`` to ``places`` decimals; a half goes away from zero.

    >>> round_half_up(Fraction(1, 8), 2), round_half_up(Fraction(-1, 8), 2)
    (Fraction(13, 100), Fraction(-13, 100))
    """
    scale: int = 10**places
    top, bottom = value.numerator * scale, value.denominator
    whole = (2 * abs(top) + bottom) // (2 * bottom)
    return Fraction(whole if top >= 0 else -whole, scale)


ROUNDINGS: Mapping[str, Callable[[Number, int], Fraction]] = {
    "up": round_half_up,
    "even": round_half_even,
    "cut": cut_off,
}
"""The rules by which a value is rounded, as schemes name them."""


def fixed(value: Number, places: int) -> str:
    """``value`` printed with ``places`` decimals, rounded half-up; never ``-0.00``.

    >>> fixed(Fraction(-1, 1000), 2), fixed(7, 2), fixed(Fraction(7, 2), 0)
    ('0.00', '7.00', '4')
    """
    rounded = round_half_up(value, places)
    units = abs(rounded.numerator) * 10**places // rounded.denominator
    sign = "-" if rounded < 0 else ""
    if not places:
        return f"{sign}{units}"
    return f"{sign}{units // 10**places}.{units % 10**places:0{places}d}"


def shortest(value: Number) -> str:
    """``value`` as the shortest exact decimal, or as a fraction where no decimal is exact.

    >>> shortest(Fraction(17, 2)), shortest(20), shortest(Fraction(1, 3))
    ('8.5', '20', '1/3')
    """
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 31):
        if (value * 10**places).denominator == 1:
            return fixed(value, places)
    return f"{value.numerator}/{value.denominator}"
