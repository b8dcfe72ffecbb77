"""What may happen to a round, and why not. Plain values in, a reason out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from kaohe.web.cycles.rules import listed
from kaohe.web.ui.language import in_a_row, in_quotes

KEEPERS = 2
"""So many keep the keys of a round where the town wants it so."""
KEEPING = "inspection group_head"
"""The roles that may keep a key: not those who run the round."""


def why_not_prepare(stage: str) -> str:
    """Why no round can be set up: rounds belong to the time when facts are collected."""
    if stage in ("adopted", "collecting"):
        return ""
    return _("测评轮次在方案通过以后、收集截止以前设立。")


def why_not_samples(
    chosen: Collection[str],
    known: Mapping[str, str],
    taken: Mapping[str, str],
    *,
    alone: bool = False,
) -> str:
    """Why a round cannot take these samples; ``taken`` names the rounds that have some. One that
    takes ballots by households' codes takes one sample, ``alone``."""
    if not chosen:
        return _("请至少选一个样本。")
    if alone and len(chosen) > 1:
        return _("住户凭答题码作答的轮次只能选一个样本。")
    strange = [sample for sample in chosen if sample not in known]
    if strange:
        return _("方案中没有这些样本：%(which)s") % {"which": in_a_row(in_quotes(strange[0]))}
    for sample in chosen:
        if sample in taken:
            told = {"sample": known[sample], "round": taken[sample]}
            return _("“%(sample)s”已由轮次“%(round)s”收集。") % told
    return ""


def why_not_change(state: str) -> str:
    """Why a round's dates, ways and samples cannot be changed any more."""
    return "" if state == "prepared" else _("轮次开始以后不能再改；延期请用“延期”。")


def why_not_issue(state: str, manner: str) -> str:
    """Why no codes can be made."""
    if manner != "codes":
        return _("这一轮次不用住户答题码。")
    if state in ("closed", "counted", "void"):
        return _("轮次已经截止，不再发答题码。")
    return ""


def why_not_add(without: int) -> str:
    """Why no codes can be made for those ``without`` one: there are none."""
    return "" if without else _("每户都已有答题码，没有需要补发的住户。")


def why_not_keep(*, two_keepers: bool, state: str, keeps: bool, keepers: int) -> str:
    """Why somebody cannot take a key into keeping."""
    if not two_keepers:
        return _("这一轮次的密钥存放在系统里，不由个人保管。")
    if state != "prepared":
        return _("轮次开始以后不能再领取密钥。")
    if keeps:
        return _("您已经领取了一份密钥，另一份须由另一人保管。")
    if keepers >= KEEPERS:
        return _("两份密钥都已领取。")
    return ""


def why_not_open(
    *,
    state: str,
    stage: str,
    closes_on: date,
    day: date,
    keys: int,
    two_keepers: bool,
    codes: int | None,
) -> str:
    """Why a round cannot begin. ``codes`` is None where it needs none."""
    if state != "prepared":
        return _("轮次已经开始过了。")
    if stage != "collecting":
        return _("考核年度进入“收集”阶段以后，轮次才能开始。")
    if day > closes_on:
        return _("截止日期已过，请先修改。")
    if two_keepers and keys < KEEPERS:
        return _("开箱密钥须由两人分别领取以后，轮次才能开始：纪检监察、领导小组组长在本页领取。")
    if codes == 0:
        return _("还没有生成答题码。")
    return ""


def why_not_pause(state: str) -> str:
    """Why a round cannot be paused."""
    return "" if state == "open" else _("只有进行中的轮次可以暂停。")


def why_not_resume(state: str) -> str:
    """Why a round cannot be resumed."""
    return "" if state == "paused" else _("只有暂停的轮次可以恢复。")


def why_not_extend(state: str, closes_on: date, until: date, reason: str) -> str:
    """Why a round cannot last longer."""
    if state not in ("open", "paused"):
        return _("只有进行中或暂停的轮次可以延期。")
    if until <= closes_on:
        return _("延期后的截止日期要晚于 %(day)s。") % {"day": closes_on.isoformat()}
    if not reason.strip():
        return _("请写明延期的理由。")
    return ""


def why_not_close(state: str, closes_on: date, day: date, reason: str) -> str:
    """Why a round cannot be closed; before its last day is over that takes a reason."""
    if state not in ("open", "paused"):
        return _("只有进行中或暂停的轮次可以截止。")
    if day <= closes_on and not reason.strip():
        return _("还没有过截止日期，提前截止请写明理由。")
    return ""


def why_not_close_beside_paper(areas: Sequence[str]) -> str:
    """Why a round cannot be closed while these areas have ballots on paper outside the box."""
    if not areas:
        return ""
    told = {"areas": listed(areas)}
    return (
        _("还有纸质答卷没有入箱：%(areas)s。请先由两人录入、入箱，或者更正纸质答卷的张数。") % told
    )


def why_not_before(first: str) -> str:
    """Why a keeper waits: the outer seal comes off before the inner one."""
    return _("请等%(name)s先交回：谁先领取，谁先交回。") % {"name": first}


def why_not_hand_in(*, state: str, keeps: bool, brought: bool, first: str, fits: bool) -> str:
    """Why a keeper's key is not taken; ``first`` is who has to bring theirs before."""
    if state != "closed":
        return _("轮次截止以后才能交回密钥开箱。")
    if not keeps:
        return _("您没有保管这一轮次的密钥。")
    if brought:
        return _("您已经交回密钥，等另一位保管人交回后开箱。")
    if first:
        return why_not_before(first)
    if not fits:
        return _("密钥不对：请对照领取时抄写或打印的那一份，逐组核对后再输入。")
    return ""
