"""Requests to leave cases out, what both sides say of them, and the files that offices attach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area, Department, Source

SIDES: dict[str, Promise] = {"line": _("条线一方"), "area": _("块上一方")}
"""The two sides that study a request together (条块协同研究), in the order in which pages tell."""


@dataclass(frozen=True)
class Word:
    """What one side says of a request; ``agrees`` is None as long as it says nothing."""

    agrees: bool | None
    reason: str
    by: str
    person: str
    at: datetime | None


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Requests by how far they are."""

    def open(self) -> ExclusionQuerySet:
        """Those that wait for a side."""
        return self.filter(state="open")

    def being_undone(self) -> ExclusionQuerySet:
        """Those agreed on of which one side proposes that the case count again."""
        return self.filter(state="agreed").exclude(undo_side="")

    def overdue(self, day: date) -> ExclusionQuerySet:
        """Those that still wait although their last day is over."""
        return self.open().filter(due_on__lt=day)


class Exclusion(CycleRow):
    """A request to leave a case out of the rates (剔除): asked by one, decided by two others.

    It is known by the number of the case, so that it outlives the versions of a provider's file.
    ``asker``, ``line_person`` and ``area_person`` are login names. Both sides agree: the case is
    left out; one refuses with its reason: it stays, and the request is over. What both agreed on is
    undone by both as well: one side proposes it with a reason (``undo_``), the other agrees.
    """

    STATES: ClassVar = [
        ("open", _("待决定")),
        ("agreed", _("已剔除")),
        ("refused", _("不予剔除")),
        ("withdrawn", _("已撤回")),
        ("restored", _("恢复计入")),
    ]
    ASKED_AS: ClassVar = [
        ("clerk", _("党建办")),
        ("secretary", _("居民区")),
        ("provider", _("数据提供单位")),
        ("file", _("报送文件")),
        ("department", _("科室")),
    ]
    case_id = models.CharField(_("办件编号"), max_length=80)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("数据来源"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("居民区")
    )
    ground = models.CharField(_("剔除原因"), max_length=80)
    text = models.CharField(_("具体情况"), max_length=500, blank=True)
    earlier_case = models.CharField(_("前一办件编号"), max_length=80, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("申请科室"),
    )
    asked_as = models.CharField(_("申请身份"), max_length=12, choices=ASKED_AS)
    asked_by = models.CharField(_("申请人"), max_length=60)
    asker = models.CharField(max_length=60, editable=False)
    asked_at = models.DateTimeField(_("申请时间"))
    due_on = models.DateField(_("决定期限"))
    state = models.CharField(_("状态"), max_length=10, choices=STATES, default="open")
    line_agrees = models.BooleanField(_("条线同意"), null=True, blank=True)
    line_reason = models.CharField(_("条线理由"), max_length=500, blank=True)
    line_by = models.CharField(_("条线决定人"), max_length=60, blank=True)
    line_person = models.CharField(max_length=60, blank=True, editable=False)
    line_at = models.DateTimeField(_("条线决定时间"), null=True, blank=True)
    area_agrees = models.BooleanField(_("块上同意"), null=True, blank=True)
    area_reason = models.CharField(_("块上理由"), max_length=500, blank=True)
    area_by = models.CharField(_("块上决定人"), max_length=60, blank=True)
    area_person = models.CharField(max_length=60, blank=True, editable=False)
    area_at = models.DateTimeField(_("块上决定时间"), null=True, blank=True)
    undo_side = models.CharField(max_length=5, blank=True, editable=False)
    undo_reason = models.CharField(_("恢复计入的理由"), max_length=500, blank=True)
    undo_by = models.CharField(_("提出恢复计入的人"), max_length=60, blank=True)
    undo_person = models.CharField(max_length=60, blank=True, editable=False)
    undo_at = models.DateTimeField(_("提出恢复计入的时间"), null=True, blank=True)

    objects = ExclusionQuerySet.as_manager()
    own_lookups: ClassVar = {
        "areas": "area__area_id",
        "departments": "department__code",
        "sources": "source__code",
    }

    class Meta:
        verbose_name = _("剔除申请")
        ordering: ClassVar = ["due_on", "case_id", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "case_id"],
                condition=Q(state__in=("open", "agreed")),
                name="one_exclusion_in_force",
                violation_error_message=_("这个办件已有一项剔除申请待决定，或者已经剔除。"),
            ),
            models.CheckConstraint(
                condition=Q(line_person="") | ~Q(line_person=F("area_person")),
                name="two_people_exclude",
                violation_error_message=_("条线和块上须由两个人分别决定。"),
            ),
            models.CheckConstraint(
                condition=~Q(asker=F("line_person")) & ~Q(asker=F("area_person")),
                name="nobody_decides_an_own_exclusion",
                violation_error_message=_("申请人不能决定自己提出的申请。"),
            ),
            models.CheckConstraint(
                # A check that is neither true nor false passes, so that NULL has to be named.
                condition=~Q(state="agreed")
                | Q(
                    line_agrees__isnull=False,
                    area_agrees__isnull=False,
                    line_agrees=True,
                    area_agrees=True,
                ),
                name="both_sides_exclude",
                violation_error_message=_("条线和块上都同意，才能剔除。"),
            ),
        ]

    def __str__(self) -> str:
        return self.case_id

    def word_of(self, side: str) -> Word:
        """What a side says."""
        told = (getattr(self, f"{side}_{name}") for name in Word.__dataclass_fields__)
        return Word(*told)

    def propose_undo(self, side: str, word: Word) -> None:
        """Put down who proposes for a side that the case count again; ``NO_WORD``: nobody."""
        self.undo_side, self.undo_reason = side, word.reason
        self.undo_by, self.undo_person, self.undo_at = word.by, word.person, word.at

    def say(self, side: str, word: Word) -> None:
        """Put down what a side says, and what has come of the request by it."""
        for name in Word.__dataclass_fields__:
            setattr(self, f"{side}_{name}", getattr(word, name))
        said = {one.agrees for one in map(self.word_of, SIDES)}
        self.state = "refused" if False in said else "open" if None in said else "agreed"


NO_WORD = Word(None, "", "", "", None)


class ExclusionFile(CycleRow):
    """A file that a department attached to its request, kept outside the web root by its hash."""

    exclusion = models.ForeignKey(Exclusion, models.PROTECT, related_name="files")
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("类型"), max_length=20)
    size = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    uploaded_by = models.CharField(_("上传人"), max_length=60)
    uploaded_at = models.DateTimeField(_("上传时间"))

    own_lookups: ClassVar = {
        "departments": "exclusion__department__code",
        "sources": "exclusion__source__code",
    }

    class Meta:
        verbose_name = _("剔除申请的附件")
        ordering: ClassVar = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(settings.MEDIA_ROOT) / "exclusions" / self.sha256
