"""When cases may be laid to areas, and the terms of a year be set."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext as _

from kaohe.web.accounts.access import STAGES
from kaohe.web.cycles.models import STAGE_NAMES

PLACING: Final = ("collecting", "scoring")
"""The stages in which facts are still gathered, and so areas of cases still told."""


def why_not_place(stage: str) -> str:
    """Why cases cannot be laid to areas in a stage of the cycle."""
    if stage in PLACING:
        return ""
    if STAGES.index(stage) < STAGES.index(PLACING[0]):
        return _("本年度考核还没有进入“收集”阶段，还没有办件。")
    return _("本年度考核已进入“%(stage)s”阶段，办件的归属不再更改。") % {
        "stage": STAGE_NAMES[stage]
    }


def why_not_remember(text: str, places: Collection[str]) -> str:
    """Why a text cannot be kept as a place for these cases; all as ``placing.looks`` has them."""
    if not text or any(text in place for place in places):
        return ""
    return _("所选办件的地点里没有这段文字。请从办件的地点中摘取，例如只留到弄号。")


def why_not_set_terms(stage: str) -> str:
    """Why the terms of a year cannot be set any more."""
    if STAGES.index(stage) < STAGES.index("published"):
        return ""
    return _("本年度考核已进入“%(stage)s”阶段，期限不再更改。") % {"stage": STAGE_NAMES[stage]}
