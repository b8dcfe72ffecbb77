"""How many must be asked for a wanted margin, and which margin a number gives.

For a simple random sample without replacement from a finite population of ``N``, with the standard
deviation taken over the whole population (divided by ``N``). Without the limit of the population
``n0 = (z * deviation / margin) ** 2`` would be needed; in it ``n0 / (1 + (n0 - 1) / N)`` suffice
(Cochran, Sampling Techniques, 1977, 4.4; the formula of Krejcie and Morgan's table, 1970).
Exact but for ``z`` and the root, which have stated places.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from statistics import NormalDist

from kaohe.values.numbers import PERCENT, Number, square_root

NORMAL_PLACES = 4
ROOT_PLACES = 6
WORST_DEVIATION = Fraction(PERCENT, 2)
"""Of scores from 0 to 100 none vary more than half at 0 and half at 100."""


def normal_value(confidence: Fraction) -> Fraction:
    """Within how many standard deviations of the mean so much of a normal distribution lies.

    >>> normal_value(Fraction(95, 100)) == Fraction("1.96")
    True
    """
    value = NormalDist().inv_cdf(float((1 + confidence) / 2))
    return Fraction(f"{value:.{NORMAL_PLACES}f}")


def size_for(population: int, deviation: Number, margin: Number, normal: Number) -> Fraction:
    """The sample size for a margin, not yet rounded up to a whole number.

    >>> round(float(size_for(3200, 50, 5, 2)), 2)
    355.65
    """
    endless = (Fraction(normal) * Fraction(deviation) / Fraction(margin)) ** 2
    if not endless:
        return Fraction(0)
    return endless / (1 + (endless - 1) / population)


def whole_size(population: int, deviation: Number, margin: Number, normal: Number) -> int:
    """The least whole sample size that keeps to a margin; at least one, if there is anybody."""
    if not population:
        return 0
    size = ceil(size_for(population, deviation, margin, normal))
    return min(max(size, 1), population)


def margin_of(population: int, size: int, deviation: Number, normal: Number) -> Fraction:
    """Half the width of the interval that a sample of ``size`` gives; 0 if everybody is asked.

    >>> float(margin_of(10**9, 100, 50, 2))
    10.0
    """
    if size >= population:
        return Fraction(0)
    variance = Fraction(population - size, (population - 1) * size)
    return Fraction(normal) * Fraction(deviation) * square_root(variance, ROOT_PLACES)
