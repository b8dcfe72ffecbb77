"""Kinds built on counted facts: tallies, surveys, ratios, marks, rows, ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from kaohe.scheme.conditions import Where
from kaohe.scheme.durations import Duration
from kaohe.scheme.nodes.parts import BaseNode, Trim
from kaohe.scheme.tallies import Tally
from kaohe.values.numbers import Exact
from kaohe.values.text import Frozen


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
    too. ``empty`` is the value when there is no such row, or ``absent``.
    """

    kind: Literal["ratio"]
    table: str
    subject_column: str | None = None
    among: Where = {}
    numerator: Where
    denominator: Where = {}
    times: Exact
    empty: Exact | Literal["absent"] | None = None
    min_sample: int | None = None


class MarksNode(BaseNode):
    """The mean of the marks of several scorers, weighted where scorers have weights.

    Absent until every one of them has marked, or at least ``min_available`` of them. ``trim``
    leaves out the lowest and the highest marks.
    """

    kind: Literal["marks"]
    table: str
    subject_column: str | None = None
    where: Where = {}
    mark: str
    scorer: str
    scorers: Mapping[str, Exact] | tuple[str, ...] = Field(min_length=1)
    min_available: int | None = Field(default=None, ge=1)
    trim: Trim | None = None


class RowsNode(BaseNode):
    """The filled cells of a column reduced to one value, over all rows that fulfil ``where``.

    ``latest`` and ``first`` go by the date column ``by``; the cells of equal dates are averaged.
    ``trim`` leaves out the lowest and the highest cells before the mean is taken.
    """

    kind: Literal["rows"]
    table: str
    subject_column: str | None = None
    where: Where = {}
    column: str
    take: Literal["mean", "median", "least", "greatest", "latest", "first"]
    by: str | None = None
    trim: Trim | None = None
    min_sample: int | None = None


class EventKind(Frozen):
    """The points of one kind of event, and what holds for this kind alone.

    The first ``free`` events cost and earn nothing; of the others the first counts
    ``repeat[0]`` times, the second ``repeat[1]`` times, and so on, the last factor for all that
    follow. ``cap`` limits what the kind comes to; ``lasts`` is how long an event counts.
    """

    points: Exact
    free: int = Field(default=0, ge=0)
    repeat: tuple[Exact, ...] = ()
    cap: Exact | None = None
    lasts: Duration | None = None


class PointsByKind(Frozen):
    """Points of an event by the code in a column."""

    by: str
    each: Mapping[str, Exact | EventKind]


class Factors(Frozen):
    """Factors of an event by the code in a column; a code without one counts as it is."""

    by: str
    each: Mapping[str, Exact]


class LedgerNode(BaseNode):
    """Points of events: fixed, those of a column, or by kind; added up or the highest.

    ``per`` names columns by which events belong together, such as one matter or one award: of
    each group only the highest counts (``keep: highest``), or repeats are counted within it
    (``keep: all``). ``times`` multiplies by what another column says. Events count from the date
    in ``dated`` for as long as ``lasts`` says, up to the end of the period. ``cap`` limits the
    whole, whose sign is that of the points.
    """

    kind: Literal["ledger"]
    table: str
    subject_column: str | None = None
    where: Where = {}
    points: PointsByKind | Exact | str
    times: Factors | None = None
    per: tuple[str, ...] = ()
    keep: Literal["highest", "all"] | None = None
    accumulate: Literal["sum", "highest"]
    free: int = Field(default=0, ge=0)
    repeat: tuple[Exact, ...] = ()
    dated: str | None = None
    lasts: Duration | None = None
    cap: Exact | None = None
