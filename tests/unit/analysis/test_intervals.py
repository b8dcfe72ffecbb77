"""Intervals and standard errors equal those that textbooks publish."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.analysis.intervals import Sampled, drawn_share, mean_of, ratio_of, two_sided, wilson

SHEETS = {
    **{42: 23, 41: 4, 36: 1, 32: 1, 29: 1, 27: 2, 23: 1, 19: 1, 16: 2, 15: 2},
    **{14: 1, 11: 1, 10: 1, 9: 1, 7: 1, 6: 3, 5: 2, 4: 1, 3: 1},
}
"""Cochran (1977), section 2.8: signatures on 50 of 676 sheets of a petition, how many with each."""

STRATA = ((15, (2.8, 4.1, 6.8, 6.8, 9.2)), (12, (3.7, 6.6, 4.2)))
"""The data ``fpc`` of R's package survey: the size of each stratum, and what was sampled of it."""


def test_quantiles_are_those_of_the_tables() -> None:
    assert two_sided(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert two_sided(0.80) == pytest.approx(1.281552, abs=1e-6)


@pytest.mark.parametrize(
    ("met", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_the_table_of_newcombe(
    met: int, trials: int, low: float, high: float
) -> None:
    """Newcombe (1998), table I, method 3."""
    found = wilson(met, trials, 0.95)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    turned = wilson(trials - met, trials, 0.95)
    assert (turned.low, turned.high) == pytest.approx((1 - found.high, 1 - found.low))


def test_none_found_among_ten_households_may_be_more_than_a_quarter() -> None:
    assert round(wilson(0, 10, 0.95).high, 2) == 0.28


def test_a_rate_without_cases_may_be_anything() -> None:
    assert (wilson(0, 0, 0.95).low, wilson(0, 0, 0.95).high) == (0, 1)


@given(st.integers(1, 200), st.data())
def test_wilson_solves_the_equation_that_defines_it(trials: int, data: st.DataObject) -> None:
    """At its ends the observed rate is just so many standard errors of the end away."""
    met = data.draw(st.integers(0, trials))
    found = wilson(met, trials, 0.9)
    for end in {found.low, found.high} - {0.0, 1.0}:
        away = abs(met / trials - end) / (end * (1 - end) / trials) ** 0.5
        assert away == pytest.approx(two_sided(0.9), rel=1e-6)
    assert 0 <= found.low <= met / trials <= found.high <= 1


def test_the_total_of_a_petition_is_that_of_cochran() -> None:
    """Estimated total 19,888; with 80 per cent between 18,107 and 21,669 signatures."""
    signatures = np.array([one for one, sheets in SHEETS.items() for _ in range(sheets)], float)
    found = mean_of(signatures, 676)
    assert found is not None
    margin = found.margin(0.80)
    assert margin is not None
    assert round(676 * found.value) == 19_888
    # The book rounds s to 15.13 and the quantile to 1.28, which is two signatures.
    assert 676 * (found.value - margin) == pytest.approx(18_107, abs=4)
    assert 676 * (found.value + margin) == pytest.approx(21_669, abs=4)


@pytest.mark.parametrize(("corrected", "error"), [(True, 0.6160), (False, 0.7413)])
def test_a_stratified_mean_is_that_of_the_survey_package(corrected: bool, error: float) -> None:
    """``svymean(~x, design)``: 5.4481, SE 0.616 with the correction and 0.7413 without it."""
    whole = sum(size for size, _ in STRATA)
    value, variance = 0.0, 0.0
    for size, values in STRATA:
        found = mean_of(np.array(values), size if corrected else None)
        assert found is not None
        assert found.error is not None
        value += size / whole * found.value
        variance += (size / whole * found.error) ** 2
    assert round(value, 4) == 5.4481
    assert round(variance**0.5, 4) == pytest.approx(error, abs=1e-9)


def test_a_ratio_of_two_samples_is_worked_out_by_hand() -> None:
    """Points 9, 4 of 1, 1 answers and 6 of 2 and 0 of 0: 19 ÷ 4 = 4.75.

    Residuals 4.25, -0.75 (variance 12.5) among 4, and -3.5, 0 (6.125) among very many:
    √(½ × 2 × 12.5 + 2 × 6.125) ÷ 4.
    """
    first = Sampled(np.array([9.0, 4.0]), np.array([1.0, 1.0]), drawn_share(2, 4))
    second = Sampled(np.array([6.0, 0.0]), np.array([2.0, 0.0]), drawn_share(2, None))
    found = ratio_of([first, second])
    assert found is not None
    assert found.value == 4.75
    assert found.error == pytest.approx((12.5 + 12.25) ** 0.5 / 4)


def test_what_cannot_be_told_is_not_told() -> None:
    assert mean_of(np.array([]), 10) is None
    one = mean_of(np.array([7.0]), 10)
    assert one is not None
    assert (one.value, one.error, one.margin(0.95)) == (7, None, None)


def test_a_population_asked_as_a_whole_has_no_sampling_error() -> None:
    for population in (3, 2, 0):
        found = mean_of(np.array([7.0, 8.0, 3.0]), population)
        assert found is not None
        assert found.error == 0
