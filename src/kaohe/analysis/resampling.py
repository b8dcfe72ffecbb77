"""Another sample of the same size, drawn from what one sample says of a finite population.

The doubled half bootstrap of Antal and Tillé, *Computational Statistics* 29 (2014) 1345-1363: of
the members at random some stay once, half of the others count twice and half not at all. So every
replicate holds as many members as the sample did, all of a member's answers stay together, and
sums stay whole numbers.

With weights ``w`` that are dealt out at random and add up to the size ``n``, a sum has the variance
``Σ(w - 1)²`` times that of the members. What a simple random sample of ``n`` of ``N`` wants of it
is ``n (1 - n/N)``: exactly what the deals below come to on average, whatever ``n`` and ``N``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kaohe.analysis.randomness import Bits, Integers, Stream

BLOCK = 2_000_000
"""Members of replicates that are shuffled at once."""


@dataclass(frozen=True)
class Deal:
    """Weights to be dealt out among the members, and how often they are the ones.

    ``thrice`` members count three times, ``twice`` twice, ``nought`` not at all, the rest once.
    """

    share: Fraction
    twice: int
    nought: int
    thrice: int = 0


def deals(size: int, drawn: Fraction) -> Sequence[Deal]:
    """The deals that give a replicate the variance of a simple random sample.

    ``drawn`` is the share of the population that the sample is. A single member cannot say how
    members vary, and a population that was asked as a whole has no sampling error: both stay as
    they are.
    """
    wanted = size * (1 - drawn)
    if size < 2 or not wanted:
        return [Deal(Fraction(1), 0, 0)]
    pairs = int(wanted / 2)
    more = wanted / 2 - pairs
    another = Deal(more, pairs + 1, pairs + 1)
    if another.twice + another.nought > size:
        # All but one vary in pairs; the one left over makes up for it by now and then a third.
        more /= 2
        another = Deal(more, pairs - 1, pairs + 1, thrice=1)
    return [deal for deal in (Deal(1 - more, pairs, pairs), another) if deal.share]


def resampled_sums(members: Integers, drawn: Fraction, replicates: int, stream: Stream) -> Integers:
    """The sums of each replicate: a row a replicate, a column for each column of ``members``.

    ``members`` has a row for each member of the sample, of whole numbers.
    """
    size = len(members)
    chosen = deals(size, drawn)
    sums = np.empty((replicates, members.shape[1]), dtype=np.int64)
    if len(chosen) == 1 and not chosen[0].nought:
        sums[:] = members.sum(axis=0)
        return sums
    limits = np.cumsum([float(deal.share) for deal in chosen])[:-1]
    which = np.searchsorted(limits, stream.uniform(replicates), side="right")
    rows = max(1, BLOCK // size)
    for start in range(0, replicates, rows):
        dealt = which[start : start + rows]
        weights = _dealt_out(chosen, dealt, _shuffled(stream.bits(len(dealt), size)))
        sums[start : start + rows] = weights @ members
    return sums


def _shuffled(bits: Bits) -> Integers:
    """Rows of the numbers below their length, in random order.

    The number rides in the last bits of what is sorted, so that a plain sort brings it along and
    equals, if ever there are some, have one order.
    """
    size = bits.shape[1]
    mask = np.uint64((1 << (size - 1).bit_length()) - 1)
    keys = (bits & ~mask) | np.arange(size, dtype=np.uint64)
    keys.sort(axis=1)
    order: Integers = (keys & mask).astype(np.int64)
    return order


def _dealt_out(chosen: Sequence[Deal], which: Integers, order: Integers) -> Integers:
    """The weight of every member in every replicate."""
    weights = np.ones(order.shape, dtype=np.int64)
    for number, deal in enumerate(chosen):
        rows = np.flatnonzero(which == number)[:, None]
        own = order[rows[:, 0]]
        weights[rows, own[:, : deal.nought]] = 0
        weights[rows, own[:, deal.nought : deal.nought + deal.twice]] = 2
        weights[rows, own[:, deal.nought + deal.twice :][:, : deal.thrice]] = 3
    return weights
