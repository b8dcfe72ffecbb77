"""What departments score: the items of a scheme, and the blocks that they make up.

An item is a node of kind ``marks``; a block is the node that the scheme builds on its items, such
as 加强党建引领. Both are found in the graph of the scheme, so every scheme has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe.scheme.graph import operands, with_inner
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, FormulaNode, MarksNode, MeanNode, PickNode, SumNode
from kaohe.values.tables import Column
from kaohe.values.text import Text

JOINS = (SumNode, MeanNode, PickNode, FormulaNode)
"""Kinds that put items together; a rank or a mean over all areas makes no block."""

FULL_MARK = Fraction(100)
"""The highest mark where neither the column nor the item states one."""


@dataclass(frozen=True)
class Item:
    """One scored item: who marks it, and between which limits a mark may lie."""

    node: str
    label: Text
    clause: str
    scorers: tuple[str, ...]
    block: str
    minimum: Fraction
    maximum: Fraction
    places: int


@dataclass(frozen=True)
class Block:
    """The items that one lead department answers for; ``maximum`` are its points, if stated."""

    node: str
    label: Text
    clause: str
    maximum: Fraction | None
    items: tuple[Item, ...]


def blocks(scheme: Scheme) -> tuple[Block, ...]:
    """The blocks of scored items in the scheme's order; an item in no block is one by itself."""
    found: dict[str, list[str]] = {}
    parents = _parents(scheme)
    for node_id, node in scheme.nodes.items():
        if isinstance(node, MarksNode):
            found.setdefault(parents.get(node_id, node_id), []).append(node_id)
    return tuple(_block(node_id, inside, scheme) for node_id, inside in found.items())


def items(scheme: Scheme) -> dict[str, Item]:
    """Every scored item by its node, block after block."""
    return {item.node: item for block in blocks(scheme) for item in block.items}


def _parents(scheme: Scheme) -> dict[str, str]:
    """The first node that joins a scored item with others, item by item."""
    parents: dict[str, str] = {}
    for node_id, node in scheme.nodes.items():
        if not isinstance(node, JOINS):
            continue
        for one in with_inner(node):
            for operand in operands(one):
                if isinstance(operand, str) and isinstance(scheme.nodes.get(operand), MarksNode):
                    parents.setdefault(str(operand), node_id)
    return parents


def _block(node_id: str, inside: list[str], scheme: Scheme) -> Block:
    node = scheme.nodes[node_id]
    return Block(
        node=node_id,
        label=_label(node_id, node),
        clause=node.clause or "",
        maximum=None if node.max is None else Fraction(node.max),
        items=tuple(_item(one, node_id, scheme) for one in inside),
    )


def _item(node_id: str, block: str, scheme: Scheme) -> Item:
    node = scheme.nodes[node_id]
    assert isinstance(node, MarksNode)
    column = scheme.fact_tables[node.table].columns[node.mark]
    full = FULL_MARK if node.max is None else Fraction(node.max)
    return Item(
        node=node_id,
        label=_label(node_id, node),
        clause=node.clause or "",
        scorers=tuple(node.scorers),
        block=block,
        minimum=_limit(column.minimum, Fraction(0)),
        maximum=_limit(column.maximum, full),
        places=_places(column),
    )


def _label(node_id: str, node: BaseNode) -> Text:
    return node.label or Text(zh=node_id, en=node_id)


def _limit(limit: object, otherwise: Fraction) -> Fraction:
    """A limit stated as a number; one taken from another cell says nothing of the whole column."""
    return Fraction(str(limit)) if isinstance(limit, Decimal) else otherwise


def _places(column: Column) -> int:
    return column.places or 0 if column.type == "decimal" else 0
