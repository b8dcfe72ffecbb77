"""Exact rounding and printing of figures: a half goes away from zero, zero has no sign."""

from fractions import Fraction

Value = Fraction | None
"""An exact figure, or None for an absent one."""


def half_up(value: Fraction) -> Fraction:
    """Round to 2 places, a half away from zero: 0.125 is 0.13 and -0.125 is -0.13."""
    hundredths_below_or_equal = (abs(value) * 100 + Fraction(1, 2)) // 1
    rounded = Fraction(hundredths_below_or_equal, 100)
    return -rounded if value < 0 else rounded


def two_places(value: Value) -> str:
    """Print an already rounded figure with 2 places; an absent one is empty."""
    if value is None:
        return ""
    hundredths = value * 100
    if hundredths.denominator != 1:
        raise ValueError(f"{value} was printed before it was rounded")
    whole, rest = divmod(abs(hundredths.numerator), 100)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{whole}.{rest:02d}"


def whole_number(value: int | None) -> str:
    """Print a count or a rank; an absent one is empty."""
    return "" if value is None else str(value)


def mean(values: list[Fraction]) -> Fraction:
    """The exact mean of at least one value."""
    return sum(values, Fraction(0)) / len(values)


def ceiling_of_percent(percent: int, count: int) -> int:
    """The least whole number that is at least so many percent of the count."""
    return -((-percent * count) // 100)
