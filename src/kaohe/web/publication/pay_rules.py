"""What may be done with proposals of pay, and how a line stands; reasons for people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.access import STAGES

State = Literal["proposed", "held", "settled", "confirmed", "nothing"]
STATES: Mapping[State, Promise] = {
    "proposed": gettext_lazy("建议"),
    "held": gettext_lazy("暂缓"),
    "settled": gettext_lazy("已核定"),
    "confirmed": gettext_lazy("已确认"),
    "nothing": gettext_lazy("不发"),
}
"""How a line stands, in words."""
TONES: Mapping[State, str] = {
    "proposed": "plain",
    "held": "warn",
    "settled": "good",
    "confirmed": "good",
    "nothing": "plain",
}
"""How each state looks."""


def state_of(*, waits: bool, decided: bool, due: Decimal, confirmed: bool) -> State:
    """How a line stands; ``confirmed`` is the list as a whole."""
    if waits:
        return "held"
    if not (decided or confirmed):
        return "proposed"
    if not due:
        return "nothing"
    return "confirmed" if confirmed else "settled"


def why_not_handled(*, stage: str, newest: bool, confirmed: bool) -> str:
    """Why a list of proposals is not worked on any more; an empty text if it is."""
    if not newest:
        return _("这一版已经更正，请核定最新一版的绩效建议。")
    if STAGES.index(stage) < STAGES.index("published"):
        return _("这一年度已退回重新计分，请等更正后的结果公布以后再核定、确认。")
    if confirmed:
        return _("名单已经确认，不再更改。确有差错的，按更正程序公布新的一版。")
    return ""


def why_not_decide(*, held: bool, own: bool) -> str:
    """Why somebody does not decide on a line; an empty text if they do."""
    if not held:
        return _("这一条没有暂缓，随名单一并确认，不单独核定。")
    return _("这是您本人的绩效，请由另一位财务人事人员核定。") if own else ""


def why_not_confirm(*, lines: int, waiting: int) -> str:
    """Why a list is not confirmed yet; an empty text if it can be."""
    if not lines:
        return _("没有绩效建议，不需要确认。")
    if waiting:
        return _("还有 %(count)s 人暂缓，逐一核定后才能确认名单。") % {"count": waiting}
    return ""
