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


class Study(CycleRow):
    """What every reading of the policy makes of some facts: those of a run, or simulated ones.

    Simulated are ``subjects`` areas from ``seed``; ``run`` is null then. Its files lie in a folder,
    and pages read them there.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="studies")
    run = models.ForeignKey(Run, models.PROTECT, related_name="studies", null=True, blank=True)
    subjects = models.PositiveIntegerField(_("模拟居民区数"), null=True, blank=True)
    seed = models.PositiveIntegerField(_("随机种子"), null=True, blank=True)
    number = models.PositiveIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("提出人"), max_length=60)
    facts_sha256 = models.CharField(_("事实快照摘要"), max_length=64)
    scheme_sha256 = models.CharField(_("方案摘要"), max_length=64)
    study_sha256 = models.CharField(_("分析摘要"), max_length=64)
    program = models.CharField(_("程序版本"), max_length=40)
    taken = models.JSONField(_("采用的决定"))
    told = models.JSONField(_("概要"))

    class Meta:
        verbose_name = _("影响分析")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "number"], name="study_number_once"),
            models.CheckConstraint(
                condition=models.Q(run__isnull=False, subjects=None, seed=None)
                | models.Q(run=None, subjects__isnull=False, seed__isnull=False),
                name="study_of_a_run_or_simulated",
            ),
        ]

    def __str__(self) -> str:
        told = {"cycle": self.cycle, "number": self.number}
        return gettext("%(cycle)s第%(number)s次影响分析") % told

    @property
    def basis(self) -> str:
        """Which facts it stands on, in words."""
        if self.run is not None:
            return gettext("第%(number)s次计分的数据") % {"number": self.run.number}
        told = {"subjects": self.subjects, "seed": self.seed}
        return gettext("模拟数据，%(subjects)s个居民区，随机种子%(seed)s") % told

    @property
    def is_simulated(self) -> bool:
        """Whether nobody observed its facts."""
        return self.run_id is None

    @property
    def folder(self) -> Path:
        """Where its scheme and result files lie."""
        return Path(settings.MEDIA_ROOT) / "studies" / str(self.pk)


class Robustness(CycleRow):
    """How firm the results of a run are: what another sample of the same people could change."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    replicates = models.PositiveIntegerField(_("重抽次数"))
    seed = models.PositiveIntegerField(_("随机种子"))
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("提出人"), max_length=60)
    sha256 = models.CharField(_("分析摘要"), max_length=64)
    program = models.CharField(_("程序版本"), max_length=40)

    class Meta:
        verbose_name = _("稳健性分析")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "program"], name="robustness_once_per_run"),
        ]

    def __str__(self) -> str:
        return gettext("%(run)s的稳健性分析") % {"run": self.run}

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.MEDIA_ROOT) / "robustness" / str(self.pk)
