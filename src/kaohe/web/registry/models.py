"""What there is in the town, and from when to when."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import TownRow
from kaohe.web.audit.actions import Machine
from kaohe.web.ui.language import in_brackets, named

FIT = re.compile(r"[^\s,，、;；/\\]+")
CODE = RegexValidator(
    rf"^{FIT.pattern}$", _("编号中不能有空格、逗号、顿号、分号和斜线：岗位的范围用它们隔开。")
)
"""What a code may hold: posts name areas, departments and sources by theirs, side by side."""


class Department(TownRow):
    """An office of the town. Its code is the name by which schemes know it."""

    code = models.CharField(_("科室"), max_length=40, validators=[CODE])
    name = models.CharField(_("全称"), max_length=80)
    aliases = models.JSONField(_("别名"), default=list, blank=True)

    class Meta:
        verbose_name = _("科室")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "code"],
                name="department_once_per_town",
                violation_error_message=_("已有这个科室，请在列表中修改。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Source(TownRow):
    """Where files of facts come from: a provider with the tables that it may hand in.

    ``only`` limits the rows of a table to those with the given values, such as the cases of one
    provider: ``{"cases": {"source": "hotline"}}``.
    """

    code = models.CharField(_("编号"), max_length=40, validators=[CODE])
    name = models.CharField(_("名称"), max_length=80)
    tables = models.JSONField(_("可报送的数据表"), default=list)
    only = models.JSONField(_("只含"), default=dict, blank=True)

    own_lookups: ClassVar = {"sources": "code"}

    class Meta:
        verbose_name = _("数据来源")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "code"],
                name="source_once_per_town",
                violation_error_message=_("已有这个编号的数据来源，请在列表中修改。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def machine(self) -> Machine:
        """The source's program, as the log knows it."""
        return Machine(self.town.code, f"source:{self.code}"[:60], self.name)


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas by the days on which they exist."""

    def existing(self, first: date, last: date) -> AreaQuerySet:
        """Areas that exist on some day from ``first`` to ``last``."""
        until = models.Q(until_on=None) | models.Q(until_on__gte=first)
        return self.filter(until, from_on__lte=last)

    def standing_on(self, day: date) -> AreaQuerySet:
        """Areas that exist on a day."""
        return self.existing(day, day)


class Area(TownRow):
    """A residential area, from the day it is set up to the day it is merged or split.

    ``successor`` takes over the facts of an area that was merged.
    """

    area_id = models.CharField(_("居民区编号"), max_length=40, validators=[CODE])
    name = models.CharField(_("名称"), max_length=80)
    category = models.CharField(_("类别"), max_length=40, blank=True)
    from_on = models.DateField(_("设立日期"))
    until_on = models.DateField(_("撤销或并入日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("并入"),
    )

    objects = AreaQuerySet.as_manager()
    own_lookups: ClassVar = {"areas": "area_id"}

    class Meta:
        verbose_name = _("居民区")
        ordering: ClassVar = ["area_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "area_id"],
                name="area_once_per_town",
                violation_error_message=_("这个编号已有居民区使用（包括已撤销的），请换一个。"),
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="area_ends_after_it_begins",
                violation_error_message=_("撤销或并入的日期不能早于设立日期。"),
            ),
            models.CheckConstraint(
                condition=models.Q(successor=None) | ~models.Q(until_on=None),
                name="area_with_successor_has_ended",
                violation_error_message=_("已并入其他居民区的，请填写并入日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An area that was merged leads, over however many mergers, to one that stands."""
        seen, one = {self.pk}, self.successor
        while one is not None:
            if one.pk in seen:
                raise ValidationError({"successor": _("不能并入自己，也不能互相并入。")})
            seen.add(one.pk)
            one = one.successor
        if self.successor is not None and self.until_on is None:
            raise ValidationError({"until_on": _("已并入其他居民区的，请填写并入日期。")})

    def last_successor(self) -> Area:
        """The area that this one has become part of; itself if it stands."""
        return self.successor.last_successor() if self.successor is not None else self


class Building(TownRow):
    """A building, known by an opaque id."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="buildings")
    building_id = models.CharField(_("楼栋编号"), max_length=60)

    class Meta:
        verbose_name = _("楼栋")
        ordering: ClassVar = ["building_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["town", "building_id"], name="building_once_per_town"),
        ]

    def __str__(self) -> str:
        return self.building_id


class Household(TownRow):
    """A household, known by an opaque id; no name, no address, no telephone."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="households")
    household_id = models.CharField(_("住户编号"), max_length=60)

    class Meta:
        verbose_name = _("住户")
        ordering: ClassVar = ["household_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "household_id"], name="household_once_per_town"
            ),
        ]

    def __str__(self) -> str:
        return self.household_id


class Snapshot(TownRow):
    """Households and Party members counted on a day: two a year. Frozen, it never changes.

    The first issues the codes of the year's survey; the second is what the year is judged by.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveSmallIntegerField(_("第几次"), choices=[(1, "1"), (2, "2")])
    counted_on = models.DateField(_("统计日期"))
    frozen_at = models.DateTimeField(_("冻结时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("户数快照")
        ordering: ClassVar = ["-year", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "year", "number"],
                name="snapshot_once_per_half_year",
                violation_error_message=_("这一年的这一次快照已经登记，请在列表中打开。"),
            ),
        ]

    def __str__(self) -> str:
        return _("%(year)s年第%(number)s次户数快照") % {"year": self.year, "number": self.number}


class AreaCount(TownRow):
    """What a snapshot says of one area."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="counts")
    area = models.ForeignKey(Area, models.PROTECT, related_name="counts", verbose_name=_("居民区"))
    households = models.PositiveIntegerField(_("户数"))
    party_members = models.PositiveIntegerField(_("党员数"))
    confirmed_at = models.DateTimeField(_("居民区确认时间"), null=True, editable=False)

    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("户数与党员数")
        ordering: ClassVar = ["snapshot", "area__area_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "area"],
                name="area_once_per_snapshot",
                violation_error_message=_("这个居民区在这次快照中已有数字，请在列表中修改。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self.snapshot, self.area)


class CountDoubt(TownRow):
    """What an area holds against its count, and what it is told about that."""

    count = models.ForeignKey(AreaCount, models.PROTECT, related_name="doubts")
    text = models.CharField(_("疑问"), max_length=500)
    raised_by = models.CharField(_("提出人"), max_length=60)
    raised_at = models.DateTimeField(_("提出时间"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_by = models.CharField(_("答复人"), max_length=60, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, editable=False)

    own_lookups: ClassVar = {"areas": "count__area__area_id"}

    class Meta:
        verbose_name = _("对户数的疑问")
        ordering: ClassVar = ["raised_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["count"],
                condition=models.Q(answered_at=None),
                name="one_open_doubt_per_count",
                violation_error_message=_("对这个户数已有一个疑问等待答复。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self.count.area, self.text)


class StaffPostQuerySet(models.QuerySet["StaffPost"]):
    """Staff posts by the days on which they are held."""

    def held_within(self, first: date, last: date) -> StaffPostQuerySet:
        """Posts held on some day from ``first`` to ``last``."""
        until = models.Q(until_on=None) | models.Q(until_on__gte=first)
        return self.filter(until, from_on__lte=last)


class StaffPost(TownRow):
    """A person in a role of an area, from one day to another. The person is an opaque id."""

    staff_id = models.CharField(_("人员编号"), max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, related_name="staff", verbose_name=_("居民区"))
    role = models.CharField(_("职务"), max_length=40)
    presiding = models.BooleanField(_("主持工作"), default=False)
    resident_office = models.BooleanField(_("坐班"), default=False)
    from_on = models.DateField(_("任职自"))
    until_on = models.DateField(_("任职至"), null=True, blank=True)

    objects = StaffPostQuerySet.as_manager()
    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("人员任职")
        ordering: ClassVar = ["area__area_id", "staff_id", "role", "from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "staff_id", "area", "role", "from_on"],
                name="staff_post_once",
                violation_error_message=_(
                    "这个人在这个居民区的这个职务已从同一天登记，请修改原来的那条。"
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="staff_post_ends_after_it_begins",
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.area} {self.role}"


class DutyList(TownRow):
    """One of the three lists of duties that the policy names, in one version."""

    KINDS: ClassVar = [
        ("statutory", _("依法履职事项清单")),
        ("assisting", _("协助事务清单")),
        ("yearly", _("年度下派重点任务清单")),
    ]
    kind = models.CharField(_("清单"), max_length=20, choices=KINDS)
    edition = models.CharField(_("版本"), max_length=40)
    adopted_on = models.DateField(_("通过日期"))
    basis = models.CharField(_("依据文件"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("事项清单")
        ordering: ClassVar = ["kind", "-adopted_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "kind", "edition"],
                name="duty_list_edition_once",
                violation_error_message=_("这份清单的这个版本已经登记。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{in_brackets(self.edition)}"


class DutyEntry(TownRow):
    """One matter on a list: who answers for it, what the area does and what it does not."""

    duty_list = models.ForeignKey(
        DutyList, models.PROTECT, related_name="entries", verbose_name=_("清单")
    )
    number = models.CharField(_("序号"), max_length=20)
    matter = models.CharField(_("事项"), max_length=300)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("牵头科室")
    )
    area_does = models.CharField(_("居民区做什么"), max_length=500, blank=True)
    area_does_not = models.CharField(_("居民区不做什么"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("清单事项")
        ordering: ClassVar = ["duty_list", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["duty_list", "number"],
                name="duty_number_once",
                violation_error_message=_("这一版清单里已有这个序号。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.matter}"
