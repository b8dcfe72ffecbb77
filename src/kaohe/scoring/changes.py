"""Why figures of two results differ: in which nodes a change begins and what it reaches."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kaohe.scheme.graph import in_working_order, node_inputs
from kaohe.scheme.model import Scheme

Figures = Mapping[str, str | None]
"""What each node of one subject came to, as results print it; None where it is absent."""


def ruled_otherwise(before: Scheme, after: Scheme) -> frozenset[str]:
    """The nodes that are declared in both schemes, but not alike."""
    both = before.nodes.keys() & after.nodes.keys()
    return frozenset(
        one
        for one in both
        if before.nodes[one] != after.nodes[one]
        or before.rounding_of(before.nodes[one]) != after.rounding_of(after.nodes[one])
    )


def beginnings(
    before: Figures, after: Figures, scheme: Scheme, ruled: Collection[str] = frozenset()
) -> dict[str, tuple[str, ...]]:
    """Every node whose figure changed, and the deepest changed nodes that it is built on.

    A change begins where no node below has changed: in the facts, in the figures of others beside
    whom a subject stands, or in a rule (``ruled`` otherwise). ``scheme`` is that of the result
    ``after``; nodes that it does not have any more begin their own change. In working order.
    """
    changed = {one for one in {*before, *after} if before.get(one) != after.get(one)}
    found: dict[str, tuple[str, ...]] = {}
    order = [one for one in in_working_order(scheme) if one in changed]
    for node in [*order, *sorted(changed - set(order))]:
        below = node_inputs(scheme.nodes[node], scheme) if node in scheme.nodes else []
        begins = dict.fromkeys(begin for one in below for begin in found.get(one, ()))
        if not begins or node in ruled:
            begins[node] = None
        found[node] = tuple(begins)
    return found
