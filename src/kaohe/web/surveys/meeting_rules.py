"""What may happen at a meeting, and why not (四(二)2). Plain values in, a reason out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil

from django.utils.translation import gettext as _

from kaohe.web.ui.language import in_a_row, in_quotes

OBSERVERS = "inspection scorer department_head"
"""The roles that may watch over the voting: of the town, neither the host nor the area."""
SHARE = 60
"""The percentage of households invited that is expected to come, unless somebody knows better."""
PERCENT = 100
TYPISTS = 2
"""So many type the paper ballots, each for themselves."""


def to_invite(least: int, share: int) -> int:
    """How many to invite so that ``least`` come, if ``share`` percent do.

    >>> to_invite(85, 60)
    142
    """
    return ceil(least * PERCENT / share)


def why_not_hold(round_state: str) -> str:
    """Why nothing can be done about meetings of a round any more."""
    if round_state in ("prepared", "open", "paused"):
        return ""
    return _("轮次已经截止，座谈会的记录不能再改。")


def why_not_change(round_state: str, state: str) -> str:
    """Why the record of a meeting cannot be changed."""
    if state == "closed":
        return _("座谈会已经完成，记录不能再改。")
    return why_not_hold(round_state)


def why_not_draw(*, round_state: str, state: str, drawn: bool, households: int) -> str:
    """Why no invitation list can be drawn; ``households`` are those of the area's register."""
    if drawn:
        return _("邀请名单已经抽取，不能重抽。")
    if state != "planned":
        return _("投票已经结束，不再抽取。")
    if not households:
        return _("这个居民区还没有登记住户。请先在镇情中导入楼栋和住户，再抽取名单。")
    return why_not_hold(round_state)


def why_not_run(*, runs: bool, of_the_area: bool) -> str:
    """Why a person may not hand out slips, end the voting or type paper ballots."""
    if of_the_area:
        return _("本居民区的人员和包保领导不经手答卷，请由党建办经办人或监督人办理。")
    return "" if runs else _("由党建办经办人或这场座谈会的监督人办理。")


def why_not_mark(*, round_state: str, state: str, drawn: bool) -> str:
    """Why nobody can mark who came: once all have voted, attendance is what ballots are held to."""
    if not drawn:
        return _("邀请名单还没有抽取，请等党建办抽取。")
    if state == "voted":
        return _("投票已经结束，到会登记不能再改：答卷不能多于到会，事后补登就查不出来了。")
    return why_not_change(round_state, state)


def why_not_so_few(came: Mapping[str, int], ballots: Mapping[str, int]) -> str:
    """Why attendance cannot be lowered: as many ballots as that are in the box already."""
    for sample, count in came.items():
        if count < ballots.get(sample, 0):
            told = {"came": count, "ballots": ballots[sample]}
            return _("到会 %(came)s 比已收的答卷 %(ballots)s 份还少，请核对签到。") % told
    return ""


def why_not_so_many(came: int, most: int | None, reason: str) -> str:
    """Why more households than the policy generally wants cannot be marked without a reason."""
    if most is None or came <= most or reason.strip():
        return ""
    told = {"came": came, "most": most}
    return _("到会 %(came)s 户，超过一般不超过的 %(most)s 户。请写明理由，写明后照常登记。") % told


def why_not_bring(unknown: Collection[str], twice: Collection[str]) -> str:
    """Why households that came uninvited are not taken: no such household, or on the list."""
    if unknown:
        return _("本居民区没有登记这些住户：%(which)s。请核对编号。") % {"which": _some(unknown)}
    if twice:
        return _("这些住户在邀请名单上，请在名单中勾选：%(which)s。") % {"which": _some(twice)}
    return ""


def _some(names: Collection[str]) -> str:
    return in_a_row(in_quotes(one) for one in sorted(names)[:10])


def why_not_make_slips(*, round_state: str, state: str) -> str:
    """Why no slips can be made."""
    if state != "planned":
        return _("投票已经结束，纸条全部作废，不再生成。")
    return why_not_hold(round_state)


def why_not_end(*, round_state: str, state: str, came: int) -> str:
    """Why the voting cannot be ended."""
    if state != "planned":
        return _("投票已经结束。")
    if round_state not in ("open", "paused"):
        return _("轮次没有在进行，不能结束投票。")
    if not came:
        return _("还没有登记到会，请先由居民区登记。")
    return ""


def why_not_type(
    *, round_state: str, state: str, sealed: bool, typists: Collection[int], user: int
) -> str:
    """Why a person cannot type paper ballots; ``typists`` are those who have begun."""
    if state == "planned":
        return _("投票结束、清点纸质答卷以后再录入。")
    if sealed:
        return _("纸质答卷已经封入票箱。")
    if state == "closed" or round_state not in ("open", "paused"):
        return _("座谈会已经完成或轮次已经截止，不再录入。")
    if user not in typists and len(typists) >= TYPISTS:
        return _("已有两人录入，由这两人继续办理。")
    return ""


def why_not_with_key(*, opens: bool) -> str:
    """Why nothing is taken with a key: there is a new code meanwhile."""
    return "" if opens else _("这不是这场座谈会的录入码。")


def why_not_number(number: int, papers: int) -> str:
    """Why there is no paper ballot of a number."""
    if 1 <= number <= papers:
        return ""
    return _("纸质答卷编号为 1 至 %(papers)s。") % {"papers": papers}


def why_not_seal(*, typed: Collection[int], papers: int, differ: int, excess: int) -> str:
    """Why the paper ballots cannot go into the box: not typed by two, or they differ, or too many.

    ``typed`` tells how many each of those who have begun has typed.
    """
    if len(typed) < TYPISTS or min(typed) < papers:
        return _("须由两人各自把全部纸质答卷录完，才能比对、封入票箱；录完的等另一人登录录入。")
    if differ:
        return _("还有 %(differ)s 张两人录得不一样，请对照原件改正。") % {"differ": differ}
    return why_not_exceed(excess)


def why_not_exceed(excess: int) -> str:
    """Why there cannot be more ballots than people who came."""
    if excess <= 0:
        return ""
    told = _(
        "答卷比登记的到会多 %(excess)s 份。投票结束以后到会不能再改：请重新清点纸质答卷，更正张数；"
        "清点无误仍然多出的，分不清是哪几份，请报纪检监察核实以后再定。"
    )
    return told % {"excess": excess}


def why_not_close(*, state: str, excess: int, unsealed: int) -> str:
    """Why the record cannot be closed."""
    if state == "planned":
        return _("请先结束投票。")
    if state == "closed":
        return _("座谈会已经完成。")
    if unsealed:
        return _("还有 %(papers)s 张纸质答卷没有封入票箱。") % {"papers": unsealed}
    return why_not_exceed(excess)
