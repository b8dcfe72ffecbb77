"""How far a figure is from limits that the scheme states as numbers: this may be told to everybody.

Nothing in it tells of other subjects, their figures or places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from kaohe.scheme.graph import tells_rank
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, Band, BandsNode
from kaohe.scoring.distances import Distance, Outcome, nearest, stated_limits
from kaohe.scoring.valuing import as_value, lies_within
from kaohe.scoring.working import limits_of
from kaohe.values.numbers import Absence, Value


def fixed_distances(
    node_id: str, scheme: Scheme, values: Mapping[str, Value]
) -> tuple[Distance, ...]:
    """The same against limits only that the scheme states as numbers, from named figures alone.

    Nothing in it tells of other subjects. ``values`` are those of a subject's nodes.
    """
    found = _fixed_bands(node_id, scheme, values)
    if found is None:
        return ()
    figure, bands = found
    value = values.get(figure)
    if value is None or isinstance(value, str | Absence):
        return ()

    def outcome(at: Fraction) -> Outcome:
        return _given(bands, at), None

    stops = [Fraction(limit) for limit in stated_limits(bands)]
    now = outcome(Fraction(value))
    if now[0] != values.get(node_id):
        return ()
    return tuple(nearest(figure, Fraction(value), stops, outcome, now, scheme))


def _fixed_bands(
    node_id: str, scheme: Scheme, values: Mapping[str, Value]
) -> tuple[str, Sequence[Band]] | None:
    """A named figure and the bands that it falls into, if nothing in them tells of others."""
    node = scheme.nodes[node_id]
    if isinstance(node, AllocateNode) and node.otherwise is not None:
        if values.get(node_id) in {places.label for places in node.places}:
            return None
        figure, bands = node.otherwise.by, node.otherwise.bands
    elif isinstance(node, BandsNode) and isinstance(node.of, str):
        figure, bands = node.of, node.bands
    else:
        return None
    named = any(isinstance(limit, str) for limit in stated_limits(bands))
    bounded = limits_of(node) != (None, None)
    return None if named or bounded or tells_rank(figure, scheme) else (figure, bands)


def _given(bands: Sequence[Band], value: Fraction) -> Value:
    """What the first band gives whose numbers a value lies within."""
    for band in bands:
        limits = (band.at_least, band.above, band.up_to, band.below)
        if lies_within(value, [None if one is None else Fraction(one) for one in limits]):
            return as_value(band.gives)
    return Absence.NOT_APPLICABLE
