"""The inbox becomes a file: a version of a part of the year, as if somebody had uploaded it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import QuerySet

from kaohe.values.faults import Fault
from kaohe.values.text import Text
from kaohe.web.cycles.delivering import asked_of, take_delivery
from kaohe.web.cycles.delivery_headings import Layout
from kaohe.web.cycles.delivery_storing import reading_of
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.hotline.facts import CASE_ID, CASES
from kaohe.web.hotline.inbox import inbox_of, versions_of
from kaohe.web.hotline.models import PushedCase
from kaohe.web.registry.models import Source

FILE_NAME = "接口收件.csv"
"""What a version is called that came out of the inbox."""
FIRST_ROW = 2
"""Where rows begin below the headings, as faults count them."""
AT_ONCE = 500


@dataclass(frozen=True)
class CaseFault:
    """Something wrong in the file, with the case in whose row it stands."""

    case_id: str | None
    fault: Fault


@dataclass(frozen=True)
class Delivered:
    """The version that the inbox has become; ``known``: it was there before."""

    delivery: Delivery
    known: bool
    faults: Sequence[CaseFault]
    notes: Sequence[Text]


def deliver(cycle: Cycle, source: Source, part: str, *, at: datetime) -> Delivered:
    """Make a version of a part of all that the inbox holds of it, and check it.

    Nothing of it counts before a person of the provider applies and signs it. Raises
    PermissionDenied where the source cannot hand in cases of the cycle now.
    """
    declared = asked_of(cycle, source, CASES).declared
    known = set(versions_of(cycle, source).filter(part=part).values_list("pk", flat=True))
    with TemporaryDirectory(prefix="kaohe-inbox-") as folder:
        path = Path(folder) / f"{CASES}.csv"
        ids, waiting = _write(path, list(declared.columns), inbox_of(cycle, source, part))
        delivery = take_delivery(
            cycle=cycle,
            source=source,
            table=CASES,
            part=part,
            path=path,
            name=FILE_NAME,
            said=Layout(),
            by=source.machine,
            at=at,
        )
    _note(waiting, delivery)
    reading = reading_of(delivery)
    faults = [CaseFault(_case_at(ids, one.row), one) for one in reading.faults]
    return Delivered(delivery, delivery.pk in known, faults, reading.notes)


def _write(
    path: Path, columns: Sequence[str], rows: QuerySet[PushedCase]
) -> tuple[list[str], list[tuple[int, int]]]:
    """Write the file, without cases that were taken back.

    The ids of its rows, and key and number of what no version has taken into account yet.
    """
    ids, waiting = list[str](), list[tuple[int, int]]()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows.iterator(chunk_size=2000):
            if row.cells:
                cells = {**row.cells, CASE_ID: row.case_id}
                writer.writerow([cells.get(name, "") for name in columns])
                ids.append(row.case_id)
            if row.delivery_id is None:
                waiting.append((row.pk, row.number))
    return ids, waiting


def _note(waiting: Iterable[tuple[int, int]], delivery: Delivery) -> None:
    """Note which version took tellings into account first, unless newer ones came meanwhile."""
    by_number: dict[int, list[int]] = {}
    for key, number in waiting:
        by_number.setdefault(number, []).append(key)
    for number, keys in by_number.items():
        for start in range(0, len(keys), AT_ONCE):
            rows = PushedCase.objects.filter(pk__in=keys[start : start + AT_ONCE], number=number)
            rows.update(delivery=delivery)


def _case_at(ids: Sequence[str], row: int | None) -> str | None:
    at = (row or 0) - FIRST_ROW
    return ids[at] if 0 <= at < len(ids) else None
