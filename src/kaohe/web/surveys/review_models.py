"""What two people say of a ballot that was flagged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import User
from kaohe.web.cycles.models import CycleRow


class Review(CycleRow):
    """One person's opinion of a flagged ballot, given without knowing its area."""

    ballot = models.ForeignKey("surveys.Ballot", models.PROTECT, related_name="reviews")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("审阅人"))
    aside = models.BooleanField(_("不计入"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))

    own_lookups: ClassVar = {"self": "user__username"}

    class Meta:
        verbose_name = _("答卷审阅")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ballot", "user"], name="review_once_per_person"),
        ]

    def __str__(self) -> str:
        return str(self.ballot_id)
