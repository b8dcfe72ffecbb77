"""Who reads the pack of the leading group, and when there is one. Plain values in, reasons out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kaohe.web.accounts.access import STAGES

KINDS = ("pdf", "docx")
"""The files that it is taken along as."""
PAGES = 10
"""So many pages at most, for a town of thirty areas."""
TOLD_FROM = "review"


def why_no_pack(stage: str, *, has_run: bool) -> str:
    """Why there is nothing to put before the leading group."""
    if not has_run:
        return _("还没有计分。计分并进入复核以后，才有审定材料。")
    if STAGES.index(stage) < STAGES.index(TOLD_FROM):
        return _("现在是计分阶段，结果还会变。进入复核以后，才有审定材料。")
    return ""
