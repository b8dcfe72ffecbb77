"""The town's areas, households and staff, as they are when the first year begins."""

from __future__ import annotations

from datetime import date, datetime

from kaohe.web.accounts.models import Town
from kaohe.web.environment import SHANGHAI
from kaohe.web.registry.models import (
    Area,
    AreaCount,
    Department,
    DutyEntry,
    DutyList,
    Snapshot,
    StaffPost,
)

Row = dict[str, str]
BEGIN = date(2020, 1, 1)
LISTS = {
    "statutory": "依法履职",
    "assisting": "协助事务",
    "yearly": "年度重点任务",
}
MATTERS = {
    "statutory": (
        ("组织党员学习教育，建强党支部", "组织、教育、服务党员"),
        ("组织居民议事协商，推进楼组建设", "召集、记录、公开"),
        ("调解民间纠纷，反映居民意见", "调解、上报"),
    ),
    "assisting": (
        ("协助开展反诈防骗、消防安全宣传教育", "宣传、教育、报告"),
        ("协助开展垃圾分类宣传和志愿服务", "宣传、动员"),
        ("协助物业治理中的沟通协调", "联系居民、协助入户"),
    ),
    "yearly": (("镇级点位营造与规划衔接", "反映居民意愿、配合踏勘"),),
}


def make_places(town: Town, areas: list[Row], staff: list[Row]) -> None:
    """Areas, the lists of duties, and everybody's posts."""
    found = {
        row["area_id"]: Area.objects.create(
            town=town,
            area_id=row["area_id"],
            name=row["name"],
            category=row["category"],
            from_on=BEGIN,
        )
        for row in areas
    }
    StaffPost.objects.bulk_create(
        StaffPost(
            town=town,
            staff_id=row["staff_id"],
            area=found[row["area_id"]],
            role=row["role"],
            presiding=row["presiding"] == "true",
            resident_office=row["resident_office"] == "true",
            from_on=_since(int(row["months"] or 12)),
        )
        for row in staff
    )
    office = Department.objects.filter(town=town).first()
    for kind, name in LISTS.items():
        duty_list = DutyList.objects.create(
            town=town,
            kind=kind,
            edition="2024",
            adopted_on=date(2024, 1, 10),
            basis=f"{name}清单（演示）",
        )
        for number, (matter, does) in enumerate(MATTERS[kind], start=1):
            DutyEntry.objects.create(
                town=town,
                duty_list=duty_list,
                number=str(number),
                matter=matter,
                department=office,
                area_does=does,
                area_does_not="不作为责任主体，不填报表",
            )


def _since(months: int) -> date:
    """The first day of a post that was held for so many months of 2024, up to its end."""
    return BEGIN if months >= 12 else date(2024, 13 - months, 1) if months else date(2025, 1, 1)


def count_households(town: Town, year: int, number: int, day: date, areas: list[Row]) -> None:
    """A snapshot with the counts of every area, frozen the day after."""
    frozen = datetime(day.year, day.month, day.day, 17, tzinfo=SHANGHAI)
    snapshot = Snapshot.objects.create(
        town=town, year=year, number=number, counted_on=day, frozen_at=frozen
    )
    known = {area.area_id: area for area in Area.objects.filter(town=town)}
    AreaCount.objects.bulk_create(
        AreaCount(
            town=town,
            snapshot=snapshot,
            area=known[row["area_id"]],
            households=int(row["households"]),
            party_members=int(row["party_members"]),
            confirmed_at=frozen,
        )
        for row in areas
    )
