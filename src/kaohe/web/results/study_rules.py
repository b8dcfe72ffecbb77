"""When the readings of a policy may be studied, on which facts, and who sees what of it."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.access import STAGES

GROUP_AND_AUDITOR = frozenset({"group_head", "group_member", "auditor"})
READERS = GROUP_AND_AUDITOR | {"clerk"}


def is_before_scoring(stage: str) -> bool:
    """Whether only simulated facts may be studied: of an open year nobody sees any result."""
    return STAGES.index(stage) < STAGES.index("scoring")


def why_not_study(stage: str, *, areas: int, has_hints: bool, has_run: bool) -> str:
    """Why nothing can be studied now; an empty text if it can.

    ``areas`` are those of the town, ``has_hints`` says whether facts can be simulated.
    """
    if not is_before_scoring(stage):
        return "" if has_run else _("还没有计分。请先计分，再按本年数据分析。")
    if not has_hints:
        return _("这个方案没有模拟数据的做法，计分以前不能分析；计分以后可以按本年数据分析。")
    if not areas:
        return _("还没有登记居民区，不知道要模拟多少个。请先在“居民区”中登记。")
    return ""


def may_see_pay(roles: Collection[str]) -> bool:
    """What is paid in the town and in an area is for leading group and auditor, not the clerk."""
    return not GROUP_AND_AUDITOR.isdisjoint(roles)


STUDY_FILES: dict[str, frozenset[str]] = {
    "without-pay.xlsx": frozenset({"clerk"}),
    "totals.xlsx": GROUP_AND_AUDITOR,
    "totals.json": GROUP_AND_AUDITOR,
    "sensitivity.xlsx": frozenset({"auditor"}),
    "sensitivity.json": frozenset({"auditor"}),
    "scheme.yaml": READERS,
    "town.yaml": READERS,
}
"""Which roles may take which file of a study along: what single persons are paid goes to the
auditor only, what is paid in an area to the leading group too, the clerk's workbook has no pay."""

STUDY_FILE_NAMES: dict[str, Promise] = {
    "without-pay.xlsx": gettext_lazy("影响分析表格，不含绩效（XLSX）"),
    "totals.xlsx": gettext_lazy("影响分析表格（XLSX）"),
    "totals.json": gettext_lazy("影响分析数据（JSON）"),
    "sensitivity.xlsx": gettext_lazy("影响分析表格，含个人绩效（XLSX）"),
    "sensitivity.json": gettext_lazy("影响分析数据，含个人绩效（JSON）"),
    "scheme.yaml": gettext_lazy("考核方案（YAML）"),
    "town.yaml": gettext_lazy("模拟数据的做法（YAML）"),
}
"""What people call the files."""


def study_files_for(roles: Collection[str]) -> list[str]:
    """The files that one of these roles may download."""
    return [name for name, allowed in STUDY_FILES.items() if not allowed.isdisjoint(roles)]
