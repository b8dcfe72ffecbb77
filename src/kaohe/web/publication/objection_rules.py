"""Who may object to a fact, who decides, and why not. Plain values in, a reason out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

DECIDING = "group_head group_member inspection"
"""The roles that decide: the leading group and discipline inspection."""
DECIDE = 2
"""So many of the same opinion decide an objection."""
ASKED_IN = ("review", "published")
"""The stages in which an area may object to its facts; it sees them in the archive too."""
DECIDED_IN = ("scoring", "review", "published")
"""The stages in which objections are decided: also while the year is being corrected."""


def why_not_shown(stage: str) -> str:
    """Why no facts are shown to areas in a stage."""
    if stage in (*ASKED_IN, "archived"):
        return ""
    return _("进入复核以后，这里列出计分采用的本居民区事实，供核对。")


def why_not_now(stage: str) -> str:
    """Why nobody can object to facts in a stage, or say that they are right."""
    if stage == "archived":
        return _("本年度考核已经归档。")
    return why_not_shown(stage)


def why_not_object(*, stage: str, last_on: date | None, day: date) -> str:
    """Why an area may not object any more, or not yet."""
    reason = why_not_now(stage)
    if reason or last_on is None:
        return reason or _("还没有计分结果可以核对。")
    if day > last_on:
        told = {"day": last_on.isoformat()}
        return _("异议期到 %(day)s 已经结束。确有差错，请直接告诉党建办。") % told
    return ""


def wrong_in_objection(*, known: bool, fact: str, right: str, again: bool) -> dict[str, str]:
    """What an objection says that cannot be, or lacks, field by field."""
    wrong: dict[str, str] = {}
    if not known:
        wrong["table"] = _("请选择是哪类事实。评分、测评答卷和其他意见不在异议范围内。")
    if not fact.strip():
        wrong["fact"] = _("请写明是哪一条、哪个数字；漏掉的写“漏登”。")
    if not right.strip():
        wrong["right"] = _("请写明应当是什么，根据是什么。")
    if again:
        wrong["fact"] = _("对这一条已经提出异议，还没有办结。")
    return wrong


def why_not_withdraw(*, state: str, own_area: bool) -> str:
    """Why an objection cannot be taken back."""
    if state != "open":
        return _("这项异议已经决定或撤回。")
    return "" if own_area else _("异议由提出的居民区撤回。")


def why_not_confirm(*, stage: str, waiting: int, confirmed: bool) -> str:
    """Why an area cannot say that its facts are right; ``waiting`` are its own open objections."""
    if reason := why_not_now(stage):
        return reason
    if confirmed:
        return _("已经核对无误。")
    if waiting:
        return _("本居民区还有没办结的异议。")
    return ""


# -- deciding -------------------------------------------------------------------------------------


def why_not_decide(
    *, stage: str, state: str, spoken: bool, asker: bool, own_area: bool, leads: bool, entered: bool
) -> str:
    """Why somebody who holds a post for it cannot decide on an objection.

    ``leads``: they were the area's leader (包保) on some day of the year; ``entered``: it was they
    who entered or confirmed the fact.
    """
    if state != "open":
        return _("这项异议已经决定或撤回。")
    if stage not in DECIDED_IN:
        return _("异议在复核阶段和公布以后决定。")
    if spoken:
        return _("您已经表示意见，由其他人决定。")
    if asker or own_area:
        return _("这是您任职的居民区提出的异议，由别人决定。")
    if leads:
        return _("您本年度包保这个居民区，不参与决定。")
    if entered:
        return _("这项事实由您录入或复核，由别人决定。")
    return ""


def outcome(words: Sequence[bool]) -> str:
    """What has come of an objection by what was said so far.

    >>> outcome([True, False]), outcome([True, False, True]), outcome([False, False])
    ('open', 'accepted', 'refused')
    """
    if words.count(True) >= DECIDE:
        return "accepted"
    return "refused" if words.count(False) >= DECIDE else "open"


def why_not_settle(*, stage: str, state: str, newer_run: bool) -> str:
    """Why the correction of a fact cannot be put down."""
    if state != "accepted":
        return _("只有成立、待更正的异议才登记更正情况。")
    if not newer_run:
        return _(
            "提出异议以后还没有新的计分。请先由登记的单位更正事实，按程序退回计分，重新计分，再登记。"
        )
    if stage == "archived":
        return _("本年度考核已经归档。")
    return ""


# -- the last day ---------------------------------------------------------------------------------


def why_not_extend(stage: str) -> str:
    """Why the last day cannot be set later."""
    if stage in ASKED_IN:
        return ""
    return _("进入复核以后才能延长异议期。")


def wrong_in_terms(*, last_on: date, regular: date | None, day: date) -> str:
    """Why a day cannot be the last one for objections; ``regular`` is the last one without it."""
    if last_on < day:
        return _("截止日期不能早于今天。")
    if regular is not None and last_on <= regular:
        told = {"day": regular.isoformat()}
        return _("按工作日计算，异议期到 %(day)s 为止；只能改到更晚。") % told
    return ""
