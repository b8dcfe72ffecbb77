"""The draw of the spot check: from frame and seed anybody can do it again, by hand if need be.

The frame lists, area by area, the households with a claimed visit. Each household of an area gets
the SHA-256 of ``SEED|AREA|HOUSEHOLD`` in UTF-8; in the order of these the first are asked, the
next stand by.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import StringIO

Frame = Mapping[str, frozenset[str]]
"""The households with a claimed visit, area by area."""

HEADINGS = ("area_id", "household_id")


def frame_of(claims: Iterable[tuple[str, str]]) -> Frame:
    """The frame of claimed visits, each told as area and household."""
    frame: dict[str, set[str]] = {}
    for area, household in claims:
        frame.setdefault(area, set()).add(household)
    return {area: frozenset(households) for area, households in frame.items()}


def frame_text(frame: Frame) -> str:
    """A frame as CSV, always the same for the same frame.

    >>> frame_text(frame_of([("J02", "B"), ("J01", "A"), ("J02", "B")]))
    'area_id,household_id\\nJ01,A\\nJ02,B\\n'
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows((area, one) for area in sorted(frame) for one in sorted(frame[area]))
    return text.getvalue()


def read_frame(text: str) -> Frame:
    """The frame that a CSV tells."""
    rows = csv.reader(StringIO(text))
    next(rows, None)
    return frame_of((area, household) for area, household in rows)


def digest(text: str) -> str:
    """The SHA-256 of a frame's text."""
    return sha256(text.encode()).hexdigest()


def drawn(frame: Frame, seed: str, count: int) -> dict[str, list[str]]:
    """The first ``count`` households of each area in the order that the seed gives."""

    def order(area: str, household: str) -> str:
        return digest(f"{seed}|{area}|{household}")

    return {
        area: sorted(households, key=lambda one: order(area, one))[:count]
        for area, households in sorted(frame.items())
    }
