"""How far a figure is from where it would bring another band, place or label.

Only the figure is moved, and what is built on it is worked out anew by its own rules; everything
else stays as it came out. What comes out is constant between stops (limits that are stated, the
figures of the others), so that trying every stop and every stretch between two finds the nearest
change exactly, whatever the rules about equals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from kaohe.scheme.graph import (
    condition_operands,
    formula_operands,
    node_inputs,
    nodes_above,
)
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    Band,
    BandsNode,
    BaseNode,
    Bindings,
    Demand,
    If,
    Limits,
    Operand,
    RankNode,
    TallyNode,
)
from kaohe.scheme.tallies import Tally
from kaohe.scoring.demands import ends_of
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.valuing import limits_of_band
from kaohe.scoring.working import limits_of, work_out_with
from kaohe.values.numbers import Absence, Value

WHOLE = ("count", "filled", "distinct", "periods_met")
"""What is counted one by one."""

Outcome = tuple[Value, Value | None]
"""What a node comes to, and the place that it goes by, if it goes by one."""


@dataclass(frozen=True)
class Distance:
    """How far a figure is from where a node would come to ``gives``, all else staying as it is.

    The figure would have to be ``to``, or pass it however little where it is ``beyond``.
    ``place`` is where the subject would stand then, if the node goes by place. ``rises`` says on
    which side.
    """

    figure: Operand
    value: Fraction
    to: Fraction
    beyond: bool
    gives: Value
    place: Value | None = None
    rises: bool = True

    @property
    def by(self) -> Fraction:
        """What is to be added to the figure."""
        return self.to - self.value


def distances(
    node_id: str, sheet: Sheet, index: int, passing: int | None = None
) -> tuple[Distance, ...]:
    """The nearest other outcome of a node above and below a subject's figure.

    Of bands, of ranks, and of labels by place; none of other kinds, where nothing came out, and
    where more than one way leads from the figure to the node. With ``passing`` what lies beyond so
    many figures of others, or limits, is too far to be told.
    """
    route = _route(node_id, sheet.scheme)
    if route is None:
        return ()
    figure, above = route
    value = sheet.column(figure)[index]
    now = _outcome(above, sheet, index)
    if isinstance(value, str | Absence) or _is_nothing(now, sheet.scheme.nodes[node_id]):
        return ()

    def outcome(at: Fraction) -> Outcome:
        column = list(sheet.column(figure))
        column[index] = at
        return _outcome(above, work_out_with(sheet, figure, column, above), index)

    stops = _stops(above, figure, sheet, index)
    return tuple(nearest(figure, Fraction(value), stops, outcome, now, sheet.scheme, passing))


# -- which figure moves, and what is built on it ---------------------------------------------------


def _route(node_id: str, scheme: Scheme) -> tuple[Operand, tuple[str, ...]] | None:
    """The figure that a node goes by and the nodes to work out from it; None where it has none."""
    node = scheme.nodes[node_id]
    figure: Operand
    above: tuple[str, ...]
    if isinstance(node, RankNode):
        figure, above = node.by[0].node, (node_id,)
    elif (rank := _rank_below(node, scheme)) is not None:
        ranked = scheme.nodes[rank]
        assert isinstance(ranked, RankNode)
        figure, above = ranked.by[0].node, (rank, node_id)
    elif isinstance(node, BandsNode):
        figure, above = node.of, (node_id,)
    else:
        return None
    return (figure, above) if _one_way(figure, above, scheme) else None


def _rank_below(node: BaseNode, scheme: Scheme) -> str | None:
    if isinstance(node, AllocateNode):
        return node.by
    if isinstance(node, BandsNode) and isinstance(node.of, str):
        return node.of if isinstance(scheme.nodes[node.of], RankNode) else None
    return None


def _one_way(figure: Operand, above: Sequence[str], scheme: Scheme) -> bool:
    """Whether nothing between the figure and the node is built on the figure in another way."""
    if not isinstance(figure, str):
        # A part without a name: only what it is made of could be used again, and that stays.
        return True
    moving = set(nodes_above([figure], scheme)) - {figure, *above}
    used = set(chain.from_iterable(node_inputs(scheme.nodes[one], scheme) for one in above))
    inner = [
        operand
        for one in above
        for operand in _asked_beside(scheme.nodes[one])
        if isinstance(operand, BaseNode)
    ]
    hidden = {below for one in inner for below in node_inputs(one, scheme)}
    return not (moving & used or figure in hidden or figure in _in_formulas(above, scheme))


def _conditions(node: BaseNode) -> Iterator[tuple[If, Bindings]]:
    if isinstance(node, RankNode):
        given = [node.last_if, node.left_out_if]
        yield from ((one, node.bind) for one in given if one is not None)
    if isinstance(node, AllocateNode):
        yield from (
            (places.only_if, node.bind) for places in node.places if places.only_if is not None
        )


def _asked_beside(node: BaseNode) -> Iterator[Operand]:
    for given, bind in _conditions(node):
        yield from condition_operands(given, bind)


def _demands(given: If, bind: Bindings) -> Iterator[tuple[Operand, Demand]]:
    for all_of in (given,) if isinstance(given, Mapping) else given:
        for name, demand in all_of.items():
            yield bind.get(name, name), demand


def _in_formulas(above: Sequence[str], scheme: Scheme) -> set[str]:
    """The nodes that limits of bands and conditions, and numbers of places, are reckoned from."""
    found: set[str] = set()
    formulas: list[tuple[str, Bindings]] = []
    for node in (scheme.nodes[one] for one in above):
        if isinstance(node, BandsNode):
            found.update(one for one in stated_limits(node.bands) if isinstance(one, str))
        if isinstance(node, AllocateNode):
            for places in node.places:
                limits = (places.to_rank, places.places)
                formulas += [(one, node.bind) for one in limits if one is not None]
        for given, bind in _conditions(node):
            for _, demand in _demands(given, bind):
                if isinstance(demand, Limits):
                    ends = (demand.at_least, demand.at_most, demand.above, demand.below)
                    formulas += [(one, bind) for one in ends if one is not None]
    operands = (one for text, bind in formulas for one in formula_operands(text, bind))
    return found | {one for one in operands if isinstance(one, str)}


def stated_limits(bands: Iterable[Band]) -> list[Decimal | str]:
    """The limits of bands as they are stated."""
    limits = ((band.at_least, band.above, band.up_to, band.below) for band in bands)
    return [limit for limit in chain.from_iterable(limits) if limit is not None]


# -- where something may change -------------------------------------------------------------------


def _stops(above: Sequence[str], figure: Operand, sheet: Sheet, index: int) -> list[Fraction]:
    """Every value of the figure at which one of the nodes may come to something else."""
    found: list[Value] = []
    for node in (sheet.scheme.nodes[one] for one in above):
        if isinstance(node, RankNode):
            found += [value for at, value in enumerate(sheet.column(figure)) if at != index]
        bands: Iterable[Band] = ()
        if isinstance(node, BandsNode) and node.of == figure:
            bands = node.bands
        elif isinstance(node, AllocateNode) and node.otherwise is not None:
            bands = node.otherwise.bands if node.otherwise.by == figure else ()
        for band in bands:
            found += [one for one in limits_of_band(band, sheet, index) if one is not None]
        for given, bind in _conditions(node):
            found += _asked_values(given, bind, figure, sheet, index)
    return [Fraction(one) for one in found if not isinstance(one, str | Absence)]


def _asked_values(
    given: If, bind: Bindings, figure: Operand, sheet: Sheet, index: int
) -> Iterator[Value]:
    """The values of the figure that a condition speaks of."""
    for operand, demand in _demands(given, bind):
        if operand != figure:
            continue
        listed: Iterable[Decimal | str]
        if isinstance(demand, Limits):
            yield from (end for _, end in ends_of(demand, bind, sheet, index))
            listed = demand.none_of or ()
        else:
            listed = demand if isinstance(demand, tuple) else (demand,)
        yield from (Fraction(one) for one in listed if isinstance(one, Decimal))


def _step(figure: Operand, scheme: Scheme) -> Fraction | None:
    """The least by which a figure can change: a unit of its last place; None if it is exact."""
    node = scheme.nodes[figure] if isinstance(figure, str) else figure
    tally = node.of if isinstance(node, TallyNode) else node
    if isinstance(tally, Tally) and tally.taken in WHOLE:
        return Fraction(1)
    if not isinstance(figure, str) or not isinstance(node, BaseNode):
        return None
    places = scheme.places(node)
    return None if places is None else Fraction(1, 10**places)


def _can_be(to: Fraction, figure: Operand, scheme: Scheme) -> bool:
    """Whether a figure can come to a value at all, within the limits that its node states."""
    node = scheme.nodes[figure] if isinstance(figure, str) else figure
    low, high = limits_of(node) if isinstance(node, BaseNode) else (None, None)
    return (low is None or to >= low) and (high is None or to <= high)


# -- the search -----------------------------------------------------------------------------------


def nearest(
    figure: Operand,
    value: Fraction,
    stops: Sequence[Fraction],
    outcome: Callable[[Fraction], Outcome],
    now: Outcome,
    scheme: Scheme,
    passing: int | None = None,
) -> Iterator[Distance]:
    """The nearest change above, then the nearest below, as far as the figure can go."""
    step = _step(figure, scheme)
    for side in (1, -1):
        for to, probe, beyond in _probes(
            side * value, [side * one for one in stops], step, passing
        ):
            told = outcome(side * probe)
            if told[0] != now[0]:
                if _can_be(side * to, figure, scheme):
                    yield Distance(figure, value, side * to, beyond, *told, rises=side > 0)
                break


def _probes(
    value: Fraction, stops: Iterable[Fraction], step: Fraction | None, passing: int | None
) -> Iterator[tuple[Fraction, Fraction, bool]]:
    """Values to try upwards: each stop, and one in each stretch between two.

    With each the value to tell, and whether only what lies beyond it counts.
    """
    low = value
    above = sorted({stop for stop in stops if stop > value})
    ends: list[Fraction | None] = [*above, None]
    if passing is not None and len(above) > passing:
        ends = [*above[:passing]]
    for stop in ends:
        if step is not None:
            first = (math.floor(low / step) + 1) * step
            if stop is None or first < stop:
                yield first, first, False
        else:
            yield low, low + 1 if stop is None else (low + stop) / 2, True
        if stop is not None:
            if step is None or (stop / step).denominator == 1:
                yield stop, stop, False
            low = stop


def _outcome(above: Sequence[str], sheet: Sheet, index: int) -> Outcome:
    """What the last of some nodes comes to, and the place on the way there."""
    ranks = [one for one in above if isinstance(sheet.scheme.nodes[one], RankNode)]
    place = sheet.values[ranks[0]][index] if ranks else None
    last = sheet.values[above[-1]][index]
    return last, place


def _is_nothing(now: Outcome, node: BaseNode) -> bool:
    """Whether there is nothing to move: no result, unless it is a label that is not given."""
    value, place = now
    if isinstance(node, AllocateNode):
        return isinstance(place, Absence)
    return isinstance(value, Absence)
