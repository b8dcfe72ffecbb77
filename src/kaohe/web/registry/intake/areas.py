"""Areas from a file: set up, ended, merged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.accounts.models import Town
from kaohe.web.registry.intake.plans import FileRow, Plan
from kaohe.web.registry.models import FIT, Area, Snapshot
from kaohe.web.registry.rules import Stretch, holds_on
from kaohe.web.registry.vocabulary import codes

LONGEST = {"area_id": 40, "name": 80, "category": 40}
FIELDS = ("name", "category", "from_on", "until_on")


def table(town: Town) -> Table:
    """The columns of the file."""
    offered = codes("category", town)
    return Table(
        label=Text(zh="居民区", en="Residential areas"),
        row=Text(zh="一个居民区", en="a residential area"),
        key=("area_id",),
        required=True,
        may_be_empty=False,
        columns={
            "area_id": Column(type="id", heading="居民区编号"),
            "name": Column(type="text", heading="居民区名称"),
            "category": Column(
                type="choice" if offered else "text",
                heading="类别",
                required=False,
                choices=offered,
            ),
            "from_on": Column(type="date", heading="设立日期"),
            "until_on": Column(type="date", heading="最后一天", required=False),
            "successor": Column(type="id", heading="并入居民区编号", required=False),
        },
    )


def plan(rows: Sequence[FileRow], town: Town, snapshot: Snapshot | None) -> Plan:
    """What the file adds and changes."""
    headings = {name: column.heading for name, column in table(town).columns.items()}
    made = Plan("areas", headings, codes("category", town))
    made.check_lengths(rows, LONGEST)
    stand = {area.area_id: area for area in Area.objects.filter(town=town)}
    followed = {area.area_id: _successor(area, stand) for area in stand.values()}
    followed |= {
        row.text("area_id"): row.text("successor") for row in rows if "successor" in row.cells
    }
    spans = {area.area_id: (area.from_on, area.until_on) for area in stand.values()}
    spans |= {row.text("area_id"): _span(row, stand) for row in rows}
    new: list[Area] = []
    changed: list[Area] = []
    for row in rows:
        _check(made, row, followed, spans)
        area_id = row.text("area_id")
        wanted = {key: _value(row, key) for key in FIELDS if key in row.cells}
        if "successor" in row.cells:
            wanted["successor"] = row.text("successor")
        area = stand.get(area_id)
        if area is None:
            made.add(f"{area_id} {row.text('name')}", wanted)
            new.append(Area(town=town, area_id=area_id, **_fields(wanted)))
        else:
            now = {key: getattr(area, key) for key in FIELDS} | {
                "successor": _successor(area, stand)
            }
            if made.compare(f"{area_id} {area}", now, wanted):
                for key, value in _fields(wanted).items():
                    setattr(area, key, value)
                changed.append(area)
    made.apply = lambda by, at: _apply(new, changed, stand, followed)
    return made


def _span(row: FileRow, stand: dict[str, Area]) -> Stretch:
    """From when to when the area is there once the file is applied."""
    first, area = row.day("from_on"), stand.get(row.text("area_id"))
    assert first is not None, "a required column"
    if "until_on" in row.cells or area is None:
        return first, row.day("until_on")
    return first, area.until_on


def _check(made: Plan, row: FileRow, followed: dict[str, str], spans: dict[str, Stretch]) -> None:
    area_id = row.text("area_id")
    if not FIT.fullmatch(area_id):
        zh = "应为不含空格、逗号、顿号、分号和斜线的编号"
        made.wrong(row, "area_id", zh, "an id without blank, comma, semicolon or slash")
    into, (first, last) = followed.get(area_id, ""), spans[area_id]
    end = "until_on" if "until_on" in row.cells else "from_on"
    if last is not None and last < first:
        made.wrong(row, end, "最后一天应不早于设立日期", "a last day not before the first")
    if not into:
        return
    at = "successor" if "successor" in row.cells else end
    if into not in spans:
        made.wrong(row, at, "应为已有的居民区编号", "the id of an area that exists")
    elif _leads_back(area_id, followed):
        zh = "不能并入自己，也不能互相并入"
        made.wrong(row, at, zh, "another area, and not one that is part of this one")
    elif last is None:
        zh = "已并入其他居民区的，应填写最后一天"
        made.wrong(row, end, zh, "the last day of an area that was merged")
    elif not holds_on(spans[into], last + timedelta(days=1)):
        zh = f"应为次日（{last + timedelta(days=1)}）存在的居民区"
        made.wrong(row, at, zh, f"an area that exists on {last + timedelta(days=1)}")


def _leads_back(area_id: str, followed: dict[str, str]) -> bool:
    seen, at = {area_id}, followed.get(area_id, "")
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = followed.get(at, "")
    return False


def _successor(area: Area, stand: dict[str, Area]) -> str:
    if area.successor_id is None:
        return ""
    return next(one.area_id for one in stand.values() if one.pk == area.successor_id)


def _value(row: FileRow, key: str) -> Any:
    return row.day(key) if key.endswith("_on") else row.text(key)


def _fields(wanted: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in wanted.items() if key != "successor"}


def _apply(
    new: list[Area], changed: list[Area], stand: dict[str, Area], followed: dict[str, str]
) -> None:
    """New areas first: others may become part of them."""
    Area.objects.bulk_create(new)
    every = stand | {area.area_id: area for area in new}
    for area in (*new, *changed):
        into = followed.get(area.area_id, "")
        area.successor = every[into] if into else None
    for area in changed:
        area.version += 1
    Area.objects.bulk_update([*new, *changed], [*FIELDS, "successor", "version"])
