"""Home visits as a platform delivers them, for tests that need some in force."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date

from kaohe.web.cycles.models import Delivery
from tests.web.cast import NOW, Cast

HEADINGS = ("area_id", "household_id", "staff_id", "visited_on")


def deliver_visits(cast: Cast, visits: Iterable[tuple[str, str, date]], part: str = "") -> Delivery:
    """A file of visits, told as area, household and day, all made by one worker."""
    rows = [(area, household, "S9", day.isoformat()) for area, household, day in visits]
    delivery = Delivery.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        source=cast.source("cloud"),
        table="visits",
        part=part,
        number=Delivery.objects.count() + 1,
        state="applied",
        file_name="visits.csv",
        file_sha256="0" * 64,
        rows=len(rows),
        uploaded_by="x",
        uploaded_at=NOW,
        signed_by="x",
        signed_at=NOW,
    )
    delivery.folder.mkdir(parents=True)
    with delivery.content.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        writer.writerows(rows)
    return delivery


def many_visits(*areas: str, households: int = 30) -> list[tuple[str, str, date]]:
    """One visit in May to each of so many households of each area."""
    return [
        (area, f"{area}-{number:03}", date(2024, 5, 6))
        for area in areas
        for number in range(households)
    ]
