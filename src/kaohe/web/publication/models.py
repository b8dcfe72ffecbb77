"""Rulings on a run, and publications: an untouched run with a list of overrides."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle, CycleRow, StageChange
from kaohe.web.publication.objection_models import (
    FactsConfirmed,
    Objection,
    ObjectionTerms,
    ObjectionWord,
)
from kaohe.web.publication.pay_models import PayConfirmation, PayLine, PayTotal, StaffAccount
from kaohe.web.publication.rectification_models import RectificationItem
from kaohe.web.publication.yearly_models import DecidedReminder, NamedExport, Reminder, ReminderVote
from kaohe.web.results.models import Run

__all__ = [
    "DecidedReminder",
    "FactsConfirmed",
    "NamedExport",
    "Objection",
    "ObjectionTerms",
    "ObjectionWord",
    "PayConfirmation",
    "PayLine",
    "PayTotal",
    "Publication",
    "PublishedArea",
    "RectificationItem",
    "Reminder",
    "ReminderVote",
    "Ruling",
    "StaffAccount",
    "Vote",
]


class RulingQuerySet(models.QuerySet["Ruling"]):
    """Rulings by how far they are."""

    def open(self) -> RulingQuerySet:
        """Those that wait for a decider."""
        return self.filter(decided_at=None, dropped_at=None)

    def decided(self) -> RulingQuerySet:
        """Those that hold."""
        return self.exclude(decided_at=None)


class Ruling(CycleRow):
    """What the leading group decides on a run (审定): labels given otherwise than by the rules.

    ``changes`` lists every subject concerned: ``subject``, ``name``, ``was``, ``becomes``, labels
    of ``node`` by their codes, empty for none. Of ``quota`` they follow from ``label`` and ``most``
    by the rules of the scheme. ``pay_before`` and ``pay_after`` are what everybody gets together
    without and with it alone, in yuan. ``proposer`` is a login name. Two decide, neither the
    proposer nor the leader of an area concerned.
    """

    KINDS: ClassVar = [
        ("override", _("个别调整")),
        ("quota", _("名额少于上限")),
        ("tie", _("并列的取舍")),
    ]
    run = models.ForeignKey(
        Run, models.PROTECT, related_name="group_rulings", verbose_name=_("计分")
    )
    kind = models.CharField(_("审定事项"), max_length=10, choices=KINDS)
    node = models.CharField(_("考核项目"), max_length=80)
    label = models.CharField(_("档次"), max_length=80, blank=True)
    most = models.PositiveIntegerField(_("最多几个"), null=True, blank=True)
    changes = models.JSONField(_("调整"), default=list)
    reason = models.CharField(_("理由"), max_length=500)
    pay_before = models.CharField(_("绩效总额"), max_length=30, blank=True)
    pay_after = models.CharField(_("调整后绩效总额"), max_length=30, blank=True)
    proposed_by = models.CharField(_("提出人"), max_length=60)
    proposer = models.CharField(max_length=60, editable=False)
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("不予审定时间"), null=True, blank=True)
    dropped_by = models.CharField(_("不予审定人"), max_length=60, blank=True)
    dropped_reason = models.CharField(_("不予审定的理由"), max_length=500, blank=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("领导小组审定事项")
        ordering: ClassVar = ["proposed_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_at=None) | models.Q(dropped_at=None),
                name="decided_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decider."""
        return self.decided_at is None and self.dropped_at is None

    @property
    def areas(self) -> frozenset[str]:
        """The ids of the subjects whose label it changes."""
        return frozenset(str(change["subject"]) for change in self.changes)


class Vote(CycleRow):
    """One decider's consent to a ruling; ``head`` if given as a head of the leading group."""

    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="votes")
    username = models.CharField(max_length=60)
    name = models.CharField(_("审定人"), max_length=60)
    head = models.BooleanField(_("组长"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("审定意见")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ruling", "username"], name="nobody_votes_twice"),
        ]

    def __str__(self) -> str:
        return self.name


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Publications by how far they are."""

    def prepared(self) -> PublicationQuerySet:
        """Those that wait for signatures."""
        return self.filter(effective_at=None, withdrawn_at=None)

    def effective(self) -> PublicationQuerySet:
        """Those that were published, the newest version first."""
        return self.exclude(effective_at=None).order_by("-cycle__year", "-number")


class Publication(CycleRow):
    """What is published of a year: a run as it stands, overrides, a letter for every area.

    It is prepared, then takes effect with the second head's signature under ``change``, the step of
    the year to ``published``. A correction is a new version with its ``reason``; old ones are kept.
    ``overrides`` lists what, from, to, reason, deciders; ``differences`` what has changed since the
    version before. ``letters_dated``, ``objections_to`` and ``objections_until`` stand in the
    letters. Its files lie in a folder; ``sha256`` is that of ``publication.json``.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="publications")
    run = models.ForeignKey(Run, models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField(_("版本"))
    reason = models.CharField(_("更正理由"), max_length=500, blank=True)
    overrides = models.JSONField(_("调整"), default=list)
    differences = models.JSONField(_("与上一版的差别"), default=list)
    sha256 = models.CharField(_("公布内容摘要"), max_length=64)
    letters_dated = models.DateField(_("落款日期"), null=True, blank=True)
    objections_to = models.CharField(_("异议向谁提出"), max_length=80, blank=True)
    objections_until = models.DateField(_("异议期限"), null=True, blank=True)
    prepared_by = models.CharField(_("准备人"), max_length=60)
    prepared_at = models.DateTimeField(_("准备时间"))
    effective_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    change = models.ForeignKey(StageChange, models.PROTECT, related_name="+", null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("公布")
        ordering: ClassVar = ["-prepared_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=models.Q(effective_at=None, withdrawn_at=None),
                name="one_publication_prepared",
            ),
            models.UniqueConstraint(
                fields=["cycle", "number"],
                condition=models.Q(withdrawn_at=None),
                name="publication_number_once",
            ),
        ]

    def __str__(self) -> str:
        told = {"cycle": self.cycle, "number": self.number}
        return gettext("%(cycle)s公布第%(number)s版") % told

    @property
    def event(self) -> Event | None:
        """The event with which it took effect: the head of the log that is published with it."""
        found = Event.objects.filter(town=self.town.code, act="cycles.stage_changed")
        return found.filter(object=f"cycles.stagechange:{self.change_id}").first()

    @property
    def folder(self) -> Path:
        """Where ``publication.json``, letters, notice and workbook lie."""
        return Path(settings.MEDIA_ROOT) / "publications" / str(self.pk)


class PublishedArea(CycleRow):
    """What was published of one subject: its labels, its letter and when the area has read it.

    ``labels`` are codes by node, after the overrides. Rows are made when a publication takes
    effect, never before, so that whoever sees one sees what is public to them.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="areas")
    subject_id = models.CharField(_("居民区编号"), max_length=80)
    name = models.CharField(_("居民区"), max_length=120)
    labels = models.JSONField(_("档次"), default=dict)
    letter_sha256 = models.CharField(_("反馈函摘要"), max_length=64, blank=True)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    read_by = models.CharField(_("阅读人"), max_length=60, blank=True)

    own_lookups: ClassVar = {"areas": "subject_id"}

    class Meta:
        verbose_name = _("公布结果")
        ordering: ClassVar = ["publication", "subject_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "subject_id"], name="published_once_per_version"
            ),
        ]

    def __str__(self) -> str:
        return self.name
