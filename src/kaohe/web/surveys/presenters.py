"""Rounds as the town's people see them: how far they are, what can be done, counts by area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kaohe.web.cycles.facts import counted_areas
from kaohe.web.registry.models import Area, Household
from kaohe.web.surveys import boxes
from kaohe.web.surveys.models import MANNERS, STATES, Keeper, Round
from kaohe.web.surveys.rounds import samples_of
from kaohe.web.ui.language import in_a_row
from kaohe.web.ui.templatetags.ui import told


@dataclass(frozen=True)
class ShownRound:
    """A round in words."""

    row: Round
    manner: str
    state: str
    samples: str


@dataclass(frozen=True)
class AreaCodes:
    """An area's households in the register, how many codes there are, how many households have
    none, and the frozen count of households, None where there is none."""

    area: Area
    households: int
    codes: int
    without: int
    counted: int | None

    @property
    def unregistered(self) -> int:
        """So many households were counted that the register does not have: no code reaches them."""
        return max(0, (self.counted or 0) - self.households)


def shown_round(held: Round) -> ShownRound:
    """A round in words; of the samples their labels."""
    known = samples_of(held.cycle)
    return ShownRound(
        row=held,
        manner=str(MANNERS[held.manner]),
        state=str(STATES[held.state]),
        samples=in_a_row(told(known[one].label) if one in known else one for one in held.samples),
    )


def keepers_told(held: Round, keepers: Iterable[Keeper]) -> list[str]:
    """Who keeps a key; once the round is closed, who has brought it back."""
    return [
        _("%(name)s（已交回）") % {"name": one}
        if held.state == "closed" and one.brought_at
        else str(one)
        for one in keepers
    ]


def codes_of_areas(held: Round, areas: Iterable[Area]) -> list[AreaCodes]:
    """Area by area, in the order of their ids. Once the box is destroyed nobody has a code."""
    box = boxes.box_of(held.tag)
    there = box.exists()
    counts = boxes.codes_by_area(box) if there else {}
    codes = {area: count for (area, _sample), count in counts.items()}
    with_codes = boxes.voters_with_codes(box) if there else set()
    homes: Counter[str] = Counter()
    without: Counter[str] = Counter()
    rows = Household.objects.filter(town=held.town).order_by()
    for area, home in rows.values_list("building__area__area_id", "household_id"):
        homes[area] += 1
        without[area] += home not in with_codes
    counted = {row["area_id"]: int(row["households"]) for row in counted_areas(held.cycle)}
    return [
        AreaCodes(
            area=area,
            households=homes[area.area_id],
            codes=codes.get(area.area_id, 0),
            without=without[area.area_id],
            counted=counted.get(area.area_id),
        )
        for area in areas
    ]


def participants_so_far(held: Round) -> int | None:
    """How many households have taken part in an open round of theirs; None of any other."""
    if held.manner == "meeting" or held.state not in ("open", "paused"):
        return None
    try:
        return sum(boxes.participants_by_area(boxes.box_of(held.tag)).values())
    except boxes.BoxGone:
        return None
