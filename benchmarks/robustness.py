"""Whether rank sets cover what they say, and what `kaohe robustness` costs.

``python -m benchmarks.robustness coverage TOWNS`` simulates so many towns of each kind;
``python -m benchmarks.robustness cost FOLDER REPLICATES`` takes the work on a town apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.counting import cpu_of, shipped
from benchmarks.processes import run
from kaohe.analysis.ballots import read_ballots
from kaohe.analysis.intervals import mean_of
from kaohe.analysis.randomness import Floats, Stream
from kaohe.analysis.ranks import rank_sets
from kaohe.analysis.replicates import nodes_to_repeat, replicated
from kaohe.analysis.weights import what_ifs
from kaohe.facts import read_facts
from kaohe.pipeline import assess
from kaohe.scoring.working import work_out_again

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


def coverage(towns: int) -> None:
    print(f"areas {AREAS}, households {HOUSEHOLDS}, ballots {BALLOTS}, nominal {LEVEL:.0%}")
    for town in APART:
        share = sum(covered(town, number) for number in range(towns)) / towns
        print(f"| {town} | {towns} | {share:.1%} |", flush=True)


def cost(folder: str, replicates: int) -> None:
    """CPU seconds of each step, and of the command as a whole process."""
    scheme = shipped()
    reading = read_facts(folder, scheme.fact_tables)
    assert reading.facts is not None
    sheet = assess(scheme, "", {}, reading.facts).sheet
    ballots = read_ballots(scheme, reading.facts)
    assert ballots is not None
    sums = ballots.replicates(replicates, 1)
    nodes = nodes_to_repeat(scheme, ballots)
    steps: dict[str, Callable[[], object]] = {
        "read ballots one by one": lambda: read_ballots(scheme, reading.facts),
        "draw samples": lambda: ballots.replicates(replicates, 1),
        "add up their counts": lambda: list(ballots.counts(replicates, sums)),
        "score again": lambda: [
            work_out_again(sheet, counts, nodes) for counts in ballots.counts(replicates, sums)
        ],
        "replicates as a whole, rank sets too": lambda: replicated(sheet, ballots, replicates, 1),
        "other weights": lambda: what_ifs(sheet),
    }
    for step, work in steps.items():
        print(f"| {step} | {min(cpu_of(work) for _ in range(3)):.2f} |", flush=True)
    call = ["robustness", folder, "--scheme", "gaojing-2024", "--replicates", str(replicates)]
    whole = run([*call, "--out", str(Path(folder).parent / "robustness")], accepted=(0, 3))
    print(f"| the whole command | {whole.cpu:.2f} (wall {whole.wall:.2f}, {whole.memory:.0f} MB) |")


def main() -> None:
    what, *words = sys.argv[1:]
    if what == "coverage":
        coverage(int(words[0]))
    else:
        cost(words[0], int(words[1]))


if __name__ == "__main__":
    main()
