"""Decisions about what offices keep: commendations, sanctions, visits, waivers, reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from kaohe.web.evidence.defaults import REPORTS_AN_HOUR

FACTS_OPEN = ("collecting",)
"""Stages in which what counts towards points may be entered; later it is frozen in a snapshot."""

NOTES_OPEN = ("prepare", "adopted", "collecting", "scoring", "review")
"""Stages in which what bears no points may be written down."""

WAIVERS_OPEN = ("collecting", "scoring", "review")
"""Stages in which the leading group may accept an unmet check."""


def why_not_now(stage: str, stages: Iterable[str]) -> str:
    """Why nothing may be entered in a stage of the cycle."""
    if stage in stages:
        return ""
    if stage in ("published", "archived"):
        return _("本年度考核已经公布，不能再登记。")
    return _("本年度考核现在的阶段不能登记；需要更正时，请党建办按程序退回“收集”阶段。")


def why_not_in_period(day: date, first: date, last: date) -> str:
    """Why an event of a day does not belong to a cycle."""
    if first <= day <= last:
        return ""
    return _("%(day)s 不在考核期 %(first)s 至 %(last)s 内，不计入本年度。") % {
        "day": day.isoformat(),
        "first": first.isoformat(),
        "last": last.isoformat(),
    }


def why_not_by_then(day: date, today: date) -> str:
    """Why something cannot have happened on a day."""
    return _("日期不能晚于今天。") if day > today else ""


# -- commendations


def why_not_honour(title: str, titles: Iterable[str]) -> str:
    """Why a commendation cannot be added: the same one counts once, at its highest level."""
    if title.strip() in {one.strip() for one in titles}:
        return _("这个居民区已登记过同名表彰。同一项表彰只计最高一级，请修改原来的那条。")
    return ""


def why_not_change_honour(*, stage: str, confirmed: bool, own: bool) -> str:
    """Why what is written about a commendation cannot be changed."""
    if not own:
        return _("这是其他科室登记的表彰，由登记科室修改。")
    if confirmed:
        return _("已有科室确认，不能修改。确需更正的，请确认的科室先撤回确认。")
    return why_not_now(stage, FACTS_OPEN)


def why_not_confirm_honour(
    *,
    stage: str,
    confirmed_by: Iterable[str],
    persons: Iterable[str],
    declined_by: str,
    mine: str,
    username: str,
) -> str:
    """Why the head of department ``mine`` cannot confirm a commendation, or decline it."""
    departments = [one for one in confirmed_by if one]
    if declined_by:
        told = _("%(department)s认为不属于综合性表彰。由该科室撤回意见后，才能确认。")
        return told % {"department": declined_by}
    if len(departments) > 1:
        return _("两个科室都已确认。")
    if not mine:
        return _("由科室负责人确认。")
    if mine in departments or username in persons:
        return _("您的科室已经确认；还需要另一个科室的负责人确认。")
    return why_not_now(stage, FACTS_OPEN)


def why_not_withdraw_honour(*, stage: str, persons: Iterable[str], username: str) -> str:
    """Why a confirmation, or a refusal to confirm, cannot be taken back."""
    if username not in persons:
        return _("只能撤回自己作出的确认。")
    return why_not_now(stage, FACTS_OPEN)


# -- sanctions


def why_not_points(points: int, limits: tuple[int, int]) -> str:
    """Why a sanction cannot cost so many points under the scheme."""
    least, most = limits
    if least <= points <= most:
        return ""
    return _("按本方案，一次扣 %(least)s 至 %(most)s 分。") % {"least": least, "most": most}


def why_not_change_sanction(*, stage: str, confirmed: bool) -> str:
    """Why an entry cannot be changed."""
    if confirmed:
        return _("已经复核，不能修改。")
    return why_not_now(stage, FACTS_OPEN)


def why_not_confirm_sanction(
    *, stage: str, entered_by: str, confirmed: bool, returned: bool, username: str
) -> str:
    """Why a person cannot confirm an entry, or send it back."""
    if confirmed:
        return _("已经复核。")
    if returned:
        return _("已退回，由录入人更正后再复核。")
    if entered_by == username:
        return _("录入和复核须由两个人办理，请另一位纪检监察人员复核。")
    return why_not_now(stage, FACTS_OPEN)


def why_not_withdraw_sanction(*, stage: str, confirmed_by: str, username: str) -> str:
    """Why a confirmation cannot be taken back."""
    if confirmed_by != username:
        return _("只能撤回自己作出的复核。")
    return why_not_now(stage, FACTS_OPEN)


# -- visits without notice, waivers, matters to be put right


def why_not_done(done_on: date | None, told: str, today: date) -> str:
    """Why something cannot be closed: what was found or done belongs to it, and no day to come."""
    if done_on is None:
        return ""
    if not told.strip():
        return _("填写了完成日期的，请同时写明结果。")
    return why_not_by_then(done_on, today)


def why_not_waive(area_id: str, led: Iterable[str]) -> str:
    """Why a member of the leading group takes no part in a decision."""
    if area_id in led:
        return _("您包保这个居民区，不参与对它的决定，请领导小组其他成员办理。")
    return ""


# -- reports


def why_not_report(within_the_hour: int, *, logged_in: bool, help_line: str) -> str:
    """Why a town takes in no further report for now, and what else can be done."""
    if logged_in or within_the_hour < REPORTS_AN_HOUR:
        return ""
    told = _(
        "本镇一小时内收到的反映已有 %(count)s 件，为防止恶意灌水，暂停接收未登录的提交。"
        "请先保存内容，一小时后再交；有账号的可以登录后提交，除减负监测点外同样不记录是谁。"
    ) % {"count": within_the_hour}
    return told + (_("急事请拨 %(help_line)s。") % {"help_line": help_line} if help_line else "")
