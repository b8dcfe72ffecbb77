"""The files in force, as rows of the scheme's fact tables, and what they are checked against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from django.db.models import QuerySet

from kaohe.facts.readers.delimited import delimited_rows
from kaohe.facts.readers.encodings import PlainText
from kaohe.scheme.model import Scheme
from kaohe.values.tables import Table
from kaohe.web.cycles.models import Cycle, Delivery, Exemption
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.facts import (
    areas_facts,
    areas_without_counts,
    staff_facts,
    successor_ids,
)
from kaohe.web.registry.models import Area

Row = dict[str, str]


def in_force(cycle: Cycle) -> list[Delivery]:
    """The deliveries that count: of each source, table and part the newest version applied."""
    applied = Delivery.objects.filter(cycle=cycle, state="applied").select_related("source")
    found = {
        (one.source.code, one.table, one.part): one
        for one in applied.order_by("source__code", "table", "part", "number")
    }
    return list(found.values())


def unsigned(cycle: Cycle) -> list[Delivery]:
    """The deliveries that count although their provider has not signed them yet."""
    return [one for one in in_force(cycle) if one.signed_at is None]


def tables_delivered(cycle: Cycle) -> frozenset[str]:
    """The tables of which some file is in force, be it one without rows."""
    return frozenset(one.table for one in in_force(cycle))


def delivered(cycle: Cycle) -> dict[str, list[Path]]:
    """For each table the canonical contents in force, as CSV files."""
    found: dict[str, list[Path]] = {}
    for one in in_force(cycle):
        found.setdefault(one.table, []).append(one.content)
    return found


Completed = Callable[[Delivery, Iterator[Row]], Iterator[Row]]
"""The rows of one file, with what others know of them."""


def _as_told(_delivery: Delivery, rows: Iterator[Row]) -> Iterator[Row]:
    return rows


def delivered_rows(cycle: Cycle, table: str, completed: Completed = _as_told) -> Iterator[Row]:
    """The rows of a table in force, as canonical text, without those of exempted areas.

    Areas that have become part of another one by the end of the period tell under its id.
    ``completed`` may fill in the rows of a file before.
    """
    deliveries = [one for one in in_force(cycle) if one.table == table]
    if not deliveries:
        return
    scheme = scheme_of(cycle)
    named = _subject_columns(scheme, scheme.fact_tables[table])
    moved = successor_ids(cycle.town, ended_before=cycle.last)
    left_out = exempted_ids(cycle)
    for one in deliveries:
        yield from _told(completed(one, canonical_rows(one.content)), named, moved, left_out)


def some_at_a_time(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Rows in lists of ``size``, the last one shorter."""
    left = iter(rows)
    while several := list(islice(left, size)):
        yield several


def canonical_rows(path: Path) -> Iterator[Row]:
    """The rows of a canonical content, whatever the length of its cells."""
    lines = delimited_rows(PlainText(path, simple=False))
    names = next(lines)
    for cells in lines:
        yield dict(zip(names, cells, strict=True))


def _told(
    rows: Iterator[Row],
    named: Collection[str],
    moved: Mapping[str, str],
    left_out: Collection[str],
) -> Iterator[Row]:
    if not moved and not left_out:
        yield from rows
        return
    for row in rows:
        before = [row[column] for column in named]
        after = [moved.get(area, area) for area in before]
        if left_out and not {*before, *after}.isdisjoint(left_out):
            continue
        row.update(zip(named, after, strict=True))
        yield row


def _subject_columns(scheme: Scheme, table: Table) -> tuple[str, ...]:
    """The columns of a table that name a subject."""
    wanted = f"{scheme.subject.table}.{scheme.subject.id}"
    return tuple(name for name, column in table.columns.items() if column.refers_to == wanted)


def assessed_areas(cycle: Cycle) -> QuerySet[Area]:
    """The areas that stand at the end of the period and are not exempted, by their ids."""
    standing = Area.objects.filter(town=cycle.town).existing(cycle.first, cycle.last)
    return standing.exclude(until_on__lt=cycle.last).exclude(area_id__in=exempted_ids(cycle))


def counted_areas(cycle: Cycle) -> list[Row]:
    """The rows of ``areas`` of a cycle: those assessed that have a frozen count, by their ids."""
    return areas_facts(cycle.town, cycle.year, cycle.first, cycle.last, exempted_ids(cycle))


def exempted_ids(cycle: Cycle) -> frozenset[str]:
    """The areas that the leading group leaves out of a cycle."""
    rows = Exemption.objects.filter(cycle=cycle)
    return frozenset(rows.values_list("area__area_id", flat=True))


def rows_referred_to(cycle: Cycle, table: Table) -> dict[str, list[Row]]:
    """The rows of ``areas`` and, where the table refers to them, of ``staff`` that a file may name,
    exempted and merged areas included.

    A provider's system knows nothing of exemptions and mergers, and rows of merged areas go to the
    successor later. Areas that stand come first; one that nobody has counted yet has an id and a
    name only. Without staff there is no table: nobody could be found in it.
    """
    town, first, last = cycle.town, cycle.first, cycle.last
    areas = areas_facts(town, cycle.year, first, last, ())
    uncounted = areas_without_counts(town, cycle.year, first, last, ())
    merged = Area.objects.filter(town=town, area_id__in=successor_ids(town, ended_before=last))
    areas += [{"area_id": one.area_id, "name": one.name} for one in (*uncounted, *merged)]
    named = {(column.refers_to or "").partition(".")[0] for column in table.columns.values()}
    staff = staff_facts(town, first, last, ()) if "staff" in named else []
    return {"areas": areas, "staff": staff} if staff else {"areas": areas}


def names_of_areas(cycle: Cycle, rows: Sequence[Row]) -> dict[str, str]:
    """The name of each area by its id, where it means no other one; else the id again.

    A name that a merged area shares with one that stands means the latter.
    """
    merged = successor_ids(cycle.town, ended_before=cycle.last)
    standing = Counter(row["name"] for row in rows if row["area_id"] not in merged)
    every = Counter(row["name"] for row in rows)
    return {
        row["area_id"]: row["name"]
        if (every if row["area_id"] in merged else standing)[row["name"]] == 1
        else row["area_id"]
        for row in rows
    }
