"""A scheme under one set of decisions: the whole policy as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Day
from functools import cached_property
from typing import Literal

from pydantic import Field

from kaohe.scheme.conditions import Where
from kaohe.scheme.feedback import Feedback
from kaohe.scheme.formulas import Formula
from kaohe.scheme.ground import Ground
from kaohe.scheme.head import (
    Burden,
    Calendar,
    Cohort,
    Decision,
    Override,
    Period,
    Reading,
    Results,
    Rounding,
    Subject,
    Waivers,
)
from kaohe.scheme.nodes import BaseNode, Bindings, If, Missing, Node, RankNode
from kaohe.values.numbers import Exact
from kaohe.values.tables import Table
from kaohe.values.text import Frozen, Label


class AnswerLabel(Frozen):
    """An answer that can be ticked, with its points."""

    label: Label
    points: Exact


class Half(Frozen):
    """One of the facts that a question asks at once, with its own answers."""

    label: Label
    answers: Mapping[str, AnswerLabel]


class Question(Frozen):
    """A question: its locked wording, a help line in plain words, its section."""

    label: Label
    section: Label | None = None
    help: Label | None = None
    halves: tuple[Half, ...] = ()


class Totals(Frozen):
    """The table of a channel that reports sums instead of single ballots, and its columns."""

    table: str
    question: str
    answered: str
    points: str
    all_questions: str


class Sample(Frozen):
    """Ballots from one population: those that fulfil ``where``. No points rest on it.

    ``population`` is the column, of a subject's own table, that says how many could have been
    asked; without it they count as endless. ``at_random``: whether those asked were drawn by lot;
    of all others a sampling error is told as if they had been.
    """

    label: Label
    where: Where = {}
    population: str | None = Field(default=None, pattern=r"^\w+\.\w+$")
    at_random: bool = False


class Questionnaire(Frozen):
    """The questions, what their answers earn, and which ballots count.

    ``ballots`` is the table with a ballot a row and a column per question: its points, or the code
    of an answer label. ``full`` are the points of a full answer. A ballot counts with at least
    ``answered_at_least`` questions answered. A ballot belongs to the first of ``samples`` whose
    conditions it fulfils.
    """

    title: Label
    ballots: str
    totals: Totals | None = None
    full: Exact = Field(gt=0)
    answered_at_least: int = Field(ge=1)
    answers: Mapping[str, AnswerLabel]
    questions: Mapping[str, Question] = Field(min_length=1)
    samples: Mapping[str, Sample] = {}


class DataNeeded(Frozen):
    """Tables whose presence a check needs: any of them, all of them."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()


class SpanIf(Frozen):
    """Where ``if`` is above 0 the actual figure is only known as lower..upper."""

    given: Formula = Field(alias="if")
    lower: Formula
    upper: Formula


class Check(Frozen):
    """What must hold besides the points; unmet it bars a final result, a warning does not."""

    label: Label
    clause: str
    level: Literal["check", "warning"]
    required: Formula
    actual: Formula
    span: SpanIf | None = None
    compare: Literal["at_least", "at_most", "exactly"]
    data: DataNeeded
    names_zero: Label | None = None
    bind: Bindings = Field(default={}, alias="with")


class Rate(Frozen):
    """Money for rows that fulfil ``where``.

    ``amounts`` are by label; ``amount`` is a formula over the subject's nodes, such as so much for
    every point.
    """

    label: Label
    where: Where
    amounts: Mapping[str, Exact] = {}
    amount: Formula | None = None


class Months(Frozen):
    """What a part of the year earns: all from ``at_least`` months on, or a share ``out_of``."""

    column: str
    at_least: int | None = Field(default=None, ge=0)
    out_of: int | None = Field(default=None, ge=1)


class Hold(Frozen):
    """Why somebody's pay waits until those who pay have decided; what is proposed stays the same.

    It is about persons with a row that would bring money, which fulfils ``where`` and whose subject
    fulfils ``if``; with ``several``, about those only who have more than one row.
    """

    label: Label
    clause: str | None = None
    where: Where = {}
    given: If | None = Field(default=None, alias="if")
    several: bool = False


class Pay(Frozen):
    """Money per person by a label of the subject; a person gets the highest row once.

    ``match`` says which rate counts where several fit a row: the ``first`` or the ``highest``.
    """

    clause: str
    table: str
    person: str
    role: str
    by: str
    rates: tuple[Rate, ...]
    match: Literal["first", "highest"] | None = None
    months: Months | None = None
    places: int = 2
    hold: tuple[Hold, ...] = ()
    bind: Bindings = Field(default={}, alias="with")


class Ties(Frozen):
    """How equals are treated where a node does not say it: their rank, and a cut among them."""

    rank: Literal["first", "last", "dense"] | None = None
    cut: Literal["include", "exclude"] | None = None


class Scheme(Frozen):
    """A policy under one set of decisions.

    ``subject`` is what is assessed, ``subjects`` are others besides, such as persons. ``rounding``,
    ``ties`` and ``missing`` are the rules where a node states none of its own.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str
    title: Label
    issuer: Label | None = None
    number: str | None = None
    date: Day | None = None
    period: Period | None = None
    periods: Mapping[str, tuple[Period, ...]] = {}
    subject: Subject
    subjects: Mapping[str, Subject] = {}
    cohorts: Mapping[str, Cohort] = {}
    scales: Mapping[str, Mapping[str, Label]] = {}
    calendar: Calendar | None = None
    rounding: Rounding | Literal["exact"] | None = None
    ties: Ties | None = None
    missing: Missing | None = None
    burden: Burden | None = None
    overrides: tuple[Override, ...] = ()
    decisions: Mapping[str, Decision] = {}
    readings: Mapping[str, Reading] = {}
    tables: Mapping[str, Table]
    questionnaire: Questionnaire | None = None
    nodes: Mapping[str, Node] = Field(min_length=1)
    checks: Mapping[str, Check] = {}
    waivers: Waivers | None = None
    pay: Pay | None = None
    feedback: Feedback | None = None
    results: Results = Results()

    @cached_property
    def fact_tables(self) -> Mapping[str, Table]:
        """The declared tables; the column of waived checks takes the checks as its choices."""
        if self.waivers is None or self.waivers.table not in self.tables:
            return self.tables
        table = self.tables[self.waivers.table]
        column = table.columns.get(self.waivers.check)
        if column is None:
            return self.tables
        labels = {check: body.label.zh for check, body in self.checks.items()}
        checked = column.model_copy(update={"choices": labels})
        columns = {**table.columns, self.waivers.check: checked}
        return {
            **self.tables,
            self.waivers.table: table.model_copy(update={"columns": columns}),
        }

    @cached_property
    def ground(self) -> Ground:
        """What tallies of the main subject stand on."""
        return self.ground_of(None)

    def ground_of(self, subject: str | None) -> Ground:
        """What tallies of a subject stand on; None is the main one."""
        periods, calendar = self.periods, self.calendar or Calendar()
        whose = self.subject_named(subject)
        return Ground(self.fact_tables, self.period, periods, whose, calendar)

    def subject_named(self, name: str | None) -> Subject:
        """A subject by its name; the main one for None, and for a name that is not declared."""
        return self.subject if name is None else self.subjects.get(name, self.subject)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Nodes of the main subject in the order of the results."""
        return self.columns_of(None)

    def columns_of(self, subject: str | None) -> tuple[str, ...]:
        """Nodes of a subject in the order of its results: those put first, then the file's."""
        own = [node_id for node_id, node in self.nodes.items() if node.subject == subject]
        first = tuple(node_id for node_id in self.results.first if node_id in own)
        return (*first, *(node_id for node_id in own if node_id not in first))

    def rounding_of(self, node: BaseNode) -> Rounding | None:
        """How a named node is rounded; None where it stays exact. A place is whole as it is."""
        if isinstance(node, RankNode):
            return None
        rounding = node.rounding if node.rounding is not None else self.rounding
        return rounding if isinstance(rounding, Rounding) else None

    def places(self, node: BaseNode) -> int | None:
        """The decimals that a named node is rounded to; None where it stays exact."""
        rounding = self.rounding_of(node)
        return None if rounding is None else rounding.places
