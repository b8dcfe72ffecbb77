"""When households are drawn, asked, answered for and settled (附件1 第1项)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

REPLACED = ("refused", "not_reached", "not_eligible")
"""Outcomes that say nothing about a visit: the next household in reserve is asked instead."""

JUDGED = ("confirmed", "not_confirmed")
"""Outcomes that become facts once they are settled."""


def active_count(outcomes: Sequence[str], size: int) -> int:
    """How many households from the first on are to be asked, as outcomes stand in their order.

    >>> active_count(["confirmed", "refused", "", ""], 2)
    3
    """
    kept = 0
    for place, outcome in enumerate(outcomes):
        if kept == size:
            return place
        kept += outcome not in REPLACED
    return len(outcomes)


def why_not_draw(*, stage: str, drawn: bool, households: int, unsigned: Sequence[str]) -> str:
    """Why households cannot be drawn now; ``unsigned`` names files of visits in force."""
    if drawn:
        return _("本年度已经抽取过。确需重抽的，在走访抽查页面申请。")
    if stage != "collecting":
        return _("只在“收集”阶段抽取住户。")
    if not households:
        return _("还没有走访数据，无法抽取。请先让提供单位报送走访记录。")
    if unsigned:
        told = _("走访记录已报送、还没有签认，不能抽取。请提供单位先签认：%(which)s")
        return told % {"which": "、".join(unsigned)}
    return ""


def thin_areas(claimed: Mapping[str, int], wanted: int) -> list[str]:
    """The areas with fewer households with a claimed visit than are to be drawn, by their ids.

    >>> thin_areas({"J01": 20, "J02": 19, "J03": 0}, 20)
    ['J02', 'J03']
    """
    return [area for area, households in claimed.items() if households < wanted]


def why_not_draw_thin(thin: Sequence[str], reason: str) -> str:
    """Why the draw cannot leave areas short; ``thin`` names them, the reason is the clerk's."""
    if not thin or reason.strip():
        return ""
    told = _("有居民区抽不满：%(which)s。确实如此的，请确认并写明理由。")
    return told % {"which": "、".join(thin)}


def why_not_redraw(*, stage: str, begun: bool, annulled: bool) -> str:
    """Why a draw cannot be done again; ``begun`` once anybody has signed for a household."""
    if annulled:
        return _("这次抽取已经作废，可以重新抽取。")
    if stage != "collecting":
        return _("只在“收集”阶段重抽。")
    if begun:
        return _("已经有住户登记了核查结果，名单不能重抽。")
    return ""


def why_not_sign_redraw(signers: Iterable[str], username: str) -> str:
    """Why a group head cannot sign for another draw."""
    return _("您已经签署，还需要另一位组长签署。") if username in signers else ""


def why_not_sign(
    *, stage: str, active: bool, outcome: str, signers: Iterable[str], username: str
) -> str:
    """Why a person cannot sign an outcome for a household."""
    if stage != "collecting":
        return _("只在“收集”阶段登记核查结果。")
    if outcome:
        return _("两人结果一致，已经登记，不能再改。")
    if not active:
        return _("这是替补住户，前面的住户无法核查时才启用。")
    others = {one for one in signers if one and one != username}
    if len(others) > 1:
        return _("已有两人核查，由这两人继续办理。")
    return ""


def why_not_checked_on(day: date, *, drawn_on: date, today: date) -> str:
    """Why a household cannot have been asked on a day."""
    if day > today:
        return _("核查日期不能晚于今天。")
    if day < drawn_on:
        return _("核查日期不能早于抽取日期 %(day)s。") % {"day": drawn_on.isoformat()}
    return ""


def why_not_answer(
    *, stage: str, outcome: str, answered: bool, settled: bool, until: date | None, today: date
) -> str:
    """Why the area cannot answer the finding of a household."""
    if outcome != "not_confirmed" or until is None:
        return _("只有核查结果为“未走访”的住户需要说明。")
    if settled:
        return _("审计人员已经认定，不能再说明。")
    if answered:
        return _("已经提交过说明。")
    if stage != "collecting":
        return _("只在“收集”阶段说明。")
    if today > until:
        return _("说明期限到 %(day)s 为止，现在已过。") % {"day": until.isoformat()}
    return ""


def why_not_settle(
    *, stage: str, outcome: str, answered: bool, settled: bool, until: date | None, today: date
) -> str:
    """Why a finding cannot be settled yet, or any more."""
    if settled:
        return _("已经认定。")
    if outcome != "not_confirmed" or until is None:
        return _("两人结果一致为“未走访”后，才需要认定。")
    if stage != "collecting":
        return _("只在“收集”阶段认定。")
    if not answered and today <= until:
        told = _("居民区可以说明，到 %(day)s 为止；说明后或期满后认定。")
        return told % {"day": until.isoformat()}
    return ""
