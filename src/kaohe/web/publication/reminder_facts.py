"""Areas whose published labels the scheme calls an occasion for a reminder: facts, no proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kaohe.scheme.feedback import Remind
from kaohe.scheme.nodes import labels_of
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.models import Publication
from kaohe.web.publication.yearly_facts import published_node, published_years, scheme_behind


@dataclass(frozen=True)
class Weak:
    """An area with its labels year by year, the oldest first, by their names in Chinese."""

    subject_id: str
    name: str
    labels: tuple[tuple[int, str], ...]

    @property
    def facts(self) -> list[dict[str, str]]:
        """As ``Reminder.facts`` holds them."""
        return [{"year": str(year), "label": label} for year, label in self.labels]


def occasion_of(publication: Publication) -> Remind | None:
    """What the scheme of a year says of reminders; None where it says nothing."""
    feedback = scheme_behind(publication).feedback
    return feedback.remind if feedback is not None else None


def weak_areas(cycle: Cycle) -> list[Weak]:
    """The areas that the scheme of a year names, in administrative order.

    They got one of its results in that year and, by the schemes of these, in the years just before.
    """
    by_year = {one.cycle.year: one for one in published_years(cycle.town_id)}
    newest = by_year.get(cycle.year)
    occasion = occasion_of(newest) if newest is not None else None
    if newest is None or newest.cycle != cycle or occasion is None:
        return []
    wanted = range(cycle.year - occasion.years + 1, cycle.year + 1)
    if any(year not in by_year for year in wanted):
        return []
    years = [dict(_weak_in(by_year[year])) for year in wanted]
    names = dict(newest.areas.order_by("subject_id").values_list("subject_id", "name"))
    return [
        Weak(area, name, tuple((year, one[area]) for year, one in zip(wanted, years, strict=True)))
        for area, name in names.items()
        if all(area in one for one in years)
    ]


def _weak_in(publication: Publication) -> Iterator[tuple[str, str]]:
    """The areas with such a result in a year, and the result."""
    scheme, occasion = scheme_behind(publication), occasion_of(publication)
    node = published_node(scheme)
    if occasion is None or node is None:
        return
    known = labels_of(scheme.nodes[node])
    rows: Sequence[tuple[str, dict[str, str]]] = list(
        publication.areas.values_list("subject_id", "labels")
    )
    for area, labels in rows:
        code = labels.get(node, "")
        if code in occasion.results:
            yield area, known[code].zh
