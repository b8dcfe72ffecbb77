"""The one rule by which households are drawn: from frame and seed anybody can draw again.

Each household of an area gets as its draw number the SHA-256 of ``SEED|AREA|HOUSEHOLD`` in UTF-8;
in the order of these the first are asked, the next stand by. Where a draw goes by building, every
building gets its share of the area's number, rounded down or up by lot, so that each household has
exactly the same chance. ``docs/reference/drawing.md`` tells it to whoever draws again without
Kaohe; nothing here depends on a random number generator of any library.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from io import StringIO
from math import ceil

from kaohe.values.text import Text

Frame = Mapping[str, frozenset[str]]
"""The households that can be drawn, area by area."""

HEADINGS = ("area_id", "household_id")


def frame_of(pairs: Iterable[tuple[str, str]]) -> Frame:
    """The frame of households, each told as area and household; a second time changes nothing."""
    frame: dict[str, set[str]] = {}
    for area, household in pairs:
        frame.setdefault(area, set()).add(household)
    return {area: frozenset(households) for area, households in frame.items()}


def frame_text(frame: Frame, headings: tuple[str, str] = HEADINGS) -> str:
    """A frame as CSV, always the same for the same frame.

    >>> frame_text(frame_of([("J02", "B"), ("J01", "A"), ("J02", "B")]))
    'area_id,household_id\\nJ01,A\\nJ02,B\\n'
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows((area, one) for area in sorted(frame) for one in sorted(frame[area]))
    return text.getvalue()


def read_frame(text: str) -> Frame:
    """The frame that a CSV tells."""
    rows = csv.reader(StringIO(text))
    next(rows, None)
    return frame_of((area, household) for area, household in rows)


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def draw_number(seed: str, area: str, household: str) -> str:
    """The number by which a household is drawn; the lowest come first."""
    return digest(f"{seed}|{area}|{household}")


def in_draw_order(seed: str, area: str, households: Iterable[str]) -> list[str]:
    """Households of an area, the first drawn first."""
    return sorted(households, key=lambda one: (draw_number(seed, area, one), one))


def drawn(frame: Frame, seed: str, count: int) -> dict[str, list[str]]:
    """The first ``count`` households of each area in the order that the seed gives."""
    return {area: in_draw_order(seed, area, frame[area])[:count] for area in sorted(frame)}


def shared_by_lot(sizes: Mapping[str, int], count: int, seed: str, area: str) -> dict[str, int]:
    """How many of ``count`` households fall to each building of so many households.

    Buildings in order of their code points, ``before`` and ``through`` households up to each: it
    gets ``floor((through * count + start) / all) - floor((before * count + start) / all)``, where
    ``start`` is the SHA-256 of ``SEED|AREA`` modulo all households. That is its exact share rounded
    down or up, and over all starts its exact share in the mean (Hermite's identity).

    >>> shared_by_lot({"1": 60, "2": 30, "3": 10}, 10, "s", "J01")
    {'1': 6, '2': 3, '3': 1}
    """
    every = sum(sizes.values())
    if not every:
        return dict.fromkeys(sorted(sizes), 0)
    start = int(digest(f"{seed}|{area}"), 16) % every
    shares, through = {}, 0
    for building in sorted(sizes):
        before, through = through, through + sizes[building]
        shares[building] = (through * count + start) // every - (before * count + start) // every
    return shares


@dataclass(frozen=True)
class DrawnHousehold:
    """A household on the list: ``place`` in its building's order, asked at once or in reserve.

    ``stands_by`` is a reserve's place among all reserves of the area, 0 where it is no reserve.
    """

    building: str
    household: str
    place: int
    reserve: bool
    stands_by: int = 0


def drawn_by_building(
    buildings: Mapping[str, Iterable[str]], seed: str, area: str, count: int, response: Fraction
) -> list[DrawnHousehold]:
    """``count`` households of an area with reserves, by building, then in order.

    ``response`` is the share of those asked who are expected to answer: a building with ``n``
    households on the main list has reserves up to ``ceil(n / response)`` households in all, as far
    as it has that many. A longer list of reserves never changes the main list.
    """
    ordered = {one: in_draw_order(seed, area, buildings[one]) for one in sorted(buildings)}
    sizes = {building: len(households) for building, households in ordered.items()}
    shares = shared_by_lot(sizes, count, seed, area)
    listed = [
        (building, place, household)
        for building, households in ordered.items()
        for place, household in enumerate(households[: ceil(shares[building] / response)], 1)
    ]
    reserves = [one for building, place, one in listed if place > shares[building]]
    stands_by = {one: n for n, one in enumerate(in_draw_order(seed, area, reserves), 1)}
    return [
        DrawnHousehold(building, one, place, one in stands_by, stands_by.get(one, 0))
        for building, place, one in listed
    ]


def rule_for(kind: Text, *, by_building: bool) -> Text:
    """The rule of the draw in a sentence; ``kind`` is what an area is called."""
    zh = f"每户的抽签号是“种子|{kind.zh}编号|住户编号”（UTF-8）的 SHA-256，小的在前"
    en = (
        f"The draw number of a household is the SHA-256 of “SEED|id of its {kind.en}|its own id” in"
        " UTF-8, the lowest first"
    )
    if by_building:
        zh += "；各楼栋按户数分得名额，零头由种子抽定"
        en += "; a building has its share by households, rounded down or up by lot from the seed"
    return Text(zh=f"{zh}。", en=f"{en}.")


def seed_kept(seed: str, households: int, sha256: str) -> Text:
    """Seed and frame as they are said to whoever draws, for the record."""
    return Text(
        zh=f"种子 {seed}，抽样框 {households} 户，SHA-256 {sha256}：由审计留存，可以重抽核对；"
        "调查结束以前不要外传种子。",
        en=f"Seed {seed}, frame of {households} households, SHA-256 {sha256}: they stay with the"
        " auditor, who can draw again; let nobody have the seed before the field work is over.",
    )
