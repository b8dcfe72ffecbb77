"""Cases whose file names no area: laid to one by the table of places, or by hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import QuerySet

from kaohe.web.accounts.models import Town
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.exclusion_by_file import follow_areas
from kaohe.web.hotline.facts import AREA_ID, cases_in_force
from kaohe.web.hotline.masking import unmarked
from kaohe.web.hotline.models import Case, Place, Placement

AT_ONCE = 500
"""So many rows are named in one statement."""
KEPT = 65536
"""So many texts are remembered: most cases of a year are of few places."""


def written(text: str) -> str:
    """A place as the table keeps it: half width, without blanks and without what was masked."""
    return "".join(unicodedata.normalize("NFKC", unmarked(text)).split())


@lru_cache(maxsize=KEPT)
def looks(text: str) -> str:
    """What two places have in common that look the same: width, blanks and case tell nothing."""
    return written(text).casefold()


class Places:
    """The areas of a town's places, to be asked about places as cases tell them."""

    def __init__(self, areas: Iterable[tuple[str, int]]) -> None:
        """``areas`` gives the text of each place and the key of its area."""
        self._areas: dict[str, set[int]] = {}
        for text, area in areas:
            self._areas.setdefault(looks(text), set()).add(area)
        self._lengths = sorted({len(text) for text in self._areas}, reverse=True)

    @staticmethod
    def of(town: Town) -> Places:
        """The places of a town."""
        return Places(Place.objects.filter(town=town).values_list("text", "area_id"))

    def areas_of(self, place: str) -> frozenset[int]:
        """The areas of the longest places that are part of a place; one, where it is certain."""
        text = looks(place)
        for length in self._lengths:
            found: set[int] = set()
            for start in range(len(text) - length + 1):
                part = text[start : start + length]
                if part in self._areas and _is_whole(text, start, start + length):
                    found |= self._areas[part]
            if found:
                return frozenset(found)
        return frozenset()

    def area_of(self, place: str) -> int | None:
        """The area of a place; None where no place or places of several areas say so."""
        found = self.areas_of(place)
        return next(iter(found)) if len(found) == 1 else None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a part begins and ends where numbers do: lane 8 is no part of lane 88."""
    before, after = text[start - 1 : start], text[end : end + 1]
    cut_in = before.isdigit() and text[start].isdigit()
    cut_off = after.isdigit() and text[end - 1].isdigit()
    return not cut_in and not cut_off


def without_area(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases of which the file says no area, wherever they have been laid since."""
    return cases.filter(**{f"told__{AREA_ID}": ""})


def place_cases(cases: QuerySet[Case]) -> None:
    """Lay the cases of which the file says no area to the areas that people or places say.

    A case of which nothing says so any more lies in no area again. ``cases`` are of one cycle.
    """
    first = cases.select_related("town").first()
    if first is None:
        return
    by_hand = dict(Placement.objects.filter(cycle=first.cycle_id).values_list("case_id", "area_id"))
    by_place = lru_cache(maxsize=KEPT)(Places.of(first.town).area_of)
    moved: dict[int | None, list[int]] = {}
    rows = without_area(cases).order_by().values_list("pk", "case_id", "place", "area_id")
    for key, case_id, place, area in rows.iterator(chunk_size=2000):
        wanted = by_hand[case_id] if case_id in by_hand else by_place(place)
        if wanted != area:
            moved.setdefault(wanted, []).append(key)
    for wanted, keys in moved.items():
        for start in range(0, len(keys), AT_ONCE):
            Case.objects.filter(pk__in=keys[start : start + AT_ONCE]).update(area=wanted)


def place_anew(cycle: Cycle) -> None:
    """Lay the cases of a year again, and requests about them with them."""
    place_cases(cases_in_force(cycle))
    follow_areas(cycle)
