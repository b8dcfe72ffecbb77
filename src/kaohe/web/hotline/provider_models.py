"""The keys by which a provider's program hands in cases, and the inbox in which these collect."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import TownRow
from kaohe.web.cycles.models import CycleRow, Delivery
from kaohe.web.registry.models import Source


class ProviderKey(TownRow):
    """Lets a program hand in the cases of one source until it is revoked.

    The program shows ``TAG.SECRET``; of the secret only the digest is kept. ``used_on`` is the day
    on which it was shown last.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("数据来源"))
    tag = models.CharField(_("密钥编号"), max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    made_by = models.CharField(_("发放人"), max_length=60)
    made_at = models.DateTimeField(_("发放时间"))
    used_on = models.DateField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    own_lookups: ClassVar = {"sources": "source__code"}

    class Meta:
        verbose_name = _("接口密钥")
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source} {self.tag}"


class PushedCase(CycleRow):
    """A case as a provider's program told it last: masked, in no file yet, counting nowhere.

    ``number`` is the provider's own version of the case, ``cells`` canonical texts by the names of
    the declaration, empty ones left out; without any the case has been taken back. ``delivery`` is
    the first version of the part that took this telling into account.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("数据来源"))
    part = models.CharField(_("批次"), max_length=60, blank=True)
    case_id = models.CharField(_("办件编号"), max_length=80)
    number = models.PositiveIntegerField(_("办件版本"))
    cells = models.JSONField(_("报送内容"), default=dict)
    received_at = models.DateTimeField(_("收到时间"))
    delivery = models.ForeignKey(
        Delivery,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("报送文件"),
    )

    own_lookups: ClassVar = {"sources": "source__code"}

    class Meta:
        verbose_name = _("接口收到的办件")
        ordering: ClassVar = ["case_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "source", "case_id"], name="pushed_case_once_per_source"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "source", "part", "case_id"], name="inbox_of_a_part"),
        ]

    def __str__(self) -> str:
        return self.case_id
