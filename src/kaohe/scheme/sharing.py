"""What schemes of one document share, so that what came of it need not be worked out again.

Schemes of one assembly hold the same part as the same object; that is how it is known again here.
Of other schemes nothing is taken for shared, however alike they are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from kaohe.scheme.graph import check_inputs, in_working_order, node_inputs, pay_inputs
from kaohe.scheme.model import Check, Pay, Scheme
from kaohe.scheme.nodes import BaseNode
from kaohe.values.once import Once, Part, parts_of

Made = TypeVar("Made")

APART = ("nodes", "checks", "pay", "results", "decisions", "readings", "overrides")
"""Fields whose entries are told apart one by one, and those that no value depends on."""


def common_ground(scheme: Scheme) -> Hashable:
    """All that a node may depend on besides the nodes that it is built on.

    The names of the checks belong to it: the column of waivers takes them as its choices.
    """
    fields = [name for name in Scheme.model_fields if name not in APART]
    checks = tuple((check_id, check.label.zh) for check_id, check in scheme.checks.items())
    return tuple(parts_of(getattr(scheme, name)) for name in fields), checks


class Shared:
    """What comes of the parts of a scheme, kept in ``once`` for other schemes that share them.

    A value comes from the part itself, from all that it is built on, and from the ground. Where
    all of these are the same objects, what came of them from the same facts is the same.
    """

    def __init__(self, scheme: Scheme, once: Once) -> None:
        self.scheme = scheme
        self._once = once
        self._named = _Named(scheme, once)
        self._ground = once.mark(common_ground(scheme))
        self._origins: dict[str, int] = {}
        for node_id in in_working_order(scheme, self._named.nodes):
            self._origins[node_id] = self._origin(scheme.nodes[node_id], self._named.nodes[node_id])

    @property
    def working_order(self) -> Iterable[str]:
        """Every node after those that it is built on."""
        return self._origins

    def of_ground(self, what: Hashable, make: Callable[[], Made]) -> Made:
        """What hangs on no node, check or pay."""
        return self._once.made((what, self._ground), (), make)

    def of_node(self, what: Hashable, node_id: str, make: Callable[[], Made]) -> Made:
        """What comes of a node."""
        return self._once.made((what, self._origins[node_id]), (), make)

    def of_check(self, what: Hashable, check_id: str, make: Callable[[], Made]) -> Made:
        """What comes of a check."""
        check = self.scheme.checks[check_id]
        return self._once.made((what, self._origin(check, self._named.by(check))), (), make)

    def of_pay(self, what: Hashable, make: Callable[[], Made]) -> Made:
        """What comes of the rules of pay, if there are any."""
        pay = self.scheme.pay
        named = () if pay is None else self._named.by(pay)
        return self._once.made((what, self._origin(pay, named)), (), make)

    def _origin(self, part: object, named: Iterable[str]) -> int:
        below = tuple(self._origins[one] for one in named)
        return self._once.mark((Part(part), self._ground, below))


class _Named:
    """Which nodes the parts of a scheme name, looked up once for each part."""

    def __init__(self, scheme: Scheme, once: Once) -> None:
        self._scheme = scheme
        self._once = once
        self.whole = once.mark((common_ground(scheme), tuple(scheme.nodes)))
        """What all parts stand on, and which nodes there are."""
        self.nodes = {node_id: self.by(node) for node_id, node in scheme.nodes.items()}

    def by(self, part: BaseNode | Check | Pay) -> Sequence[str]:
        make = partial(_named_by, part, self._scheme)
        return self._once.made(("named", self.whole), (part,), make)


def _named_by(part: BaseNode | Check | Pay, scheme: Scheme) -> Sequence[str]:
    if isinstance(part, Check):
        return check_inputs(part, scheme)
    return pay_inputs(part, scheme) if isinstance(part, Pay) else node_inputs(part, scheme)


def with_something_new(schemes: Iterable[Scheme], once: Once) -> Iterator[Scheme]:
    """Those of several schemes that hold what none before them held, be it a part beside another.

    Whatever is counted for a part, and whatever is wrong with a part or with what it names, has
    been seen in one of these already; a scheme with a cycle is always among them.
    """
    seen: set[Hashable] = set()
    for scheme in schemes:
        named = _Named(scheme, once)
        found = set(_constellations(scheme, named))
        if not found <= seen or len(in_working_order(scheme, named.nodes)) < len(scheme.nodes):
            seen |= found
            yield scheme


def _constellations(scheme: Scheme, named: _Named) -> Iterator[Hashable]:
    """Every part of a scheme with the nodes that it names, and what all parts stand on."""
    yield named.whole, Part(scheme.results)
    nodes: Mapping[str, object] = scheme.nodes
    parts = [*scheme.nodes.values(), *scheme.checks.values()]
    for part in parts if scheme.pay is None else [*parts, scheme.pay]:
        yield named.whole, Part(part), *(Part(nodes.get(one)) for one in named.by(part))
