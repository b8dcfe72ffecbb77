"""What people on duty observed. Areas give text and case numbers; files come from offices."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import TownRow
from kaohe.web.cycles.models import CycleRow
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.spot_check_models import Redraw as Redraw
from kaohe.web.evidence.spot_check_models import SpotCheck as SpotCheck
from kaohe.web.evidence.spot_check_models import SpotCheckHousehold as SpotCheckHousehold
from kaohe.web.registry.models import Area, Department
from kaohe.web.ui.language import named
from kaohe.web.ui.templatetags.ui import told
from kaohe.web.ui.uploads import CheckedUpload


class Attachment(TownRow):
    """A file that a department attached, kept outside the web root under its hash."""

    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("上传科室"))
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("类型"), max_length=100)
    size = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    uploaded_by = models.CharField(_("上传人"), max_length=60)
    uploaded_at = models.DateTimeField(_("上传时间"))

    own_lookups: ClassVar = {"departments": "department__code"}

    class Meta:
        verbose_name = _("附件")
        ordering: ClassVar = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(settings.MEDIA_ROOT) / "attachments" / self.sha256


class Mark(CycleRow):
    """One department's mark for one item of one area; the score is exact decimal text.

    A cell that was cleared, or that has only a comment so far, keeps its row with an empty score.
    """

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("评价部门"))
    node = models.CharField(_("考核内容"), max_length=80)
    score = models.CharField(_("评分"), max_length=20, blank=True)
    comment = models.CharField(_("说明"), max_length=500, blank=True)
    by = models.CharField(_("评分人"), max_length=60)
    at = models.DateTimeField(_("时间"))

    own_lookups: ClassVar = {"departments": "department__code"}

    class Meta:
        verbose_name = _("部门评分")
        ordering: ClassVar = ["department__code", "node", "area__area_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "area", "department", "node"], name="one_mark_per_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.node} {self.area}"


class SheetSignature(CycleRow):
    """The head of a department signs its whole sheet; from then on it is closed."""

    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("评价部门"))
    by = models.CharField(_("签署人"), max_length=60)
    at = models.DateTimeField(_("签署时间"))
    reopened_at = models.DateTimeField(_("重新打开时间"), null=True, blank=True)

    own_lookups: ClassVar = {"departments": "department__code"}

    class Meta:
        verbose_name = _("评分表签署")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "department"],
                condition=models.Q(reopened_at=None),
                name="one_signature_in_force",
            ),
        ]

    def __str__(self) -> str:
        return named(self.cycle, self.department)


class Reopening(CycleRow):
    """A request to open a signed sheet again: asked by the department, decided by the clerk."""

    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("评价部门"))
    reason = models.CharField(_("理由"), max_length=500)
    asked_by = models.CharField(_("申请人"), max_length=60)
    asked_at = models.DateTimeField(_("申请时间"))
    granted = models.BooleanField(_("是否同意"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    decided_by = models.CharField(_("决定人"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)

    own_lookups: ClassVar = {"departments": "department__code"}

    class Meta:
        verbose_name = _("重新评分申请")
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "department"],
                condition=models.Q(granted=None),
                name="one_open_reopening",
            ),
        ]

    def __str__(self) -> str:
        return named(self.cycle, self.department)


class BlockSignature(CycleRow):
    """The lead department signs that its block is complete."""

    node = models.CharField(_("考核项目"), max_length=80)
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("牵头部门"))
    by = models.CharField(_("签署人"), max_length=60)
    at = models.DateTimeField(_("签署时间"))
    withdrawn_at = models.DateTimeField(_("失效时间"), null=True, blank=True)

    own_lookups: ClassVar = {"departments": "department__code"}

    class Meta:
        verbose_name = _("项目完整签署")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "node"],
                condition=models.Q(withdrawn_at=None),
                name="one_block_signature_in_force",
            ),
        ]

    def __str__(self) -> str:
        return named(self.cycle, self.node)


class Note(CycleRow):
    """What a department or a leader saw in an area: theme, finding, help given. No points."""

    THEMES: ClassVar = [
        ("party", _("党建引领")),
        ("service", _("服务群众")),
        ("stability", _("和谐稳定")),
        ("burden", _("基层减负")),
        ("other", _("其他")),
    ]
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("科室")
    )
    seen_on = models.DateField(_("日期"))
    theme = models.CharField(_("主题"), max_length=20, choices=THEMES)
    finding = models.TextField(_("看到的情况"), max_length=2000)
    help_given = models.TextField(_("帮助解决了什么"), max_length=1000, blank=True)
    username = models.CharField(max_length=60, editable=False)
    by = models.CharField(_("记录人"), max_length=60, editable=False)

    own_lookups: ClassVar = {"departments": "department__code", "self": "username"}

    class Meta:
        verbose_name = _("走访记录")
        ordering: ClassVar = ["-seen_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.area} {self.seen_on}"


class Honour(CycleRow):
    """A comprehensive commendation, its certificate attached, confirmed by two departments.

    ``first_by`` and ``second_by`` are the codes of the departments, the persons their heads. While
    a department declines, with its reason, nobody is asked to confirm it.
    """

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    level = models.CharField(_("表彰级别"), max_length=40)
    title = models.CharField(_("表彰名称"), max_length=200)
    body = models.CharField(_("授予单位"), max_length=200)
    awarded_on = models.DateField(_("授予日期"))
    certificate = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, verbose_name=_("证书扫描件")
    )
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("提交科室"))
    first_by = models.CharField(_("确认科室一"), max_length=60, blank=True, editable=False)
    first_person = models.CharField(_("确认人一"), max_length=60, blank=True, editable=False)
    second_by = models.CharField(_("确认科室二"), max_length=60, blank=True, editable=False)
    second_person = models.CharField(_("确认人二"), max_length=60, blank=True, editable=False)
    declined_by = models.CharField(_("不予确认科室"), max_length=60, blank=True, editable=False)
    declined_person = models.CharField(_("不予确认人"), max_length=60, blank=True, editable=False)
    declined_because = models.CharField(
        _("不予确认的理由"), max_length=500, blank=True, editable=False
    )

    own_lookups: ClassVar = {"departments": "department__code", "areas": "area__area_id"}
    upload: CheckedUpload | None = None
    """A certificate that has just arrived and is not yet kept."""

    class Meta:
        verbose_name = _("综合性表彰")
        ordering: ClassVar = ["area__area_id", "-awarded_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(second_by="") | ~models.Q(second_by=models.F("first_by")),
                name="two_departments_confirm",
                violation_error_message=_("须由两个不同的科室确认。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.title}"


class Sanction(CycleRow):
    """A sanctioned breach as discipline inspection enters it: no name, no facts, four eyes."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    points = models.PositiveSmallIntegerField(_("扣分"))
    decided_on = models.DateField(_("处分决定日期"))
    reference = models.CharField(_("文号"), max_length=60)
    entered_by = models.CharField(_("录入人"), max_length=60, editable=False)
    confirmed_by = models.CharField(_("复核人"), max_length=60, blank=True, editable=False)
    returned_by = models.CharField(_("退回人"), max_length=60, blank=True, editable=False)
    returned_because = models.CharField(_("退回原因"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("处分扣分")
        ordering: ClassVar = ["-decided_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "reference"],
                name="sanction_reference_once",
                violation_error_message=_("这个文号已经登记，请修改原来的那条。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("entered_by")),
                name="four_eyes",
                violation_error_message=_("录入和复核须由两个人办理，请另一位纪检监察人员复核。"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SanctionPoints(Sanction):
    """The same rows for those who may see the points alone."""

    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        proxy = True
        verbose_name = _("扣分（只见分数）")

    def __str__(self) -> str:
        return f"{self.area}"


class SealedVisit(CycleRow):
    """A visit without notice (四不两直): nobody but inspection knows of it until it is done."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    planned_on = models.DateField(_("计划日期"))
    purpose = models.CharField(_("目的"), max_length=500)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    finding = models.TextField(_("发现"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("四不两直暗访")
        ordering: ClassVar = ["-planned_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.area} {self.planned_on}"


class DoneVisitManager(models.Manager["DoneSealedVisit"]):
    """Only what is done: a plan cannot be reached through it."""

    def get_queryset(self) -> models.QuerySet[DoneSealedVisit]:
        return super().get_queryset().exclude(done_on=None)


class DoneSealedVisit(SealedVisit):
    """The same rows for those who may see a visit once it is done."""

    objects: ClassVar[DoneVisitManager] = DoneVisitManager()

    class Meta:
        proxy = True
        verbose_name = _("已完成的暗访")
        ordering: ClassVar = ["-done_on", "-pk"]


class TypicalCase(CycleRow):
    """A typical case: the way to praise. It has no points."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("推荐科室")
    )
    title = models.CharField(_("标题"), max_length=200)
    story = models.TextField(_("做法与成效"), max_length=5000)
    agreed = models.BooleanField(_("居民区同意推广"), default=False)

    own_lookups: ClassVar = {"departments": "department__code"}

    class Meta:
        verbose_name = _("典型案例")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Issue(CycleRow):
    """Something about the assessment itself that is to be put right (纠偏)."""

    matter = models.CharField(_("问题"), max_length=500)
    owner = models.CharField(_("责任人"), max_length=80)
    due_on = models.DateField(_("办结期限"))
    done_on = models.DateField(_("办结日期"), null=True, blank=True)
    outcome = models.CharField(_("处理结果"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("纠偏台账")
        ordering: ClassVar = ["done_on", "due_on", "pk"]

    def __str__(self) -> str:
        return self.matter


class Report(TownRow):
    """What somebody reports: pressure, burden, faults. Without a name unless they give one."""

    KINDS: ClassVar = [
        ("burden", _("增加基层负担")),
        ("integrity", _("弄虚作假、施压诱导")),
        ("program", _("系统不好用")),
        ("other", _("其他")),
    ]
    kind = models.CharField(_("类型"), max_length=20, choices=KINDS)
    matter = models.TextField(_("内容"), max_length=3000)
    contact = models.CharField(_("联系方式"), max_length=100, blank=True)
    received_on = models.DateField(_("收到日期"), editable=False)
    username = models.CharField(max_length=60, blank=True, editable=False)
    answer = models.CharField(_("处理情况"), max_length=1000, blank=True, editable=False)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True, editable=False)

    own_lookups: ClassVar = {"self": "username"}

    class Meta:
        verbose_name = _("投诉与建议")
        ordering: ClassVar = ["-received_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_on}"


class Waiver(CycleRow):
    """The leading group accepts an unmet check of an area, with its reason."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("居民区"))
    check_id = models.CharField(_("检查项"), max_length=80)
    reason = models.CharField(_("理由"), max_length=500)
    meeting_on = models.DateField(_("会议日期"))
    meeting_number = models.CharField(_("会议编号"), max_length=60)

    class Meta:
        verbose_name = _("领导小组认可事项")
        ordering: ClassVar = ["area__area_id", "check_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "area", "check_id"],
                name="waived_once_per_check",
                violation_error_message=_("这个居民区的这一检查项已经认可过，请修改原来的那条。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.check_told}"

    @property
    def check_told(self) -> str:
        """What was not met, as the scheme calls it."""
        check = scheme_of(self.cycle).checks.get(self.check_id)
        return told(check.label) if check is not None else self.check_id
