"""What may be exported of published results, by whom, and why not. Plain values in."""

from __future__ import annotations

from django.utils.translation import gettext as _

MAKING = "clerk finance"
"""Who hands results on."""


def why_not_export(*, published: bool, has_labels: bool, areas: int) -> str:
    """Why there is nothing to export."""
    if not published:
        return _("这一年度还没有公布，公布以后才能导出。")
    if not has_labels:
        return _("方案没有对外公布的等次，没有可以导出的结果。")
    if not areas:
        return _("请至少选一个居民区。")
    return ""
