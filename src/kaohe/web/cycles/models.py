"""One assessment of one period under one scheme, and what was decided about it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.access import STAGES
from kaohe.web.accounts.models import TownRow
from kaohe.web.cycles.steps import STEP_BY_CODE
from kaohe.web.registry.models import Area, Department, DutyEntry, Source
from kaohe.web.ui.language import named

STAGE_NAMES = {
    "prepare": _("准备"),
    "adopted": _("已通过"),
    "collecting": _("收集"),
    "scoring": _("计分"),
    "review": _("复核"),
    "published": _("已公布"),
    "archived": _("已归档"),
}


class SchemeVersion(TownRow):
    """A scheme file as it was taken into the town, byte by byte."""

    scheme_id = models.CharField(_("方案编号"), max_length=80)
    edition = models.CharField(_("版本"), max_length=40)
    title = models.CharField(_("名称"), max_length=200)
    text = models.TextField(_("方案文本"))
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(_("收入时间"))

    class Meta:
        verbose_name = _("考核方案")
        ordering: ClassVar = ["scheme_id", "added_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "sha256"],
                name="scheme_text_once_per_town",
                violation_error_message=_("这份方案已经导入，内容完全相同。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PolicyText(TownRow):
    """The words of the policy document that a scheme puts as data: 文件原文."""

    scheme = models.OneToOneField(SchemeVersion, models.PROTECT, related_name="policy")
    name = models.CharField(_("文件名"), max_length=200)
    text = models.TextField(_("文件原文"))
    sha256 = models.CharField(max_length=64)
    by = models.CharField(_("导入人"), max_length=60)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("文件原文")
        ordering: ClassVar = ["scheme"]

    def __str__(self) -> str:
        return self.name


class Cycle(TownRow):
    """Town × scheme version × period. One comprehensive cycle per town and calendar year."""

    scheme = models.ForeignKey(SchemeVersion, models.PROTECT, verbose_name=_("考核方案"))
    year = models.PositiveSmallIntegerField(_("年度"))
    first = models.DateField(_("考核期自"))
    last = models.DateField(_("考核期至"))
    comprehensive = models.BooleanField(_("综合考核"), default=True)
    stage = models.CharField(
        _("阶段"),
        max_length=12,
        choices=list(STAGE_NAMES.items()),
        default=STAGES[0],
        editable=False,
    )

    class Meta:
        verbose_name = _("考核年度")
        ordering: ClassVar = ["-year", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "year"],
                condition=models.Q(comprehensive=True),
                name="one_comprehensive_cycle_a_year",
                violation_error_message=_(
                    "这一年已有一次综合考核。每年只集中开展一次综合考核：三(一)。"
                ),
            ),
            models.CheckConstraint(condition=models.Q(stage__in=STAGES), name="cycle_stage_known"),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="cycle_ends_after_it_begins",
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return _("%(year)s年度考核") % {"year": self.year}

    @cached_property
    def taken(self) -> dict[str, str]:
        """The options chosen so far, decision by decision."""
        return {choice.decision: choice.option for choice in self.choices.all()}

    def reached(self, stage: str) -> bool:
        """Whether the cycle is in a stage or beyond it."""
        return STAGES.index(self.stage) >= STAGES.index(stage)


class CycleRow(TownRow):
    """A row that belongs to a cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", verbose_name=_("考核年度"))
    stage_lookup: ClassVar[str] = "cycle__stage"

    class Meta:
        abstract = True


class Choice(CycleRow):
    """The option that a cycle takes for one open question of its scheme."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="choices")
    decision = models.CharField(_("决定事项"), max_length=80)
    option = models.CharField(_("选项"), max_length=80)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    by = models.CharField(_("记录人"), max_length=60)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("决定事项的选择")
        ordering: ClassVar = ["decision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "decision"], name="decision_once_per_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} = {self.option}"


class StageChange(CycleRow):
    """A step from one stage to another: proposed, signed by as many as it takes, done.

    ``proposer`` is the login name of whoever proposed it, and so does not sign it.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="stage_changes")
    leaves = models.CharField(_("从"), max_length=12, choices=list(STAGE_NAMES.items()))
    enters = models.CharField(_("到"), max_length=12, choices=list(STAGE_NAMES.items()))
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    meeting_on = models.DateField(_("会议日期"), null=True, blank=True)
    meeting_number = models.CharField(_("会议编号"), max_length=60, blank=True)
    proposed_by = models.CharField(_("提出人"), max_length=60)
    proposer = models.CharField(max_length=60, editable=False)
    proposed_at = models.DateTimeField(_("提出时间"))
    done_at = models.DateTimeField(_("生效时间"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("阶段变更")
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=models.Q(done_at=None, dropped_at=None),
                name="one_open_stage_change",
                violation_error_message=_("已有一项阶段变更等待签署，请先完成签署或撤回。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_leaves_display()} → {self.get_enters_display()}"

    @property
    def is_closed(self) -> bool:
        """Whether it has taken effect or was withdrawn."""
        return self.done_at is not None or self.dropped_at is not None


class Signature(CycleRow):
    """One person's signature under a stage change."""

    change = models.ForeignKey(StageChange, models.PROTECT, related_name="signatures")
    username = models.CharField(max_length=60)
    name = models.CharField(_("签署人"), max_length=60)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("签署")
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "username"], name="nobody_signs_twice"),
        ]

    def __str__(self) -> str:
        return self.name


class Deadline(CycleRow):
    """When a step of the year is open; the defaults are data of the program, not of the policy."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="deadlines")
    step = models.CharField(_("步骤"), max_length=40)
    opens_on = models.DateField(_("开始"))
    closes_on = models.DateField(_("截止"))

    class Meta:
        verbose_name = _("时间安排")
        ordering: ClassVar = ["opens_on", "closes_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "step"], name="step_once_per_cycle"),
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")),
                name="step_closes_after_it_opens",
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self.cycle, STEP_BY_CODE[self.step].name)


class BlockLead(CycleRow):
    """The department that leads a block of everyday work (牵头部门) and signs it complete."""

    node = models.CharField(_("考核项目"), max_length=80)
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("牵头部门"))

    class Meta:
        verbose_name = _("牵头部门")
        ordering: ClassVar = ["node"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "node"], name="one_lead_per_block"),
        ]

    def __str__(self) -> str:
        return named(self.node, self.department)


class DutyLink(CycleRow):
    """A scored item with the entry of a list of duties that it rests on."""

    node = models.CharField(_("考核项目"), max_length=80)
    entry = models.ForeignKey(DutyEntry, models.PROTECT, verbose_name=_("清单事项"))

    class Meta:
        verbose_name = _("清单依据")
        ordering: ClassVar = ["node", "entry"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "node", "entry"], name="duty_link_once"),
        ]

    def __str__(self) -> str:
        return named(self.node, self.entry)


class Exemption(CycleRow):
    """An area that the leading group leaves out of a cycle, such as one set up late in the year."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    reason = models.CharField(_("理由"), max_length=500)

    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("免予考核")
        ordering: ClassVar = ["area__area_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "area"],
                name="exempted_once_per_cycle",
                violation_error_message=_("这个居民区在这一年度已经免予考核，请修改原来的那条。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self.cycle, self.area)


class Delivery(CycleRow):
    """A file that a provider hands in for one table: 报送.

    A provider may hand in a table in parts (``part``, such as a month). A newer version of the
    same part takes the place of the older one; withdrawn, it gives the place back.
    """

    STATES: ClassVar = [
        ("faulty", _("有错误")),
        ("checked", _("已校验")),
        ("applied", _("已生效")),
        ("withdrawn", _("已撤回")),
    ]
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="deliveries")
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("数据来源"))
    table = models.CharField(_("数据表"), max_length=60)
    part = models.CharField(_("批次"), max_length=60, blank=True)
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=STATES)
    file_name = models.CharField(_("文件名"), max_length=200)
    file_sha256 = models.CharField(_("文件摘要"), max_length=64)
    content_sha256 = models.CharField(_("内容摘要"), max_length=64, blank=True)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    faults = models.PositiveIntegerField(_("错误数"), default=0)
    uploaded_by = models.CharField(_("上传人"), max_length=60)
    uploaded_at = models.DateTimeField(_("上传时间"))
    applied_at = models.DateTimeField(_("生效时间"), null=True, blank=True)
    signed_by = models.CharField(_("签认人"), max_length=60, blank=True)
    signed_at = models.DateTimeField(_("签认时间"), null=True, blank=True)

    own_lookups: ClassVar = {"sources": "source__code"}

    class Meta:
        verbose_name = _("报送文件")
        ordering: ClassVar = ["-uploaded_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "source", "table", "part", "number"], name="delivery_number_once"
            ),
        ]

    def __str__(self) -> str:
        part = f" {self.part}" if self.part else ""
        return f"{self.source} {self.table}{part} v{self.number}"

    @property
    def folder(self) -> Path:
        """Where the file as it came and its canonical content lie."""
        return Path(settings.MEDIA_ROOT) / "deliveries" / str(self.pk)

    @property
    def content(self) -> Path:
        """The canonical content as CSV."""
        return self.folder / f"{self.table}.csv"


class Mapping(TownRow):
    """A provider's own headings for the columns of a table, remembered from the first file on."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="mappings")
    table = models.CharField(_("数据表"), max_length=60)
    headings = models.JSONField(_("列对应"), default=dict)

    own_lookups: ClassVar = {"sources": "source__code"}

    class Meta:
        verbose_name = _("列对应")
        ordering: ClassVar = ["source", "table"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "table"], name="mapping_once_per_table"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.table}"
