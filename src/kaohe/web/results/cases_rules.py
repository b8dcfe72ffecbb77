"""Who sees what cases come to: nobody assessed sees a place or another area's figure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.web.accounts.access import STAGES
from kaohe.web.accounts.models import held_by
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.roles import GROUP

ALL_SEEN_BY = f"clerk auditor {GROUP}"
"""Who sees the figures of every area, their places and bands among them."""
OWN_SEEN_BY = "secretary"
"""Who sees the figures of the own areas, without place and band."""
SEEN_BY = f"{ALL_SEEN_BY} {OWN_SEEN_BY}"
PROVIDER = "provider"
"""Who sees sums of the cases of its own source."""
FIRST_STAGE = "collecting"
"""From this stage on there are cases to tell of."""


def own_areas(person: Person) -> frozenset[str]:
    """The areas whose figures somebody sees as their own."""
    return frozenset(held_by((post for post in person.posts if post.role == OWN_SEEN_BY), "areas"))


def may_see_figures(person: Person, area: str) -> bool:
    """Whether somebody may see what an area comes to."""
    return person.has(ALL_SEEN_BY) or area in own_areas(person)


def why_no_block(stage: str, *, judges_cases: bool) -> str:
    """Why there is nothing to tell of cases in a year; empty if there is."""
    if not judges_cases:
        return _("本年度方案没有按办件计算的项目。")
    if STAGES.index(stage) < STAGES.index(FIRST_STAGE):
        return _("还没有开始收集数据。进入收集阶段、报送了办件以后，这里随时能看。")
    return ""


def why_no_areas(assessed: int) -> str:
    """Why somebody who sees the own areas only has nothing to see; empty if they have."""
    return "" if assessed else _("没有你负责的居民区参加这一年的考核。")
