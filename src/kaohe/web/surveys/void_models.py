"""A round that cannot be counted, or should not be: given up by three, to be held again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow


class RoundVoid(CycleRow):
    """A clerk asks that a round be void, two group heads sign; with the second its box and keys are
    destroyed unread, and its samples are free for another round."""

    round = models.OneToOneField("surveys.Round", models.PROTECT, related_name="void")
    reason = models.CharField(_("理由"), max_length=500)
    asked_by = models.CharField(_("提出人"), max_length=60)
    asked_at = models.DateTimeField(_("提出时间"))
    first_by = models.CharField(_("签署人一"), max_length=60, blank=True)
    second_by = models.CharField(_("签署人二"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("作废轮次")
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(second_by="") | ~models.Q(second_by=models.F("first_by")),
                name="two_heads_sign_void",
            ),
        ]

    def __str__(self) -> str:
        return str(self.round)
