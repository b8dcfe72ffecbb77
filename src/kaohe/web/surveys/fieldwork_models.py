"""The third party's work in a round: who does it, whom they are to ask, how each case ended.

No answer is kept here. What came back lies under seal in the round's box; of a file only its hash
and its counts stay.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.values.numbers import PERCENT
from kaohe.web.accounts.models import TownRow
from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area, Source
from kaohe.web.surveys.response_rates import DISPOSITIONS
from kaohe.web.ui.language import named

SHARE = (MinValueValidator(1), MaxValueValidator(PERCENT))

CHECKS = {
    "qualification": _("资质"),
    "independence": _("独立性声明"),
    "confidentiality": _("保密与数据处理协议"),
    "deletion": _("数据交还与销毁证明"),
}
"""What is checked of a third party; the last one when its work is over."""
OUTCOMES = {
    "replaced": _("重新访问，已重交数据"),
    "kept": _("答卷保留"),
}
"""What came of an interview that its household does not confirm."""
NUMBERS = {
    "": _("没有数字"),
    "ordinal": _("选项的次序（第一项为 1 或 A）"),
    "points": _("分数"),
}
"""What bare numbers among the answers stand for in somebody's files."""


class Vendor(CycleRow):
    """Whom the town has do the fieldwork of a round: a source, whose people see that round only."""

    round = models.OneToOneField("surveys.Round", models.PROTECT, related_name="vendor")
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="+", verbose_name=_("第三方机构")
    )

    own_lookups: ClassVar = {"sources": "source__code"}

    class Meta:
        verbose_name = _("第三方委托")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return named(self.round, self.source)


class VendorCheck(CycleRow):
    """One thing that was looked at before, or at the end of, the work: what was found, and when."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="checks")
    kind = models.CharField(_("核查事项"), max_length=20, choices=list(CHECKS.items()))
    found = models.CharField(_("核查情况"), max_length=500)
    checked_on = models.DateField(_("核查日期"))
    noted_by = models.CharField(_("登记人"), max_length=60)
    noted_at = models.DateTimeField(_("登记时间"))

    own_lookups: ClassVar = {"sources": "vendor__source__code"}

    class Meta:
        verbose_name = _("第三方核查")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "kind"], name="vendor_check_once"),
        ]

    def __str__(self) -> str:
        return named(self.vendor, self.get_kind_display())


class SampleDraw(CycleRow):
    """The draw of whom a third party asks: seed and frame give it again.

    ``check_id`` is the scheme's check that says how many; ``response`` and ``back_check_share`` are
    per cent. Whoever has the seed knows the list: it is shown to the auditor alone.
    """

    vendor = models.OneToOneField(Vendor, models.PROTECT, related_name="draw")
    check_id = models.CharField(max_length=80)
    response = models.PositiveSmallIntegerField(_("预计应答率（%）"), validators=SHARE)
    back_check_share = models.PositiveSmallIntegerField(_("复核比例（%）"), validators=SHARE)
    seed = models.CharField(_("随机种子"), max_length=64)
    back_check_seed = models.CharField(_("复核的随机种子"), max_length=64, blank=True)
    frame_sha256 = models.CharField(_("抽样框摘要"), max_length=64)
    drawn_by = models.CharField(_("抽取人"), max_length=60)
    drawn_at = models.DateTimeField(_("抽取时间"))
    handed_over_by = models.CharField(_("移交人"), max_length=60, blank=True)
    handed_over_at = models.DateTimeField(_("移交时间"), null=True, blank=True)

    own_lookups: ClassVar = {"sources": "vendor__source__code"}

    class Meta:
        verbose_name = _("第三方样本")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.vendor)

    @property
    def frame_path(self) -> Path:
        """Where the frame lies: every household that could have been drawn, with its building."""
        return Path(settings.MEDIA_ROOT) / "frames" / f"{self.frame_sha256}.csv"


class SampleHouseholdQuerySet(models.QuerySet["SampleHousehold"]):
    """Drawn households by whether they are to be asked."""

    def to_ask(self) -> SampleHouseholdQuerySet:
        """The main list and the reserves that were released."""
        return self.filter(models.Q(reserve=False) | models.Q(replaces__isnull=False))


class SampleHousehold(CycleRow):
    """A drawn household: its place on the list, and how its case ended. Never an answer.

    A reserve is released for the household that it ``replaces``. ``entered`` says that the
    disposition was given on a page, not by a file.
    """

    draw = models.ForeignKey(SampleDraw, models.PROTECT, related_name="households")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("居民区"))
    building = models.CharField(_("楼栋编号"), max_length=60)
    household_id = models.CharField(_("住户编号"), max_length=60)
    place = models.PositiveIntegerField(_("楼栋内次序"))
    reserve = models.BooleanField(_("替补"))
    stands_by = models.PositiveIntegerField(_("替补次序"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    disposition = models.CharField(
        _("访问结果"),
        max_length=2,
        blank=True,
        choices=[(code, label.zh) for code, label in DISPOSITIONS.items()],
    )
    interviewer = models.CharField(_("访问员"), max_length=60, blank=True)
    entered = models.BooleanField(default=False)

    objects = SampleHouseholdQuerySet.as_manager()
    own_lookups: ClassVar = {"sources": "draw__vendor__source__code"}

    class Meta:
        verbose_name = _("样本住户")
        ordering: ClassVar = ["area__area_id", "building", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draw", "area", "household_id"], name="household_sampled_once"
            ),
        ]

    def __str__(self) -> str:
        return self.household_id


class BackCheckQuerySet(models.QuerySet["BackCheck"]):
    """Back-checks by whether something is still to be done about them."""

    def unsettled(self) -> BackCheckQuerySet:
        """Those that differ, with nothing noted of what came of it."""
        return self.filter(agreed=False, outcome="")


class BackCheck(CycleRow):
    """An interview that somebody else asks about once more; ``agreed`` is None until it is known.

    ``interviewer`` is who had asked when it was drawn. One that differs is settled by an
    ``outcome`` and what was ``looked_at``: all that the same person had handed in.
    """

    household = models.OneToOneField(
        SampleHousehold, models.PROTECT, related_name="back_check", verbose_name=_("样本住户")
    )
    interviewer = models.CharField(_("访问员"), max_length=60, blank=True)
    agreed = models.BooleanField(_("与访问一致"), null=True, blank=True)
    noted_by = models.CharField(_("登记人"), max_length=60, blank=True)
    noted_at = models.DateTimeField(_("登记时间"), null=True, blank=True)
    outcome = models.CharField(
        _("怎样处理"), max_length=10, blank=True, choices=list(OUTCOMES.items())
    )
    looked_at = models.CharField(_("核对情况和理由"), max_length=500, blank=True)
    settled_by = models.CharField(_("处理人"), max_length=60, blank=True)
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    objects = BackCheckQuerySet.as_manager()
    own_lookups: ClassVar = {"sources": "household__draw__vendor__source__code"}

    class Meta:
        verbose_name = _("访问复核")
        ordering: ClassVar = ["household__area__area_id", "household__building", "pk"]

    def __str__(self) -> str:
        return str(self.household)


class ReturnMapping(TownRow):
    """What the columns of a third party's files mean, as somebody said once: heading to field."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict)
    numbers = models.CharField(
        _("数字答案的含义"), max_length=8, blank=True, choices=list(NUMBERS.items())
    )

    own_lookups: ClassVar = {"sources": "source__code"}

    class Meta:
        verbose_name = _("回收数据的列对应")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.source)


class ReturnFile(CycleRow):
    """A file that was taken: its name, its hash and its counts. The file itself is gone."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="files")
    file_name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(_("校验值"), max_length=64)
    areas = models.JSONField(_("居民区"), default=list)
    rows = models.PositiveIntegerField(_("行数"))
    ballots = models.PositiveIntegerField(_("答卷数"))
    uploaded_by = models.CharField(_("上传人"), max_length=60)
    uploaded_at = models.DateTimeField(_("上传时间"))

    own_lookups: ClassVar = {"sources": "vendor__source__code"}

    class Meta:
        verbose_name = _("回收文件")
        ordering: ClassVar = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
