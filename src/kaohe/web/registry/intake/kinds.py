"""The kinds of registry files, and what each is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaohe.values.tables import Table
from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.registry.intake import areas, counts, households, staff
from kaohe.web.registry.intake.plans import FileRow, Plan
from kaohe.web.registry.models import Area, AreaCount, Household, Snapshot, StaffPost

Planner = Callable[[Sequence[FileRow], Town, Snapshot | None], Plan]


@dataclass(frozen=True)
class Kind:
    """A kind of file. ``name`` is also that of its table, its sheet and its address."""

    name: str
    title: Promise
    explained: Promise
    clause: str
    model: type[Model]
    table: Callable[[Town], Table]
    plan: Planner
    of_snapshot: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "areas",
            _("居民区"),
            _(
                "全镇居民区的编号、名称、类别和起止日期。已有的编号按文件更改，新的编号登记为新居民区。"
            ),
            "二；四(三)",
            Area,
            areas.table,
            areas.plan,
        ),
        Kind(
            "counts",
            _("户数与党员数"),
            _(
                "一次户数快照里各居民区的数字。只能导入到还没有冻结的快照；改了的数字要由居民区重新确认。"
            ),
            "四(二)2",
            AreaCount,
            counts.table,
            counts.plan,
            of_snapshot=True,
        ),
        Kind(
            "staff",
            _("人员任职"),
            _("居民区工作人员的职务和起止日期。人员用内部编号，不填姓名和身份证号。"),
            "五(二)1",
            StaffPost,
            staff.table,
            staff.plan,
        ),
        Kind(
            "households",
            _("住户"),
            _("住户、楼栋的编号和所属居民区。只收编号，不收姓名、门牌和电话。"),
            "四(二)2",
            Household,
            households.table,
            households.plan,
        ),
    )
}


def add_kind(kind: Kind) -> None:
    """Let an app above take in files of the town of a kind of its own."""
    KINDS[kind.name] = kind


def kinds_of(person: Person) -> list[Kind]:
    """The kinds that a person may take in."""
    return [kind for kind in KINDS.values() if person.may_write(kind.model)]
