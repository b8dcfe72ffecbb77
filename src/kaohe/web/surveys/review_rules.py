"""Who may say what of a flagged ballot, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REVIEWING = "inspection statistics"
"""The roles that review: neither those who run the survey nor those who are judged by it."""
REVIEWERS = 2
"""So many agree before a ballot is left out."""
UNTIL = ("collecting", "scoring")
"""The stages in which ballots are reviewed: a run in review is not moved any more."""

MINE, OTHER, DECIDED = "mine", "other", "decided"
STATES = {
    MINE: gettext_lazy("等我审阅"),
    OTHER: gettext_lazy("等另一人"),
    DECIDED: gettext_lazy("已有结论"),
}
"""Whom a flagged ballot waits for, as one reviewer sees it."""


def state_of(*, reviews: int, mine: bool) -> str:
    """Whom a ballot with so many opinions, one of them perhaps mine, waits for."""
    if reviews >= REVIEWERS:
        return DECIDED
    return OTHER if mine else MINE


def why_not_review(
    *, stage: str, flagged: bool, mine: bool, reviews: int, aside: bool, reason: str
) -> str:
    """Why somebody's opinion of a ballot is not taken."""
    if stage not in UNTIL:
        return _("答卷审阅在收集和计分阶段进行。")
    if not flagged:
        return _("只审阅有提示的答卷。")
    if mine:
        return _("您已经审阅过这份答卷。")
    if reviews >= REVIEWERS:
        return _("这份答卷已由两人审阅。")
    if aside and not reason.strip():
        return _("不计入一份答卷，请写明理由。")
    return ""


def is_left_out(opinions: Sequence[bool]) -> bool:
    """Whether a ballot does not count: only if two people, each for a reason, say so."""
    return len(opinions) >= REVIEWERS and all(opinions)
