"""Cases of a year as tests hand them in, and what both sides left out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from kaohe.facts import read_facts
from kaohe.pipeline import Assessment, assess
from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.exclusion_models import Exclusion, Word
from kaohe.web.results import gathering
from tests.web.cast import NOW, Cast
from tests.web.deliveries import in_force

Row = dict[str, str]


def case(number: str, area: str = "J01", **changed: str) -> Row:
    """A hotline case that counts, handled, resolved and answered for, but for what is changed."""
    row = {
        "case_id": number,
        "area_id": area,
        "source": "hotline",
        "received_on": "2024-05-06",
        "responsible": "true",
        "reasonable": "true",
        "handled": "true",
        "resolved": "true",
        "satisfied": "true",
    }
    return {**row, **changed}


def deliver(cast: Cast, folder: Path, rows: list[Row], source: str = "hotline") -> Delivery:
    """A file of cases in force."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = StringIO()
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    writer.writerows(rows)
    given: dict[str, Any] = {"name": f"{source}.csv", "source": source}
    if source != "hotline":
        post = cast.user("provider").posts.get()
        post.scope = [*post.scope, source]
        post.save()
    return in_force(cast, file.getvalue().encode(), folder, **given)


def leave_out(cast: Cast, decided: Mapping[str, str]) -> None:
    """Let both sides have left out these cases, each on its ground, and no others."""
    Exclusion.objects.filter(cycle=cast.cycle).delete()
    for case_id, ground in decided.items():
        row = Exclusion(
            town=cast.town,
            cycle=cast.cycle,
            case_id=case_id,
            source=cast.source("hotline"),
            ground=ground,
            asked_as="secretary",
            asker="secretary",
            asked_by="secretary",
            asked_at=NOW,
            due_on=NOW.date(),
        )
        for side, person in (("line", "provider"), ("area", "clerk")):
            row.say(side, Word(agrees=True, reason="", by=person, person=person, at=NOW))
        row.save()


def run_of(cast: Cast, folder: Path) -> Assessment:
    """All that the cycle knows, by the whole machinery of a run; tables that nobody filled are
    there without rows."""
    scheme = scheme_of(cast.cycle)
    folder.mkdir()
    gathering.write_facts(cast.cycle, scheme, folder)
    for name in ("ratings", "answers"):
        if not (folder / f"{name}.csv").exists():
            columns = ",".join(scheme.fact_tables[name].columns)
            (folder / f"{name}.csv").write_text(f"{columns}\n", encoding="utf-8")
    reading = read_facts(str(folder), scheme.fact_tables)
    assert reading.facts is not None, reading.faults
    with reading.facts as told:
        return assess(scheme, "", {}, told)
