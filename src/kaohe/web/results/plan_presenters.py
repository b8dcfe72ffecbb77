"""Plans as a page tells them: area by area in the order of ids, never by size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaohe.analysis.plan import Plan, PlanColumn
from kaohe.analysis.size_plan import population_heading
from kaohe.analysis.union_plan import VERDICTS
from kaohe.values.text import Text
from kaohe.web.results.plan_facts import PlanBasis
from kaohe.web.results.plan_rules import STATES
from kaohe.web.ui.language import named, page_language
from kaohe.web.ui.templatetags.ui import told

Row = Mapping[str, str]
SHORT, WIDE = "short", "wide"
TAGS: Mapping[str, tuple[str, Promise]] = {
    "reached": ("good", _("预计达到")),
    "open": ("warn", _("说不准")),
    "not_reached": ("bad", _("预计达不到")),
}


@dataclass(frozen=True)
class SampleShown:
    """What the scheme asks of one channel, and what that comes to in the whole town.

    Where asking everybody is not enough, ``short`` counts the areas that do not even reach what
    the scheme asks, ``wide`` those that only miss the wanted margin.
    """

    label: Text
    clause: str
    required: int
    size: int
    to_ask: int
    short: int
    wide: int


@dataclass(frozen=True)
class SizeCell:
    """One area's figures for one channel; ``lacks`` is short or wide, as above, or empty."""

    label: Text
    row: Row
    lacks: str


@dataclass(frozen=True)
class AreaSizes:
    """One area: how many there are of each kind, then channel by channel figures and sentences."""

    name: str
    populations: list[str]
    cells: list[SizeCell]
    sentences: list[str]


@dataclass(frozen=True)
class UnionRow:
    """One area's union: its row, its state as a tag and in words, and its sentence."""

    name: str
    row: Row
    tag: str
    state: Promise
    verdict: Text
    sentence: str


class SizesShown:
    """The plan of sizes; the scheme gives the words."""

    def __init__(self, plan: Plan, basis: PlanBasis) -> None:
        self.basis = basis
        self.rows = rows_of(plan)
        headings = {check: population_heading(basis.scheme, check) for check in basis.sized}
        self.headings = headings
        self.populations = list(dict.fromkeys(headings.values()))
        """What there can be so many of: households, Party members."""

    def samples(self) -> list[SampleShown]:
        """Every channel, in the scheme's order."""
        return [self._sample(check) for check in self.basis.sized]

    def _sample(self, check: str) -> SampleShown:
        declared = self.basis.scheme.checks[check]
        own = [row for row in self.rows if row["check"] == check]
        lacking = Counter(map(_lacks, own))
        return SampleShown(
            label=declared.label,
            clause=declared.clause,
            required=_sum(own, "required"),
            size=_sum(own, "size"),
            to_ask=_sum(own, "to_ask"),
            short=lacking[SHORT],
            wide=lacking[WIDE],
        )

    def areas(self) -> list[AreaSizes]:
        """Every area in the order of its id."""
        by_area = groupby(self.rows, key=lambda row: self._name(row))
        return [self._area(name, list(rows)) for name, rows in by_area]

    def _area(self, name: str, rows: list[Row]) -> AreaSizes:
        sizes = {self.headings[row["check"]]: row["population"] for row in rows}
        checks = self.basis.scheme.checks
        return AreaSizes(
            name=name,
            populations=[sizes[heading] for heading in self.populations],
            cells=[SizeCell(checks[row["check"]].label, row, _lacks(row)) for row in rows],
            sentences=[named(told(checks[row["check"]].label), sentence_of(row)) for row in rows],
        )

    def _name(self, row: Row) -> str:
        subject = self.basis.scheme.subject
        return f"{row[subject.id]} {row[subject.name]}"


def union_shown(plan: Plan, basis: PlanBasis) -> list[UnionRow]:
    """The union of every area in the order of its id."""
    subject, found = basis.scheme.subject, []
    for row in rows_of(plan):
        tag, state = TAGS[STATES[row["verdict"]]]
        name = f"{row[subject.id]} {row[subject.name]}"
        verdict = VERDICTS[row["verdict"]]
        found.append(UnionRow(name, row, tag, state, verdict, sentence_of(row)))
    return found


def rows_of(plan: Plan) -> list[Row]:
    """The rows of a plan of one table, by the names of its columns."""
    (table,) = plan.tables
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def figures_of(plan: Plan) -> list[PlanColumn]:
    """The columns that hold figures and verdicts: what each means stands on the page."""
    return [one for table in plan.tables for one in table.columns if one.number or one.labels]


def sentence_of(row: Row) -> str:
    """What a row says, in the language of the page."""
    return row["explanation" if page_language() == "zh" else "explanation_en"]


def _lacks(row: Row) -> str:
    answers = int(row["answers"])
    if answers < int(row["required"]):
        return SHORT
    return WIDE if answers < int(row["size"]) else ""


def _sum(rows: Iterable[Row], column: str) -> int:
    return sum(int(row[column]) for row in rows)
