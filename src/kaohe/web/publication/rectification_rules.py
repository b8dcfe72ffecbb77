"""When areas write down what they put right, and why not. Plain values in, a reason out."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

OPEN_IN = ("published",)
"""The stage in which items are added, changed and done; they are archived with the year."""
FOLLOWING = "clerk group_head group_member auditor"
"""Who sees how far all areas are: counts, in administrative order."""


def why_not_now(stage: str) -> str:
    """Why no item is added or changed in a stage."""
    if stage in OPEN_IN:
        return ""
    if stage == "archived":
        return _("本年度考核已经归档，整改事项不再改动。")
    return _("结果公布、反馈函发出以后，才登记整改事项。")


def why_not_keep(*, clerk: bool, own: bool) -> str:
    """Why somebody may not keep items of an area."""
    return "" if clerk or own else _("整改事项由居民区书记为本居民区登记，或者由党建办登记。")


def wrong_in_item(*, done_on: date | None, outcome: str, day: date) -> dict[str, str]:
    """What an item says that cannot be, field by field."""
    if done_on is not None and done_on > day:
        return {"done_on": _("完成日期不能晚于今天。")}
    if done_on is not None and not outcome.strip():
        return {"outcome": _("填写完成日期的，请写一句完成情况。")}
    return {}
