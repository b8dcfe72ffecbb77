"""Cases of a version in force, as the index and the content of their file hold them."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import count
from typing import Any

from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.facts import told_cases
from kaohe.web.hotline.models import Case
from tests.web.cast import NOW, Cast

DAY = date(2024, 5, 1)
_NUMBERS = count(1)


def case(case_id: str, place: str = "", after: int = 0, **told: Any) -> dict[str, Any]:
    """A case of which the file names no area, received some days after the first of May."""
    return {"case_id": case_id, "place": place, "received_on": DAY + timedelta(after), **told}


def indexed(
    cast: Cast, *cases: dict[str, Any], source: str = "hotline", part: str | None = None
) -> Delivery:
    """A version in force with these cases; where ``area`` is given, the file names it."""
    version = Delivery.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        source=cast.source(source),
        table="cases",
        part=f"part {next(_NUMBERS)}" if part is None else part,
        number=1,
        state="applied",
        file_name="cases.csv",
        file_sha256="0" * 64,
        uploaded_by="provider",
        uploaded_at=NOW,
        rows=len(cases),
    )
    Case.objects.bulk_create(_row(cast, version, one) for one in cases)
    version.folder.mkdir(parents=True)
    with version.content.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, scheme_of(cast.cycle).fact_tables["cases"].columns)
        writer.writeheader()
        for one in cases:
            told = {name: one[name] for name in ("case_id", "received_on")}
            writer.writerow({**told, "area_id": one.get("area", "")})
    return version


def counted_areas(cast: Cast) -> list[tuple[str, str]]:
    """The cases that facts tell, each with its area."""
    rows = told_cases(cast.cycle, scheme_of(cast.cycle))
    return [(row["case_id"], row["area_id"]) for row in rows]


def _row(cast: Cast, version: Delivery, told: dict[str, Any]) -> Case:
    area = cast.area(told["area"]) if "area" in told else None
    given = {**told, "area": area, "told": {"area_id": area.area_id if area else ""}}
    return Case(town=cast.town, cycle=cast.cycle, delivery=version, source=version.source, **given)


def areas(*case_ids: str) -> list[str | None]:
    """In which area each case lies."""
    found = dict(Case.objects.values_list("case_id", "area__area_id"))
    return [found[one] for one in case_ids]
