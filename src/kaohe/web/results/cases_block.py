"""The nodes of a scheme that cases alone decide, and what they count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kaohe.scheme.counting import (
    all_groupings,
    all_measures,
    attribute_of,
    measures_wanted,
    node_groupings,
    tallies_of,
)
from kaohe.scheme.graph import (
    in_working_order,
    node_inputs,
    nodes_above,
    nodes_below,
    treatments,
    with_inner,
)
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, BandsNode, BaseNode, RankNode, RatioNode, StatNode
from kaohe.values.measures import (
    AnyMeasure,
    Condition,
    FilledAtLeast,
    Grouping,
    ListedIn,
    Measure,
)
from kaohe.values.text import Text
from kaohe.web.hotline.facts import CASES, EXCLUDED

PREVIOUS = "previous"
"""The table of last year's figures in schemes."""
COMPARING = (RankNode, StatNode, AllocateNode)
"""Kinds of node that hold an area against others."""


def nodes_on_cases(scheme: Scheme) -> frozenset[str]:
    """The nodes whose whole graph needs cases, areas and last year's figures, and nothing else."""
    found: set[str] = set()
    for node_id in in_working_order(scheme):
        node = scheme.nodes[node_id]
        below = (one for one in node_inputs(node, scheme) if one != node_id)
        if node.subject is None and found.issuperset(below) and _is_countable(node, scheme):
            found.add(node_id)
    return frozenset(found)


def _is_countable(node: BaseNode, scheme: Scheme) -> bool:
    ground = scheme.ground
    known = {scheme.subject.table, PREVIOUS}
    for one in with_inner(node):
        wanted = (*measures_wanted(one, scheme, ground), *node_groupings(one, ground).values())
        if not all(_counts_cases(measure, scheme) for measure in wanted):
            return False
        named = (attribute_of(tally) for tally in tallies_of(one) if tally.attribute is not None)
        if not all(table in known for table, _column in named):
            return False
    return True


def _counts_cases(wanted: AnyMeasure | Grouping, scheme: Scheme) -> bool:
    return (
        isinstance(wanted, Measure | Grouping)
        and wanted.table == CASES
        and wanted.subject == scheme.ground.subject_column(CASES)
        and not any(isinstance(one, ListedIn) for one in wanted.where)
    )


@dataclass(frozen=True)
class Block:
    """A scheme cut down to the nodes that cases decide, and what these count.

    ``besides`` are measures that no node asks for.
    """

    scheme: Scheme
    besides: tuple[Measure, ...] = ()

    @classmethod
    def of(cls, whole: Scheme, besides: Iterable[Measure] = ()) -> Block:
        """The block of a whole scheme."""
        kept = nodes_on_cases(whole)
        nodes = {name: node for name, node in whole.nodes.items() if name in kept}
        bare = {"nodes": nodes, "checks": {}, "pay": None, "feedback": None}
        return cls(whole.model_copy(update=bare), tuple(besides))

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that count cases or are built on such, in the order of the results."""
        counting = [
            name
            for name, node in self.scheme.nodes.items()
            if any(_wants_cases(one, self.scheme) for one in with_inner(node))
        ]
        above = set(nodes_above(counting, self.scheme))
        order = [name for block in self.scheme.results.blocks for name in block.nodes]
        order += self.scheme.columns_of(None)
        return tuple(name for name in dict.fromkeys(order) if name in above)

    @cached_property
    def rates(self) -> tuple[str, ...]:
        """The rates of cases."""
        return tuple(one for one in self.nodes if isinstance(self.scheme.nodes[one], RatioNode))

    @cached_property
    def composites(self) -> tuple[str, ...]:
        """What areas are ranked by first: of three rates the one figure that they make."""
        ranks = (self.scheme.nodes[one] for one in self.nodes)
        first = (rank.by[0].node for rank in ranks if isinstance(rank, RankNode))
        return tuple(dict.fromkeys(first))

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The nodes that hold no area against another one."""
        return tuple(one for one in self.nodes if not compares(one, self.scheme))

    @cached_property
    def bands(self) -> tuple[str, ...]:
        """The nodes that give something for a place."""
        return tuple(one for one in self.nodes if rank_of(one, self.scheme))

    def label_of(self, node_id: str) -> Text:
        """What a node is called."""
        return self.scheme.nodes[node_id].label or Text(zh=node_id, en=node_id)

    @property
    def clauses(self) -> list[str]:
        """The clauses that the nodes carry out, each once."""
        every = (self.scheme.nodes[one].clause or "" for one in self.nodes)
        return list(dict.fromkeys(part for one in every for part in one.split("；") if part))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """All that is counted."""
        wanted = all_measures(self.scheme).get(None, ())
        own = (one for one in wanted if isinstance(one, Measure))
        return tuple(dict.fromkeys((*own, *self.besides)))

    @cached_property
    def groupings(self) -> tuple[Grouping, ...]:
        """All that is grouped."""
        return tuple(all_groupings(self.scheme).get(None, ()))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that kinds of cases are told apart by."""
        asked, wanted = {EXCLUDED}, list[Measure | Grouping]()
        wanted += self.measures
        wanted += self.groupings
        for one in wanted:
            asked.update(one.columns)
            asked.update(*(columns_of(condition) for condition in self.beside_period(one.where)))
        return tuple(name for name in self.scheme.fact_tables[CASES].columns if name in asked)

    @cached_property
    def in_period(self) -> tuple[Condition, ...]:
        """What leaves out cases that lie outside the scheme's period; part of every measure."""
        return self.scheme.ground.in_period(CASES)

    def beside_period(self, where: Iterable[Condition]) -> tuple[Condition, ...]:
        """Conditions without that one."""
        return tuple(one for one in where if one not in self.in_period)


def _wants_cases(node: BaseNode, scheme: Scheme) -> bool:
    wanted = (*measures_wanted(node, scheme, scheme.ground), *node_groupings(node, scheme.ground))
    return bool(wanted)


def columns_of(condition: Condition) -> tuple[str, ...]:
    """The columns that a condition asks about."""
    if isinstance(condition, FilledAtLeast):
        return condition.columns
    named = (getattr(condition, name, None) for name in ("column", "start", "end"))
    return tuple(name for name in named if name is not None)


def rank_of(node_id: str, scheme: Scheme) -> RankNode | None:
    """The rank for whose places a node gives something by bands."""
    node = scheme.nodes[node_id]
    if not isinstance(node, BandsNode) or not isinstance(node.of, str):
        return None
    rank = scheme.nodes[node.of]
    return rank if isinstance(rank, RankNode) else None


def compares(node_id: str, scheme: Scheme) -> bool:
    """Whether what a node comes to for an area hangs on other areas too."""
    below = (scheme.nodes[one] for one in nodes_below([node_id], scheme))
    return any(_compares(inner) for node in below for inner in with_inner(node))


def _compares(node: BaseNode) -> bool:
    by_class = getattr(node, "within", None) is not None
    by_peers = "peer_mean" in treatments(getattr(node, "missing", None))
    return isinstance(node, COMPARING) or by_class or by_peers
