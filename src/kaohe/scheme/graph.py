"""The graph of a scheme: which nodes a node is built on, and in which order they are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kaohe.scheme import formulas
from kaohe.scheme.model import Check, Pay, Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    Band,
    BandsNode,
    BaseNode,
    Bindings,
    CurveNode,
    FormulaNode,
    If,
    Limits,
    LookupNode,
    MeanNode,
    MembersNode,
    Missing,
    Operand,
    PickNode,
    RankNode,
    Referred,
    RulesNode,
    SlopeNode,
    StatNode,
    Substitute,
    SumNode,
    TallyNode,
    Treatment,
    labels_of,
)

FREE_NAMES = ("full", "subjects", "ranked")
"""Names that formulas know: the maximum of their node, the number of subjects (in the class of a
rank, for the places that it allocates), and the number of those that have a place."""


def operands(node: BaseNode) -> Iterator[Operand]:
    """The operands of a node, in reading order."""
    match node:
        case TallyNode(of=tally):
            yield tally
        case SumNode() | MeanNode() | PickNode():
            yield from node.of
            yield from substitutes(node.missing)
        case FormulaNode():
            yield from formula_operands(node.formula, node.bind)
        case MembersNode(of=member):
            yield member
        case RulesNode():
            yield from _rules_operands(node)
        case BandsNode():
            yield node.of
            yield from _band_operands(node.bands)
        case CurveNode():
            yield node.of
            for point in node.points:
                yield from formula_operands(point.at, node.bind)
                yield from formula_operands(point.gives, node.bind)
        case SlopeNode():
            yield node.of
            yield from formula_operands(node.par, node.bind)
            yield from formula_operands(node.gives, node.bind)
        case LookupNode():
            yield from node.by
        case StatNode(of=operand):
            yield operand
        case RankNode():
            yield from (key.node for key in node.by)
            for given in (node.last_if, node.left_out_if):
                yield from condition_operands(given, node.bind)
        case AllocateNode():
            yield from _allocate_operands(node)


def with_inner(node: BaseNode) -> Iterator[BaseNode]:
    """A node and all nodes without a name within it."""
    yield node
    for operand in operands(node):
        if isinstance(operand, BaseNode):
            yield from with_inner(operand)


At = tuple[object, ...]
"""A place in a document."""


def nodes_at(scheme: Scheme) -> Iterator[tuple[At, BaseNode]]:
    """Every node with its place: named ones, those within them, those that checks and pay bind."""
    for node_id, node in scheme.nodes.items():
        for one in with_inner(node):
            yield ("nodes", node_id), one
    binds: list[tuple[At, Bindings]] = [
        (("checks", check_id, "with"), check.bind) for check_id, check in scheme.checks.items()
    ]
    if scheme.pay is not None:
        binds.append((("pay", "with"), scheme.pay.bind))
    for path, bind in binds:
        for name, operand in bind.items():
            for one in with_inner(operand) if isinstance(operand, BaseNode) else ():
                yield (*path, name), one


def goes_by_rank(node: BaseNode, scheme: Scheme) -> bool:
    """Whether a node is a place, is given by place, or sets subjects beside each other."""
    if isinstance(node, BandsNode | RulesNode):
        return isinstance(node.of, str) and goes_by_rank(scheme.nodes[node.of], scheme)
    if isinstance(node, PickNode):
        return any(
            isinstance(part, str) and goes_by_rank(scheme.nodes[part], scheme) for part in node.of
        )
    return isinstance(node, RankNode | AllocateNode) or (
        isinstance(node, StatNode) and node.take == "percentile"
    )


def tells_rank(node_id: str, scheme: Scheme) -> bool:
    """Whether the value of a node is a place or a percentile, or is reckoned from one."""
    node = scheme.nodes.get(node_id)
    if isinstance(node, RankNode):
        return True
    if isinstance(node, StatNode):
        return node.take == "percentile"
    reckons = (
        FormulaNode,
        SumNode,
        MeanNode,
        PickNode,
        RulesNode,
        CurveNode,
        SlopeNode,
        MembersNode,
    )
    return (
        isinstance(node, reckons)
        and not labels_of(node)
        and any(tells_rank(one, scheme) for one in node_inputs(node, scheme) if one != node_id)
    )


def keys_among_equals(scheme: Scheme, node_id: str | None) -> frozenset[str]:
    """The nodes by which a rank only parts those who are equal so far; of other nodes none."""
    declared = scheme.nodes.get(node_id or "")
    if not isinstance(declared, RankNode):
        return frozenset()
    first, *others = (key.node for key in declared.by)
    return frozenset(others) - {first}


def treatments(missing: Missing | None) -> Iterator[Treatment]:
    """How absent parts are treated, for whatever reason."""
    if isinstance(missing, Mapping):
        yield from missing.values()
    elif missing is not None:
        yield missing


def substitutes(missing: Missing | None) -> Iterator[Operand]:
    """What may stand in for absent parts."""
    for treatment in treatments(missing):
        if isinstance(treatment, Substitute):
            yield treatment.use


def formula_operands(formula: str, bind: Bindings) -> Iterator[Operand]:
    """What the names of a formula stand for, each once."""
    seen: set[str] = set()
    for name in formulas.names(formulas.parse(formula)):
        if name not in FREE_NAMES and name not in seen:
            seen.add(name)
            yield bind.get(name, name)


def condition_operands(given: If | None, bind: Bindings) -> Iterator[Operand]:
    """What conditions on values ask about, and what their limits are built on."""
    if given is None:
        return
    for all_of in (given,) if isinstance(given, Mapping) else given:
        for name, demand in all_of.items():
            yield bind.get(name, name)
            if isinstance(demand, Limits):
                for limit in (demand.at_least, demand.at_most, demand.above, demand.below):
                    if limit is not None:
                        yield from formula_operands(limit, bind)


def _rules_operands(node: RulesNode) -> Iterator[Operand]:
    yield node.of
    for rule in node.rules:
        yield from condition_operands(rule.given, node.bind)
        if rule.then.use is not None:
            yield rule.then.use


def _band_operands(bands: tuple[Band, ...]) -> Iterator[Operand]:
    for band in bands:
        for limit in (band.at_least, band.above, band.up_to, band.below):
            if isinstance(limit, str):
                yield limit


def _allocate_operands(node: AllocateNode) -> Iterator[Operand]:
    yield node.by
    for places in node.places:
        for formula in (places.to_rank, places.places):
            if formula is not None:
                yield from formula_operands(formula, node.bind)
        yield from condition_operands(places.only_if, node.bind)
    if node.otherwise is not None:
        yield node.otherwise.by
        yield from _band_operands(node.otherwise.bands)


def cohort_node(name: str | None, scheme: Scheme) -> str | None:
    """The node whose labels make the classes of ``within``, if a node does."""
    if name is None or name not in scheme.cohorts:
        return None
    by = scheme.cohorts[name].by
    return by if by in scheme.nodes else None


def node_inputs(node: BaseNode, scheme: Scheme) -> list[str]:
    """Ids of the nodes that a node is built on, inner nodes followed, each once."""
    found: dict[str, None] = dict.fromkeys((*node.needs, *_named(operands(node), scheme)))
    within = cohort_node(getattr(node, "within", None), scheme)
    if within is not None:
        found[within] = None
    return list(found)


def check_inputs(check: Check, scheme: Scheme) -> list[str]:
    """Ids of the nodes that a check is built on, each once."""
    formulas_of = [check.required, check.actual]
    if check.span is not None:
        formulas_of += [check.span.given, check.span.lower, check.span.upper]
    wanted = [one for text in formulas_of for one in formula_operands(text, check.bind)]
    return list(dict.fromkeys(_named(wanted, scheme)))


def pay_inputs(pay: Pay, scheme: Scheme) -> list[str]:
    """Ids of the nodes that pay goes by, or that hold it back, each once."""
    amounts = [rate.amount for rate in pay.rates if rate.amount is not None]
    wanted = [one for text in amounts for one in formula_operands(text, pay.bind)]
    wanted += [one for hold in pay.hold for one in condition_operands(hold.given, pay.bind)]
    return list(dict.fromkeys((pay.by, *_named(wanted, scheme))))


def _named(wanted: Iterable[Operand], scheme: Scheme) -> Iterator[str]:
    for operand in wanted:
        if isinstance(operand, str):
            yield operand
        elif isinstance(operand, Referred):
            yield operand.node
        elif isinstance(operand, BaseNode):
            yield from node_inputs(operand, scheme)


def nodes_above(nodes: Iterable[str], scheme: Scheme) -> list[str]:
    """The nodes themselves and all that are built on any of them, in working order."""
    found = set(nodes)
    for node_id in in_working_order(scheme):
        if found & set(node_inputs(scheme.nodes[node_id], scheme)):
            found.add(node_id)
    return [node_id for node_id in in_working_order(scheme) if node_id in found]


def nodes_below(nodes: Iterable[str], scheme: Scheme) -> set[str]:
    """The nodes themselves and all that any of them is built on."""
    found = set(nodes)
    for node_id in reversed(in_working_order(scheme)):
        if node_id in found:
            found.update(node_inputs(scheme.nodes[node_id], scheme))
    return found


def in_working_order(
    scheme: Scheme, inputs: Mapping[str, Iterable[str]] | None = None
) -> list[str]:
    """Every node after those it is built on, else in the file's order.

    Only for a scheme without findings: a node of a cycle, or built on nothing declared, is left
    out together with all that is built on it. ``inputs`` are those of every node, where known.
    """
    if inputs is None:
        inputs = {node_id: node_inputs(node, scheme) for node_id, node in scheme.nodes.items()}
    waiting = {node_id: set(below) for node_id, below in inputs.items()}
    ordered: dict[str, None] = {}
    while True:
        ready = [node_id for node_id, below in waiting.items() if below <= ordered.keys()]
        if not ready:
            return list(ordered)
        for node_id in ready:
            ordered[node_id] = None
            del waiting[node_id]
