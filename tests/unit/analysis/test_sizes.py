"""Sample sizes against published tables and worked examples, and laws that hold for all."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import ceil
from statistics import mean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.analysis.sizes import (
    WORST_DEVIATION,
    margin_of,
    normal_value,
    size_for,
    whole_size,
)
from kaohe.values.numbers import round_half_up, square_root

KREJCIE_AND_MORGAN = {
    **{10: 10, 15: 14, 20: 19, 25: 24, 30: 28, 35: 32, 40: 36, 45: 40, 50: 44, 55: 48, 60: 52},
    **{65: 56, 70: 59, 75: 63, 80: 66, 85: 70, 90: 73, 95: 76, 100: 80, 110: 86, 120: 92},
    **{130: 97, 140: 103, 150: 108, 160: 113, 170: 118, 180: 123, 190: 127, 200: 132, 210: 136},
    **{
        220: 140,
        230: 144,
        240: 148,
        250: 152,
        260: 155,
        270: 159,
        280: 162,
        290: 165,
        300: 169,
        320: 175,
        340: 181,
    },
    **{360: 186, 380: 191, 400: 196, 420: 201, 440: 205, 460: 210, 480: 214, 500: 217, 550: 226},
    **{600: 234, 650: 242, 700: 248, 750: 254, 800: 260, 850: 265, 900: 269, 950: 274},
    **{1000: 278, 1100: 285, 1200: 291, 1300: 297, 1400: 302, 1500: 306, 1600: 310, 1700: 313},
    **{1800: 317, 1900: 320, 2000: 322, 2200: 327, 2400: 331, 2600: 335, 2800: 338, 3000: 341},
    **{3500: 346, 4000: 351, 4500: 354, 5000: 357, 6000: 361, 7000: 364, 8000: 367, 9000: 368},
    **{10000: 370, 15000: 375, 20000: 377, 30000: 379, 40000: 380, 50000: 381, 75000: 382},
    1000000: 384,
}
"""Determining Sample Size for Research Activities, 1970: chi-square 3.841, p = 0.5, d = 0.05.

The table rounds to the nearest whole number, where a size rounds up to be sure.
"""


@pytest.mark.parametrize(("population", "size"), KREJCIE_AND_MORGAN.items())
def test_the_table_of_krejcie_and_morgan_comes_out(population: int, size: int) -> None:
    # The table takes 3.841 for the square of the normal value; its root has ten places here.
    normal = square_root(Fraction("3.841"), 10)
    assert round_half_up(size_for(population, WORST_DEVIATION, 5, normal), 0) == size


def test_cochrans_examples_come_out() -> None:
    """Sampling Techniques, 1977, sections 4.4 and 4.6: blood groups, and seedlings of a bed."""
    assert round_half_up(size_for(10**12, 50, 5, 2), 0) == 400
    assert whole_size(3200, 50, 5, 2) == 356
    # His variance divides by N - 1: S² = 85.6 in a bed of 430 feet, mean 19, within a tenth.
    deviation = square_root(Fraction("85.6") * Fraction(429, 430), 9)
    assert whole_size(430, deviation, Fraction("1.9"), 2) == 78


def test_normal_values_are_those_of_the_tables() -> None:
    wanted = {"0.9": "1.6449", "0.95": "1.96", "0.99": "2.5758"}
    assert {c: normal_value(Fraction(c)) for c in wanted} == {
        c: Fraction(z) for c, z in wanted.items()
    }


@given(st.integers(2, 5000), st.integers(1, 50), st.integers(1, 30))
def test_a_size_keeps_to_the_margin_and_one_fewer_does_not(
    population: int, deviation: int, margin: int
) -> None:
    normal = Fraction("1.96")
    size = whole_size(population, deviation, margin, normal)
    assert 1 <= size <= population
    # The root has six places, so the margin may differ in the fourth.
    slack = Fraction(1, 1000)
    assert margin_of(population, size, deviation, normal) <= margin + slack
    if size > 1:
        assert margin_of(population, size - 1, deviation, normal) >= margin - slack


def test_the_margin_is_that_of_all_samples_there_are() -> None:
    """Every sample of three out of seven: their means vary by just as much as is said."""
    scores = [10, 35, 60, 60, 85, 90, 100]
    means = [mean(map(Fraction, sample)) for sample in combinations(scores, 3)]
    spread = pvariance(means)
    deviation = square_root(pvariance(map(Fraction, scores)), 12)
    # Two roots of stated places lie between the two ways of working it out.
    assert abs(margin_of(7, 3, deviation, 1) - square_root(spread, 12)) < Fraction(1, 10**4)


def test_nobody_is_asked_twice_and_asking_all_leaves_no_margin() -> None:
    assert whole_size(8, 50, 1, 2) == 8
    assert margin_of(8, 8, 50, 2) == 0
    assert whole_size(1, 50, 1, 2) == 1
    assert (whole_size(0, 50, 1, 2), margin_of(0, 0, 50, 2)) == (0, 0)
    assert whole_size(500, 0, 1, 2) == 1
    assert ceil(size_for(500, 0, 1, 2)) == 0
