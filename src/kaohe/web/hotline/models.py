"""Cases as people look them up. What counts is the file that the provider signed (``facts``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow, Delivery
from kaohe.web.hotline.exclusion_models import Exclusion, ExclusionFile
from kaohe.web.hotline.place_models import OF_NO_AREA, CaseTerms, Place, Placement
from kaohe.web.hotline.provider_models import ProviderKey, PushedCase
from kaohe.web.registry.models import Area, Source

__all__ = [
    "OF_NO_AREA",
    "Case",
    "CaseTerms",
    "Exclusion",
    "ExclusionFile",
    "Place",
    "Placement",
    "ProviderKey",
    "PushedCase",
]


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by the version of the file that they stand in."""

    def within(self, deliveries: Iterable[Delivery]) -> CaseQuerySet:
        """Those of some versions, such as the versions in force."""
        return self.filter(delivery__in=[one.pk for one in deliveries])


class Case(CycleRow):
    """A case as one version of a provider's file tells it: 办件.

    Rows are written once, when a version takes effect, and never changed but for ``area`` where the
    file names none: it comes from the table of places then. ``told`` holds what the columns of the
    scheme's table say, as canonical text; the other fields are what only people need. ``case_id``
    leads from version to version.
    """

    delivery = models.ForeignKey(
        Delivery, models.PROTECT, related_name="cases", verbose_name=_("报送文件")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("数据来源"))
    case_id = models.CharField(_("办件编号"), max_length=80)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("居民区")
    )
    received_on = models.DateField(_("受理日期"))
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=80, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    department = models.CharField(_("承办单位"), max_length=80, blank=True)
    callback = models.CharField(_("回访结果"), max_length=80, blank=True)
    returned = models.CharField(_("退单原因"), max_length=80, blank=True)
    earlier_case = models.CharField(_("重复关联办件"), max_length=80, blank=True)
    summary = models.CharField(_("诉求摘要"), max_length=500, blank=True)
    told = models.JSONField(_("报送内容"), default=dict)

    objects = CaseQuerySet.as_manager()
    own_lookups: ClassVar = {"sources": "source__code", "areas": "area__area_id"}

    class Meta:
        verbose_name = _("办件")
        ordering: ClassVar = ["-received_on", "case_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "case_id"], name="case_once_per_version"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["delivery", "area", "received_on"], name="cases_of_an_area"),
            models.Index(fields=["delivery", "kind", "place"], name="cases_alike"),
        ]

    def __str__(self) -> str:
        return self.case_id
