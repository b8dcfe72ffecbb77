"""The cases of a cycle as its scheme counts them today, and what else is told beside the scores.

Figures come from the files in force and from what both sides have left out, at whatever stage: a
run of the same facts says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

from kaohe.scheme.graph import formula_operands, with_inner
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import FormulaNode
from kaohe.scheme.tallies import Tally, measure_of
from kaohe.scoring.sheet import Sheet
from kaohe.values.measures import Blank, Measure, OneOf, Take
from kaohe.values.numbers import NUMBERS, Number
from kaohe.web.cycles.facts import counted_areas, delivered_rows
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Waiver
from kaohe.web.hotline.facts import CASES, EXCLUDED, takes_cases, told_cases
from kaohe.web.results.cases_block import PREVIOUS, Block
from kaohe.web.results.cases_counting import Areas, Cases, Row, areas_of, judge, read_cases
from kaohe.web.results.gathering import areas_uncounted

HANDLED: Final = "handled"
"""The column that says whether a case was handled."""
HOUSEHOLDS: Final = "households"
"""The column with the households of an area."""
PER_HOUSEHOLDS: Final = 1000
"""Cases are compared with last year's per so many households."""


def judges_cases(scheme: Scheme) -> bool:
    """Whether the scheme has nodes that cases alone decide, as cases are kept here."""
    return takes_cases(scheme) and bool(Block.of(scheme).nodes)


@dataclass(frozen=True)
class LastYear:
    """Which of last year's figures the scheme holds against which cases of this year."""

    column: str
    now: Measure


def last_year_in(scheme: Scheme) -> LastYear | None:
    """What the first formula says that binds a figure of last year and a number of cases."""
    every = (one for node in scheme.nodes.values() for one in with_inner(node))
    found = (_held_against(one, scheme) for one in every if isinstance(one, FormulaNode))
    return next((one for one in found if one is not None), None)


def _held_against(node: FormulaNode, scheme: Scheme) -> LastYear | None:
    bound = [one for one in formula_operands(node.formula, node.bind) if isinstance(one, Tally)]
    named = [(one.attribute or "").partition(".") for one in bound]
    before = [column for table, _, column in named if table == PREVIOUS]
    counted = [measure_of(one, scheme.ground) for one in bound if one.attribute is None]
    now = [one for one in counted if isinstance(one, Measure) and one.table == CASES]
    return LastYear(before[0], now[0]) if before and now else None


class Besides:
    """What is counted though no node of the block asks for it: every case of the period, those
    left out, those neither handled nor left out, those that last year's figure is of."""

    def __init__(self, scheme: Scheme) -> None:
        ground = scheme.ground
        subject, inside = ground.subject_column(CASES), ground.in_period(CASES)
        self.every = Measure(CASES, subject, Take.ROWS, where=inside)
        self.left_out = replace(self.every, where=(*inside, Blank(EXCLUDED, negated=True)))
        waiting = (*inside, OneOf(HANDLED, (0,)), Blank(EXCLUDED))
        handles = HANDLED in scheme.fact_tables[CASES].columns
        self.waiting = replace(self.every, where=waiting) if handles else None
        self.last_year = last_year_in(scheme)

    def measures(self) -> list[Measure]:
        """All that the scheme's columns allow."""
        now = self.last_year.now if self.last_year else None
        return [one for one in (self.every, self.left_out, self.waiting, now) if one is not None]


@dataclass(frozen=True)
class YearOfCases:
    """What the cases of a cycle come to."""

    cases: Cases[str]
    areas: Areas
    waived: frozenset[tuple[str, str]]
    besides: Besides

    @property
    def block(self) -> Block:
        """The nodes that cases decide."""
        return self.cases.block

    @cached_property
    def decided(self) -> Sheet:
        """Every node for every area as things are decided."""
        return judge(self.cases, self.areas, self.waived)

    @cached_property
    def as_if_all_counted(self) -> Sheet:
        """Every node for every area as if no case were left out."""
        return judge(self.cases.as_if_all_counted, self.areas, self.waived)

    def per_thousand(self, area: str, number: Number) -> Fraction | None:
        """A number of cases for every thousand households; None where nobody counted these."""
        column = (self.block.scheme.subject.table, HOUSEHOLDS)
        households = self.areas.attributes.get(column, {}).get(area)
        if not isinstance(households, NUMBERS) or not households:
            return None
        return Fraction(PER_HOUSEHOLDS * number, households)

    def before(self, area: str) -> Number | None:
        """Last year's number of cases of an area; None where nobody told it."""
        if self.besides.last_year is None:
            return None
        column = (PREVIOUS, self.besides.last_year.column)
        found = self.areas.attributes.get(column, {}).get(area)
        return found if isinstance(found, NUMBERS) else None


def cases_of(
    cycle: Cycle, scheme: Scheme, *, on_the_way: Callable[[Row], None] | None = None
) -> YearOfCases:
    """The cases of a cycle, read once; ``on_the_way`` is told every row."""
    besides = Besides(scheme)
    block, column = Block.of(scheme, besides.measures()), scheme.ground.subject_column(CASES)
    rows = _told(told_cases(cycle, scheme), on_the_way)
    cases = read_cases(block, rows, lambda row: row[column])
    areas = areas_of(scheme, _areas(cycle), _previous(cycle, scheme))
    return YearOfCases(
        Cases(block, {one.id: cases.kinds.get(one.id, Counter()) for one in areas.subjects}),
        areas,
        frozenset(Waiver.objects.filter(cycle=cycle).values_list("area__area_id", "check_id")),
        besides,
    )


def _told(rows: Iterable[Row], on_the_way: Callable[[Row], None] | None) -> Iterator[Row]:
    for row in rows:
        if on_the_way is not None:
            on_the_way(row)
        yield row


def _areas(cycle: Cycle) -> list[dict[str, str]]:
    """The areas that are assessed; of those that nobody counted only what the register knows."""
    uncounted = [
        {"area_id": one.area_id, "name": one.name, "category": one.category}
        for one in areas_uncounted(cycle)
    ]
    return [*counted_areas(cycle), *uncounted]


def _previous(cycle: Cycle, scheme: Scheme) -> Iterable[Row]:
    return delivered_rows(cycle, PREVIOUS) if PREVIOUS in scheme.fact_tables else ()
