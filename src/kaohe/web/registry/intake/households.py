"""Buildings and households as opaque ids, from a file."""

from __future__ import annotations

from collections.abc import Sequence

from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.accounts.models import Town
from kaohe.web.registry.intake.plans import FileRow, Plan
from kaohe.web.registry.models import Area, Building, Household, Snapshot

LONGEST = {"household_id": 60, "building_id": 60}
BATCH = 500


def table(town: Town) -> Table:
    """The columns of the file."""
    return Table(
        label=Text(zh="住户", en="Households"),
        row=Text(zh="一户", en="a household"),
        key=("household_id",),
        required=True,
        may_be_empty=False,
        columns={
            "household_id": Column(type="id", heading="住户编号"),
            "building_id": Column(type="id", heading="楼栋编号"),
            "area_id": Column(type="id", heading="居民区编号"),
        },
    )


def plan(rows: Sequence[FileRow], town: Town, snapshot: Snapshot | None) -> Plan:
    """What the file adds and changes. A building stands in one area, with all its households."""
    headings = {name: column.heading for name, column in table(town).columns.items()}
    made = Plan("households", headings)
    made.check_lengths(rows, LONGEST)
    areas = {area.area_id: area for area in Area.objects.filter(town=town)}
    buildings = {
        building.building_id: building
        for building in Building.objects.filter(town=town).select_related("area")
    }
    stand = {
        household.household_id: household
        for household in Household.objects.filter(town=town).select_related("building__area")
    }
    places = {one.building_id: one.area.area_id for one in buildings.values()}
    wanted: dict[str, FileRow] = {}
    for row in rows:
        building_id, area_id = row.text("building_id"), row.text("area_id")
        if area_id not in areas:
            made.wrong(row, "area_id", "应为已有的居民区编号", "the id of an area that exists")
        first = wanted.setdefault(building_id, row)
        if first.text("area_id") != area_id:
            zh = f"同一楼栋应在同一个居民区，第 {first.number} 行为 {first.text('area_id')}"
            en = f"the same area for the whole building: row {first.number} says otherwise"
            made.wrong(row, "area_id", zh, en)
    for row in rows:
        _compare(made, row, stand, places)
    made.apply = lambda by, at: _apply(rows, town, areas, buildings, stand)
    return made


def _compare(made: Plan, row: FileRow, stand: dict[str, Household], places: dict[str, str]) -> None:
    household_id = row.text("household_id")
    said = {"building_id": row.text("building_id"), "area_id": row.text("area_id")}
    household = stand.get(household_id)
    if household is None:
        made.add(household_id, said)
        return
    building_id = household.building.building_id
    made.compare(household_id, {"building_id": building_id, "area_id": places[building_id]}, said)


def _apply(
    rows: Sequence[FileRow],
    town: Town,
    areas: dict[str, Area],
    buildings: dict[str, Building],
    stand: dict[str, Household],
) -> None:
    new: list[Building] = []
    moved: list[Building] = []
    for building_id, area_id in {
        row.text("building_id"): row.text("area_id") for row in rows
    }.items():
        building = buildings.get(building_id)
        if building is None:
            building = Building(town=town, building_id=building_id, area=areas[area_id])
            buildings[building_id] = building
            new.append(building)
        elif building.area_id != areas[area_id].pk:
            building.area = areas[area_id]
            building.version += 1
            moved.append(building)
    Building.objects.bulk_create(new, BATCH)
    Building.objects.bulk_update(moved, ["area", "version"], BATCH)
    added: list[Household] = []
    changed: list[Household] = []
    for row in rows:
        household, building = (
            stand.get(row.text("household_id")),
            buildings[row.text("building_id")],
        )
        if household is None:
            household_id = row.text("household_id")
            added.append(Household(town=town, household_id=household_id, building=building))
        elif household.building_id != building.pk:
            household.building = building
            household.version += 1
            changed.append(household)
    Household.objects.bulk_create(added, BATCH)
    Household.objects.bulk_update(changed, ["building", "version"], BATCH)
