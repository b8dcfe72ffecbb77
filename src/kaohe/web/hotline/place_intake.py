"""The table of places from a workbook, beside the other files of the town."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.accounts.models import Town
from kaohe.web.audit.actions import Actor
from kaohe.web.hotline.models import Place
from kaohe.web.hotline.place_actions import lay_anew
from kaohe.web.hotline.placing import written
from kaohe.web.registry.intake.kinds import Kind
from kaohe.web.registry.intake.plans import FileRow, Plan
from kaohe.web.registry.models import Area, Snapshot

LONGEST = {"place": 120}


def table(town: Town) -> Table:
    """The columns of the file."""
    return Table(
        label=Text(zh="地点对照", en="Places"),
        row=Text(zh="一个地点", en="a place"),
        key=("place",),
        required=True,
        may_be_empty=False,
        columns={
            "place": Column(type="text", heading="地点"),
            "area_id": Column(type="id", heading="居民区编号"),
        },
    )


def plan(rows: Sequence[FileRow], town: Town, snapshot: Snapshot | None) -> Plan:
    """What the file adds and changes."""
    headings = {name: column.heading for name, column in table(town).columns.items()}
    made = Plan("places", headings)
    made.check_lengths(rows, LONGEST)
    areas = {area.area_id: area for area in Area.objects.filter(town=town)}
    stand = {row.text: row for row in Place.objects.filter(town=town).select_related("area")}
    told: set[str] = set()
    new, changed = list[Place](), list[Place]()
    for row in rows:
        text, area = written(row.text("place")), areas.get(row.text("area_id"))
        if area is None:
            made.wrong(row, "area_id", "应为已登记的居民区编号", "the id of a registered area")
        if text in told:
            made.wrong(row, "place", "每个地点只写一行", "each place in one row only")
        if area is None or text in told:
            continue
        told.add(text)
        found = stand.get(text)
        if found is None:
            made.add(text, {"place": text, "area_id": area.area_id})
            new.append(Place(town=town, text=text, area=area))
        elif made.compare(text, {"area_id": found.area.area_id}, {"area_id": area.area_id}):
            found.area = area
            changed.append(found)
    made.apply = lambda by, at: _apply(town, new, changed, by, at)
    return made


def _apply(town: Town, new: list[Place], changed: list[Place], _by: Actor, _at: datetime) -> None:
    Place.objects.bulk_create(new)
    for row in changed:
        row.version += 1
    Place.objects.bulk_update(changed, ["area", "version"])
    lay_anew(town)


PLACES = Kind(
    "places",
    _("地点对照"),
    _("路名、弄号、小区名等地点和所在的居民区。报送文件没有写居民区的办件，按它归属。"),
    "四(二)2；附件1 第3项",
    Place,
    table,
    plan,
)
