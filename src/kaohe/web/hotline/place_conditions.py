"""What cases without an area have to do with stages: nothing is scored while some are left."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_condition
from kaohe.web.hotline.facts import to_be_laid


def no_case_to_be_laid(cycle: Cycle) -> list[str]:
    """What stands against scoring: cases that would count nowhere, although nobody said so."""
    count = to_be_laid(cycle).count()
    if not count:
        return []
    told = _(
        "还有 %(count)s 件办件没有归入居民区。请先在“待归属办件”里归入；"
        "确实不属于任何居民区的，也在那里记明。"
    )
    return [told % {"count": count}]


def watch_places() -> None:
    """Hold back scoring and review; called when the app is loaded."""
    add_condition("collecting", "scoring", no_case_to_be_laid)
    # Places may still be changed while a year is scored.
    add_condition("scoring", "review", no_case_to_be_laid)
