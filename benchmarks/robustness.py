"""Whether rank sets cover what they say, and what `kaohe robustness` costs.

``python -m benchmarks.robustness [TOWNS]`` simulates so many towns of each kind (2,000).
"""

from __future__ import annotations

import sys

from kaohe.analysis.intervals import mean_of
from kaohe.analysis.randomness import Floats, Stream
from kaohe.analysis.ranks import rank_sets

AREAS = 31
HOUSEHOLDS = 1000
BALLOTS = 60
SPREAD = 15.0
"""Standard deviation of the households' scores of 0 to 100, as in the demonstration town."""
LEVEL = 0.90
APART = {"far apart": 4.0, "close": 1.0, "nearly equal": 0.05}
"""Standard deviation of the areas' true means. A mean of 60 ballots has an error of about 1.9."""


def households(town: str, number: int) -> Floats:
    """What every household of every area of a town thinks: a row an area, means as drawn.

    They come in no order, so that the first are a simple random sample.
    """
    stream = Stream(number, "households", town)
    means = 80 + APART[town] * stream.normal(AREAS, 1)
    off = SPREAD * stream.normal(AREAS, HOUSEHOLDS)
    everybody: Floats = means + off - off.mean(axis=1, keepdims=True)
    return everybody


def covered(town: str, number: int) -> bool:
    """Whether the sets from samples of all areas hold every area's true rank."""
    everybody = households(town, number)
    truth = everybody.mean(axis=1)
    ranks = [1 + int((truth > own).sum()) for own in truth]
    found = [mean_of(scores[:BALLOTS], HOUSEHOLDS) for scores in everybody]
    values = [one.value for one in found if one is not None]
    errors = [one.error for one in found if one is not None and one.error is not None]
    freedom = [BALLOTS - 1.0] * AREAS
    sets = rank_sets(values, errors, LEVEL, Stream(number, "sets", town), freedom)
    return all(one.best <= rank <= one.worst for one, rank in zip(sets, ranks, strict=True))


def main() -> None:
    towns = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print(f"areas {AREAS}, households {HOUSEHOLDS}, ballots {BALLOTS}, nominal {LEVEL:.0%}")
    for town in APART:
        share = sum(covered(town, number) for number in range(towns)) / towns
        print(f"| {town} | {towns} | {share:.1%} |", flush=True)


if __name__ == "__main__":
    main()
