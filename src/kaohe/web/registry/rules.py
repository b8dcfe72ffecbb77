"""What may happen to areas, counts and posts: decisions on plain values, each with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from kaohe.web.ui.language import in_a_row

MOST_NAMED = 5
Stretch = tuple[date, date | None]
"""From when to when; without an end it goes on."""


# -- departments --------------------------------------------------------------------------------


def why_not_register_departments(missing: Collection[str]) -> str:
    """Why there is no department to be taken over from the scheme."""
    return "" if missing else _("方案中的评价部门都已登记。还没有方案的，请先导入考核方案。")


# -- areas --------------------------------------------------------------------------------------


def why_not_end_area(until_on: date | None) -> str:
    """Why an area can be neither merged nor closed nor split."""
    if until_on is not None:
        return _("这个居民区已于 %(day)s 撤销或并入，不能再次办理。") % {"day": until_on}
    return ""


def why_not_restore_area(until_on: date | None) -> str:
    """Why there is nothing to take back."""
    return "" if until_on is not None else _("这个居民区没有撤销或并入，不需要恢复。")


def why_not_on(from_on: date, on: date) -> str:
    """Why a day cannot be the last of an area or a post that began on another."""
    if on < from_on:
        return _("不能早于开始的日期 %(day)s。") % {"day": from_on}
    return ""


def why_not_into(area_id: str, into_id: str, into: Stretch, on: date) -> str:
    """Why an area whose last day is ``on`` cannot become part of another."""
    if area_id == into_id:
        return _("不能并入自己，请选择另一个居民区。")
    next_day = on + timedelta(days=1)
    if not holds_on(into, next_day):
        return _("并入的居民区在 %(day)s 应当存在，请改选居民区或日期。") % {"day": next_day}
    return ""


def why_not_split_on(area: Stretch, on: date) -> str:
    """Why a new area cannot begin on a day out of another."""
    if not holds_on(area, on):
        return _("原居民区在这一天不存在，请改填日期。")
    return ""


# -- counts -------------------------------------------------------------------------------------


def why_not_change_count(frozen_at: datetime | None) -> str:
    """Why the numbers of a snapshot stay as they are."""
    if frozen_at is not None:
        day = timezone.localtime(frozen_at).date()
        return _("这次户数快照已于 %(day)s 冻结，不能再改。") % {"day": day}
    return ""


def why_not_count_area(area: Stretch, counted_on: date) -> str:
    """Why an area cannot have a count in a snapshot."""
    if not holds_on(area, counted_on):
        return _("这个居民区在统计日期 %(day)s 不存在。") % {"day": counted_on}
    return ""


def why_not_snapshot_on(
    year: int, counted_on: date, before: date | None, after: date | None
) -> str:
    """Why a snapshot cannot be counted on a day, between those before and after it in the year."""
    if counted_on.year != year:
        return _("统计日期应在 %(year)s 年内。") % {"year": year}
    if before is not None and counted_on <= before:
        return _("应晚于上一次快照的统计日期 %(day)s。") % {"day": before}
    if after is not None and counted_on >= after:
        return _("应早于下一次快照的统计日期 %(day)s。") % {"day": after}
    return ""


def why_not_freeze(
    frozen_at: datetime | None,
    counted_on: date,
    today: date,
    uncounted: Sequence[str],
    doubted: Sequence[str],
) -> str:
    """Why a snapshot cannot be frozen: areas without a count, doubts that nobody answered."""
    if frozen_at is not None:
        return why_not_change_count(frozen_at)
    if today < counted_on:
        return _("统计日期 %(day)s 还没有到，不能冻结。") % {"day": counted_on}
    if uncounted:
        return _("还没有户数的居民区：%(areas)s。填报后才能冻结。") % {"areas": named(uncounted)}
    if doubted:
        return _("对数字有疑问、还没有答复的居民区：%(areas)s。更正或答复后才能冻结。") % {
            "areas": named(doubted)
        }
    return ""


def why_not_confirm(frozen_at: datetime | None) -> str:
    """Why an area can neither confirm its count nor doubt it any more."""
    if frozen_at is not None:
        return _("这次快照已冻结，数字不再更改。有出入请向党建办说明。")
    return ""


def why_not_doubt(open_doubts: int) -> str:
    """Why a second doubt has to wait."""
    return _("已提出的疑问还没有答复，请等党建办答复。") if open_doubts else ""


def why_not_answer(answered_at: datetime | None) -> str:
    """Why a doubt cannot be answered."""
    return _("这个疑问已经答复过。") if answered_at is not None else ""


# -- posts --------------------------------------------------------------------------------------


def why_not_end_post(until_on: date | None, today: date) -> str:
    """Why a staff post cannot be ended."""
    if until_on is not None and until_on < today:
        return _("这个任职已于 %(day)s 结束。") % {"day": until_on}
    return ""


def why_not_stretch(one: Stretch, others: Iterable[Stretch]) -> str:
    """Why somebody cannot hold the same role in the same area once more at the same time."""
    for other in others:
        if max(one[0], other[0]) <= min(one[1] or date.max, other[1] or date.max):
            return _("同一人同一职务的任职时间重叠：已有 %(first)s 至 %(last)s 的任职。") % {
                "first": other[0],
                "last": other[1] or _("今"),
            }
    return ""


def holds_on(stretch: Stretch, day: date) -> bool:
    """Whether a day lies within."""
    first, last = stretch
    return first <= day and (last is None or day <= last)


def named(names: Sequence[str]) -> str:
    """Names in a row, the first few of many."""
    shown = in_a_row(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        return _("%(names)s等 %(count)s 个") % {"names": shown, "count": len(names)}
    return shown
