"""The town as fact tables: areas with their households, staff with their months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kaohe.web.accounts.models import Town
from kaohe.web.registry.models import Area, AreaCount, Snapshot, StaffPost

MONTHS_OF_A_YEAR = 12


def areas_facts(
    town: Town, year: int, first: date, last: date, exempted: Collection[str]
) -> list[dict[str, str]]:
    """Rows of the table ``areas``: every area that stands at the end of the period.

    Households and Party members are those of the second snapshot of the year, of the first while
    only that is frozen; those of an area merged since then are added to its successor's. An area
    that nobody counted is left out: ``areas_without_counts`` names it.
    """
    counted = _counted(town, year, last)
    return [
        {
            "area_id": area.area_id,
            "name": area.name,
            "households": str(counted[area.area_id].households),
            "party_members": str(counted[area.area_id].party_members),
            "category": area.category,
        }
        for area in _assessed(town, first, last, exempted)
        if area.area_id in counted
    ]


def counting_snapshot(town: Town, year: int) -> Snapshot | None:
    """The snapshot whose counts ``areas_facts`` takes: the latest frozen one of the year."""
    frozen = Snapshot.objects.filter(town=town, year=year).exclude(frozen_at=None)
    return frozen.order_by("-number").first()


def areas_without_counts(
    town: Town, year: int, first: date, last: date, exempted: Collection[str]
) -> list[Area]:
    """Areas that ``areas_facts`` leaves out although they are assessed: no frozen count."""
    counted = _counted(town, year, last)
    return [area for area in _assessed(town, first, last, exempted) if area.area_id not in counted]


def staff_facts(
    town: Town, first: date, last: date, exempted: Collection[str]
) -> list[dict[str, str]]:
    """Rows of the table ``staff``: a person, an area and a role, with the months in post.

    A month counts if the post is held on its last day, so that of two who follow each other one
    has it; 31 December decides the last (A43). Several stretches are one row, with the flags of
    the latest. Whoever was in post only between two ends of a month has a row with no months:
    visits may name them. Staff of a merged area belong to its successor.
    """
    areas = {area.area_id for area in _assessed(town, first, last, exempted)}
    moved = successor_ids(town, ended_before=last)
    posts = StaffPost.objects.filter(town=town).held_within(first, last).select_related("area")
    held: dict[tuple[str, str, str], list[StaffPost]] = {}
    for post in posts.order_by("from_on", "pk"):
        area_id = moved.get(post.area.area_id, post.area.area_id)
        if area_id in areas:
            held.setdefault((area_id, post.staff_id, post.role), []).append(post)
    ends = month_ends(first, last)
    return [
        {
            "staff_id": staff_id,
            "area_id": area_id,
            "role": role,
            "presiding": _truth(stretches[-1].presiding),
            "resident_office": _truth(stretches[-1].resident_office),
            "months": str(_months(stretches, ends)),
        }
        for (area_id, staff_id, role), stretches in sorted(held.items())
    ]


def successor_ids(town: Town, *, ended_before: date | None = None) -> dict[str, str]:
    """The id of every area that has ended, with that of the area it is part of now.

    Areas that ended without a successor are not in it. With ``ended_before``, the last day of a
    period, an area that still stood on that day has not ended: its facts are its own.
    """
    areas = {area.pk: area for area in Area.objects.filter(town=town)}
    found = {}
    for area in areas.values():
        at = area
        while _ended(at, ended_before) and at.successor_id is not None:
            at = areas[at.successor_id]
        if at is not area and not _ended(at, ended_before):
            found[area.area_id] = at.area_id
    return found


def month_ends(first: date, last: date) -> list[date]:
    """The last day of every calendar month of a period; of the last one as far as it goes."""
    ends, day = [], first
    while day <= last:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        ends.append(min(end, last))
        day = end + timedelta(days=1)
    return ends


@dataclass
class _Count:
    """What was counted of an area and of those that have become part of it."""

    households: int = 0
    party_members: int = 0


def _counted(town: Town, year: int, last: date) -> Mapping[str, _Count]:
    snapshot = counting_snapshot(town, year)
    moved = successor_ids(town, ended_before=last)
    found: dict[str, _Count] = {}
    for count in AreaCount.objects.filter(snapshot=snapshot).select_related("area"):
        area_id = moved.get(count.area.area_id, count.area.area_id)
        whole = found.setdefault(area_id, _Count())
        whole.households += count.households
        whole.party_members += count.party_members
    return found


def _assessed(town: Town, first: date, last: date, exempted: Collection[str]) -> list[Area]:
    """Areas that are there in the period and still stand at its end."""
    areas = Area.objects.filter(town=town).existing(first, last).exclude(until_on__lt=last)
    return list(areas.exclude(area_id__in=exempted))


def _ended(area: Area, ended_before: date | None) -> bool:
    if area.until_on is None:
        return False
    return ended_before is None or area.until_on < ended_before


def _months(stretches: Iterable[StaffPost], ends: Iterable[date]) -> int:
    days = {
        end
        for post in stretches
        for end in ends
        if post.from_on <= end and (post.until_on is None or post.until_on >= end)
    }
    return min(len(days), MONTHS_OF_A_YEAR)


def _truth(flag: bool) -> str:
    return "true" if flag else "false"


def example_area(town: Town) -> str:
    """The id of the town's first area, for examples; an empty text where it has none."""
    return (
        Area.objects.filter(town=town).order_by("area_id").values_list("area_id", flat=True).first()
        or ""
    )
