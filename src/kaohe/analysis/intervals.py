"""Intervals and standard errors of what was counted and of what was sampled.

Simple random sampling without replacement from a finite population: Cochran, *Sampling Techniques*,
3rd edition (1977), sections 2.6 (mean) and 2.11 (ratio). Rates: Wilson (1927), as in Newcombe,
*Statistics in Medicine* 17 (1998) 857-872, method 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import numpy as np

from kaohe.analysis.randomness import Floats


def two_sided(level: float) -> float:
    """How many standard errors to either side hold a share ``level`` of a normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both included."""

    low: float
    high: float


def wilson(met: int, trials: int, level: float) -> Interval:
    """Wilson's interval of a rate (0 to 1): ``met`` of ``trials``; all of it without a trial."""
    if not trials:
        return Interval(0.0, 1.0)
    squared = two_sided(level) ** 2
    middle = 2 * met + squared
    reach = sqrt(squared * (squared + 4 * met * (trials - met) / trials))
    whole = 2 * (trials + squared)
    # What is certain is said as such, whatever the last bit of a root.
    low = 0.0 if met == 0 else (middle - reach) / whole
    high = 1.0 if met == trials else (middle + reach) / whole
    return Interval(low, high)


def drawn_share(size: int, population: int | None) -> Fraction:
    """Which share of a population a sample is; all of it at most, none of one without end (None).

    One less this share is the finite-population correction.
    """
    if population is None:
        return Fraction(0)
    return Fraction(size, population) if size < population else Fraction(1)


@dataclass(frozen=True)
class Sampled:
    """What a simple random sample gave: two figures of each member.

    ``drawn`` is the share of the population that was drawn; without error where it is all of it.
    """

    numerators: Floats
    denominators: Floats
    drawn: Fraction

    @property
    def size(self) -> int:
        """How many were drawn."""
        return len(self.numerators)


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error; none where a sample of one does not show how it varies."""

    value: float
    error: float | None

    def margin(self, level: float) -> float | None:
        """How far the figure may be off, to either side, at that level."""
        return None if self.error is None else self.error * two_sided(level)


def ratio_of(samples: Sequence[Sampled]) -> Estimate | None:
    """The sum of all numerators over that of all denominators; None where the latter is 0.

    The samples are drawn independently. The error is the linear one: that of the residuals
    ``numerator - ratio * denominator``.
    """
    below = sum(float(sample.denominators.sum()) for sample in samples)
    if not below:
        return None
    ratio = sum(float(sample.numerators.sum()) for sample in samples) / below
    variance = 0.0
    for sample in samples:
        left = float(1 - sample.drawn)
        if not left or not sample.size:
            continue
        if sample.size == 1:
            return Estimate(ratio, None)
        residuals = sample.numerators - ratio * sample.denominators
        variance += left * sample.size * float(np.var(residuals, ddof=1))
    return Estimate(ratio, sqrt(variance) / below)


def mean_of(values: Floats, population: int | None) -> Estimate | None:
    """The mean of a simple random sample; None of an empty one."""
    drawn = drawn_share(len(values), population)
    return ratio_of([Sampled(values, np.ones(len(values)), drawn)])
