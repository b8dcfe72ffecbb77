"""Objections to facts (异议), what deciders say of them, until when they are open."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area
from kaohe.web.results.models import Run
from kaohe.web.ui.language import named

LONGEST_RIGHT = 500
"""So many characters say what is right instead."""


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Objections by how far they are."""

    def unsettled(self) -> ObjectionQuerySet:
        """Those that wait for a decider, or were accepted and wait for the correction."""
        return self.filter(state__in=("open", "accepted"))


class Objection(CycleRow):
    """What an area says is wrong in a fact as ``run`` has scored it: never in a mark or an answer.

    ``table`` is the fact table, or empty for a requirement that was reached or not; ``fact`` says
    which row or figure, ``right`` what it should be. ``asker`` is a login name. Accepted, it is due
    to be corrected by whoever keeps the fact; ``settled_run`` is the run that contains it.
    """

    STATES: ClassVar = [
        ("open", _("待决定")),
        ("accepted", _("成立，待更正")),
        ("settled", _("成立，已更正")),
        ("refused", _("不成立")),
        ("withdrawn", _("已撤回")),
    ]
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", verbose_name=_("计分"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("居民区"))
    table = models.CharField(_("数据表"), max_length=60, blank=True)
    kind = models.CharField(_("哪类事实"), max_length=200)
    fact = models.CharField(_("哪一条、哪个数字"), max_length=200)
    right = models.CharField(_("应当是什么"), max_length=LONGEST_RIGHT)
    asked_by = models.CharField(_("提出人"), max_length=60)
    asker = models.CharField(max_length=60, editable=False)
    asked_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(_("状态"), max_length=10, choices=STATES, default="open")
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    settled_run = models.ForeignKey(
        Run, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("更正后的计分")
    )
    settled_text = models.CharField(_("更正情况"), max_length=500, blank=True)
    settled_by = models.CharField(_("登记人"), max_length=60, blank=True)
    settled_at = models.DateTimeField(_("登记时间"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()
    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("异议")
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="settled")
                | Q(settled_run__isnull=False, settled_at__isnull=False),
                name="settled_by_a_run",
            ),
            models.CheckConstraint(
                condition=Q(settled_run=None) | ~Q(settled_run=F("run")),
                name="settled_by_another_run",
            ),
        ]

    def __str__(self) -> str:
        return named(self.area, self.fact)


class ObjectionWord(CycleRow):
    """What one decider says of an objection. Two of the same opinion decide it."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="words")
    agrees = models.BooleanField(_("成立"))
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    username = models.CharField(max_length=60, editable=False)
    by = models.CharField(_("决定人"), max_length=60)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("对异议的意见")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["objection", "username"], name="nobody_decides_an_objection_twice"
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(reason=""), name="objection_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.by


class ObjectionTerms(CycleRow):
    """A later last day for objections than the working days of the calendar give, and why."""

    last_on = models.DateField(_("异议截止日期"))
    reason = models.CharField(_("延期理由"), max_length=500)

    class Meta:
        verbose_name = _("异议期限")
        ordering: ClassVar = ["-cycle__year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle"],
                name="objection_terms_once_per_cycle",
                violation_error_message=_("这一年度已经延期，请在列表中修改。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self._meta.verbose_name, self.cycle)


class FactsConfirmed(CycleRow):
    """A secretary has said that the facts of the area, as a run has scored them, are right."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="+", verbose_name=_("计分"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("居民区"))
    by = models.CharField(_("核对人"), max_length=60)
    at = models.DateTimeField(_("核对时间"))

    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("事实核对")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "area"], name="facts_confirmed_once_per_run"),
        ]

    def __str__(self) -> str:
        return named(self.run, self.area)
