"""What an area puts right after publication (整改事项): text, owner, dates; nothing to upload."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Area
from kaohe.web.ui.language import named


class RectificationItem(CycleRow):
    """One thing that an area puts right. It bears no points.

    ``owner`` is a post or an office, not a person.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("居民区"))
    text = models.CharField(_("整改事项"), max_length=300)
    owner = models.CharField(_("负责岗位或部门"), max_length=80)
    due_on = models.DateField(_("计划完成日期"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = models.CharField(_("完成情况"), max_length=300, blank=True)

    own_lookups: ClassVar = {"areas": "area__area_id"}

    class Meta:
        verbose_name = _("整改事项")
        ordering: ClassVar = ["area__area_id", "due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(outcome=""),
                name="done_with_an_outcome",
                violation_error_message=_("填写完成日期的，请写一句完成情况。"),
            ),
            models.UniqueConstraint(
                fields=["cycle", "area", "text"],
                name="rectified_once",
                violation_error_message=_("这个居民区已有同样的整改事项，请修改原来的那条。"),
            ),
        ]

    def __str__(self) -> str:
        return named(self.area, self.text)
