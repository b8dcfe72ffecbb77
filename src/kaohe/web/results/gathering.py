"""All that a cycle knows, written down as fact tables for a run or a check to read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts import Facts, read_facts
from kaohe.scheme.model import Scheme
from kaohe.values.faults import Fault
from kaohe.values.tables import Table
from kaohe.values.text import Text
from kaohe.web.cycles.facts import (
    counted_areas,
    delivered_rows,
    exempted_ids,
    in_force,
    tables_delivered,
)
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.facts import observed
from kaohe.web.evidence.sheet_facts import marks_facts
from kaohe.web.hotline.facts import CASES, takes_cases, told_cases
from kaohe.web.registry.facts import areas_without_counts, staff_facts
from kaohe.web.registry.models import Area
from kaohe.web.surveys.facts import judged, told_rows

Row = Mapping[str, str]


@dataclass(frozen=True)
class Gathered:
    """Checked facts of a cycle, or what is wrong with them."""

    facts: Facts | None
    faults: tuple[Fault, ...]
    fault_count: int
    notes: tuple[Text, ...]


def write_facts(cycle: Cycle, scheme: Scheme, folder: Path, *, every_ballot: bool = False) -> None:
    """Every table that the cycle has anything of, as ``TABLE.csv``, rows in no order that tells.

    With ``every_ballot`` those that two people left out stand among the others.
    """
    recorded: dict[str, Iterable[Row]] = {
        "areas": counted_areas(cycle),
        "staff": staff_facts(cycle.town, cycle.first, cycle.last, exempted_ids(cycle)),
        **marks_facts(cycle, scheme),
        **observed(cycle, scheme),
        **judged(cycle, scheme, every_ballot=every_ballot),
    }
    delivered = tables_delivered(cycle)
    if CASES in delivered and takes_cases(scheme):
        recorded[CASES] = told_cases(cycle, scheme)
        delivered -= {CASES}
    for table, declared in scheme.fact_tables.items():
        parts = [recorded[table]] if table in recorded else []
        if table in delivered:
            parts.append(delivered_rows(cycle, table))
        if parts:
            columns = list(declared.columns)
            _write_table(folder / f"{table}.csv", columns, chain.from_iterable(parts))


def areas_uncounted(cycle: Cycle) -> list[Area]:
    """The areas that a cycle assesses although nobody has counted them."""
    town, exempted = cycle.town, exempted_ids(cycle)
    return areas_without_counts(town, cycle.year, cycle.first, cycle.last, exempted)


def _write_table(path: Path, columns: list[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(_cells(columns, rows))


def _cells(columns: list[str], rows: Iterable[Row]) -> Iterator[list[str]]:
    for row in rows:
        yield [row.get(column, "") for column in columns]


WRITTEN = 0.4
"""About so much of gathering is done when everything is written down."""


def rows_to_gather(cycle: Cycle) -> int:
    """About how many rows would be gathered, without reading any: those that can be many."""
    return told_rows(cycle) + sum(delivery.rows for delivery in in_force(cycle))


def gather(
    cycle: Cycle,
    scheme: Scheme,
    *,
    every_ballot: bool = False,
    tell: Callable[[float], None] = lambda _share: None,
) -> Gathered:
    """Read and check everything as ``kaohe score`` would. Facts must be closed by the caller.

    ``tell`` hears how much of it is done, 0 to 1.
    """
    with TemporaryDirectory(prefix="kaohe-facts-") as folder:
        write_facts(cycle, scheme, Path(folder), every_ballot=every_ballot)
        tell(WRITTEN)
        return _read(
            folder,
            scheme.fact_tables,
            lambda _table, share: tell(WRITTEN + (1 - WRITTEN) * share),
        )


def gather_areas(rows: Iterable[Row], tables: Mapping[str, Table]) -> Gathered:
    """Only areas, for what is planned before anything was observed; otherwise as ``gather``.

    ``rows`` are those of ``counted_areas``, ``tables`` those that the plan reads.
    """
    with TemporaryDirectory(prefix="kaohe-facts-") as folder:
        if (areas := tables.get("areas")) is not None:
            _write_table(Path(folder) / "areas.csv", list(areas.columns), rows)
        return _read(folder, tables)


def _read(
    folder: str, tables: Mapping[str, Table], progress: Callable[[str, float], None] | None = None
) -> Gathered:
    reading = read_facts(folder, tables, progress=progress)
    return Gathered(reading.facts, reading.faults, reading.fault_count, reading.notes)
