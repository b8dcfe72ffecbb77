"""Cases that went to the wrong place, by the reason: for whoever dispatches them, to do better.

Two sources say so: exclusions that both sides have decided, by their ground, and what providers
write down when a case is sent back. Both are counted by source and kind, never by area or person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from django.db.models import Count
from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.values.numbers import PERCENT, fixed
from kaohe.web.cycles.facts import exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import facts
from kaohe.web.hotline.facts import cases_in_force
from kaohe.web.hotline.models import CaseQuerySet
from kaohe.web.registry.models import Source

AT_ONCE = 500
"""So many ids are looked up by one query."""


@dataclass(frozen=True)
class Reason:
    """How many cases of a source for one reason, and their share in all cases of the source."""

    source: str
    reason: str
    number: int
    share: str


@dataclass(frozen=True)
class OfKind:
    """How many cases of one kind: all, left out, sent back."""

    source: str
    kind: str
    number: int
    left_out: int
    returned: int


@dataclass(frozen=True)
class Misdispatch:
    """Sums of a cycle's cases, source by source."""

    totals: tuple[tuple[str, int], ...]
    grounds: tuple[Reason, ...]
    returns: tuple[Reason, ...]
    kinds: tuple[OfKind, ...]


def sources_of_cases(cycle: Cycle, codes: Collection[str] | None) -> list[Source]:
    """The sources that hand in cases; ``codes`` those of a provider."""
    every = Source.objects.filter(town=cycle.town)
    return [
        one for one in every if facts.CASES in one.tables and (codes is None or one.code in codes)
    ]


def misdispatch_of(cycle: Cycle, scheme: Scheme, sources: Collection[Source]) -> Misdispatch:
    """What was left out or sent back, of these sources."""
    rows = _rows(cycle, sources)
    names = {one.pk: one.name for one in sources}
    kinds = Counter[tuple[int, str]](_counted(rows, "source", "kind"))
    returns = Counter[tuple[int, str]](_counted(rows.exclude(returned=""), "source", "returned"))
    returned = _counted(rows.exclude(returned=""), "source", "kind")
    totals: Counter[int] = Counter()
    for (source, _kind), number in kinds.items():
        totals[source] += number
    words = facts.grounds_of(scheme)
    grounds: Counter[tuple[int, str]] = Counter()
    left_out: Counter[tuple[int, str]] = Counter()
    for source, kind, ground in _left_out(cycle, rows):
        grounds[source, words.get(ground, ground)] += 1
        left_out[source, kind] += 1
    return Misdispatch(
        tuple((one.name, totals[one.pk]) for one in sources),
        tuple(_reasons(grounds, totals, names)),
        tuple(_reasons(returns, totals, names)),
        tuple(
            OfKind(
                names[source],
                kind or _("没有写类别"),
                number,
                left_out[source, kind],
                returned.get((source, kind), 0),
            )
            for (source, kind), number in _in_order(kinds, names)
            if left_out[source, kind] or returned.get((source, kind))
        ),
    )


def _rows(cycle: Cycle, sources: Collection[Source]) -> CaseQuerySet:
    """The cases in force of the period, without those of areas that are not assessed."""
    rows = cases_in_force(cycle)
    rows = rows.filter(received_on__gte=cycle.first, received_on__lte=cycle.last)
    if left_out := exempted_ids(cycle):
        rows = rows.exclude(area__area_id__in=left_out)
    return rows.filter(source__in=[one.pk for one in sources])


def _counted(rows: CaseQuerySet, *fields: str) -> dict[tuple[int, str], int]:
    """How many rows have the same source and the same of another field."""
    counted = rows.order_by().values_list(*fields).annotate(number=Count("pk"))
    return {(source, text): number for source, text, number in counted}


def _left_out(cycle: Cycle, rows: CaseQuerySet) -> Iterator[tuple[int, str, str]]:
    """Source, kind and ground of every case that both sides have left out."""
    decided = facts.excluded_cases(cycle)
    ids = iter(decided)
    while some := list(islice(ids, AT_ONCE)):
        found = rows.filter(case_id__in=some).order_by()
        for source, kind, case_id in found.values_list("source", "kind", "case_id"):
            yield source, kind, decided[case_id]


def _reasons(
    counted: Counter[tuple[int, str]], totals: Mapping[int, int], names: Mapping[int, str]
) -> Iterator[Reason]:
    for (source, reason), number in _in_order(counted, names):
        share = fixed(Fraction(PERCENT * number, totals[source]), 1)
        yield Reason(names[source], reason, number, f"{share}%")


def _in_order(
    numbers: Counter[tuple[int, str]], names: Mapping[int, str]
) -> Iterable[tuple[tuple[int, str], int]]:
    """Source by source, what is most frequent first."""
    places = {source: place for place, source in enumerate(names)}
    return sorted(numbers.items(), key=lambda one: (places[one[0][0]], -one[1], one[0][1]))
