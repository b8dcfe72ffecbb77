"""The rows of a year that are plain lists: cycles, their dates, exempted areas."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.models import Event
from kaohe.web.cycles import actions, rules
from kaohe.web.cycles.forms import CycleForm, DeadlineForm, ExemptionForm
from kaohe.web.cycles.models import Cycle, Deadline, Exemption
from kaohe.web.cycles.standing import is_pending
from kaohe.web.cycles.steps import STEP_BY_CODE
from kaohe.web.records.declaring import Column, Records

YEAR = _("本年考核")
RULES = _("方案与规则")


def _save_cycle(row: Cycle, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    act = actions.set_up_cycle if row.pk is None else actions.change_scheme
    return act(row, by=by, at=at, seen=seen)


def _refuse_cycle(person: Person, row: Cycle | None) -> str:
    return "" if row is None else rules.why_not_change_scheme(row.stage, is_pending(row))


def _refuse_deadline(person: Person, row: Deadline | None) -> str:
    if row is None:
        return str(_("时间安排在设立年度时按常规日期自动生成；要改日期，请打开那一行。"))
    return rules.why_not_move_deadline(row.cycle.stage)


def _refuse_exemption(person: Person, row: Exemption | None) -> str:
    if row is not None:
        return rules.why_not_exempt(row.cycle.stage)
    reasons = [rules.why_not_exempt(cycle.stage) for cycle in person.visible(Cycle.objects.all())]
    return reasons[0] if reasons and all(reasons) else ""


def _step(name: str) -> Any:
    return lambda row: str(getattr(STEP_BY_CODE[row.step], name))


CYCLES = Records(
    app="cycles",
    name="years",
    model=Cycle,
    group=YEAR,
    title=_("考核年度"),
    help=_("每年只集中开展一次综合考核。年度和考核期按方案；方案通过后，方案和决定事项锁定。"),
    clause="三(一)",
    columns=(
        Column(_("年度"), lambda row: str(row)),
        Column(_("方案"), "scheme__title"),
        Column(_("综合考核"), "comprehensive"),
        Column(_("考核期自"), "first"),
        Column(_("考核期至"), "last"),
        Column(_("阶段"), lambda row: row.get_stage_display()),
    ),
    form=CycleForm,
    save=_save_cycle,
    rows=lambda rows: rows.select_related("scheme"),
    refuse=_refuse_cycle,
    detail="cycles:cycle",
)
DEADLINES = Records(
    app="cycles",
    name="deadlines",
    model=Deadline,
    group=YEAR,
    title=_("时间安排"),
    help=_("一年的各个步骤什么时候开始、什么时候截止。日期是常规安排，由党建办按实际调整。"),
    clause="三(一)；四(二)",
    columns=(
        Column(_("步骤"), _step("name")),
        Column(_("年度"), "cycle__year"),
        Column(_("开始"), "opens_on"),
        Column(_("截止"), "closes_on"),
        Column(_("完成标志"), _step("gate")),
    ),
    form=DeadlineForm,
    save=actions.move_deadline,
    rows=lambda rows: rows.select_related("cycle").order_by(
        "-cycle__year", "opens_on", "closes_on"
    ),
    refuse=_refuse_deadline,
)
EXEMPTIONS = Records(
    app="cycles",
    name="exemptions",
    model=Exemption,
    group=RULES,
    title=_("免予考核"),
    help=_(
        "领导小组决定不参加本年度考核的居民区，如年内新设立的；写明理由。没有列在这里的都要考核。"
    ),
    clause="二",
    columns=(
        Column(_("居民区"), "area__name"),
        Column(_("年度"), "cycle__year"),
        Column(_("理由"), "reason"),
    ),
    form=ExemptionForm,
    save=actions.exempt_area,
    rows=lambda rows: rows.select_related("cycle", "area"),
    refuse=_refuse_exemption,
    detail="cycles:exemption",
)
