"""Trends as pages show them: a chart, and beside it the table that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kaohe.reports.charts import Bar, Series, bar_chart
from kaohe.scheme.nodes import RatioNode
from kaohe.scoring.reasons import printed
from kaohe.values.numbers import PERCENT, Number, fixed
from kaohe.web.results.cases_presenters import NONE, Cell, is_few, rate_shown
from kaohe.web.results.cases_trends import Month, Months, months_of, year_before
from kaohe.web.ui.language import in_brackets
from kaohe.web.ui.templatetags.ui import told

if TYPE_CHECKING:
    from kaohe.analysis.rates import Rated

MOST_KINDS = 12
"""So many kinds have a bar; the table has all of them."""


@dataclass(frozen=True)
class Trend:
    """A chart with its table: headings, and rows of a name and cells."""

    title: str
    chart: SafeString
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class ByArea:
    """How many cases came in each area month by month, areas in the order of the register."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]


def _chart(
    title: str,
    says: str,
    names: Sequence[str],
    series: Sequence[Series],
    most: Fraction | None = None,
) -> SafeString:
    return mark_safe(bar_chart(title, says, names, series, most))


class TrendsShown:
    """The trends of one area, or (None) of the town; ``before`` is last year."""

    def __init__(self, now: Months, before: Months | None, area: str | None) -> None:
        self._now = now
        self._before = before
        self._area = area
        self._months = months_of(now.cycle)
        self._names = [_month(one, self._months) for one in self._months]
        self._years = [_year_named(one) for one in (now, before) if one is not None]

    def received(self) -> Trend:
        """How many cases came, month by month."""
        now = self._now.received_by(self._area)
        columns = [[now[month] for month in self._months]]
        if self._before is not None:
            before = self._before.received_by(self._area)
            columns.append([before[year_before(month)] for month in self._months])
        series = [
            Series(name, [Bar(Fraction(number), str(number)) for number in numbers])
            for name, numbers in zip(self._years, columns, strict=True)
        ]
        rows = [
            (name, tuple(Cell(str(numbers[place])) for numbers in columns))
            for place, name in enumerate(self._names)
        ]
        title = _("收到的办件")
        chart = _chart(title, _("逐月件数，数字见旁边的表。"), self._names, series)
        total = (_("合计"), tuple(Cell(str(sum(numbers))) for numbers in columns))
        return Trend(title, chart, (_("月份"), *self._years), (*rows, total))

    def rates(self) -> list[Trend]:
        """Every rate month by month, each month judged by itself."""
        now = _Rates(self._now, self._area)
        before = _Rates(self._before, self._area) if self._before else None
        return [self._rate(node, now, before) for node in now.nodes]

    def _rate(self, node: str, now: _Rates, before: _Rates | None) -> Trend:
        own = [now.of(node, month) for month in self._months]
        columns, years = [own], self._years[:1]
        if before is not None and node in before.nodes:
            columns.append([before.of(node, year_before(month)) for month in self._months])
            years = self._years
        series = [
            Series(name, [None if one is None else one.bar for one in column])
            for name, column in zip(years, columns, strict=True)
        ]
        title, most = told(self._now.block.label_of(node)), now.times(node)
        says = _("逐月的率，细线是件数少时的区间，数字见旁边的表。")
        chart = _chart(title, says, self._names, series, Fraction(most))
        rows = tuple(
            (name, tuple(_cell(column[place]) for column in columns))
            for place, name in enumerate(self._names)
        )
        return Trend(title, chart, (_("月份"), *years), rows)

    def kinds(self, now: Counter[str], before: Counter[str] | None) -> Trend:
        """How many cases of each kind came, the most frequent first."""
        order = sorted(now.keys() | (before or {}).keys(), key=lambda one: (-now[one], one))
        columns = [now] if before is None else [now, before]
        names = [one or _("没有写类别") for one in order]
        series = [
            Series(year, [Bar(Fraction(one[kind]), str(one[kind])) for kind in order[:MOST_KINDS]])
            for year, one in zip(self._years, columns, strict=False)
        ]
        title, total = _("办件类别"), now.total()
        says = _("各类件数，最多的在前，数字见旁边的表。")
        chart = _chart(title, says, names[:MOST_KINDS], series)
        rows = tuple(
            (name, (*(Cell(str(one[kind])) for one in columns), _percent(now[kind], total)))
            for name, kind in zip(names, order, strict=True)
        )
        return Trend(title, chart, (_("类别"), *self._years[: len(columns)], _("本年占比")), rows)

    def by_area(self, names: dict[str, str]) -> ByArea:
        """How many cases came in every area, month by month."""
        received = self._now.received
        rows = []
        for area, name in names.items():
            numbers = tuple(received.get((area, month), 0) for month in self._months)
            rows.append((name, numbers, sum(numbers)))
        return ByArea(tuple(self._names), tuple(rows))


@dataclass(frozen=True)
class MonthlyRate:
    """A rate of one month; ``of`` are its numbers."""

    value: str
    of: Rated
    times: Number

    @property
    def cell(self) -> Cell:
        """As a cell of the table."""
        return rate_shown(self.value, self.of, self.times)

    @property
    def bar(self) -> Bar:
        """As a bar, with the interval where it rests on few cases."""
        amount = Fraction(self.times) * self.of.met / self.of.trials
        span, interval = None, self.of.interval
        if is_few(self.of) and interval is not None:
            span = (Fraction(interval.low), Fraction(interval.high))
        figure = f"{self.value}{in_brackets(f'{self.of.met}/{self.of.trials}')}"
        return Bar(amount, figure, span)


class _Rates:
    """The rates of a year's months."""

    def __init__(self, months: Months, area: str | None) -> None:
        from kaohe.analysis.rates import rates_of

        self.nodes = months.rates
        order, self._sheet = months.judged(area)
        self._places = {month: self._sheet.places[str(month)] for month in order}
        self._rates = {one.id: one for one in rates_of(self._sheet)}

    def times(self, node_id: str) -> Number:
        """In what a rate is told, such as 100 for per cent."""
        node = self._sheet.scheme.nodes[node_id]
        assert isinstance(node, RatioNode)
        return Fraction(node.times)

    def of(self, node: str, month: Month) -> MonthlyRate | None:
        """The rate of a month; None where there was nothing to count."""
        if month not in self._places:
            return None
        place, scheme = self._places[month], self._sheet.scheme
        rate = self._rates[node]
        if not rate.subjects[place].trials:
            return None
        value = printed(scheme, scheme.nodes[node], self._sheet.values[node][place])
        return MonthlyRate(value or NONE, rate.subjects[place], rate.times)


def _month(month: Month, every: Sequence[Month]) -> str:
    """A month by its number, with its year where the period has months of two."""
    told_of = {"year": month[0], "month": month[1]}
    if len({year for year, _month in every}) == 1:
        return _("%(month)s月") % told_of
    return _("%(year)s年%(month)s月") % told_of


def _year_named(months: Months) -> str:
    return _("%(year)s年度") % {"year": months.cycle.year}


def _cell(rate: MonthlyRate | None) -> Cell:
    return Cell(NONE) if rate is None else rate.cell


def _percent(part: int, whole: int) -> Cell:
    return Cell(f"{fixed(Fraction(PERCENT * part, whole), 1)}%" if whole else NONE)
