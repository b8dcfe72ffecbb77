"""What is done with published results afterwards: named exports, and reminders of the group."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow


class NamedExport(CycleRow):
    """Published labels handed to HR or organisation (五(三)): who, when, what for, to whom, what.

    ``what`` holds the areas by id and name, the ids of the roles whose staff are named, and the
    version that was published. The file lies in a folder, ``sha256`` is its digest.
    """

    purpose = models.CharField(_("用途"), max_length=200)
    recipient = models.CharField(_("提供给"), max_length=120)
    basis = models.CharField(_("依据"), max_length=300)
    what = models.JSONField(_("内容"), default=dict)
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    made_by = models.CharField(_("导出人"), max_length=60)
    made_at = models.DateTimeField(_("导出时间"))

    class Meta:
        verbose_name = _("结果导出")
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.recipient} {self.purpose}"

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(settings.MEDIA_ROOT) / "exports" / f"{self.pk}.xlsx"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders by how far they are."""

    def open(self) -> ReminderQuerySet:
        """Those that wait for a decider."""
        return self.filter(decided_at=None, dropped_at=None)


class Reminder(CycleRow):
    """A reminder to an area (督促提醒), by decision of the leading group only (五(三)).

    ``facts`` are the published labels that occasioned it, year by year: ``year``, ``label`` (in
    Chinese). It is about an area, never about a person. Two decide, as on rulings.
    """

    subject_id = models.CharField(_("居民区编号"), max_length=80)
    name = models.CharField(_("居民区"), max_length=120)
    facts = models.JSONField(_("事实"), default=list)
    reason = models.CharField(_("提醒内容和理由"), max_length=500)
    proposed_by = models.CharField(_("提出人"), max_length=60)
    proposer = models.CharField(max_length=60, editable=False)
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("不予提醒时间"), null=True, blank=True)
    dropped_by = models.CharField(_("不予提醒人"), max_length=60, blank=True)
    dropped_reason = models.CharField(_("不予提醒的理由"), max_length=500, blank=True)

    objects = ReminderQuerySet.as_manager()
    own_lookups: ClassVar = {"areas": "subject_id"}

    class Meta:
        verbose_name = _("督促提醒")
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_at=None) | models.Q(dropped_at=None),
                name="reminder_decided_or_dropped",
            ),
            models.UniqueConstraint(
                fields=["cycle", "subject_id"],
                condition=models.Q(dropped_at=None),
                name="reminded_once_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.cycle}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decider."""
        return self.decided_at is None and self.dropped_at is None

    @property
    def areas(self) -> frozenset[str]:
        """The area concerned."""
        return frozenset({self.subject_id})


class DecidedReminderManager(models.Manager["DecidedReminder"]):
    """Only what was decided: a proposal cannot be reached through it."""

    def get_queryset(self) -> models.QuerySet[DecidedReminder]:
        return super().get_queryset().exclude(decided_at=None)


class DecidedReminder(Reminder):
    """The same rows for the area, once two have decided."""

    objects: ClassVar[DecidedReminderManager] = DecidedReminderManager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("收到的督促提醒")


class ReminderVote(CycleRow):
    """One decider's consent to a reminder; ``head`` if given as a head of the leading group."""

    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="votes")
    username = models.CharField(max_length=60)
    name = models.CharField(_("审定人"), max_length=60)
    head = models.BooleanField(_("组长"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("督促提醒的审定意见")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reminder", "username"], name="nobody_votes_twice_on_a_reminder"
            ),
        ]

    def __str__(self) -> str:
        return self.name
