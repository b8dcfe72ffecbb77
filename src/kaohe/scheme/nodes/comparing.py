"""Kinds that set subjects beside each other: ranks, statistics, labels by place."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from kaohe.scheme.formulas import Formula
from kaohe.scheme.nodes.parts import BaseNode, Bindings, If, Labels, Operand
from kaohe.scheme.nodes.valuing import Band
from kaohe.scheme.references import NodeId
from kaohe.values.numbers import Exact
from kaohe.values.text import Frozen


class RankKey(Frozen):
    """A node to rank by, and which end comes first."""

    node: NodeId
    order: Literal["high_first", "low_first"] = "high_first"


def _as_key(value: Any) -> Any:
    return {"node": value} if isinstance(value, str) else value


class RankNode(BaseNode):
    """Place by the first key, equals by the next, and so on; subjects without the first have none.

    Full equals share a place: the ``first`` of those they take up together (1, 2, 2, 4), the
    ``last`` (1, 3, 3, 4), or the next whole number (``dense``: 1, 2, 2, 3). ``within`` names a
    cohort, or a column of the subject: places are given apart for each of its classes.
    ``last_if`` puts subjects behind all others, ``left_out_if`` gives them no place.
    """

    kind: Literal["rank"]
    by: tuple[
        Annotated[RankKey, BeforeValidator(_as_key, json_schema_input_type=str | RankKey)], ...
    ] = Field(min_length=1)
    ties: Literal["first", "last", "dense"] | None = None
    within: str | None = None
    last_if: If | None = None
    left_out_if: If | None = None
    bind: Bindings = Field(default={}, alias="with")


class Top(Frozen):
    """Only the best: so many, or a share of those that have a value, rounded up."""

    count: int | None = Field(default=None, ge=1)
    share: Exact | None = Field(default=None, gt=0, le=1)
    order: Literal["high_first", "low_first"] = "high_first"


class StatNode(BaseNode):
    """A statistic over all subjects that have the value, or over those of the same class.

    ``others`` leaves out the subject itself, ``top`` takes only the best. A ``quantile`` lies on a
    straight line between its neighbours; ``percentile`` is the share of the others, of 100, whose
    value is below the own one. ``sd`` is that of all (divisor n), rounded to ``places``.
    """

    kind: Literal["stat"]
    of: Operand
    take: Literal[
        "mean",
        "median",
        "least",
        "greatest",
        "sum",
        "count",
        "quantile",
        "variance",
        "sd",
        "percentile",
    ]
    within: str | None = None
    others: bool = False
    top: Top | None = None
    quantile: Exact | None = Field(default=None, ge=0, le=1)
    places: int | None = Field(default=None, ge=0, le=9)


class Places(Frozen):
    """A label for the best: for the places up to ``to_rank``, or for so many ``places``.

    With ``to_rank`` the place alone decides, and what ``only_if`` keeps somebody from stays empty.
    With ``places`` those whom ``only_if`` keeps out are passed over and the next move up; places
    that nobody can take stay ``empty`` or go to the ``next`` label. A group of equals that reaches
    beyond the last place is included (its own place decides) or excluded as a whole.
    """

    label: str
    to_rank: Formula | None = None
    places: Formula | None = None
    ties: Literal["include", "exclude"] | None = None
    only_if: If | None = None
    unfilled: Literal["empty", "next"] | None = None


class Otherwise(Frozen):
    """Labels by value for those who got no place."""

    by: NodeId
    bands: tuple[Band, ...] = Field(min_length=1)


class AllocateNode(BaseNode):
    """Labels by place, in order; the rest by value, or without a label.

    In the formulas ``subjects`` is the number of subjects in the class of the rank, ``ranked`` the
    number of those that have a place.
    """

    kind: Literal["allocate"]
    by: NodeId
    places: tuple[Places, ...] = Field(min_length=1)
    otherwise: Otherwise | None = None
    labels: Labels
    bind: Bindings = Field(default={}, alias="with")
