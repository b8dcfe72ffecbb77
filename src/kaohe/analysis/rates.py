"""Rates with Wilson's interval: so many of so many, and what chance alone may have made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.analysis.intervals import Interval, wilson
from kaohe.scheme.counting import tallies_of
from kaohe.scheme.graph import with_inner
from kaohe.scheme.nodes import RatioNode
from kaohe.scheme.tallies import Tally, measure_of
from kaohe.scoring.operands import operand_label
from kaohe.scoring.sheet import Sheet
from kaohe.values.measures import Measure, Take
from kaohe.values.text import Text

RATE_LEVEL = 0.95
"""How often an interval holds the rate behind what was counted."""


@dataclass(frozen=True)
class Rated:
    """One subject's rate: ``met`` of ``trials``; the interval in the unit of the rate."""

    met: int
    trials: int
    interval: Interval | None


@dataclass(frozen=True)
class Rate:
    """A rate of every subject of a kind; it is told in ``times``, such as 100 for per cent.

    ``id`` is the node that is the rate, or the check whose sample it is a rate of.
    """

    id: str
    kind: str | None
    label: Text
    times: Fraction
    subjects: Sequence[Rated]


def rates_of(sheet: Sheet) -> list[Rate]:
    """The scheme's ratios, and what nodes count among samples whose size a check fixes."""
    return [*_ratios(sheet), *_among_fixed_samples(sheet)]


def _ratios(sheet: Sheet) -> Iterator[Rate]:
    for node_id, node in sheet.scheme.nodes.items():
        if isinstance(node, RatioNode):
            own = sheet.sheets[node.subject]
            counted = own.counted(node)
            met, trials = counted["numerator"].numbers, counted["denominator"].numbers
            label = node.label or Text(zh=node_id, en=node_id)
            yield _rate(node_id, node.subject, label, Fraction(node.times), met, trials)


def _among_fixed_samples(sheet: Sheet) -> Iterator[Rate]:
    """A check that demands an exact number of rows has them drawn; nodes count some among them."""
    scheme, ground = sheet.scheme, sheet.ground
    for check_id, check in scheme.checks.items():
        if check.compare != "exactly":
            continue
        drawn = [tally for tally in check.bind.values() if isinstance(tally, Tally)]
        for every in (measure_of(tally, ground) for tally in drawn if tally.count is not None):
            seen: set[Measure] = set()
            for tally in _counts(sheet):
                some = measure_of(tally, ground)
                if isinstance(some, Measure) and isinstance(every, Measure) and some not in seen:
                    if _is_among(some, every):
                        seen.add(some)
                        label = operand_label(tally, sheet)
                        numbers = (_numbers(sheet, some), _numbers(sheet, every))
                        yield _rate(check_id, None, label, Fraction(1), *numbers)


def _counts(sheet: Sheet) -> Iterator[Tally]:
    """The tallies of rows on which nodes of the main subject rest."""
    for node in sheet.scheme.nodes.values():
        for inner in with_inner(node) if node.subject is None else ():
            yield from (tally for tally in tallies_of(inner) if tally.count is not None)


def _is_among(some: Measure, every: Measure) -> bool:
    same = (some.table, some.subject, some.take) == (every.table, every.subject, every.take)
    return same and every.take is Take.ROWS and set(some.where) > set(every.where)


def _numbers(sheet: Sheet, measure: Measure) -> list[int]:
    counts = sheet.figures.counts[measure]
    return [counts.get(subject, 0) for subject in sheet.ids]


def _rate(
    rate_id: str,
    kind: str | None,
    label: Text,
    times: Fraction,
    met: Sequence[int],
    trials: Sequence[int],
) -> Rate:
    subjects = []
    for some, every in zip(met, trials, strict=True):
        found = wilson(some, every, RATE_LEVEL) if every else None
        scale = float(times)
        told = None if found is None else Interval(scale * found.low, scale * found.high)
        subjects.append(Rated(some, every, told))
    return Rate(rate_id, kind, label, times, subjects)
