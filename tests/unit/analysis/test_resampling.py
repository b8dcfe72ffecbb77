"""Replicates have the variance that sampling theory gives, and nothing is lost in them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.analysis.intervals import drawn_share
from kaohe.analysis.randomness import Stream
from kaohe.analysis.resampling import deals, resampled_sums

SIZES = st.integers(1, 60)


@given(SIZES, st.none() | st.integers(0, 200))
def test_deals_have_exactly_the_variance_of_a_simple_random_sample(
    size: int, population: int | None
) -> None:
    """Σ(w - 1)² is n (1 - n/N) on average, and the weights always add up to n."""
    dealt = deals(size, drawn_share(size, population))
    left = 1 if population is None else max(0, 1 - Fraction(size, max(population, 1)))
    wanted = size * left if size > 1 else 0
    assert sum(deal.share for deal in dealt) == 1
    assert sum(d.share * (d.nought + d.twice + 4 * d.thrice) for d in dealt) == wanted
    for deal in dealt:
        assert deal.twice + 2 * deal.thrice == deal.nought
        assert 0 <= deal.twice + deal.nought + deal.thrice <= size


@given(SIZES, st.none() | st.integers(1, 200), st.integers(0, 2**32))
def test_replicates_keep_the_number_of_members_and_whole_ballots(
    size: int, population: int | None, seed: int
) -> None:
    members = np.column_stack([np.ones(size), np.arange(size), 3 * np.arange(size)])
    sums = resampled_sums(members.astype(np.int64), drawn_share(size, population), 20, Stream(seed))
    assert (sums[:, 0] == size).all()
    # A member's figures stay together: what is three times the other in each is so in the sum.
    assert (sums[:, 2] == 3 * sums[:, 1]).all()


@pytest.mark.parametrize(
    ("size", "population"), [(2, 7), (9, None), (9, 10), (60, 1200), (61, 150), (400, 1000)]
)
def test_replicates_vary_as_the_closed_form_says(size: int, population: int | None) -> None:
    """Within four standard errors of a simulated variance: 4 √(2 ÷ replicates) of it."""
    replicates = 20_000
    members = (np.arange(size, dtype=np.int64) ** 2 % 97)[:, None]
    sums = resampled_sums(members, drawn_share(size, population), replicates, Stream(1, str(size)))[
        :, 0
    ]
    left = 1 - size / population if population else 1
    variance = size * left * members.var(ddof=1)
    assert sums.var(ddof=1) == pytest.approx(variance, rel=4 * (2 / replicates) ** 0.5)
    assert sums.mean() == pytest.approx(members.sum(), abs=4 * (variance / replicates) ** 0.5)


def test_a_single_ballot_and_a_whole_population_stay_as_they_are() -> None:
    members = np.array([[3], [8], [5]])
    assert (resampled_sums(members[:1], Fraction(1, 40), 5, Stream(1)) == 3).all()
    assert (resampled_sums(members, Fraction(1), 5, Stream(1)) == 16).all()


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many are shuffled at once is a matter of memory only."""
    members = np.arange(30, dtype=np.int64)[:, None]
    together = resampled_sums(members, Fraction(0), 50, Stream(7))
    monkeypatch.setattr("kaohe.analysis.resampling.BLOCK", 90)
    assert (resampled_sums(members, Fraction(0), 50, Stream(7)) == together).all()
