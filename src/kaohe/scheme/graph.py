"""The graph of a scheme: which nodes a node is built on, and in which order they are worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe.scheme import formulas
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    BandsNode,
    BaseNode,
    FormulaNode,
    MeanNode,
    Operand,
    RankNode,
    SumNode,
    TallyNode,
)

FREE_NAMES = ("full", "subjects")
"""Names that every formula of a node knows: its maximum, and the number of subjects."""


def operands(node: BaseNode) -> Iterator[Operand]:
    """The operands of a node, in reading order."""
    match node:
        case TallyNode(of=tally):
            yield tally
        case SumNode(of=parts):
            yield from parts
        case MeanNode(of=parts):
            yield from parts
        case FormulaNode():
            yield from _formula_operands(node.formula, node.bind)
        case RankNode(by=keys):
            yield from (key.node for key in keys)
        case BandsNode(of=operand):
            yield operand
        case AllocateNode():
            yield from _allocate_operands(node)


def _formula_operands(formula: str, bind: Mapping[str, Operand]) -> Iterator[Operand]:
    seen: set[str] = set()
    for name in formulas.names(formulas.parse(formula)):
        if name not in FREE_NAMES and name not in seen:
            seen.add(name)
            yield bind.get(name, name)


def _allocate_operands(node: AllocateNode) -> Iterator[Operand]:
    yield node.by
    for places in node.places:
        yield from _formula_operands(places.to_rank, {})
        if places.threshold is not None:
            yield places.threshold.node
    if node.otherwise is not None:
        yield node.otherwise.by


def node_inputs(node: BaseNode) -> list[str]:
    """Ids of the nodes that a node is built on, inner nodes followed, each once."""
    found: dict[str, None] = dict.fromkeys(node.needs)
    for operand in operands(node):
        if isinstance(operand, str):
            found[operand] = None
        elif isinstance(operand, BaseNode):
            found.update(dict.fromkeys(node_inputs(operand)))
    return list(found)


def in_working_order(scheme: Scheme) -> list[str]:
    """Every node after those it is built on, else in the file's order.

    Only for a scheme without findings: a node of a cycle, or built on nothing declared, is left
    out together with all that is built on it.
    """
    waiting = {node_id: set(node_inputs(node)) for node_id, node in scheme.nodes.items()}
    ordered: dict[str, None] = {}
    while True:
        ready = [node_id for node_id, inputs in waiting.items() if inputs <= ordered.keys()]
        if not ready:
            return list(ordered)
        for node_id in ready:
            ordered[node_id] = None
            del waiting[node_id]
