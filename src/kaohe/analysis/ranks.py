"""Which ranks sampling leaves open: confidence sets for all ranks at once.

Mogstad, Romano, Shaikh and Wilhelm, "Inference for Ranks with Applications to Mobility across
Neighbourhoods and Academic Achievement across Countries", *Review of Economic Studies* 91 (2024)
476-518: simultaneous intervals for all differences of two, with a simulated critical value of the
greatest ``|z|``. A subject is surely behind those that are surely better and before those that are
surely worse; the ranks in between are its set. In one stage, without stepping down: the sets are
a little wider than they need be, never too narrow.

Errors from small samples vary themselves. ``freedom`` has the simulation let them: without it the
critical value is that of known errors, which covers too little from samples of some dozens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from kaohe.analysis.randomness import Floats, Stream

DRAWS = 2000
"""Simulated towns from which the critical value is read."""
BLOCK = 4_000_000
"""Differences held at once."""


@dataclass(frozen=True)
class RankSet:
    """The ranks that a subject may have, the best first, and from whom it cannot be told apart.

    ``alike`` are places in the list of subjects.
    """

    best: int
    worst: int
    alike: tuple[int, ...]


def rank_sets(
    values: Sequence[float],
    errors: Sequence[float],
    level: float,
    stream: Stream,
    freedom: Sequence[float] | None = None,
) -> list[RankSet]:
    """A set of ranks for each subject that all hold at once with a probability of ``level``.

    The greatest value has rank 1, equals share the better rank. ``errors`` are standard errors of
    values that are independent of each other, ``freedom`` their degrees of freedom. An infinite
    error stands for a value of which nothing is known.
    """
    estimates, own = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)
    between = np.sqrt(own[:, None] ** 2 + own[None, :] ** 2)
    reach, known = np.full(between.shape, np.inf), np.isfinite(between)
    reach[known] = critical_value(own, level, stream, freedom) * between[known]
    ahead = estimates[:, None] - estimates[None, :]
    # Where nothing was sampled, any difference is certain.
    surely_ahead, surely_behind = ahead > reach, -ahead > reach
    found = []
    for place in range(len(estimates)):
        told = surely_ahead[place] | surely_behind[place]
        told[place] = True
        best = 1 + int(surely_behind[place].sum())
        worst = len(estimates) - int(surely_ahead[place].sum())
        found.append(RankSet(best, worst, tuple(int(one) for one in np.flatnonzero(~told))))
    return found


def critical_value(
    errors: Floats, level: float, stream: Stream, freedom: Sequence[float] | None = None
) -> float:
    """How many standard errors the greatest of all differences is off, in a share ``level``."""
    vary = (errors > 0) & np.isfinite(errors)
    certain = bool((errors == 0).any())
    own = errors[vary]
    if len(own) + certain < 2:
        return 0.0
    degrees = None if freedom is None else np.asarray(freedom, dtype=float)[vary]
    # One without error beside the others: each of them is compared with it, too.
    if certain:
        own = np.append(own, 0.0)
        degrees = None if degrees is None else np.append(degrees, np.inf)
    first, second = np.triu_indices(len(own), 1)
    block = max(1, BLOCK // len(first))
    greatest: list[Floats] = []
    for start in range(0, DRAWS, block):
        rows = min(block, DRAWS - start)
        off = stream.normal(rows, len(own)) * own
        told = np.broadcast_to(own**2, off.shape)
        if degrees is not None:
            told = told * _chi_squared(degrees, stream, rows)
        apart = np.abs(off[:, first] - off[:, second])
        greatest.append((apart / np.sqrt(told[:, first] + told[:, second])).max(axis=1))
    ordered = np.sort(np.concatenate(greatest))
    return float(ordered[min(DRAWS, ceil(level * (DRAWS + 1))) - 1])


def _chi_squared(degrees: Floats, stream: Stream, rows: int) -> Floats:
    """Chi-squared numbers over their degrees of freedom (Wilson and Hilferty 1931)."""
    part = 2 / (9 * degrees)
    cubed = (1 - part + stream.normal(rows, len(degrees)) * np.sqrt(part)) ** 3
    found: Floats = np.maximum(cubed, np.finfo(float).tiny)
    return found
