"""What may be done with runs, and when; reasons for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.accounts.access import STAGES


def why_not_run(stage: str, open_points: int) -> str:
    """Why a cycle in a stage cannot be scored; an empty text if it can.

    ``open_points`` are those that keep facts from being read at all.
    """
    if STAGES.index(stage) < STAGES.index("scoring"):
        return _("收集阶段只核对完整性，不计分。进入计分阶段后再计分。")
    if stage != "scoring":
        return _("只在计分阶段计分。要重新计分，请先经两位组长签署退回计分阶段。")
    if open_points:
        return _("事实数据还有 %(count)s 处错误，改正后才能计分。") % {"count": open_points}
    return ""


def may_see_ranks(roles: frozenset[str]) -> bool:
    """Ranks are for clerk, leading group and auditor only (三(一): 严控排名)."""
    return bool(roles & {"clerk", "group_head", "group_member", "auditor"})


FILES: dict[str, frozenset[str]] = {
    "results.csv": frozenset({"clerk", "group_head", "group_member", "auditor"}),
    "checks.csv": frozenset({"clerk", "group_head", "group_member", "auditor"}),
    "workbook.xlsx": frozenset({"clerk", "group_head", "group_member"}),
    "results.xlsx": frozenset({"auditor"}),
    "results.json": frozenset({"auditor"}),
    "pay.csv": frozenset({"auditor"}),
    "facts.zip": frozenset({"auditor"}),
    "scheme.yaml": frozenset({"clerk", "group_head", "group_member", "auditor"}),
}
"""Which roles may take which file of a run along: single facts, pay and the whole result with both
go to the auditor only, the workbook of the others has no pay sheet. Finance has the list of what is
published, never that of a run."""

FILE_NAMES: dict[str, Promise] = {
    "results.csv": gettext_lazy("结果（CSV）"),
    "checks.csv": gettext_lazy("检查项（CSV）"),
    "workbook.xlsx": gettext_lazy("结果表格（XLSX）"),
    "results.xlsx": gettext_lazy("结果表格，含绩效（XLSX）"),
    "results.json": gettext_lazy("全部结果与来由（JSON）"),
    "pay.csv": gettext_lazy("绩效清单（CSV）"),
    "facts.zip": gettext_lazy("事实快照（ZIP）"),
    "scheme.yaml": gettext_lazy("考核方案（YAML）"),
}
"""What people call the files."""


def files_for(roles: frozenset[str]) -> list[str]:
    """The files that one of these roles may download."""
    return [name for name, allowed in FILES.items() if allowed & roles]
