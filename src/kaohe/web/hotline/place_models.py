"""Places and the areas in which they lie, cases laid to an area by hand, and a year's terms."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import TownRow
from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area
from kaohe.web.ui.language import named


class Place(TownRow):
    """A place as people write it, such as a lane with its number, and its area: 地点.

    ``text`` is written as ``placing.written`` has it: half width, without blanks.
    """

    text = models.CharField(_("地点"), max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("居民区"))

    class Meta:
        verbose_name = _("地点对照")
        ordering: ClassVar = ["area__area_id", "text"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["town", "text"],
                name="place_once_per_town",
                violation_error_message=_("这个地点已经登记，请在列表中修改。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.area}"


OF_NO_AREA = _("不属于任何居民区")


class Placement(CycleRow):
    """A case of a year that somebody laid to an area; it holds for every version of its file.

    Without an area: it belongs to none of the town, as somebody has found, and counts nowhere.
    """

    case_id = models.CharField(_("办件编号"), max_length=80)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("居民区")
    )
    by = models.CharField(_("办理人"), max_length=60)
    at = models.DateTimeField(_("办理时间"))

    class Meta:
        verbose_name = _("人工归属")
        ordering: ClassVar = ["-at", "case_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "case_id"],
                name="case_laid_once_per_cycle",
                violation_error_message=_("这个办件已经归属，请修改原来的那条。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.area or OF_NO_AREA}"


class CaseTerms(CycleRow):
    """What the clerk sets for the cases of a year; nothing is taken for granted until then."""

    repeat_days = models.PositiveSmallIntegerField(
        _("重复线索天数"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    decide_days = models.PositiveSmallIntegerField(
        _("剔除办理天数"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("办件期限")
        ordering: ClassVar = ["-cycle__year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle"],
                name="case_terms_once_per_cycle",
                violation_error_message=_("这一年度的期限已经设定，请在列表中修改。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self._meta.verbose_name, self.cycle)
