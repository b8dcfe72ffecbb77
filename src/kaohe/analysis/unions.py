"""How many different households several channels reach together: expected, and at least and most.

Each channel draws so many of the same ``N`` households, independently of the others. A household is
missed by all with the product of ``1 - n / N``; mean and variance of the number missed are exact.
Rounds of one channel may be told to overlap: so large a share of a later round took part before.
Once some have taken part the same is asked of those who have not: ``union_after``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, prod, sqrt
from statistics import NormalDist

from kaohe.values.numbers import PERCENT, round_half_up


@dataclass(frozen=True)
class Draw:
    """So many households drawn at random from a pool of as many as there are."""

    pool: int
    number: int


@dataclass(frozen=True)
class Union:
    """Different households over all channels: mean, variance, and the bounds whatever overlaps."""

    population: int
    expected: Fraction
    variance: Fraction
    least: int
    most: int

    def percent_chance(self, required: int) -> int:
        """How many times in a hundred so many are reached, if draws are as assumed.

        A normal curve with the exact mean and variance; 0 and 100 only where it is certain.
        """
        if self.least >= required:
            return PERCENT
        if self.most < required:
            return 0
        if not self.variance:
            chance = float(self.expected >= required)
        else:
            half = 0.5  # households are whole: from the middle between two numbers on
            curve = NormalDist(float(self.expected), sqrt(self.variance))
            chance = 1 - curve.cdf(required - half)
        return min(max(round(PERCENT * chance), 1), PERCENT - 1)

    def new_ones_needed(self, required: int) -> int:
        """Households that took no part so far and are needed to expect ``required``."""
        return max(ceil(required - self.expected), 0)

    def random_ones_needed(self, required: int) -> int:
        """Households to be asked at random, whoever they are, to expect ``required``."""
        if self.expected >= required:
            return 0
        return ceil((required - self.expected) / (1 - self.expected / self.population))


def union_of(
    population: int, channels: Sequence[Sequence[int]], overlap: Fraction | None = None
) -> Union:
    """The union over channels, each a sequence of its rounds' households.

    Without ``overlap`` the rounds of a channel are independent draws too. The bounds hold whatever
    is assumed.
    """
    if not population:
        return Union(0, Fraction(0), Fraction(0), 0, 0)
    every = [number for rounds in channels for number in rounds]
    reached = every
    if overlap is not None:
        reached = [_rounds_together(population, rounds, overlap) for rounds in channels]
    return _with_missed(
        population,
        population,
        [Draw(population, one) for one in reached],
        least=max(every, default=0),
        most=min(sum(every), population),
    )


@dataclass(frozen=True)
class Taking:
    """A round under way: so many took part so far, and so many of the others are expected yet."""

    so_far: int
    more: int


def union_after(population: int, reached: int, rounds: Sequence[Taking]) -> Union:
    """The union at the end, when ``reached`` different households are known to have taken part.

    Each round draws its further households from those that took no part in it yet, independently
    of the other rounds.
    """
    draws = [Draw(population - one.so_far, one.more) for one in rounds if one.more]
    return _with_missed(
        population,
        population - reached,
        draws,
        least=max([reached, *(one.so_far + one.more for one in rounds)]),
        most=min(reached + sum(one.number for one in draws), population),
    )


def _with_missed(
    population: int, missing: int, draws: Sequence[Draw], *, least: int, most: int
) -> Union:
    """The union when ``missing`` households are in no draw yet and in the pool of every one."""
    missed = missing * _chance_missed(draws)
    pairs = missing * (missing - 1) * _chance_pair_missed(draws) if missing > 1 else Fraction(0)
    return Union(population, population - missed, pairs + missed - missed**2, least, most)


def _chance_missed(draws: Sequence[Draw]) -> Fraction:
    """The chance that a household of every pool is in none of the draws."""
    return prod((Fraction(one.pool - one.number, one.pool) for one in draws), start=Fraction(1))


def _chance_pair_missed(draws: Sequence[Draw]) -> Fraction:
    """The chance that neither of two households of every pool is in any of the draws."""
    others = [Draw(one.pool - 1, min(one.number, one.pool - 1)) for one in draws]
    return _chance_missed(draws) * _chance_missed(others)


def _rounds_together(population: int, rounds: Sequence[int], overlap: Fraction) -> int:
    """Different households over the rounds of one channel."""
    together = 0
    for number in rounds:
        again = int(round_half_up(overlap * number, 0))
        again = min(max(again, together + number - population), together, number)
        together += number - again
    return together


def greatest_overlap(
    population: int, channels: Sequence[Sequence[int]], required: int
) -> Fraction | None:
    """The greatest overlap of two rounds with which ``required`` can still be expected.

    None where there is not exactly one channel of two rounds, or it is not reached even without
    overlap.
    """
    if not population:
        return None
    twice = [rounds for rounds in channels if len(rounds) > 1]
    if [len(rounds) for rounds in twice] != [2]:
        return None
    ((first, second),) = twice
    others = [number for rounds in channels if len(rounds) == 1 for number in rounds]
    missed = _chance_missed([Draw(population, number) for number in others])
    if not second or not missed:
        return Fraction(1) if union_of(population, channels).expected >= required else None
    # missed * (population - first - second + overlap * second) = population - required
    allowed = (Fraction(population - required) / missed - population + first + second) / second
    return min(allowed, Fraction(1)) if allowed >= 0 else None
