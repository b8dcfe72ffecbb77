"""The node kinds: the words of which a scheme's graph is made.

A kind says what a value is built on; how it is worked out and explained stands in
``kaohe.scoring``, one module per family. To add a kind: a class here, a rule and a sentence there,
a case in ``tests/spec``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kaohe.scheme.nodes import combining, comparing, parts, valuing
from kaohe.scheme.nodes.combining import (
    Effect,
    FormulaNode,
    MeanNode,
    MembersNode,
    PickNode,
    Rule,
    RulesNode,
    SumNode,
)
from kaohe.scheme.nodes.comparing import (
    AllocateNode,
    Otherwise,
    Places,
    RankKey,
    RankNode,
    StatNode,
    Top,
)
from kaohe.scheme.nodes.counting import (
    EventKind,
    Factors,
    LedgerNode,
    MarksNode,
    PointsByKind,
    RatioNode,
    RowsNode,
    SurveyNode,
    TallyNode,
)
from kaohe.scheme.nodes.parts import (
    AbsenceName,
    AllOf,
    BaseNode,
    Bindings,
    Demand,
    If,
    Labels,
    Limits,
    Missing,
    Operand,
    Referred,
    Substitute,
    Treatment,
    Trim,
)
from kaohe.scheme.nodes.valuing import (
    Band,
    BandsNode,
    CurveNode,
    CurvePoint,
    LookupNode,
    Slope,
    SlopeNode,
)
from kaohe.values.text import Label

Node = Annotated[
    TallyNode
    | SurveyNode
    | RatioNode
    | MarksNode
    | RowsNode
    | LedgerNode
    | SumNode
    | MeanNode
    | PickNode
    | FormulaNode
    | MembersNode
    | RulesNode
    | BandsNode
    | CurveNode
    | SlopeNode
    | LookupNode
    | RankNode
    | StatNode
    | AllocateNode,
    Field(discriminator="kind"),
]

for _module in (parts, combining, valuing, comparing):
    # Operands may be nodes without a name: each family knows all kinds, once there are all.
    vars(_module)["Node"] = Node

LABELLED = (BandsNode, LookupNode, AllocateNode, RulesNode, PickNode)
"""Kinds that may come to a label instead of a number."""


def labels_of(node: BaseNode) -> dict[str, Label]:
    """The labels that a node may come to, the best first; none where it gives numbers."""
    labels = node.labels if isinstance(node, LABELLED) else {}
    return {} if isinstance(labels, str) else dict(labels)


__all__ = [
    "AbsenceName",
    "AllOf",
    "AllocateNode",
    "Band",
    "BandsNode",
    "BaseNode",
    "Bindings",
    "CurveNode",
    "CurvePoint",
    "Demand",
    "Effect",
    "EventKind",
    "Factors",
    "FormulaNode",
    "If",
    "LABELLED",
    "Labels",
    "LedgerNode",
    "Limits",
    "LookupNode",
    "MarksNode",
    "MeanNode",
    "MembersNode",
    "Missing",
    "Node",
    "Operand",
    "Otherwise",
    "PickNode",
    "Places",
    "PointsByKind",
    "RankKey",
    "RankNode",
    "RatioNode",
    "Referred",
    "RowsNode",
    "Rule",
    "RulesNode",
    "Slope",
    "SlopeNode",
    "StatNode",
    "Substitute",
    "SumNode",
    "SurveyNode",
    "TallyNode",
    "Top",
    "Treatment",
    "Trim",
    "labels_of",
]
