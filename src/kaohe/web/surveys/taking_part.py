"""Which households have taken part so far, whether their round is counted or still goes on.

What an open box says of households is held in memory while a page is made: nobody is shown it, and
it is written nowhere, neither to a file nor to a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet

from kaohe.web.cycles.models import Cycle
from kaohe.web.surveys.boxes import (
    BoxGone,
    box_of,
    codes_by_area,
    participants,
    participants_by_area,
)
from kaohe.web.surveys.models import Ballot, Participation, Round

ENDED = ("closed", "counted")
"""The states of a round that takes no more ballots."""

AreaSample = tuple[str, str]
"""An area, and a sample of the scheme."""


def rounds_of(cycle: Cycle) -> QuerySet[Round]:
    """The rounds whose ballots count in a cycle; those of trials and of void ones do not."""
    return Round.objects.filter(cycle=cycle, trial=False).exclude(state="void")


def households_so_far(cycle: Cycle) -> dict[AreaSample, set[str]]:
    """The households that took part in rounds of the cycle, by area and sample.

    The seats in the box of a meeting are no households: who attended stands on its register.
    """
    found: dict[AreaSample, set[str]] = defaultdict(set)
    rounds = list(rounds_of(cycle))
    # Boxes first: one that is counted meanwhile is found below, and nobody is missed.
    for held in rounds:
        if held.manner != "meeting":
            for area, sample, household in _in_box(held):
                found[area, sample].add(household)
    rows = Participation.objects.filter(round__in=[held.pk for held in rounds]).order_by()
    for area, sample, household in rows.values_list("area_id", "sample", "household_id").iterator():
        found[area, sample].add(household)
    return found


def _in_box(held: Round) -> Iterator[tuple[str, str, str]]:
    box = box_of(held.tag)
    if held.state == "counted" or not box.exists():
        return
    try:
        yield from participants(box)
    except BoxGone:
        return


def areas_of(held: Round) -> set[AreaSample]:
    """For which areas a round has ballots or codes, each with the sample."""
    found: set[AreaSample] = set()
    for rows in (Participation.objects.filter(round=held), Ballot.objects.filter(round=held)):
        found.update(rows.order_by().values_list("area_id", "sample").distinct())
    box = box_of(held.tag)
    if held.state == "counted" or not box.exists():
        return found
    try:
        return found | codes_by_area(box).keys() | participants_by_area(box).keys()
    except BoxGone:
        return found
