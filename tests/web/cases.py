"""Cases of a year as tests hand them in, with their index, and what both sides left out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from kaohe.facts import read_facts
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.model import Scheme
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline import facts
from kaohe.web.hotline.models import Case
from kaohe.web.results import cases_facts, cases_trends, gathering
from tests.web.cast import Cast
from tests.web.deliveries import in_force

Row = dict[str, str]
INDEXED = ("kind", "returned")
"""What the index tells beside the columns of the scheme."""


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
    """A file of cases in force, and its index."""
    columns = [name for name in rows[0] if name not in INDEXED]
    file = StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    given: dict[str, Any] = {"name": f"{source}.csv", "source": source}
    if source != "hotline":
        post = cast.user("provider").posts.get()
        post.scope = [*post.scope, source]
        post.save()
    delivery = in_force(cast, file.getvalue().encode(), folder, **given)
    for row in rows:
        Case.objects.update_or_create(
            delivery=delivery,
            case_id=row["case_id"],
            defaults={
                "town": cast.town,
                "cycle": cast.cycle,
                "source": cast.source(source),
                "area": cast.area(row["area_id"]),
                "received_on": row["received_on"],
                **{name: row.get(name, "") for name in INDEXED},
            },
        )
    return delivery


def leave_out(monkeypatch: pytest.MonkeyPatch, decided: Mapping[str, str]) -> None:
    """Let both sides have left out these cases, whatever the file says of it."""
    told = facts.told_cases

    def overlaid(cycle: Cycle, scheme: Scheme) -> Iterator[Row]:
        for row in told(cycle, scheme):
            yield {**row, facts.EXCLUDED: decided.get(row["case_id"], "")}

    for module in (gathering, cases_facts, cases_trends):
        monkeypatch.setattr(module, "told_cases", overlaid)
    monkeypatch.setattr(facts, "excluded_cases", lambda _cycle: dict(decided))


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
