"""Households and Party members of every area, for an open snapshot, from a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.accounts.models import Town
from kaohe.web.audit.actions import Actor
from kaohe.web.registry.actions import answer_by_numbers
from kaohe.web.registry.intake.plans import FileRow, Plan
from kaohe.web.registry.models import Area, AreaCount, Snapshot
from kaohe.web.registry.rules import holds_on

FIELDS = ("households", "party_members")
MOST = Decimal(1_000_000)
"""More is a slip of the keyboard."""


def table(town: Town) -> Table:
    """The columns of the file."""
    return Table(
        label=Text(zh="户数与党员数", en="Households and Party members"),
        row=Text(zh="一个居民区", en="a residential area"),
        key=("area_id",),
        required=True,
        may_be_empty=False,
        columns={
            "area_id": Column(type="id", heading="居民区编号"),
            "households": Column(type="whole", heading="户数", minimum=Decimal(1), maximum=MOST),
            "party_members": Column(
                type="whole", heading="党员数", minimum=Decimal(0), maximum=MOST
            ),
        },
    )


def plan(rows: Sequence[FileRow], town: Town, snapshot: Snapshot | None) -> Plan:
    """What the file adds and changes in the snapshot."""
    assert snapshot is not None
    headings = {name: column.heading for name, column in table(town).columns.items()}
    made = Plan("counts", headings)
    areas = {area.area_id: area for area in Area.objects.filter(town=town)}
    counts = snapshot.counts.select_related("area")
    stand = {count.area.area_id: count for count in counts}
    new: list[AreaCount] = []
    changed: list[AreaCount] = []
    for row in rows:
        area = areas.get(row.text("area_id"))
        if area is None:
            made.wrong(row, "area_id", "应为已有的居民区编号", "the id of an area that exists")
            continue
        if not holds_on((area.from_on, area.until_on), snapshot.counted_on):
            zh = f"应为统计日期 {snapshot.counted_on} 存在的居民区"
            made.wrong(row, "area_id", zh, f"an area that exists on {snapshot.counted_on}")
            continue
        wanted = {key: row.cells[key] for key in FIELDS}
        count = stand.get(area.area_id)
        if count is None:
            made.add(f"{area.area_id} {area}", wanted)
            new.append(AreaCount(town=town, snapshot=snapshot, area=area, **wanted))
            continue
        now = {key: getattr(count, key) for key in FIELDS}
        if made.compare(f"{area.area_id} {area}", now, wanted):
            for key, value in wanted.items():
                setattr(count, key, value)
            count.confirmed_at = None
            count.version += 1
            changed.append(count)

    def apply(by: Actor, at: datetime) -> None:
        AreaCount.objects.bulk_create(new)
        AreaCount.objects.bulk_update(changed, [*FIELDS, "confirmed_at", "version"])
        answer_by_numbers(changed, by=by, at=at)

    made.apply = apply
    return made
