"""The list of meetings, and the form by which the clerk calls one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.records.declaring import Column, Records
from kaohe.web.surveys import meeting_actions as actions
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys.meeting_forms import MeetingForm, rounds_of_meetings
from kaohe.web.surveys.models import Meeting


def _rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("round", "area", "observer").prefetch_related("counts")


def _refuse(person: Person, row: Meeting | None) -> str:
    if not person.has("clerk"):
        return _now("座谈会由党建办登记。")
    if row is not None:
        return rules.why_not_change(row.round.state, row.state)
    if rounds_of_meetings(person):
        return ""
    return _now("还没有作答方式为“座谈会现场作答”、尚未截止的测评轮次，请先设立。")


def came(row: Meeting) -> int:
    """How many came, of all samples together."""
    return sum(one.came for one in row.counts.all())


MEETINGS = Records(
    app="meetings",
    name="meetings",
    model=Meeting,
    group=_("群众评价"),
    title=_("座谈会"),
    help=_(
        "党员和居民座谈会：先登记时间、地点、主持人、到场科室和监督人，再随机抽取邀请名单。"
        "居民区登记谁到会，看不到谁怎么答。"
    ),
    help_to_readers=_("党员和居民座谈会：何时何地、谁主持、谁监督，到会多少、收到多少份答卷。"),
    clause="四(二)2",
    columns=(
        Column(_("日期"), "held_on"),
        Column(_("时间"), lambda row: row.begins_at.strftime("%H:%M")),
        Column(_("居民区"), "area"),
        Column(_("地点"), "place"),
        Column(_("主持的包保领导"), "leader"),
        Column(_("监督人"), "observer__name"),
        Column(_("状态"), "state"),
        Column(_("到会"), came, number=True),
    ),
    form=MeetingForm,
    save=actions.keep_meeting,
    rows=_rows,
    refuse=_refuse,
    search=("area__name", "place"),
    detail="meetings:meeting",
)
