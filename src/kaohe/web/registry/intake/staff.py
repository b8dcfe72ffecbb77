"""The roster of staff from a file: who is in which role of which area, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kaohe.values.tables import Column, Table
from kaohe.values.text import Text
from kaohe.web.accounts.models import Town
from kaohe.web.registry.intake.plans import FileRow, Plan
from kaohe.web.registry.models import Area, Snapshot, StaffPost
from kaohe.web.registry.vocabulary import codes

LONGEST = {"staff_id": 40, "role": 40}
FIELDS = ("presiding", "resident_office", "until_on")
Holder = tuple[str, str, str]


def table(town: Town) -> Table:
    """The columns of the file."""
    offered = codes("role", town)
    return Table(
        label=Text(zh="人员任职", en="Staff posts"),
        row=Text(
            zh="一个人在一个居民区的一段任职", en="a person in a role, for one stretch of time"
        ),
        key=("staff_id", "area_id", "role", "from_on"),
        required=True,
        may_be_empty=False,
        columns={
            "staff_id": Column(type="id", heading="人员编号"),
            "area_id": Column(type="id", heading="居民区编号"),
            "role": Column(type="choice" if offered else "text", heading="职务", choices=offered),
            "presiding": Column(
                type="boolean", heading="主持工作", required=False, default="false"
            ),
            "resident_office": Column(
                type="boolean", heading="坐班", required=False, default="false"
            ),
            "from_on": Column(type="date", heading="任职自"),
            "until_on": Column(type="date", heading="任职至", required=False),
        },
    )


def plan(rows: Sequence[FileRow], town: Town, snapshot: Snapshot | None) -> Plan:
    """What the file adds and changes."""
    headings = {name: column.heading for name, column in table(town).columns.items()}
    made = Plan("staff", headings)
    made.check_lengths(rows, LONGEST)
    labels = codes("role", town)
    areas = {area.area_id: area for area in Area.objects.filter(town=town)}
    posts = StaffPost.objects.filter(town=town).select_related("area")
    stand = {(*_holder_of(post), post.from_on): post for post in posts}
    stretches: dict[Holder, dict[date, date | None]] = {}
    for post in stand.values():
        stretches.setdefault(_holder_of(post), {})[post.from_on] = post.until_on
    new: list[StaffPost] = []
    changed: list[StaffPost] = []
    for row in rows:
        area, first = areas.get(row.text("area_id")), row.day("from_on")
        if area is None or first is None:
            made.wrong(row, "area_id", "应为已有的居民区编号", "the id of an area that exists")
            continue
        holder = (row.text("staff_id"), area.area_id, row.text("role"))
        found = stand.get((*holder, first))
        wanted: dict[str, Any] = {key: row.cells[key] for key in FIELDS if key in row.cells}
        if "until_on" in row.cells or found is None:
            stretches.setdefault(holder, {})[first] = row.day("until_on")
        role = labels.get(holder[2], holder[2])
        name = " ".join((holder[0], str(area), role, first.isoformat()))
        if found is None:
            made.add(name, wanted)
            new.append(
                StaffPost(
                    town=town,
                    staff_id=holder[0],
                    area=area,
                    role=holder[2],
                    from_on=first,
                    **wanted,
                )
            )
        elif made.compare(name, {key: getattr(found, key) for key in FIELDS}, wanted):
            for key, value in wanted.items():
                setattr(found, key, value)
            found.version += 1
            changed.append(found)
    for row in rows:
        _check(made, row, stretches)
    made.apply = lambda by, at: _apply(new, changed)
    return made


def _check(made: Plan, row: FileRow, stretches: dict[Holder, dict[date, date | None]]) -> None:
    """A stretch ends after it begins, and overlaps no other of the same holder."""
    first, last = row.day("from_on"), row.day("until_on")
    if first is None:
        return
    if last is not None and last < first:
        made.wrong(row, "until_on", "应不早于任职自", "not before the day the post begins")
        return
    own = stretches.get((row.text("staff_id"), row.text("area_id"), row.text("role")), {})
    last = own.get(first)
    for begin, end in own.items():
        if begin < first <= (end or date.max):
            zh = f"与同一人同一职务自 {begin} 起的任职重叠，应先写明那一段的任职至"
            en = f"later than the end of the same post that begins on {begin}"
            made.wrong(row, "from_on", zh, en)
        elif first < begin <= (last or date.max):
            zh = f"应早于同一人同一职务自 {begin} 起的下一段任职"
            made.wrong(row, "until_on", zh, f"before the same post begins again on {begin}")


def _holder_of(post: StaffPost) -> Holder:
    return post.staff_id, post.area.area_id, post.role


def _apply(new: list[StaffPost], changed: list[StaffPost]) -> None:
    StaffPost.objects.bulk_create(new)
    StaffPost.objects.bulk_update(changed, [*FIELDS, "version"])
