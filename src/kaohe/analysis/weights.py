"""What if parts weighed otherwise: no policy says so, but a result that turns on it is close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.analysis.replicates import outcomes_of
from kaohe.scheme.graph import nodes_above
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import MeanNode, RankNode, SumNode
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.working import work_out

FACTORS = (Fraction(11, 10), Fraction(9, 10))
"""By how much one weight is changed, the others making up for it."""

Weights = Mapping[str, Fraction]


@dataclass(frozen=True)
class WhatIf:
    """Other weights of one node, and who would come out otherwise.

    ``part`` is the one whose weight is multiplied by ``factor``; None where all weigh the same.
    ``moved`` are, for each outcome and rank that rests on the node, the subjects with another
    value, by their places.
    """

    node: str
    part: str | None
    factor: Fraction | None
    weights: Weights
    moved: Mapping[str, Sequence[int]]


def what_ifs(sheet: Sheet) -> list[WhatIf]:
    """Every weight of every named sum and mean a tenth up and down, and all of them equal."""
    scheme = sheet.scheme
    ranks = [node_id for node_id, node in scheme.nodes.items() if isinstance(node, RankNode)]
    ends = {*outcomes_of(scheme), *ranks}
    figures = {kind: one.figures for kind, one in sheet.sheets.items()}
    found = []
    for node_id, weights in weighted_nodes(scheme):
        told = [above for above in nodes_above([node_id], scheme) if above in ends]
        for part, factor, other in other_weights(weights):
            again = work_out(_with_weights(scheme, node_id, other), figures)
            moved = {node: _differences(sheet, again, node) for node in told}
            found.append(WhatIf(node_id, part, factor, other, moved))
    return found


def weighted_nodes(scheme: Scheme) -> Iterator[tuple[str, Weights]]:
    """The named sums and means whose parts weigh differently, with their weights."""
    for node_id, node in scheme.nodes.items():
        if isinstance(node, SumNode | MeanNode) and isinstance(node.of, Mapping):
            weights = {part: Fraction(weight) for part, weight in node.of.items()}
            if len({weight for weight in weights.values() if weight > 0}) > 1:
                yield node_id, weights


def other_weights(weights: Weights) -> Iterator[tuple[str | None, Fraction | None, Weights]]:
    """The changed part, its factor, the weights: those above 0 add up to the same as before."""
    above = {part: weight for part, weight in weights.items() if weight > 0}
    whole = sum(above.values(), Fraction(0))
    for part, weight in above.items():
        for factor in FACTORS:
            # Where one part is nearly all, the others cannot make up for more of it.
            if weight * factor < whole:
                rest = (whole - weight * factor) / (whole - weight)
                changed = {
                    one: old * (factor if one == part else rest) for one, old in above.items()
                }
                yield part, factor, {**weights, **changed}
    yield None, None, {**weights, **dict.fromkeys(above, whole / len(above))}


def _with_weights(scheme: Scheme, node_id: str, weights: Weights) -> Scheme:
    node = scheme.nodes[node_id].model_copy(update={"of": dict(weights)})
    return scheme.model_copy(update={"nodes": {**scheme.nodes, node_id: node}})


def _differences(sheet: Sheet, again: Sheet, node_id: str) -> list[int]:
    pairs = zip(sheet.values[node_id], again.values[node_id], strict=True)
    return [index for index, (one, other) in enumerate(pairs) if one != other]
