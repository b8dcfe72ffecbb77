"""Rounding, printing, and which absence outweighs which."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.values.numbers import Absence, fixed, round_half_up, shortest, weightiest


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("1/8", 2, "13/100"),
        ("-1/8", 2, "-13/100"),
        ("5/2", 0, "3"),
        ("-5/2", 0, "-3"),
        ("124/1000", 2, "12/100"),
        ("0", 2, "0"),
    ],
)
def test_a_half_goes_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert round_half_up(Fraction(value), places) == Fraction(rounded)


@given(st.fractions(), st.integers(min_value=0, max_value=6))
def test_rounding_moves_by_at_most_half_a_unit_and_is_stable(value: Fraction, places: int) -> None:
    rounded = round_half_up(value, places)
    assert abs(rounded - value) <= Fraction(1, 2 * 10**places)
    assert round_half_up(rounded, places) == rounded
    assert round_half_up(-value, places) == -rounded


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("0", 2, "0.00"), ("-1/1000", 2, "0.00"), ("-1/100", 2, "-0.01"), ("7", 0, "7")],
)
def test_fixed_prints_all_places_and_no_negative_zero(value: str, places: int, text: str) -> None:
    assert fixed(Fraction(value), places) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5))
def test_shortest_is_exact(value: object) -> None:
    assert Fraction(shortest(Fraction(str(value)))) == Fraction(str(value))


def test_shortest_of_a_third_is_a_fraction() -> None:
    assert shortest(Fraction(1, 3)) == "1/3"


def test_missing_data_outweighs_what_does_not_apply() -> None:
    assert weightiest([Absence.NOT_APPLICABLE, Absence.NO_DATA]) is Absence.NO_DATA
