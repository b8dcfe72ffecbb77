"""Cases month by month and kind by kind, of one area or of the town, beside those of last year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from kaohe.scheme.model import Scheme
from kaohe.scoring.sheet import Sheet
from kaohe.web.cycles.facts import exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.facts import CASES, cases_in_force, told_cases
from kaohe.web.registry.facts import month_ends, successor_ids
from kaohe.web.results.cases_block import Block
from kaohe.web.results.cases_counting import Areas, Cases, Row, judge, read_cases
from kaohe.web.results.cases_facts import Besides, judges_cases

Month = tuple[int, int]
"""A year and a month of it."""
AreaMonth = tuple[str, Month]


def months_of(cycle: Cycle) -> list[Month]:
    """The months of a cycle's period."""
    return [(end.year, end.month) for end in month_ends(cycle.first, cycle.last)]


def year_before(month: Month) -> Month:
    """The same month of the year before."""
    return month[0] - 1, month[1]


@dataclass(frozen=True)
class Months:
    """The cases of a cycle by area and month, read once."""

    cycle: Cycle
    cases: Cases[AreaMonth]
    besides: Besides

    @property
    def block(self) -> Block:
        """The nodes that cases decide."""
        return self.cases.block

    @cached_property
    def received(self) -> Mapping[AreaMonth, int]:
        """How many cases came."""
        return self.cases.numbers(self.besides.every)

    def received_by(self, area: str | None) -> Counter[Month]:
        """How many came in each month, in one area or (None) in all."""
        found: Counter[Month] = Counter()
        for (one, month), number in self.received.items():
            if area in (None, one):
                found[month] += number
        return found

    @cached_property
    def rates(self) -> tuple[str, ...]:
        """The rates that hold for any area, so that they can be told of a month of all of them."""
        nodes = self.block.scheme.nodes
        return tuple(one for one in self.block.rates if not nodes[one].only_where)

    def judged(self, area: str | None) -> tuple[Sequence[Month], Sheet]:
        """The nodes as if each month were judged by itself: of use are rates."""
        months = months_of(self.cycle)
        cases = self.cases.by(lambda key: str(key[1]) if area in (None, key[0]) else None)
        own = Areas.instead(map(str, months), self.block.scheme)
        return months, judge(cases, own)


def cases_by_month(cycle: Cycle) -> Months | None:
    """The cases of a cycle by area and month; None where its scheme judges none."""
    scheme = scheme_of(cycle)
    if not judges_cases(scheme) or scheme.fact_tables[CASES].in_period is None:
        return None
    besides = Besides(scheme)
    keys = _Keys(scheme)
    cases = read_cases(Block.of(scheme, besides.measures()), told_cases(cycle, scheme), keys.of)
    return Months(cycle, cases, besides)


class _Keys:
    """The area and the month of a row."""

    def __init__(self, scheme: Scheme) -> None:
        self._area = scheme.ground.subject_column(CASES)
        self._day = scheme.fact_tables[CASES].in_period or ""

    def of(self, row: Row) -> AreaMonth:
        """Of canonical text, in which a day is YYYY-MM-DD."""
        year, month, _day = row[self._day].split("-")
        return row[self._area], (int(year), int(month))


def cycle_before(cycle: Cycle) -> Cycle | None:
    """Last year's cycle, where the town has one that came so far that cases were handed in."""
    before = Cycle.objects.filter(town=cycle.town, year=cycle.year - 1)
    return before.exclude(stage__in=("prepare", "adopted")).select_related("scheme", "town").first()


# -- kinds: no scheme counts them, so that they come from the index of cases


def kinds_of(cycle: Cycle, area: str | None) -> Counter[str]:
    """How many cases of each kind came in the period; those of no kind under an empty name."""
    rows = cases_in_force(cycle)
    rows = rows.filter(received_on__gte=cycle.first, received_on__lte=cycle.last)
    if area is not None:
        rows = rows.filter(area__area_id__in=list(_ids_of(area, cycle)))
    elif left_out := exempted_ids(cycle):
        rows = rows.exclude(area__area_id__in=left_out)
    counted = rows.order_by().values_list("kind").annotate(number=Count("pk"))
    return Counter(dict(counted))


def _ids_of(area: str, cycle: Cycle) -> Iterator[str]:
    """An area with those that have become part of it."""
    yield area
    moved = successor_ids(cycle.town, ended_before=cycle.last)
    yield from (old for old, new in moved.items() if new == area)
