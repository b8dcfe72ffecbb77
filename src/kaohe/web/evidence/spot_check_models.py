"""The spot check of visits: the draw, another draw, the households and what came of asking."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area


class SpotCheck(CycleRow):
    """The draw of households with a claimed visit: seed, frame and order can be redone.

    ``size`` households of each area are to be asked; ``reserves`` more stand by in a fixed order.
    One that was annulled keeps no households: frame, seed and numbers tell which they were.
    """

    size = models.PositiveSmallIntegerField(_("每个居民区抽查户数"))
    reserves = models.PositiveSmallIntegerField(_("每个居民区替补户数"))
    seed = models.CharField(_("随机种子"), max_length=64)
    frame_sha256 = models.CharField(_("抽样框摘要"), max_length=64)
    drawn_by = models.CharField(_("抽取人"), max_length=60)
    drawn_at = models.DateTimeField(_("抽取时间"))
    reason = models.CharField(_("有居民区抽不满的理由"), max_length=500, blank=True)
    annulled_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("走访抽查")
        ordering: ClassVar = ["-drawn_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=models.Q(annulled_at=None),
                name="one_draw_in_force_per_cycle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}"

    @property
    def frame_path(self) -> Path:
        """Where the frame lies: every household that could have been drawn."""
        return Path(settings.MEDIA_ROOT) / "frames" / f"{self.frame_sha256}.csv"


class Redraw(CycleRow):
    """A clerk asks for another draw; with two group heads' signatures the old one is annulled."""

    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="redraws")
    reason = models.CharField(_("理由"), max_length=500)
    asked_by = models.CharField(_("提出人"), max_length=60)
    asked_at = models.DateTimeField(_("提出时间"))
    first_by = models.CharField(_("签署人一"), max_length=60, blank=True)
    second_by = models.CharField(_("签署人二"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("重抽申请")
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_of"], name="one_redraw_per_draw"),
            models.CheckConstraint(
                condition=models.Q(second_by="") | ~models.Q(second_by=models.F("first_by")),
                name="two_heads_sign_redraw",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}"


class SpotCheckHousehold(CycleRow):
    """One drawn household, main or reserve by its place, and what came of asking there.

    Two people ask and each signs an outcome, by their login names; ``outcome`` is what both found.
    """

    OUTCOMES: ClassVar = [
        ("confirmed", _("确认走访过")),
        ("not_confirmed", _("未走访")),
        ("refused", _("拒绝回答")),
        ("not_reached", _("未联系上")),
        ("not_eligible", _("不符合条件")),
    ]
    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="households")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    place = models.PositiveSmallIntegerField(_("顺序"))
    household_id = models.CharField(_("住户编号"), max_length=60)
    outcome = models.CharField(_("结果"), max_length=20, choices=OUTCOMES, blank=True)
    checked_on = models.DateField(_("核查日期"), null=True, blank=True)
    first_by = models.CharField(_("核查人一"), max_length=60, blank=True)
    first_outcome = models.CharField(
        _("核查人一的结果"), max_length=20, choices=OUTCOMES, blank=True
    )
    second_by = models.CharField(_("核查人二"), max_length=60, blank=True)
    second_outcome = models.CharField(
        _("核查人二的结果"), max_length=20, choices=OUTCOMES, blank=True
    )
    found_at = models.DateTimeField(_("两人一致的时间"), null=True, blank=True)
    answer = models.CharField(_("居民区说明"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("说明时间"), null=True, blank=True)
    corroboration = models.CharField(_("佐证"), max_length=500, blank=True)
    settled_at = models.DateTimeField(_("认定时间"), null=True, blank=True)

    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("抽查住户")
        ordering: ClassVar = ["area__area_id", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["check_of", "area", "place"], name="one_household_per_place"
            ),
            models.UniqueConstraint(
                fields=["check_of", "area", "household_id"], name="household_drawn_once"
            ),
            models.CheckConstraint(
                condition=models.Q(second_by="") | ~models.Q(second_by=models.F("first_by")),
                name="two_different_people_check",
                violation_error_message=_("须由两个不同的人核查。"),
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None) | ~models.Q(outcome=""),
                name="settled_with_an_outcome",
                violation_error_message=_("还没有核查结果，不能认定。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.place}"
