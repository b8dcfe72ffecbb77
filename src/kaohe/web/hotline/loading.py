"""The index of cases, written from the content of a version before the version counts.

Rows are written a batch at a time, each in a transaction of its own: however long a file is, others
can go on writing, and memory holds one batch. Until the version counts no page shows them; whoever
begins anew, after a stop or a version mapped anew, removes them first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import CharField

from kaohe.web.cycles.delivery_doors import Tell
from kaohe.web.cycles.facts import canonical_rows, some_at_a_time
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.columns import FURTHER
from kaohe.web.hotline.facts import AREA_ID, CASE_ID, CASES, RECEIVED_ON, Row, takes_cases
from kaohe.web.hotline.models import Case
from kaohe.web.registry.facts import successor_ids
from kaohe.web.registry.models import Area

BATCH: Final = 2000


def write_cases(delivery: Delivery, tell: Tell) -> None:
    """Write the rows of a version that does not count yet; one that counts is left alone."""
    if not takes_cases(scheme_of(delivery.cycle)):
        return
    if delivery.rows > BATCH:
        _write(delivery, tell)
        return
    with transaction.atomic():  # whoever comes at the same moment sees all of them or none
        _write(delivery, tell)


def _write(delivery: Delivery, tell: Tell) -> None:
    if not _wants_rows(delivery):
        return
    made = _Maker(delivery)
    written = 0
    for rows in some_at_a_time(canonical_rows(delivery.content), BATCH):
        with transaction.atomic():
            # Somebody else may be writing the same rows at the same moment.
            Case.objects.bulk_create(map(made.case, rows), BATCH, ignore_conflicts=True)
        written += len(rows)
        tell(written / max(1, delivery.rows))


def cases_written(delivery: Delivery) -> bool:
    """Whether every row of a version is in the index."""
    if not takes_cases(scheme_of(delivery.cycle)):
        return True
    return Case.objects.filter(delivery=delivery).count() == delivery.rows


def _wants_rows(delivery: Delivery) -> bool:
    """Whether rows are to be written; what a stop left behind is removed first."""
    while True:
        with transaction.atomic():
            # As acts on deliveries do: nothing is removed while the version comes to count.
            Cycle.objects.select_for_update(of=("self",)).get(pk=delivery.cycle_id)
            if Delivery.objects.get(pk=delivery.pk).state == "applied":
                return False
            rows = Case.objects.filter(delivery=delivery)
            keys = list(rows.values_list("pk", flat=True)[:BATCH])
            if not keys:
                return True
            rows.filter(pk__in=keys).delete()


class _Maker:
    """Makes rows of the index from rows of the content."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery, cycle = delivery, delivery.cycle
        keys = dict(Area.objects.filter(town=cycle.town).values_list("area_id", "pk"))
        moved = successor_ids(cycle.town, ended_before=cycle.last)
        self.areas = {area_id: keys[moved.get(area_id, area_id)] for area_id in keys}
        self.columns = list(scheme_of(cycle).fact_tables[CASES].columns)

    def case(self, row: Row) -> Case:
        """One case as the content tells it."""
        return Case(
            town_id=self.delivery.town_id,
            cycle_id=self.delivery.cycle_id,
            delivery=self.delivery,
            source_id=self.delivery.source_id,
            case_id=row[CASE_ID],
            area_id=self.areas.get(row[AREA_ID]),
            received_on=date.fromisoformat(row[RECEIVED_ON]),
            closed_on=date.fromisoformat(row["closed_on"]) if row["closed_on"] else None,
            told={column: row[column] for column in self.columns},
            **dict(_texts(row)),
        )


def _texts(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What people read, cut to what the index holds; the content keeps the whole."""
    for field in Case._meta.concrete_fields:
        if isinstance(field, CharField) and field.name in FURTHER:
            yield field.name, row[field.name][: field.max_length]
