"""What nodes of every kind are made of: references, operands, conditions, missing data."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from kaohe.scheme.conditions import Where
from kaohe.scheme.formulas import Formula
from kaohe.scheme.head import Rounding
from kaohe.scheme.references import NodeId
from kaohe.scheme.tallies import Tally
from kaohe.values.numbers import Exact
from kaohe.values.text import Frozen, Label

if TYPE_CHECKING:
    from kaohe.scheme.nodes import Node

AbsenceName = Literal["no_data", "not_applicable", "below_min_sample", "suppressed"]


class Referred(Frozen):
    """A node of another subject: of the one that a column of the own row refers to.

    ``{node: grade, of: area_id}`` is, for a person, the grade of the area in column ``area_id``.
    """

    node: NodeId
    of: str
    label: Label | None = None


def _operand_tag(value: Any) -> str:
    if isinstance(value, str):
        return "node"
    if isinstance(value, dict):
        if "kind" in value:
            return "inline"
        return "referred" if "node" in value else "tally"
    if isinstance(value, Tally):
        return "tally"
    if isinstance(value, Referred):
        return "referred"
    return "inline" if isinstance(value, BaseNode) else "number"


Operand = Annotated[
    Annotated[NodeId, Tag("node")]
    | Annotated[Exact, Tag("number")]
    | Annotated[Tally, Tag("tally")]
    | Annotated[Referred, Tag("referred")]
    | Annotated["Node", Tag("inline")],
    Discriminator(_operand_tag),
]
"""What a node is built on: the id of a node, a number, a tally, a node of another subject, or a
node without a name.

A node without a name is exact: only named nodes are rounded.
"""

Bindings = Mapping[str, Operand]
"""Names that a formula or a condition uses besides the ids of nodes."""


class Limits(Frozen):
    """A condition on a value, where neither a value nor a list of values says it.

    The limits are formulas. ``absent: true`` holds where there is no value for whatever reason.
    """

    at_least: Formula | None = None
    at_most: Formula | None = None
    above: Formula | None = None
    below: Formula | None = None
    none_of: tuple[str | Exact, ...] | None = None
    absent: bool | None = None


def _as_limits(value: Any) -> Any:
    """A list is one of several; true and false are the 1 and 0 that cells of booleans hold."""
    if isinstance(value, bool):
        return Decimal(value)
    return tuple(value) if isinstance(value, list) else value


Demand = Annotated[Limits | tuple[str | Exact, ...] | str | Exact, BeforeValidator(_as_limits)]
"""What a value must be: itself, one of a list, or within limits."""

AllOf = Mapping[NodeId, Demand]
"""Conditions by node (or by a bound name), all of which must hold."""

If = AllOf | tuple[AllOf, ...]
"""Conditions on values; of a list any one must hold."""


class Substitute(Frozen):
    """What stands in for a part that is absent."""

    use: Operand


Treatment = Literal["absent", "leave_out", "zero", "peer_mean"] | Substitute
Missing = Treatment | Mapping[AbsenceName, Treatment]
"""What becomes of an absent part, for every reason or reason by reason (else ``absent``).

``absent``: the whole is absent too; ``leave_out``: the rest counts alone; ``zero``: 0 points;
``peer_mean``: the mean of those that have it; ``use``: another value.
"""


class BaseNode(Frozen):
    """What every kind has.

    ``max`` is the most points it gives; ``rounding`` overrides the scheme's default. ``at_least``
    and ``at_most`` hold the value within limits before it is rounded; ``none`` says that there is
    no limit. ``needs`` names nodes without which this one is absent, each with the check whose
    waiver excuses that. ``only_where`` limits it to subjects whose own row fulfils the conditions
    (else not applicable). ``subject`` names whose node it is, where a scheme assesses others than
    its main subject. ``each`` makes one node for each period of a family, ``ID.1``, ``ID.2``, …;
    ``during`` counts only within one named period. ``voice: residents`` says that its points are
    residents' judgement though no survey.
    """

    label: Label | None = None
    clause: str | None = None
    max: Exact | None = None
    rounding: Rounding | Literal["exact"] | None = None
    at_least: Exact | Literal["none"] | None = None
    at_most: Exact | Literal["none"] | None = None
    needs: Mapping[NodeId, str | None] = {}
    only_where: Where = {}
    subject: str | None = None
    each: str | None = None
    during: str | None = None
    source: Label | None = None
    basis: str | None = None
    asks_area: Label | None = None
    voice: Literal["residents"] | None = None


Labels = Mapping[str, Label] | str
"""Labels by code, the best first; or the name of a scale of the head."""


class Trim(Frozen):
    """How many of the lowest and of the highest are left out: a number, or a share of all.

    A share of the number at hand is rounded down.
    """

    lowest: int | None = Field(default=None, ge=0)
    highest: int | None = Field(default=None, ge=0)
    share: Exact | None = Field(default=None, gt=0, lt=Decimal("0.5"))
