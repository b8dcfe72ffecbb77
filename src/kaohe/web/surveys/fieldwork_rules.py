"""What may happen in the third party's work, and why not; which reserve takes whose place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from kaohe.values.numbers import PERCENT
from kaohe.web.surveys.response_rates import ANSWERED, COMPLETE, DISPOSITIONS
from kaohe.web.ui.language import in_a_row, in_quotes

BEFORE_FIELDWORK = ("qualification", "independence", "confidentiality")
"""What has to be checked before anybody is asked anything."""
AFTER_FIELDWORK = "deletion"

# What the program assumes where the policy says nothing; the first three can be set for a draw.
RESPONSE = 50
"""Per cent of those asked who are expected to answer."""
BACK_CHECK_SHARE = 10
"""Per cent of interviews that somebody else asks about once more."""
ADULT_YEARS, RESIDENT_MONTHS = 18, 6
"""Who is asked: from this age on, having lived in the area for so many months (A59)."""
LONGEST_INTERVIEWER = 20
"""Signs of an interviewer's number, on the form and in files."""

OVER = ("closed", "counted", "void")


# -- the third party and its checks ---------------------------------------------------------------


def why_not_name_vendor(*, manner: str, handed_over: bool, state: str) -> str:
    """Why the third party of a round cannot be named, or changed."""
    if manner != "surveyor":
        return _("这一轮次不由第三方访问。")
    if handed_over:
        return _("样本已经移交，不能再换第三方机构。")
    if state in OVER:
        return _("轮次已经截止。")
    return ""


def why_not_note_check(kind: str, state: str) -> str:
    """Why a check cannot be noted now: that data are deleted is proved when the round is over."""
    if kind == AFTER_FIELDWORK and state not in OVER:
        return _("轮次截止以后，才登记数据交还与销毁。")
    return ""


# -- the sample -----------------------------------------------------------------------------------


def why_not_draw(
    *, named: bool, drawn: bool, state: str, samples: int, checks: int, counted: bool
) -> str:
    """Why no sample can be drawn. ``checks`` of the scheme say how many households it takes."""
    if state in OVER:
        return _("轮次已经截止。")
    if not named:
        return _("请先登记由哪家第三方机构访问。")
    if drawn:
        return _("样本已经抽取，一个轮次只抽一次。")
    if samples != 1:
        return _("第三方访问的轮次只能计入一个样本，请修改轮次。")
    if checks != 1:
        return _("方案没有写明这个样本至少访问多少户，无法确定样本量。")
    if not counted:
        return _("还没有冻结的户数快照，无法确定样本量。")
    return ""


def why_frame_too_small(short: Iterable[tuple[str, int, int]]) -> str:
    """The areas whose register has fewer households than are to be completed, with both numbers."""
    told = [
        _("%(area)s要 %(size)s 户，登记 %(there)s 户")
        % {"area": area, "size": size, "there": there}
        for area, size, there in short
    ]
    if not told:
        return ""
    return _("住户登记不够抽取，请补全后再抽：%(which)s。") % {"which": in_a_row(told)}


def why_not_hand_over(*, drawn: bool, handed_over: bool, missing: Collection[str]) -> str:
    """Why the list cannot be handed over. ``missing`` names the checks that are not there."""
    if not drawn:
        return _("还没有抽取样本。")
    if handed_over:
        return _("样本已经移交。")
    if missing:
        return _("还没有登记：%(which)s。登记齐了才能移交样本。") % {"which": in_a_row(missing)}
    return ""


# -- the work -------------------------------------------------------------------------------------


def why_not_take(*, handed_over: bool, missing: Collection[str], state: str) -> str:
    """Why nothing that was asked can be handed in."""
    if state in OVER:
        return _("轮次已经截止，不再收数据。")
    if not handed_over:
        return _("样本还没有移交，不能交数据。")
    if missing:
        return _("还没有登记：%(which)s。登记齐了才能交数据。") % {"which": in_a_row(missing)}
    if state == "prepared":
        return _("轮次还没有开始。")
    return _("轮次已暂停，暂时不收数据。") if state == "paused" else ""


def why_not_enter(*, to_ask: bool, disposition: str) -> str:
    """Why nothing can be entered for a household."""
    if not to_ask:
        return _("这是尚未启用的替补户。")
    if disposition in ANSWERED:
        return _("这一户已经交过答卷，不能再录。")
    return ""


def why_not_disposition(disposition: str, answers: int) -> str:
    """Why a disposition does not go with so many answers."""
    if disposition in ANSWERED and not answers:
        label = DISPOSITIONS[disposition]
        return _("选了%(label)s，却一题也没有回答。") % {"label": in_quotes(label.zh)}
    return ""


def told_shut(word: str) -> str:
    """Why a box took nothing, by its word."""
    return {
        "used": _("这一户已经交过答卷，没有再收。"),
        "filed": _("这一户的答卷已在导入的文件里，请把那个文件再导入一次。"),
        "early": _("还没有到轮次的开始日期，没有收。"),
        "late": _("已过轮次的截止日期，没有收。"),
        "paused": _("轮次已暂停，没有收。"),
        "prepared": _("轮次还没有开始，没有收。"),
        "closed": _("轮次已经截止，没有收。"),
    }[word]


def why_not_back_check(*, interviews: int, state: str, handed_over: bool) -> str:
    """Why no back-checks can be drawn."""
    if not handed_over:
        return _("样本还没有移交。")
    return "" if interviews else _("还没有完成的访问，无从复核。")


def why_not_settle(
    *, agreed: bool | None, outcome: str, entered: bool, area: str, filed_since: bool
) -> str:
    """Why an outcome does not fit a back-check. ``entered`` says that the ballot was given on a
    page, ``filed_since`` that a file with its area came after it was found to differ."""
    if agreed is not False:
        return _("只有复核不一致的访问才登记怎样处理。")
    if outcome == "replaced" and entered:
        return _("这一户的答卷是在录入页交的，封存以后认不出是哪一份，不能更换；请选“答卷保留”。")
    if outcome == "replaced" and not filed_since:
        told = {"area": area}
        return (
            _("登记不一致以后，还没有重交过%(area)s的数据。请先在“上传回收数据”中重交整个居民区。")
            % told
        )
    return ""


def told_unsettled(count: int, state: str) -> str:
    """What is still to be done about back-checks that differ; an empty text where nothing is."""
    if not count:
        return ""
    if state in OVER:
        return _(
            "有 %(count)s 户复核不一致还没有登记怎样处理。轮次已经截止，答卷不能再换，"
            "请第三方项目负责人写明核对情况。"
        ) % {"count": count}
    return _(
        "有 %(count)s 户复核不一致还没有处理。轮次截止以后答卷不能再换，"
        "请第三方项目负责人在截止以前处理。"
    ) % {"count": count}


def share(per_cent: int) -> Fraction:
    """A share that is told in per cent."""
    return Fraction(per_cent, PERCENT)


# -- reserves -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A drawn household of one area. ``replaces`` is the key of the one whose place it took."""

    key: int
    building: str
    place: int
    reserve: bool
    stands_by: int
    replaces: int | None = None
    disposition: str = ""


def releases(households: Sequence[Listed]) -> dict[int, int]:
    """The reserves of an area that are to be released now, each with whose place it takes.

    Whoever was to be asked and ended otherwise than complete is replaced once, by the next reserve
    of the building or, where it has none left, the area's reserve that stands by first; in the
    order of the list (``docs/reference/drawing.md``, rule 5). What was released stays so.
    """
    replaced = {one.replaces for one in households if one.replaces is not None}
    waiting = sorted(
        (one for one in households if one.reserve and one.replaces is None),
        key=lambda one: one.stands_by,
    )
    found: dict[int, int] = {}
    for lost in sorted(households, key=lambda one: (one.building, one.place)):
        to_ask = not lost.reserve or lost.replaces is not None
        if not to_ask or lost.disposition in ("", COMPLETE) or lost.key in replaced:
            continue
        same = [one for one in waiting if one.building == lost.building]
        if not waiting:
            break
        taken = (same or waiting)[0]
        waiting.remove(taken)
        found[taken.key] = lost.key
    return found
