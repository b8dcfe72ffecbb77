"""The keys by which a platform fetches links for its residents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.cycles.models import CycleRow
from kaohe.web.registry.models import Source


class LinkKey(CycleRow):
    """Lets a platform fetch links of one round until it is revoked. Only its digest is kept."""

    round = models.ForeignKey("surveys.Round", models.PROTECT, related_name="link_keys")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("平台"))
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(_("发放人"), max_length=60)
    made_at = models.DateTimeField(_("发放时间"))
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("平台取链接的密钥")
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.source.name
