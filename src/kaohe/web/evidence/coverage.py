"""How far visits have reached the households of each area. Information: it bears no points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kaohe.scheme.model import Scheme
from kaohe.web.ui.templatetags.ui import told

REACHED, NOT_YET, NO_DATA = "reached", "not_yet", "no_data"


@dataclass(frozen=True)
class Span:
    """A stretch of the year with its name, both days included."""

    name: str
    first: str
    last: str

    def holds(self, day: str) -> bool:
        """Whether a day, as ``YYYY-MM-DD``, lies within."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Reach:
    """Households visited of those there are; None where nobody counted the area."""

    visited: int
    households: int | None

    @property
    def state(self) -> str:
        """Reached, not yet, or no data."""
        if not self.visited or self.households is None:
            return NO_DATA
        return REACHED if self.visited >= self.households else NOT_YET


def spans_of(scheme: Scheme, first: date, last: date) -> list[Span]:
    """The quarters of the scheme, if it has any, and the whole period."""
    quarters = [
        Span(
            told(period.label) or _("第%(number)s季度") % {"number": number},
            period.first.isoformat(),
            period.last.isoformat(),
        )
        for number, period in enumerate(scheme.periods.get("quarter", ()), start=1)
    ]
    return [*quarters, Span(_("全年"), first.isoformat(), last.isoformat())]


def coverage(
    visits: Iterable[Mapping[str, str]],
    spans: Sequence[Span],
    households: Mapping[str, int | None],
) -> dict[str, list[Reach]]:
    """For each area, span by span, how many different households were visited.

    Who visited is not looked at.
    """
    reached: dict[str, list[set[str]]] = {area: [set() for _one in spans] for area in households}
    for row in visits:
        for span, found in zip(spans, reached.get(row["area_id"], ()), strict=False):
            if span.holds(row["visited_on"]):
                found.add(row["household_id"])
    return {
        area: [Reach(len(found), households[area]) for found in reached[area]]
        for area in sorted(households)
    }
