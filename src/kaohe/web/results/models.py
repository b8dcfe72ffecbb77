"""A run and its results, never changed once stored."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import Cycle, CycleRow


class Run(CycleRow):
    """One scoring of one snapshot. Its files lie in a folder; what pages show is stored beside."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("计分人"), max_length=60)
    facts_sha256 = models.CharField(_("事实快照摘要"), max_length=64)
    scheme_sha256 = models.CharField(_("方案摘要"), max_length=64)
    results_sha256 = models.CharField(_("结果摘要"), max_length=64)
    program = models.CharField(_("程序版本"), max_length=40)
    final = models.BooleanField(_("正式"))
    taken = models.JSONField(_("采用的决定"))
    told = models.JSONField(_("概要"))

    class Meta:
        verbose_name = _("计分")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "number"], name="run_number_once"),
        ]

    def __str__(self) -> str:
        told = {"cycle": self.cycle, "number": self.number}
        return gettext("%(cycle)s第%(number)s次计分") % told

    @property
    def folder(self) -> Path:
        """Where its scheme, facts and result files lie."""
        return Path(settings.MEDIA_ROOT) / "runs" / str(self.pk)


class SubjectResult(CycleRow):
    """What a run says of one subject: the entry of ``results.json``, tree of reasons and all."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="subjects")
    subject_id = models.CharField(_("居民区编号"), max_length=80)
    name = models.CharField(_("居民区"), max_length=120)
    status = models.CharField(_("状态"), max_length=20)
    place = models.PositiveIntegerField()
    entry = models.JSONField()

    own_lookups: ClassVar = {"areas": "subject_id"}

    class Meta:
        verbose_name = _("考核结果")
        ordering: ClassVar = ["run", "subject_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "subject_id"], name="subject_once_per_run"),
        ]

    def __str__(self) -> str:
        return self.name
