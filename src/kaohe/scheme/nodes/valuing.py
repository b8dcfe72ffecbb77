"""Kinds that turn a value into points or a label: bands, curves, slopes, lookups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from kaohe.scheme.formulas import Formula
from kaohe.scheme.nodes.parts import BaseNode, Bindings, Labels, Operand
from kaohe.scheme.references import NodeId
from kaohe.values.numbers import Exact
from kaohe.values.text import Frozen


def _limit_tag(value: Any) -> str:
    return "node" if isinstance(value, str) else "number"


Limit = Annotated[
    Annotated[Exact, Tag("number")] | Annotated[NodeId, Tag("node")], Discriminator(_limit_tag)
]
"""A number, or a node: a target, the mean of all, last year's value."""


class Band(Frozen):
    """A value for everything within its limits.

    ``from`` and ``up_to`` include the limit, ``above`` and ``below`` do not.
    """

    up_to: Limit | None = None
    below: Limit | None = None
    at_least: Limit | None = Field(default=None, alias="from")
    above: Limit | None = None
    gives: Exact | str


class BandsNode(BaseNode):
    """The band that a value falls into: points or a label.

    Bands with one limit each are read in order, the first that fits; the last has none and takes
    the rest. Bands may state both limits; then there must be no gap and no overlap between them.
    """

    kind: Literal["bands"]
    of: Operand
    bands: tuple[Band, ...] = Field(min_length=1)
    labels: Labels = {}


class CurvePoint(Frozen):
    """At this value, so many points; both may be formulas, such as a target or last year's."""

    at: Formula
    gives: Formula


class CurveNode(BaseNode):
    """Points on straight lines between the given points.

    Beyond the first and the last point the value stays (``clamp``) or the outer lines go on
    (``extend``). Not applicable where the points' places do not rise.
    """

    kind: Literal["curve"]
    of: Operand
    points: tuple[CurvePoint, ...] = Field(min_length=2)
    beyond: Literal["clamp", "extend"]
    bind: Bindings = Field(default={}, alias="with")


class Slope(Frozen):
    """Points added for every so much of distance from the par, up to a limit of points.

    ``steps: full`` counts only full steps (“for every full 3 points”), ``started`` also a step
    begun, ``exact`` goes in proportion.
    """

    every: Exact = Field(gt=0)
    adds: Exact
    steps: Literal["exact", "full", "started"]
    limit: Exact | None = None


class SlopeNode(BaseNode):
    """``gives`` points at ``par``; on each side of it more or fewer for the distance.

    A side without a slope stays at the points of the par.
    """

    kind: Literal["slope"]
    of: Operand
    par: Formula
    gives: Formula
    above: Slope | None = None
    below: Slope | None = None
    bind: Bindings = Field(default={}, alias="with")


class LookupNode(BaseNode):
    """A number or label by one key, or by two: a table of two grades.

    ``gives`` has an entry for every code of the first key; with two keys each entry has one for
    every code of the second. ``otherwise`` stands for all that are not listed.
    """

    kind: Literal["lookup"]
    by: tuple[Operand, ...] = Field(min_length=1, max_length=2)
    gives: Mapping[str, Exact | str | Mapping[str, Exact | str]]
    otherwise: Exact | str | None = None
    labels: Labels = {}
