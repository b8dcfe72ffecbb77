"""The node kinds: the words of which a scheme's graph is made.

A kind says what a value is built on; how it is worked out and explained stands in
``kaohe.scoring``, one module per family. To add a kind: a class here, a rule and a sentence there,
a case in ``tests/spec``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from kaohe.scheme.formulas import Formula
from kaohe.scheme.head import Rounding
from kaohe.scheme.tallies import Tally, Where
from kaohe.values.numbers import Exact
from kaohe.values.text import Frozen, Label

AbsenceName = Literal["no_data", "not_applicable", "below_min_sample", "suppressed"]


def _operand_tag(value: Any) -> str:
    if isinstance(value, str):
        return "node"
    if isinstance(value, dict):
        return "inline" if "kind" in value else "tally"
    if isinstance(value, Tally):
        return "tally"
    return "inline" if isinstance(value, BaseNode) else "number"


Operand = Annotated[
    Annotated[str, Tag("node")]
    | Annotated[Exact, Tag("number")]
    | Annotated[Tally, Tag("tally")]
    | Annotated["Node", Tag("inline")],
    Discriminator(_operand_tag),
]
"""What a node is built on: the id of a node, a number, a tally, or a node without a name.

A node without a name is exact: only named nodes are rounded.
"""


class BaseNode(Frozen):
    """What every kind has.

    ``max`` is the most points it gives; ``rounding`` overrides the scheme's default. ``needs``
    names nodes without which this one is absent, each with the check whose waiver excuses that.
    ``only_where`` limits it to subjects whose own row fulfils the conditions (else not applicable).
    """

    label: Label | None = None
    clause: str | None = None
    max: Exact | None = None
    rounding: Rounding | Literal["exact"] | None = None
    needs: Mapping[str, str | None] = {}
    only_where: Where = {}
    source: Label | None = None
    basis: str | None = None
    asks_area: Label | None = None


class TallyNode(BaseNode):
    """A tally as it is: a whole number, or an exact sum."""

    kind: Literal["tally"]
    of: Tally


class SurveyNode(BaseNode):
    """Points given in ballots as a share of the points possible, times ``max``.

    Over the ballots that count (the questionnaire says which) and the totals of channels that
    report no single ballots; questions left empty are in neither number. Absent without answers,
    below the minimum sample with fewer than ``min_sample`` ballots.
    """

    kind: Literal["survey"]
    where: Where = {}
    questions: tuple[str, ...] | None = None
    min_sample: int | None = None


class RatioNode(BaseNode):
    """``times`` × rows that fulfil ``numerator`` ÷ rows that fulfil ``denominator``.

    Both only among rows that fulfil ``among``; the numerator's rows must fulfil the denominator
    too. ``empty`` is the value when there is no such row (without it: absent).
    """

    kind: Literal["ratio"]
    table: str
    among: Where = {}
    numerator: Where
    denominator: Where = {}
    times: Exact
    empty: Exact | None = None
    min_sample: int | None = None


class MarksNode(BaseNode):
    """The mean of the marks of several scorers; absent until every one of them has marked."""

    kind: Literal["marks"]
    table: str
    where: Where = {}
    mark: str
    scorer: str
    scorers: tuple[str, ...] = Field(min_length=1)


class SumNode(BaseNode):
    """Parts added, each times its weight (1 where a list gives none); absent if one is absent."""

    kind: Literal["sum"]
    of: Mapping[str, Exact] | tuple[Operand, ...]


class MeanNode(BaseNode):
    """The mean of its parts; parts absent for a reason listed in ``skip`` are left out.

    With ``scaled_from: 100`` the mean counts as a share of 100 and is scaled to ``max``.
    """

    kind: Literal["mean"]
    of: tuple[Operand, ...] = Field(min_length=1)
    skip: tuple[AbsenceName, ...] = ()
    scaled_from: Exact | None = None


class FormulaNode(BaseNode):
    """A formula over nodes and over the names that ``with`` binds; ÷ 0 is not applicable."""

    kind: Literal["formula"]
    formula: Formula
    bind: Mapping[str, Operand] = Field(default={}, alias="with")


class PointsByKind(Frozen):
    """Points of an event by the code in a column."""

    by: str
    each: Mapping[str, Exact]


class LedgerNode(BaseNode):
    """Points of events: those of a column, or by kind; added up or the highest, at most ``cap``."""

    kind: Literal["ledger"]
    table: str
    where: Where = {}
    points: PointsByKind | str
    accumulate: Literal["sum", "highest"]
    cap: Exact | None = None


class RankKey(Frozen):
    """A node to rank by, and which end comes first."""

    node: str
    order: Literal["high_first", "low_first"] = "high_first"


def _as_key(value: Any) -> Any:
    return {"node": value} if isinstance(value, str) else value


class RankNode(BaseNode):
    """Place by the first key, equals by the next, and so on; subjects without the first have none.

    Full equals share a place: the ``first`` of those they take up together (1, 2, 2, 4) or the
    ``last`` (1, 3, 3, 4). ``within`` names a column of the subject: places are given apart for
    each of its values.
    """

    kind: Literal["rank"]
    by: tuple[
        Annotated[RankKey, BeforeValidator(_as_key, json_schema_input_type=str | RankKey)], ...
    ] = Field(min_length=1)
    ties: Literal["first", "last"]
    within: str | None = None


class Band(Frozen):
    """A value for everything up to (or from) a limit, the limit included; without one: the rest."""

    up_to: Exact | None = None
    at_least: Exact | None = Field(default=None, alias="from")
    gives: Exact | str


class BandsNode(BaseNode):
    """The first band that a value falls into: points or a label."""

    kind: Literal["bands"]
    of: Operand
    bands: tuple[Band, ...] = Field(min_length=1)
    labels: Mapping[str, Label] = {}


class Threshold(Frozen):
    """A node that must come to at least a value."""

    node: str
    value: Exact


class Places(Frozen):
    """A label for the places up to ``to_rank``.

    A group of equals that reaches beyond it is included (its own place decides) or excluded as a
    whole. ``threshold`` is demanded besides; a place not filled stays empty.
    """

    label: str
    to_rank: Formula
    ties: Literal["include", "exclude"]
    threshold: Threshold | None = None


class Otherwise(Frozen):
    """Labels by value for those who got no place."""

    by: str
    bands: tuple[Band, ...] = Field(min_length=1)


class AllocateNode(BaseNode):
    """Labels by place, in order; the rest by value, or without a label."""

    kind: Literal["allocate"]
    by: str
    places: tuple[Places, ...] = Field(min_length=1)
    otherwise: Otherwise | None = None
    labels: Mapping[str, Label]


Node = Annotated[
    TallyNode
    | SurveyNode
    | RatioNode
    | MarksNode
    | SumNode
    | MeanNode
    | FormulaNode
    | LedgerNode
    | RankNode
    | BandsNode
    | AllocateNode,
    Field(discriminator="kind"),
]
for _kind in (MeanNode, SumNode, FormulaNode, BandsNode):
    _kind.model_rebuild()
