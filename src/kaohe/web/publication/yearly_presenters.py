"""The course of an area over the years: a chart of the last two, a table of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kaohe.reports.charts import Bar, Series, bar_chart
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import labels_of
from kaohe.values.numbers import shortest
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.yearly_facts import AreaYear, Told, anew, parts_of, published_node
from kaohe.web.registry.models import Area
from kaohe.web.results.cases_presenters import NONE, Cell
from kaohe.web.results.cases_trend_presenters import Trend
from kaohe.web.ui.templatetags.ui import told

QUESTION = "?"
"""Stands before the id of a question among ids of nodes."""


@dataclass(frozen=True)
class Label:
    """A label of a year in words; ``anew``: given in another way than the year before."""

    name: str
    label: str
    anew: bool


@dataclass(frozen=True)
class Line:
    """A node or a question over the years: what it could be at most in each, and what it was."""

    key: str
    name: str
    full: tuple[Fraction | None, ...]
    cells: tuple[Told, ...]


class TrendsOfArea:
    """The course of an area over ``years``, of which there is at least one, the oldest first."""

    def __init__(self, years: Sequence[AreaYear], *, assessed: bool) -> None:
        self._years = years
        self._assessed = assessed
        self._anew = [
            frozenset[str](),
            *(anew(before, now) for before, now in pairwise(years)),
        ]
        self._names = [_("%(year)s年度") % {"year": one.cycle.year} for one in years]

    def labels(self) -> list[Label]:
        """The published label, year by year."""
        found = []
        for name, year, changed in zip(self._names, self._years, self._anew, strict=True):
            node = published_node(year.scheme)
            if node is not None:
                known = labels_of(year.scheme.nodes[node])
                label = told(known[year.label]) if year.label in known else NONE
                found.append(
                    Label(f"{name} {_node_name(node, year.scheme)}", label, node in changed)
                )
        return found

    def parts(self) -> Trend | None:
        """What makes up the total, node by node."""
        return self._trend(
            _("各部分得分"),
            list(self._lines(self._parts_of, _node_name, _node_full, lambda year: year.figures)),
        )

    def questions(self) -> Trend | None:
        """What residents answered, question by question."""
        return self._trend(
            _("问卷各题平均得分"),
            list(
                self._lines(
                    _questions_of, _question_name, _question_full, lambda year: year.questions
                )
            ),
            QUESTION,
        )

    def _parts_of(self, scheme: Scheme) -> Sequence[str]:
        return parts_of(scheme, with_total=not self._assessed)

    def _lines(
        self,
        keys_of: Callable[[Scheme], Sequence[str]],
        name_of: Callable[[str, Scheme], str],
        full_of: Callable[[str, Scheme], Fraction | None],
        figures_of: Callable[[AreaYear], Mapping[str, Told]],
    ) -> Iterator[Line]:
        """The newest year's first, then what there is no more."""
        newest: dict[str, Scheme] = {}
        for year in reversed(self._years):
            for key in keys_of(year.scheme):
                newest.setdefault(key, year.scheme)
        for key, scheme in newest.items():
            there = [key in keys_of(year.scheme) for year in self._years]
            pairs = list(zip(self._years, there, strict=True))
            yield Line(
                key,
                name_of(key, scheme),
                tuple(full_of(key, year.scheme) if one else None for year, one in pairs),
                tuple(figures_of(year).get(key, Told()) if one else Told() for year, one in pairs),
            )

    def _trend(self, title: str, lines: Sequence[Line], sign: str = "") -> Trend | None:
        if not any(cell.value or cell.few for line in lines for cell in line.cells):
            return None
        feedback = self._years[-1].scheme.feedback
        apart = feedback.apart if feedback is not None else ()
        rows = tuple(
            (_with_full(line, apart=line.key in apart), self._cells(line, sign)) for line in lines
        )
        drawn = [line for line in lines if line.full[-1] and line.key not in apart]
        return Trend(title, self._chart(title, drawn, sign), (_("内容"), *self._names), rows)

    def _cells(self, line: Line, sign: str) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                _("不列出") if cell.few else cell.value or NONE,
                (_("口径与上年不同"),) if f"{sign}{line.key}" in changed and cell.value else (),
            )
            for cell, changed in zip(line.cells, self._anew, strict=True)
        )

    def _chart(self, title: str, lines: Sequence[Line], sign: str) -> SafeString:
        """The last two years, each figure as a part of what it could be at most; what was worked
        out in another way the year before is not drawn beside."""
        last = list(range(len(self._years)))[-2:]
        series = [
            Series(self._names[year], [self._bar(line, year, sign) for line in lines])
            for year in reversed(last)
        ]
        says = _("每项得分占满分的比例，数字是得分，见旁边的表。")
        names = [line.name for line in lines]
        return mark_safe(bar_chart(title, says, names, series, Fraction(1)))

    def _bar(self, line: Line, year: int, sign: str) -> Bar | None:
        newest = len(self._years) - 1
        full, figure = line.full[year], line.cells[year].value
        if year < newest and f"{sign}{line.key}" in self._anew[newest]:
            return None
        if not full or not figure:
            return None
        return Bar(max(Fraction(figure) / full, Fraction(0)), figure)


def _with_full(line: Line, *, apart: bool) -> str:
    """The name of a line, and what it can be at most as it was last worked out."""
    full = next((one for one in reversed(line.full) if one), None)
    if full is None:
        return line.name
    given = {"name": line.name, "full": shortest(full)}
    words = _("%(name)s（最多 %(full)s 分）") if apart else _("%(name)s（满分 %(full)s）")
    return words % given


def _node_name(node_id: str, scheme: Scheme) -> str:
    label = scheme.nodes[node_id].label
    return node_id if label is None else told(label)


def _node_full(node_id: str, scheme: Scheme) -> Fraction | None:
    most = scheme.nodes[node_id].max
    return None if most is None else Fraction(most)


def _questions_of(scheme: Scheme) -> Sequence[str]:
    return () if scheme.questionnaire is None else tuple(scheme.questionnaire.questions)


def _question_name(question: str, scheme: Scheme) -> str:
    assert scheme.questionnaire is not None, "a question is one of a questionnaire"
    return told(scheme.questionnaire.questions[question].label)


def _question_full(_question: str, scheme: Scheme) -> Fraction | None:
    assert scheme.questionnaire is not None, "a question is one of a questionnaire"
    return Fraction(shortest(Fraction(scheme.questionnaire.full)))


def boundaries(area: Area, years: Sequence[Cycle]) -> list[str]:
    """What happened to the bounds of an area in the years, the oldest first, in words."""
    found = []
    begun, first, last = years[0], years[0].first, years[-1].last
    if begun.first < area.from_on <= begun.last:
        given = {"day": area.from_on, "name": area.name}
        found.append((area.from_on, _("%(day)s 设立%(name)s，当年不满一年。") % given))
    for one in area.predecessors.all():
        if one.until_on is not None and first <= one.until_on <= last:
            given = {"day": one.until_on, "name": one.name}
            text = _("%(day)s %(name)s并入本居民区，前后年度的范围不同。") % given
            found.append((one.until_on, text))
    if area.successor is not None and area.until_on is not None:
        given = {"day": area.until_on, "name": area.successor.name}
        found.append((area.until_on, _("%(day)s 并入%(name)s。") % given))
    return [text for _day, text in sorted(found)]
