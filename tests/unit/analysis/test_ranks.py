"""Sets of ranks: what they hold, beside a slow second way; what they cover stands in benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import sqrt
from random import Random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.robustness import APART, covered
from kaohe.analysis.randomness import Stream
from kaohe.analysis.ranks import RankSet, critical_value, rank_sets

VALUES = st.lists(st.integers(0, 12).map(float), min_size=1, max_size=8)


def slow_critical_value(errors: Sequence[float], level: float, draws: int) -> float:
    """The same in plain Python with other random numbers."""
    chance = Random(3)
    greatest = []
    for _ in range(draws):
        off = [chance.gauss(0, error) for error in errors]
        greatest.append(
            max(
                abs(off[one] - off[other]) / sqrt(errors[one] ** 2 + errors[other] ** 2)
                for one, other in combinations(range(len(errors)), 2)
            )
        )
    return sorted(greatest)[int(level * draws)]


def test_two_subjects_have_the_quantile_of_the_normal_distribution() -> None:
    found = critical_value(np.array([1.0, 3.0]), 0.9, Stream(1))
    assert found == pytest.approx(NormalDist().inv_cdf(0.95), abs=0.1)


def test_three_equal_errors_have_the_quantile_of_tukey() -> None:
    """The studentised range of 3 at 90%, without end of freedom, is 2.902 (published tables)."""
    found = critical_value(np.ones(3), 0.9, Stream(4))
    assert found * sqrt(2) == pytest.approx(2.902, abs=0.1)


def test_small_samples_have_the_quantile_of_student() -> None:
    """Two samples of 6 of one variance: 10 degrees of freedom, 1.812 at 90% (published tables)."""
    found = critical_value(np.ones(2), 0.9, Stream(2), [5, 5])
    assert found == pytest.approx(1.812, abs=0.12)


def test_many_subjects_agree_with_the_slow_way() -> None:
    errors = [0.5 + 0.1 * place for place in range(12)]
    found = critical_value(np.array(errors), 0.9, Stream(9))
    assert found == pytest.approx(slow_critical_value(errors, 0.9, 4000), abs=0.1)


def test_far_apart_subjects_have_one_rank_each() -> None:
    assert rank_sets([10, 90, 50], [1, 1, 1], 0.9, Stream(1)) == [
        RankSet(3, 3, ()),
        RankSet(1, 1, ()),
        RankSet(2, 2, ()),
    ]


def test_those_close_to_each_other_share_their_ranks() -> None:
    found = rank_sets([90, 50.1, 50, 10], [1, 1, 1, 1], 0.9, Stream(1))
    assert found == [
        RankSet(1, 1, ()),
        RankSet(2, 3, (2,)),
        RankSet(2, 3, (1,)),
        RankSet(4, 4, ()),
    ]


def test_without_sampling_only_equals_are_not_told_apart() -> None:
    found = rank_sets([5, 7, 5], [0, 0, 0], 0.9, Stream(1))
    assert found == [RankSet(2, 3, (2,)), RankSet(1, 1, ()), RankSet(2, 3, (0,))]


def test_a_certain_value_is_compared_with_an_uncertain_one() -> None:
    near = rank_sets([5, 6], [0, 1], 0.9, Stream(1))
    far = rank_sets([5, 9], [0, 1], 0.9, Stream(1))
    assert near == [RankSet(1, 2, (1,)), RankSet(1, 2, (0,))]
    assert far == [RankSet(2, 2, ()), RankSet(1, 1, ())]


def test_one_of_whom_nothing_is_known_may_have_any_rank() -> None:
    inf = float("inf")
    assert rank_sets([5, 9, 1], [inf, 1, 1], 0.9, Stream(1)) == [
        RankSet(1, 3, (1, 2)),
        RankSet(1, 2, (0,)),
        RankSet(2, 3, (0,)),
    ]
    assert rank_sets([5, 9], [inf, 0], 0.9, Stream(1)) == [RankSet(1, 2, (1,)), RankSet(1, 2, (0,))]


@given(VALUES, st.data())
def test_sets_hold_the_observed_ranks_and_agree_with_each_other(
    values: list[float], data: st.DataObject
) -> None:
    size = len(values)
    errors = data.draw(
        st.lists(st.sampled_from([0.0, 0.5, 2.0, float("inf")]), min_size=size, max_size=size)
    )
    found = rank_sets(values, errors, 0.9, Stream(1))
    for place, one in enumerate(found):
        better = sum(value > values[place] for value in values)
        equal = values.count(values[place])
        assert one.best <= better + 1 <= better + equal <= one.worst
        assert one.worst - one.best == len(one.alike)
        assert all(place in found[other].alike for other in one.alike)


@pytest.mark.parametrize("town", APART)
def test_sets_cover_all_true_ranks_at_once_as_often_as_they_say(town: str) -> None:
    """Of thirty towns at 90%, fewer than 21 would come once in two thousand times."""
    assert sum(covered(town, number) for number in range(30)) >= 21


@pytest.mark.soak
@pytest.mark.parametrize("town", APART)
def test_sets_cover_in_many_towns(town: str) -> None:
    """A nominal 90% less two standard errors of a share of 2,000 towns."""
    assert sum(covered(town, number) for number in range(2000)) >= 0.886 * 2000
