"""Kinds built on other nodes: sums, means, picks, formulas, members, rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from kaohe.scheme.formulas import Formula
from kaohe.scheme.ground import Misuse, one_of
from kaohe.scheme.nodes.parts import (
    AbsenceName,
    BaseNode,
    Bindings,
    If,
    Labels,
    Missing,
    Operand,
    Trim,
)
from kaohe.scheme.references import NodeId
from kaohe.values.numbers import Exact
from kaohe.values.text import Frozen, Label

Weighted = Mapping[NodeId, Exact]
"""Parts with their weights."""


class SumNode(BaseNode):
    """Parts added, each times its weight (1 where a list gives none).

    ``missing`` says what becomes of a part that is absent, for ``peer_mean`` among the subjects of
    the same class of ``within``.
    """

    kind: Literal["sum"]
    of: Weighted | tuple[Operand, ...] = Field(min_length=1)
    missing: Missing | None = None
    within: str | None = None


class MeanNode(BaseNode):
    """The mean of its parts, weighted where a mapping gives weights.

    Of parts that are left out the weights count no more, so the rest is reweighted; with fewer
    than ``min_available`` parts it is absent. ``trim`` leaves out the lowest and highest parts.
    With ``scaled_from: 100`` the mean counts as a share of 100 and is scaled to ``max``.
    """

    kind: Literal["mean"]
    of: Weighted | tuple[Operand, ...] = Field(min_length=1)
    missing: Missing | None = None
    within: str | None = None
    min_available: int | None = Field(default=None, ge=1)
    trim: Trim | None = None
    scaled_from: Exact | None = None


class PickNode(BaseNode):
    """One of its parts: the greatest or least number, the middle one, the best or worst label, or
    the first or last in the list that is there.

    Of an even number of parts the median is the mean of the middle two.
    """

    kind: Literal["pick"]
    take: Literal["greatest", "least", "median", "best", "worst", "first", "latest"]
    of: tuple[Operand, ...] = Field(min_length=1)
    missing: Missing | None = None
    within: str | None = None
    labels: Labels = {}


class FormulaNode(BaseNode):
    """A formula over nodes and over the names that ``with`` binds; ÷ 0 is not applicable."""

    kind: Literal["formula"]
    formula: Formula
    bind: Bindings = Field(default={}, alias="with")


class MembersNode(BaseNode):
    """A node of other subjects that refer to this one by the column ``by``, reduced to one value.

    ``{kind: members, of: person.score, by: area_id, take: mean}``. Members without a value are
    left out; with fewer than ``min_available`` it is absent.
    """

    kind: Literal["members"]
    of: NodeId
    by: str
    take: Literal["sum", "mean", "median", "least", "greatest", "count"]
    min_available: int | None = Field(default=None, ge=1)


class Effect(Frozen):
    """What a rule does to a value: exactly one of these.

    ``set`` puts a number or label in its place, ``use`` another value; ``at_most`` and
    ``at_least`` limit it (labels by their order, the best first); ``shift`` moves a label by so
    many steps, up where positive, not beyond the ends; ``add`` and ``times`` change a number;
    ``absent`` takes it away for a reason.
    """

    set: Exact | str | None = None
    use: Operand | None = None
    at_most: Exact | str | None = None
    at_least: Exact | str | None = None
    shift: int | None = None
    add: Exact | None = None
    times: Exact | None = None
    absent: AbsenceName | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Effect:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise Misuse(*one_of(type(self).model_fields, given))
        return self

    @property
    def taken(self) -> str:
        """Which of the words is used."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)


class Rule(Frozen):
    """When its conditions hold, its effect takes place.

    ``basis`` names the document that a veto rests on, ``expires`` the day after which it does not
    hold any more.
    """

    label: Label
    clause: str | None = None
    given: If = Field(alias="if")
    then: Effect
    basis: str | None = None
    expires: date | None = None


class RulesNode(BaseNode):
    """A value changed by rules, in order.

    ``match: first`` stops at the first rule that holds; ``all`` applies every rule that holds to
    what the one before it left.
    """

    kind: Literal["rules"]
    of: Operand
    rules: tuple[Rule, ...] = Field(min_length=1)
    match: Literal["first", "all"] | None = None
    labels: Labels = {}
    bind: Bindings = Field(default={}, alias="with")
