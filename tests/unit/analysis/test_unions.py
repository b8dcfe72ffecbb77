"""The union over channels: enumerated where it can be, simulated where it cannot."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations, product
from math import sqrt
from statistics import fmean, pvariance, variance

import pytest

from kaohe.analysis.unions import Taking, greatest_overlap, union_after, union_of


@pytest.mark.parametrize("numbers", [(1, 2), (2, 2, 3), (0, 4), (5, 1), (3,)])
def test_mean_and_variance_are_those_of_all_draws_there_are(numbers: tuple[int, ...]) -> None:
    households = range(5)
    draws = [list(combinations(households, number)) for number in numbers]
    sizes = [Fraction(len(set().union(*map(set, drawn)))) for drawn in product(*draws)]
    found = union_of(5, [[number] for number in numbers])
    assert found.expected == sum(sizes) / len(sizes)
    assert found.variance == pvariance(sizes)
    assert found.least <= min(sizes)
    assert max(sizes) <= found.most


@pytest.mark.parametrize("more", [(1, 2), (0, 2), (2, 0), (0, 0), (4, 3)])
def test_what_is_reached_already_counts_and_the_rest_is_drawn_from_the_others(
    more: tuple[int, int],
) -> None:
    """Six households: of one round 0 and 1 have taken part, of the other 1, 2 and 3."""
    begun = [{0, 1}, {1, 2, 3}]
    draws = [
        [have | set(drawn) for drawn in combinations(set(range(6)) - have, number)]
        for have, number in zip(begun, more, strict=True)
    ]
    sizes = [Fraction(len(set().union(*drawn))) for drawn in product(*draws)]
    found = union_after(6, 4, [Taking(len(h), m) for h, m in zip(begun, more, strict=True)])
    assert found.expected == sum(sizes) / len(sizes)
    assert found.variance == pvariance(sizes)
    assert found.least <= min(sizes)
    assert max(sizes) <= found.most


def test_before_anybody_took_part_the_union_is_that_of_all_draws() -> None:
    numbers = (75, 75, 600, 600)
    assert union_after(1500, 0, [Taking(0, one) for one in numbers]) == union_of(
        1500, [[one] for one in numbers]
    )
    nobody = union_after(0, 0, [])
    assert (nobody.expected, nobody.percent_chance(0)) == (0, 100)


def test_a_simulated_town_comes_out_as_said() -> None:
    """Meeting, third party and two online rounds of an area of 1,500, drawn 4,000 times."""
    dice, households, times = random.Random(1), range(1500), 4000
    numbers = (75, 75, 600, 600)
    sizes = [
        len(set().union(*(dice.sample(households, number) for number in numbers)))
        for _ in range(times)
    ]
    found = union_of(1500, [[75], [75], [600, 600]])
    deviation = sqrt(found.variance)
    # Four standard errors: one run in ten thousand lies beyond, and the seed is fixed.
    assert abs(fmean(sizes) - found.expected) < 4 * deviation / sqrt(times)
    assert variance(sizes) == pytest.approx(float(found.variance), rel=4 * sqrt(2 / times))
    for required in (990, 1000, 1013, 1020, 1035):
        share = 100 * sum(size >= required for size in sizes) / times
        # The normal curve stands for the true one, and a hundredth is rounded away.
        assert found.percent_chance(required) == pytest.approx(share, abs=3)


def test_the_policys_worked_numbers_come_out() -> None:
    """One round's worth of online: the three minima overlap at random and miss the half."""
    wanted = {800: 367, 1000: 458, 1500: 688, 2000: 917}
    for households, expected in wanted.items():
        part, online = households * 5 // 100, households * 40 // 100
        found = union_of(households, [[part], [part], [online]])
        # 45.85 of a hundred; the table of the notes cuts or rounds to a whole number.
        assert abs(found.expected - expected) <= Fraction(1, 2)
        assert found.most == 2 * part + online


@pytest.mark.parametrize(("overlap", "percent"), [("0", 80), ("0.5", 60), ("0.8", 48), ("1", 40)])
def test_rounds_overlap_as_told(overlap: str, percent: int) -> None:
    found = union_of(1000, [[400, 400]], Fraction(overlap))
    assert (found.expected, found.variance) == (10 * percent, 0)
    assert (found.least, found.most) == (400, 800), "the bounds assume nothing"


def test_rounds_cannot_overlap_less_than_they_must() -> None:
    assert union_of(100, [[80, 60]], Fraction(0)).expected == 100
    assert union_of(100, [[20, 60]], Fraction(1)).expected == 60


def test_the_greatest_overlap_is_the_one_that_just_reaches() -> None:
    channels, required = [[75], [75], [600, 600]], 750
    greatest = greatest_overlap(1500, channels, required)
    assert greatest is not None
    # Households are whole, so the overlap is looked at a household to either side.
    step = Fraction(1, 600)
    assert union_of(1500, channels, greatest - step).expected >= required
    assert union_of(1500, channels, greatest + step).expected < required
    assert greatest_overlap(1500, channels, 1500) is None
    assert greatest_overlap(1500, channels, 600) == 1
    assert greatest_overlap(1500, [[75], [600]], 600) is None


def test_what_is_needed_more_just_suffices() -> None:
    channels, required = [[75], [75], [600]], 750
    found = union_of(1500, channels)
    assert found.expected < required
    more = found.random_ones_needed(required)
    assert union_of(1500, [*channels, [more]]).expected >= required
    assert union_of(1500, [*channels, [more - 1]]).expected < required
    assert found.expected + found.new_ones_needed(required) >= required
    assert found.expected + found.new_ones_needed(required) - 1 < required
    assert union_of(1500, [[800]]).new_ones_needed(750) == 0
    assert union_of(1500, [[800]]).random_ones_needed(750) == 0


def test_chances_are_certain_only_where_bounds_say_so() -> None:
    found = union_of(1500, [[75], [75], [600, 600]])
    assert [found.percent_chance(one) for one in (600, 601, 1000, 1350, 1351)] == [
        100,
        99,
        90,
        1,
        0,
    ]


def test_nobody_reaches_nobody() -> None:
    nobody = union_of(0, [[0], [0, 0]])
    assert (nobody.expected, nobody.percent_chance(0), nobody.random_ones_needed(0)) == (0, 100, 0)
    assert greatest_overlap(0, [[0], [0, 0]], 0) is None
