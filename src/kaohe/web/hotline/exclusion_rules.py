"""Who may ask that a case be left out, who decides, and why not. Plain values in, a reason out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

OPEN_IN = ("collecting", "scoring")
"""The stages in which requests are made and decided: a run in review is not moved any more."""
TOLD_IN_WORDS = "other"
"""The ground that says nothing without words of its own."""
OF_EARLIER_CASE = "repeat"
"""The ground that needs the number of the case which it repeats."""

DECIDERS = {"line": "provider", "area": "clerk group_member"}
"""The roles that speak for each side; of the providers only those of the case's own source."""
DECIDING = " ".join(DECIDERS.values())
DEPARTMENT_ROLES = "scorer department_head"
ASKING = f"clerk secretary provider {DEPARTMENT_ROLES}"
"""The roles that may ask that some case be left out."""


def why_not_now(stage: str) -> str:
    """Why no request is made or decided in a stage."""
    if stage in OPEN_IN:
        return ""
    return _("剔除申请在收集和计分阶段提出和决定；进入复核以后，需要更正的请先按程序退回计分。")


# -- asking ---------------------------------------------------------------------------------------


def wrong_in_request(
    *,
    case_id: str,
    ground: str,
    grounds: Collection[str],
    text: str,
    earlier: str,
) -> dict[str, str]:
    """What a request says that cannot be, or lacks, field by field."""
    wrong: dict[str, str] = {}
    if ground not in grounds:
        wrong["ground"] = _("方案没有这一剔除原因，请重新选择。")
    if not text.strip():
        wrong["text"] = _("请写明具体情况：为什么属于这一原因。")
    if ground == OF_EARLIER_CASE and not earlier:
        wrong["earlier_case"] = _("按历史重复申请的，请填写前一办件的编号。")
    elif earlier and earlier == case_id:
        wrong["earlier_case"] = _("前一办件不能是这个办件自己。")
    return wrong


def why_not_ask(*, standing: str, before: Iterable[tuple[str, str]], said: tuple[str, str]) -> str:
    """Why a case cannot be asked about (again).

    ``standing`` is the state of a request in force for it, or an empty text; ``before`` the grounds
    and texts that were refused or undone already, ``said`` those of the new request.
    """
    if standing == "open":
        return _("这个办件已有一项剔除申请待决定。")
    if standing == "agreed":
        return _("这个办件已经剔除。")
    if said in [(ground, text.strip()) for ground, text in before]:
        return _("同样的原因和情况已经决定不予剔除；有新的原因或新的情况才能再次申请。")
    return ""


def why_not_withdraw(*, stage: str, state: str, mine: bool) -> str:
    """Why a request cannot be taken back."""
    if state != "open":
        return _("这项申请已经决定或撤回，不能再撤回。")
    if not mine:
        return _("申请由提出的人撤回。")
    return why_not_now(stage)


def why_not_attach(*, stage: str, state: str, own: bool) -> str:
    """Why no file is taken for a request; ``own``: it is that of a person's own department."""
    if not own:
        return _("附件只由提出申请的科室上传；居民区只写文字和办件编号，不用交材料。")
    if state != "open":
        return _("这项申请已经决定或撤回，不能再加附件。")
    return why_not_now(stage)


# -- deciding -------------------------------------------------------------------------------------


def sides_of(roles: Collection[str], sources: Collection[str], source: str) -> tuple[str, ...]:
    """The sides for which somebody may speak in a case of a source."""
    found = []
    if "provider" in roles and source in sources:
        found.append("line")
    if not set(DECIDERS["area"].split()).isdisjoint(roles):
        found.append("area")
    return tuple(found)


def why_not_speak(*, stage: str, state: str, asker: bool, said_other: bool, own_area: bool) -> str:
    """Why somebody cannot decide on a request for a side that they hold a post for.

    ``asker``: it is their own; ``said_other``: they have spoken for the other side; ``own_area``:
    one of their posts is over the area of the case.
    """
    if state != "open":
        return _("这项申请已经决定或撤回。")
    if asker:
        return _("这是您自己提出的申请，由别人决定。")
    if said_other:
        return _("您已经代表另一方决定，这一方由另一个人决定。")
    if own_area:
        return _("这个办件属于您任职或包保的居民区，请由别人决定。")
    return why_not_now(stage)


def why_not_undo(
    *, stage: str, state: str, asker: bool, own_area: bool, proposed: bool, same_side: bool
) -> str:
    """Why somebody with a post for a side can neither propose that a case left out count again nor
    agree to it.

    ``proposed``: somebody has; ``same_side``: for the same side, or the same person.
    """
    if state != "agreed":
        return _("只有已经剔除的办件可以恢复计入。")
    if asker:
        return _("这是您自己提出的申请，由别人决定。")
    if own_area:
        return _("这个办件属于您任职或包保的居民区，请由别人决定。")
    if proposed and same_side:
        return _("已经提出恢复计入，由另一方的另一个人决定。")
    return why_not_now(stage)


def wrong_in_word(*, agrees: bool, reason: str, ground: str, text: str, earlier: str) -> str:
    """Why what somebody says of a request is not enough: a reason that is missing."""
    if reason.strip():
        return ""
    if not agrees:
        return _("不同意剔除，请写明理由。")
    if ground == OF_EARLIER_CASE and not (earlier or text.strip()):
        return _("申请没有写明重复的是哪一办件；同意剔除，请在理由里写明前一办件编号。")
    if ground == TOLD_IN_WORDS and not text.strip():
        return _("申请没有写明“其他”指什么；同意剔除，请在理由里写明。")
    return ""


def why_not_take_back(*, stage: str, mine: bool, said_other: bool, state: str, again: bool) -> str:
    """Why somebody cannot take back what they said for a side.

    ``said_other``: the other side has spoken too; ``again``: the case was asked about once more.
    """
    if not mine:
        return _("决定由作出的人撤回。")
    if said_other:
        return _("另一方也已经决定，不能再撤回。")
    if state == "withdrawn":
        return _("申请人已经撤回这项申请。")
    if again:
        return _("这个办件已经再次申请，请在新的申请里决定。")
    return why_not_now(stage)
