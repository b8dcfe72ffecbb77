"""The scoring of a town done again for samples drawn anew.

A replicate is a town whose ballots were drawn again from what the ballots there are say of
everybody who could have been asked (``resampling``); all else stays as it was observed. The
scheme's own scoring works out what rests on ballots, up to the last label.

Ranks get no intervals from replicates: percentiles of simulated ranks cover far less often than
they say where subjects are close. Beside the shares of replicates stand sets of ranks (``ranks``).
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, nan

import numpy as np

from kaohe.analysis.ballots import Ballots, Stratum
from kaohe.analysis.randomness import Floats, Integers, Stream
from kaohe.analysis.ranks import RankSet, rank_sets
from kaohe.scheme.counting import nodes_counting
from kaohe.scheme.graph import nodes_above, nodes_below
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BandsNode, RankNode, labels_of
from kaohe.scoring.ranking import standings
from kaohe.scoring.reasons import printed
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.working import work_out_again
from kaohe.values.numbers import NUMBERS, Value

MARGIN_LEVEL = 0.95
"""How often a single margin holds the figure of everybody."""
RANK_LEVEL = 0.90
"""How often the sets of all ranks of a class hold the true ranks, all at once."""

Told = Callable[[float], None]
"""Told how much is done, from 0 to 1."""
Shares = Mapping[str, int]
"""In how many replicates a node came to what, as it is printed; "" where it is absent."""


@dataclass(frozen=True)
class Replicated:
    """What replicates say; every list has an entry for each subject, in the order of ids.

    ``repeated`` are the nodes that were worked out again. ``errors`` are standard errors of the
    numbers among them (None where a replicate had none); ``shares`` are those of labels and bands;
    ``ranks`` are sets for the nodes that rank by such a number, None for a subject without a place.
    """

    seed: int
    replicates: int
    repeated: Sequence[str]
    errors: Mapping[str, Sequence[float | None]]
    shares: Mapping[str, Sequence[Shares]]
    ranks: Mapping[str, Sequence[RankSet | None]]


def outcomes_of(scheme: Scheme) -> list[str]:
    """The nodes that come to labels or bands: what people are told in the end."""
    return [
        node_id
        for node_id, node in scheme.nodes.items()
        if labels_of(node) or isinstance(node, BandsNode)
    ]


def nodes_to_repeat(scheme: Scheme, ballots: Ballots) -> list[str]:
    """The nodes that rest on ballots and on which outcomes, ranks or complete results rest.

    All that rest on ballots, if none of these does. In working order.
    """
    touched = nodes_above(nodes_counting(set(ballots.measures), scheme), scheme)
    ends = {*outcomes_of(scheme), *scheme.results.complete}
    ends.update(node_id for node_id, node in scheme.nodes.items() if isinstance(node, RankNode))
    needed = nodes_below(ends, scheme)
    return [node_id for node_id in touched if node_id in needed] or touched


def replicated(
    sheet: Sheet, ballots: Ballots, replicates: int, seed: int, tell: Told = lambda _share: None
) -> Replicated:
    """Score a sheet of the main subject again for so many samples. The seed decides all of it."""
    scheme = sheet.scheme
    nodes = nodes_to_repeat(scheme, ballots)
    outcomes = outcomes_of(scheme)
    sums = ballots.replicates(replicates, seed)
    values = {node: np.full((replicates, len(sheet.values[node])), nan) for node in nodes}
    found = {node: [Counter[str]() for _ in sheet.values[node]] for node in outcomes}
    with _nobody_sweeping():
        for number, counts in enumerate(ballots.counts(replicates, sums)):
            again = work_out_again(sheet, counts, nodes)
            for node in nodes:
                if node in found:
                    for tally, value in zip(found[node], again.values[node], strict=True):
                        tally[printed(scheme, scheme.nodes[node], value)] += 1
                else:
                    values[node][number] = _floats(again.values[node])
            # Sheets know each other; without that they go at once.
            again.sheets.clear()
            tell((number + 1) / replicates)
    for node in set(outcomes) - set(nodes):
        for tally, value in zip(found[node], sheet.values[node], strict=True):
            tally[printed(scheme, scheme.nodes[node], value)] = replicates
    ranking = _Ranking(sheet, ballots, sums, values, seed)
    errors = {node: _errors(of) for node, of in values.items() if _is_figure(scheme, node, found)}
    return Replicated(seed, replicates, nodes, errors, found, ranking.sets())


@contextmanager
def _nobody_sweeping() -> Iterator[None]:
    """Nobody looks for cycles among thousands of fractions again and again: a fifth of the time."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def _is_figure(scheme: Scheme, node: str, outcomes: Mapping[str, object]) -> bool:
    return node not in outcomes and not isinstance(scheme.nodes[node], RankNode)


def _floats(values: Iterable[Value]) -> list[float]:
    return [float(value) if isinstance(value, NUMBERS) else nan for value in values]


def _errors(values: Floats) -> list[float | None]:
    """The standard deviation over replicates; none for a subject that lacks a value in some."""
    if len(values) < 2:
        return [None] * values.shape[1]
    # From the first replicate on, so that what never moves has no error at all.
    off = (values - values[0]).std(axis=0, ddof=1)
    return [None if np.isnan(one) else float(one) for one in off]


class _Ranking:
    """Sets of ranks for the nodes that rank by a number which rests on ballots."""

    def __init__(
        self,
        sheet: Sheet,
        ballots: Ballots,
        sums: Sequence[Integers],
        values: Mapping[str, Floats],
        seed: int,
    ) -> None:
        self.sheet = sheet
        self.ballots = ballots
        self.sums = sums
        self.values = values
        self.seed = seed

    def sets(self) -> dict[str, list[RankSet | None]]:
        nodes = self.sheet.scheme.nodes
        return {
            node_id: self._sets_of(node_id, node)
            for node_id, node in nodes.items()
            if isinstance(node, RankNode) and node.by[0].node in self.values
        }

    def _sets_of(self, node_id: str, node: RankNode) -> list[RankSet | None]:
        """For each class apart, those put behind all others by a rule apart once more."""
        sheet = self.sheet.sheets[node.subject]
        key = node.by[0]
        sign = 1 if key.order == "high_first" else -1
        # Of one that lacks the value in some replicate, any rank is possible.
        errors = [inf if one is None else one for one in _errors(self.values[key.node])]
        own = sheet.values[key.node]
        classes: dict[tuple[str, bool], list[int]] = {}
        for index, standing in enumerate(standings(node, sheet)):
            if standing.absent is None:
                classes.setdefault((str(standing.group), standing.key[0]), []).append(index)
        found: list[RankSet | None] = [None] * sheet.size
        for (group, last), members in classes.items():
            before = len(classes.get((group, False), ())) if last else 0
            sets = rank_sets(
                [sign * one for one in _floats([own[index] for index in members])],
                [errors[index] for index in members],
                RANK_LEVEL,
                Stream(self.seed, "ranks", node_id, group, str(last)),
                [self._freedom(sheet, index, self.values[key.node][:, index]) for index in members],
            )
            for index, one in zip(members, sets, strict=True):
                alike = tuple(members[other] for other in one.alike)
                found[index] = RankSet(before + one.best, before + one.worst, alike)
        return found

    def _freedom(self, sheet: Sheet, index: int, values: Floats) -> float:
        """Degrees of freedom of a simulated error (Satterthwaite 1946).

        The part of each stratum is what a straight line through its sums explains of the value.
        """
        if np.isnan(values).any():
            return inf
        strata = [
            (stratum, sums)
            for stratum, sums in zip(self.ballots.strata, self.sums, strict=True)
            if stratum.varies and self._names(stratum, sheet, index)
        ]
        columns = [sums - sums.mean(axis=0) for _, sums in strata]
        if not columns:
            return inf
        least = min(len(stratum.members) for stratum, _ in strata) - 1.0
        joined = np.concatenate(columns, axis=1)
        if joined.shape[1] * 2 > len(values):
            return least
        slopes = np.linalg.lstsq(joined, values - values.mean(), rcond=None)[0]
        whole, squares, start = 0.0, 0.0, 0
        for (stratum, _), column in zip(strata, columns, strict=True):
            end = start + column.shape[1]
            variance = float((column @ slopes[start:end]).var(ddof=1))
            whole += variance
            squares += variance**2 / (len(stratum.members) - 1)
            start = end
        return whole**2 / squares if squares else inf

    def _names(self, stratum: Stratum, sheet: Sheet, index: int) -> bool:
        """Whether the ballots of a stratum name a subject of that sheet."""
        table = self.sheet.scheme.fact_tables[self.ballots.measures[0].table]
        wanted = f"{sheet.subject.table}.{sheet.subject.id}"
        return any(
            table.columns[key].refers_to == wanted and named == sheet.ids[index]
            for key, named in zip(self.ballots.keys, stratum.ids, strict=True)
        )
