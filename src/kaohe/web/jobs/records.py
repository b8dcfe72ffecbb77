"""Jobs as a list: one's own, and for the administrator all of the town."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaohe.web.jobs.models import Job
from kaohe.web.records.declaring import Column, Records

JOBS = Records(
    app="jobs",
    name="jobs",
    model=Job,
    group=_("系统"),
    title=_("后台办理"),
    help=_("要等一会儿的事在后台办理，关了页面也会办完。一直“等待办理”的，请系统管理员重启服务。"),
    clause="",
    columns=(
        Column(_("编号"), "pk", number=True),
        Column(_("事项"), "title"),
        Column(_("人员"), lambda job: job.user.name),
        Column(_("状态"), "state"),
        Column(_("完成百分比"), "share", number=True),
        Column(_("提出时间"), "asked_at"),
        Column(_("最近进展"), "heard_at"),
        Column(_("说明"), "told"),
    ),
    rows=lambda rows: rows.select_related("user"),
    search=("title", "user__name"),
    detail="jobs:job",
)
