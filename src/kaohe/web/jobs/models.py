"""Work that takes longer than a person waits for a page: 后台办理."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.models import TownRow, User

ENDED = ("done", "refused", "broken")
"""The states in which nothing more will come."""


class Job(TownRow):
    """One piece of work that somebody asked for, how far it is, and what came of it.

    ``given`` holds keys and short texts only, never what a file says. ``share`` is the part that
    is done, in percent; ``answer`` the address of what came of it; ``told`` why nothing did.
    """

    STATES: ClassVar = [
        ("waiting", _("等待办理")),
        ("running", _("正在办理")),
        ("done", _("已办完")),
        ("refused", _("未能办理")),
        ("broken", _("程序出错")),
    ]
    user = models.ForeignKey(User, models.PROTECT, related_name="jobs", verbose_name=_("人员"))
    work = models.CharField(max_length=100, editable=False)
    language = models.CharField(max_length=10, editable=False)
    title = models.CharField(_("事项"), max_length=300)
    given = models.JSONField(default=dict, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=STATES, default="waiting")
    share = models.PositiveSmallIntegerField(_("完成百分比"), default=0)
    asked_at = models.DateTimeField(_("提出时间"))
    heard_at = models.DateTimeField(_("最近进展"), null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True, editable=False)
    told = models.TextField(_("说明"), blank=True)

    own_lookups: ClassVar = {"self": "user__username"}

    class Meta:
        verbose_name = _("后台办理")
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.title
