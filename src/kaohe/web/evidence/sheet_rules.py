"""What may be done with a sheet of marks, and when; what a mark may be. Reasons for people."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from kaohe.values.numbers import shortest
from kaohe.web.accounts.access import STAGES
from kaohe.web.cycles.items import Item
from kaohe.web.ui.language import in_a_row

WINDOW = "department_window"
"""The step of the calendar in which departments mark."""
LONGEST_COMMENT = 500
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Window:
    """When departments mark, both days included, and whether that is now."""

    is_open: bool
    first: date
    last: date


def why_not_collecting(stage: str) -> str:
    """Why nothing can be done with sheets in a stage; an empty text if it can."""
    if STAGES.index(stage) < STAGES.index("collecting"):
        return _("考核还没有进入收集阶段，进入后才能评分。")
    if stage != "collecting":
        return _("收集阶段已经结束，评分表不再改动。")
    return ""


def why_not_mark(stage: str, window: Window, signed_by: str) -> str:
    """Why marks cannot be given or changed now; an empty text if they can."""
    if reason := why_not_collecting(stage):
        return reason
    if signed_by:
        return _("%(name)s已签署本表，评分不能再改。确需改动的，请申请重新评分。") % {
            "name": signed_by
        }
    if not window.is_open:
        return _("科室评分时间为 %(first)s 至 %(last)s，今天不能评分。") % {
            "first": window.first.isoformat(),
            "last": window.last.isoformat(),
        }
    return ""


def why_not_sign(
    stage: str, signed_by: str, *, is_head: bool, empty: int, comments_missing: int
) -> str:
    """Why the sheet cannot be signed now; an empty text if it can.

    ``empty`` cells have no mark, ``comments_missing`` marks lack the comment that they need.
    """
    if reason := why_not_collecting(stage):
        return reason
    if signed_by:
        return _("%(name)s已签署本表。") % {"name": signed_by}
    if empty:
        return _("还有 %(count)s 格没有评分，全部填完后才能签署。") % {"count": empty}
    if comments_missing:
        return _("还有 %(count)s 格缺少说明，补上后才能签署。") % {"count": comments_missing}
    if not is_head:
        return _("评分表由科室负责人签署。")
    return ""


def why_not_ask_reopening(stage: str, signed_by: str, *, asked: bool) -> str:
    """Why a signed sheet cannot be asked to be opened again; an empty text if it can."""
    if reason := why_not_collecting(stage):
        return reason
    if not signed_by:
        return _("评分表没有签署，可以直接修改。")
    if asked:
        return _("已经提出申请，请等党建办决定。")
    return ""


def why_not_decide_reopening(stage: str, *, decided: bool) -> str:
    """Why a request cannot be granted or refused; an empty text if it can."""
    if decided:
        return _("这项申请已经有了决定。")
    return why_not_collecting(stage)


def why_not_sign_block(
    stage: str, signed_by: str, unsigned: list[str], *, is_lead: bool, is_head: bool
) -> str:
    """Why a block cannot be signed complete; an empty text if it can.

    ``unsigned`` are the departments of the block whose heads have not signed yet.
    """
    if reason := why_not_collecting(stage):
        return reason
    if signed_by:
        return _("%(name)s已签署。") % {"name": signed_by}
    if not is_lead:
        return _("由牵头科室签署。")
    if unsigned:
        return _("还有科室没有签署评分表：%(names)s。") % {"names": in_a_row(unsigned)}
    if not is_head:
        return _("由牵头科室的负责人签署。")
    return ""


def read_score(text: str, item: Item) -> tuple[str, str]:
    """A mark as it is stored (``92.5``), and why the text is none; both empty for an empty cell.

    Full-width digits and a Chinese full stop for the point are read as they are meant.
    """
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").strip()
    if not plain:
        return "", ""
    if not NUMBER.fullmatch(plain):
        return "", _("应填数字，例如 %(example)s。") % {"example": shortest(item.maximum)}
    score = Fraction(plain)
    if not item.minimum <= score <= item.maximum:
        return "", _("应在 %(least)s 到 %(most)s 之间。") % {
            "least": shortest(item.minimum),
            "most": shortest(item.maximum),
        }
    if (score * 10**item.places).denominator != 1:
        if not item.places:
            return "", _("应为整数。")
        return "", _("最多 %(places)s 位小数。") % {"places": item.places}
    return shortest(score), ""


def read_comment(text: str) -> tuple[str, str]:
    """A comment as it is stored, and why the text is none."""
    plain = UNPRINTED.sub("", text.replace("\r\n", "\n")).strip()
    if len(plain) > LONGEST_COMMENT:
        return "", _("说明最多 %(most)s 字，现有 %(count)s 字。") % {
            "most": LONGEST_COMMENT,
            "count": len(plain),
        }
    return plain, ""


def is_extreme(score: str, item: Item) -> bool:
    """Whether a stored mark is the least or the greatest that can be given (8.2: 说明理由)."""
    return bool(score) and Fraction(score) in (item.minimum, item.maximum)


def comment_missing(score: str, comment: str, item: Item) -> bool:
    """Whether a mark still needs a comment."""
    return is_extreme(score, item) and not comment
