"""Points to mend that an area's letter names, offered as items."""

from __future__ import annotations

from dataclasses import dataclass

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication.letters import points_to_mend
from kaohe.web.publication.models import PublishedArea, RectificationItem
from kaohe.web.registry.models import Area


@dataclass(frozen=True)
class Offer:
    """One point to mend of an area that is no item yet."""

    area: Area
    text: str


def offers_to(person: Person, cycle: Cycle) -> list[Offer]:
    """The points of the newest letters of the areas in sight that nobody has written down yet."""
    rows = PublishedArea.objects.filter(cycle=cycle).select_related("publication")
    published = person.visible(rows)
    newest: dict[str, PublishedArea] = {
        one.subject_id: one for one in published.order_by("subject_id", "publication__number")
    }
    areas = {one.area_id: one for one in Area.objects.filter(town=cycle.town, area_id__in=newest)}
    kept = set(RectificationItem.objects.filter(cycle=cycle).values_list("area__area_id", "text"))
    longest = RectificationItem._meta.get_field("text").max_length
    found = [
        Offer(areas[area_id], text[:longest])
        for area_id, one in newest.items()
        if area_id in areas
        for text in points_to_mend(one.publication.folder, area_id)
    ]
    return [one for one in found if (one.area.area_id, one.text) not in kept]
