"""What the leading group may decide on a run, who takes part, and why not. Plain values in."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

DECIDERS = 2
"""So many decide: both heads; a member for each head who takes no part."""
DECIDED_IN = "review"
PROPOSING = "clerk group_head group_member"
DECIDING = "group_head group_member"


def why_not_now(stage: str, *, newest: bool = True) -> str:
    """Why nothing is decided on a run now."""
    if stage != DECIDED_IN:
        return _("审定在复核阶段办理。")
    if not newest:
        return _("这次计分之后又有新的计分，审定只针对最近一次。")
    return ""


def wrong_in_changes(
    changes: Collection[tuple[str, str, str]], taken: Collection[str]
) -> dict[str, str]:
    """What cannot be in a list of (subject's name, label now, label decided), field by field.

    ``taken`` are the names of those whose label another ruling is about.
    """
    if not any(was != becomes for _name, was, becomes in changes):
        return {"becomes": _("与计分结果相同，不需要审定。")}
    if taken:
        told = {"names": "、".join(sorted(taken))}
        return {"subject": _("%(names)s的同一项目已有一项审定，请先办完或不予审定那一项。") % told}
    return {}


def why_not_fewer(most: int, given: int) -> str:
    """Why a number of places is no ruling."""
    if most >= given:
        return _("按计分结果只给出 %(given)s 个，请填比它小的数。") % {"given": given}
    return ""


def why_not_vote(
    *,
    open_: bool,
    proposed: bool,
    leads: Collection[str],
    voted: bool,
    head: bool,
    free_heads: int,
    members_voted: int,
) -> str:
    """Why somebody of the leading group may not decide.

    ``leads`` are the names of areas concerned whose leader (包保) they are; ``free_heads`` the
    heads on duty who take part.
    """
    if not open_:
        return _("这项已经审定或不予审定。")
    if proposed:
        return _("提出人不参与审定自己提出的事项。")
    if leads:
        told = {"names": "、".join(sorted(leads))}
        return _("您包保%(names)s，不参与这一项，由另一位组长和一位成员审定。") % told
    if voted:
        return _("您已经同意，还需要另一位审定。")
    if not head and members_voted >= DECIDERS - min(free_heads, DECIDERS):
        return _("这一项由两位组长审定；有组长回避时，才由成员补上。")
    return ""


def why_not_drop(*, open_: bool, may: bool, reason: str) -> str:
    """Why a ruling cannot be dropped."""
    if not open_:
        return _("这项已经审定或不予审定。")
    if not may:
        return _("由提出人撤回，或由参与审定的人不予审定。")
    return "" if reason.strip() else _("请写明理由。")
