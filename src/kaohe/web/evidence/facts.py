"""What people on duty observed, as rows of the scheme's fact tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from kaohe.analysis.sampling import Frame, frame_of
from kaohe.scheme.model import Scheme
from kaohe.values.tables import Table
from kaohe.web.cycles.facts import delivered_rows, exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Honour, Sanction, SpotCheck, SpotCheckHousehold, Waiver
from kaohe.web.evidence.offers import area_column, offers
from kaohe.web.evidence.spot_check_rules import JUDGED
from kaohe.web.registry.facts import successor_ids
from kaohe.web.registry.models import Area

Row = dict[str, str]


def observed(cycle: Cycle, scheme: Scheme) -> dict[str, list[Row]]:
    """Rows of the tables that the scheme declares and that people fill in here.

    Only what is settled by two: of the spot check ``confirmed`` and ``not_confirmed``, of
    commendations and sanctions those confirmed. A table without rows means that there is nothing;
    ``spot_checks`` is there once households are drawn. An area that has become part of another
    tells under its successor's id; exempted areas are left out.
    """
    found: dict[str, list[Row]] = {}
    if offers(scheme, "spot_checks") and _is_drawn(cycle):
        found["spot_checks"] = _spot_checks(cycle)
    if offers(scheme, "honours"):
        found["honours"] = _honours(cycle)
    if offers(scheme, "sanctions"):
        found["sanctions"] = _sanctions(cycle)
    if scheme.waivers is not None and offers(scheme, "waivers"):
        words = scheme.waivers
        found[words.table] = _waivers(cycle, words.check, words.reason)
    moved = successor_ids(cycle.town, ended_before=cycle.last)
    left_out = exempted_ids(cycle)
    return {
        name: _rows(found[name], scheme, scheme.fact_tables[name], moved, left_out)
        for name in found
    }


def _is_drawn(cycle: Cycle) -> bool:
    return SpotCheck.objects.filter(cycle=cycle, annulled_at=None).exists()


def claimed_visits(cycle: Cycle) -> Frame:
    """The households of each area with a visit in the period, as the platform's records claim."""
    first, last = cycle.first.isoformat(), cycle.last.isoformat()
    return frame_of(
        (row["area_id"], row["household_id"])
        for row in delivered_rows(cycle, "visits")
        if first <= row["visited_on"] <= last
    )


def assessed_areas(cycle: Cycle) -> QuerySet[Area]:
    """The areas that stand at the end of the period and are not exempted, by their ids."""
    standing = Area.objects.filter(town=cycle.town).existing(cycle.first, cycle.last)
    return standing.exclude(until_on__lt=cycle.last).exclude(area_id__in=exempted_ids(cycle))


def _rows(
    rows: Iterable[Row],
    scheme: Scheme,
    table: Table,
    moved: dict[str, str],
    left_out: frozenset[str],
) -> list[Row]:
    """Rows with the columns that the table has, under the areas of the end of the period."""
    column = area_column(scheme, table)
    assert column is not None
    found: dict[tuple[str, ...], Row] = {}
    for number, row in enumerate(rows):
        area = row.pop("area")
        # The row of a standing area comes before that of one which has become part of it.
        there = moved.get(area, area)
        if there in left_out or area in left_out:
            continue
        told = {column: there, **{name: row[name] for name in row if name in table.columns}}
        key = tuple(told.get(name, "") for name in table.key) if table.key else (str(number),)
        if key not in found or area == there:
            found[key] = told
    return list(found.values())


def _spot_checks(cycle: Cycle) -> list[Row]:
    rows = SpotCheckHousehold.objects.filter(cycle=cycle, outcome__in=JUDGED)
    return [
        {
            "area": row.area.area_id,
            "household_id": row.household_id,
            "visited": "true" if row.outcome == "confirmed" else "false",
            "checked_on": row.checked_on.isoformat() if row.checked_on else "",
        }
        for row in rows.exclude(settled_at=None).select_related("area")
    ]


def _honours(cycle: Cycle) -> list[Row]:
    rows = Honour.objects.filter(cycle=cycle).exclude(second_by="").select_related("area")
    return [
        {
            "area": row.area.area_id,
            "level": row.level,
            "title": row.title,
            "body": row.body,
            "awarded_on": row.awarded_on.isoformat(),
        }
        for row in rows
    ]


def _sanctions(cycle: Cycle) -> list[Row]:
    rows = Sanction.objects.filter(cycle=cycle).exclude(confirmed_by="").select_related("area")
    return [
        {
            "area": row.area.area_id,
            "points": str(row.points),
            "reason": row.reference,
            "decided_on": row.decided_on.isoformat(),
        }
        for row in rows
    ]


def _waivers(cycle: Cycle, check: str, reason: str) -> list[Row]:
    rows = Waiver.objects.filter(cycle=cycle).select_related("area")
    return [{"area": row.area.area_id, check: row.check_id, reason: row.reason} for row in rows]
