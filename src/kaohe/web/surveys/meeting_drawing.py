"""Who is invited to a meeting: drawn from the register by building, with ordered reserves.

By the one drawing rule (``docs/reference/drawing.md``), as ``kaohe plan sample`` draws. Households
that another channel asks are not left out: the scheme counts each once over all channels anyway.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from kaohe.analysis.frames import ADDRESS, BUILDING, STAFF
from kaohe.analysis.sampling import HEADINGS, DrawnHousehold, drawn_by_building
from kaohe.web.registry.models import Area, Household
from kaohe.web.surveys.meeting_rules import PERCENT


@dataclass(frozen=True)
class AreaFrame:
    """The households of an area by building."""

    area_id: str
    buildings: dict[str, list[str]]

    @property
    def households(self) -> int:
        """How many there are."""
        return sum(map(len, self.buildings.values()))

    @property
    def text(self) -> str:
        """The frame as ``kaohe plan sample`` reads and keeps it."""
        rows = [
            (self.area_id, household, building, "", "false")
            for building, households in self.buildings.items()
            for household in households
        ]
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow((*HEADINGS, BUILDING, ADDRESS, STAFF))
        writer.writerows(sorted(rows))
        return text.getvalue()


def frame_of_area(area: Area) -> AreaFrame:
    """All households that the town's register has in an area."""
    rows = Household.objects.filter(building__area=area).select_related("building")
    buildings: dict[str, list[str]] = {}
    for row in rows.order_by("building__building_id", "household_id"):
        buildings.setdefault(row.building.building_id, []).append(row.household_id)
    return AreaFrame(area.area_id, buildings)


def drawn_from(frame: AreaFrame, seed: str, count: int, share: int) -> list[DrawnHousehold]:
    """``count`` households with reserves, as many as a response of ``share`` percent makes likely
    to be needed; all of them where there are no more."""
    wanted = min(count, frame.households)
    return drawn_by_building(frame.buildings, seed, frame.area_id, wanted, Fraction(share, PERCENT))


def keep_frame(path: Path, text: str) -> None:
    """Put a frame where an auditor finds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8", newline=""
    ) as file:
        file.write(text)
    Path(file.name).replace(path)
