"""What cases come to, as pages show it: areas in the order of the register, never by a figure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaohe.scheme.nodes import BandsNode
from kaohe.scoring.reasons import printed
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.valuing import find_band, limits_in_words
from kaohe.values.numbers import PERCENT, Number, fixed
from kaohe.web.results.cases_bands import Edges, edges_of
from kaohe.web.results.cases_facts import YearOfCases
from kaohe.web.results.presenters import figure
from kaohe.web.ui.templatetags.ui import told

if TYPE_CHECKING:
    from kaohe.analysis.rates import Rate, Rated

FEW = 30
"""A rate of fewer cases than that is shown with its interval: a case or two would change it."""
NONE = "—"


@dataclass(frozen=True)
class Cell:
    """A figure, the lines under it, and whether it rests on few cases."""

    value: str
    under: tuple[str, ...] = ()
    few: bool = False


@dataclass(frozen=True)
class Line:
    """An area with its figures."""

    area: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """A table of areas."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


class BlockShown:
    """The tables of a year's cases for some areas; ``ranked`` with places, bands and edges."""

    def __init__(self, year: YearOfCases, *, only: Collection[str] | None, ranked: bool) -> None:
        self._year = year
        self._sheet = year.decided
        self._ranked = ranked
        self._areas = [
            (index, one.id, one.name)
            for index, one in enumerate(year.areas.subjects)
            if only is None or one.id in only
        ]

    def __len__(self) -> int:
        """How many areas are shown."""
        return len(self._areas)

    @property
    def clauses(self) -> list[str]:
        """The clauses that stand behind the figures."""
        return self._year.block.clauses

    @cached_property
    def _rates(self) -> dict[str, Rate]:
        # numpy comes with it: not before somebody asks.
        from kaohe.analysis.rates import rates_of

        return {one.id: one for one in rates_of(self._sheet)}

    def scores(self) -> Shown:
        """Every node that cases decide; under what is given for places, how far the edges are."""
        block = self._year.block
        nodes = block.nodes if self._ranked else block.own
        headings = tuple(told(block.label_of(node)) for node in nodes)
        lines = [
            Line(area, name, tuple(self._score(node, index) for node in nodes))
            for index, area, name in self._areas
        ]
        return Shown(headings, tuple(lines))

    def _score(self, node: str, index: int) -> Cell:
        value = _value(node, self._sheet, index) or NONE
        if node in self._rates:
            return rate_shown(value, self._rates[node].subjects[index], self._rates[node].times)
        return Cell(value, self._band(node, index))

    def _band(self, node_id: str, index: int) -> tuple[str, ...]:
        """The places that a band takes in, and the points to the next ones."""
        node = self._sheet.scheme.nodes[node_id]
        if node_id not in self._year.block.bands or not isinstance(node, BandsNode):
            return ()
        found = find_band(node.bands, self._sheet.column(node.of)[index], self._sheet, index)
        edges = self._edges[node_id][index]
        if not isinstance(found, int) or edges is None:
            return ()
        limits = told(limits_in_words(node.bands, found, self._sheet, index, by_place=True))
        return (limits, *_edges_told(edges))

    @cached_property
    def _edges(self) -> dict[str, list[Edges | None]]:
        return {node: edges_of(node, self._sheet) for node in self._year.block.bands}

    def numbers(self) -> Shown:
        """How many cases there are, how many are open, and what that is against last year."""
        year, besides = self._year, self._year.besides
        every, left_out = (year.cases.numbers(one) for one in (besides.every, besides.left_out))
        waiting = year.cases.numbers(besides.waiting) if besides.waiting else None
        headings = [_("收到"), _("其中剔除")]
        if waiting is not None:
            headings.append(_("尚未处置"))
        if besides.last_year is not None:
            now = year.cases.numbers(besides.last_year.now)
            headings += [_("本年每千户"), _("上年每千户"), _("增减")]
        lines = []
        for _index, area, name in self._areas:
            cells = [Cell(str(numbers.get(area, 0))) for numbers in (every, left_out)]
            if waiting is not None:
                cells.append(Cell(str(waiting.get(area, 0))))
            if besides.last_year is not None:
                cells += self._against_last_year(area, now.get(area, 0))
            lines.append(Line(area, name, tuple(cells)))
        return Shown(tuple(headings), tuple(lines))

    def _against_last_year(self, area: str, now: int) -> list[Cell]:
        year = self._year
        rate, before = year.per_thousand(area, now), year.before(area)
        if rate is None:
            return [Cell(NONE, (_("没有户数"),)), Cell(NONE), Cell(NONE)]
        told_now = Cell(fixed(rate, 1), (_("%(number)s 件") % {"number": now},))
        base = None if before is None else year.per_thousand(area, before)
        if base is None:
            return [told_now, Cell(NONE, (_("没有上年数据"),)), Cell(NONE, (_("无从比较"),))]
        told_before = Cell(fixed(base, 1), (_("%(number)s 件") % {"number": before},))
        return [told_now, told_before, Cell(_signed(rate - base))]

    def exclusions(self) -> tuple[Shown, Line]:
        """With and without what is left out, area by area, and the town's share of it."""
        year, block = self._year, self._year.block
        every = year.cases.numbers(year.besides.every)
        left_out = year.cases.numbers(year.besides.left_out)
        nodes = [one for one in block.nodes if one in (*block.rates, *block.composites)]
        headings = [_("收到"), _("剔除"), _("剔除占比")]
        headings += [told(block.label_of(node)) for node in nodes]
        lines = [
            Line(
                area,
                name,
                (
                    *_share(left_out.get(area, 0), every.get(area, 0)),
                    *(self._both(node, index) for node in nodes),
                ),
            )
            for index, area, name in self._areas
        ]
        # Of all areas, though those who see only their own are not told which figure is whose.
        town = _share(sum(left_out.values()), sum(every.values()))
        return Shown(tuple(headings), tuple(lines)), Line("", _("全镇"), town)

    def _both(self, node: str, index: int) -> Cell:
        decided = _value(node, self._sheet, index) or NONE
        every = _value(node, self._year.as_if_all_counted, index) or NONE
        return Cell(decided, (_("都计入则 %(value)s") % {"value": every},))


def _value(node_id: str, sheet: Sheet, index: int) -> str:
    """A value as results print it, a label by its name in the scheme."""
    node = sheet.scheme.nodes[node_id]
    text = printed(sheet.scheme, node, sheet.values[node_id][index])
    return told(figure(sheet.scheme, node_id, text))


def is_few(rated: Rated) -> bool:
    """Whether a rate rests on few cases, though on some."""
    return 0 < rated.trials < FEW


def rate_shown(value: str, rated: Rated, times: Number) -> Cell:
    """A rate, so many of so many; of few cases with the interval, in the unit of the rate."""
    if not rated.trials:
        return Cell(value, (_("没有可计的件"),))
    told_of = f"{rated.met}/{rated.trials}"
    if not is_few(rated) or rated.interval is None:
        return Cell(value, (told_of,))
    low, high = (f"{end:.{_places(times)}f}" for end in (rated.interval.low, rated.interval.high))
    reach = _("区间 %(low)s–%(high)s") % {"low": low, "high": high}
    return Cell(value, (told_of, reach), few=True)


def _places(times: Number) -> int:
    """The decimals in which an interval is told: tenths of a per cent."""
    return 1 if times >= PERCENT else 3


def _edges_told(edges: Edges) -> list[str]:
    told_of = []
    if edges.better is not None:
        told_of.append(_("距上一档 %(points)s") % {"points": fixed(edges.better, 2)})
    if edges.worse is not None:
        told_of.append(_("距下一档 %(points)s") % {"points": fixed(edges.worse, 2)})
    return told_of


def _signed(change: Fraction) -> str:
    text = fixed(abs(change), 1)
    if not Fraction(text):
        return text
    return f"+{text}" if change > 0 else f"−{text}"


def _share(part: int, whole: int) -> tuple[Cell, Cell, Cell]:
    share = f"{fixed(Fraction(PERCENT * part, whole), 1)}%" if whole else NONE
    return Cell(str(whole)), Cell(str(part)), Cell(share)
