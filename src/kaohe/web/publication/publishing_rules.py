"""When something may be published, and why not. Plain values in, reasons out."""

from __future__ import annotations

from django.utils.translation import gettext as _


def why_not_settled(*, final: bool, open_rulings: int) -> list[str]:
    """What is open on a run that is to be published."""
    reasons = []
    if not final:
        reasons.append(
            _(
                "最近一次计分是暂定结果，还有要求未达到或数据不全。"
                "请补齐数据，或由领导小组认可后退回计分、重新计分。"
            )
        )
    if open_rulings:
        told = {"count": open_rulings}
        reasons.append(_("还有 %(count)s 项审定没有办完。") % told)
    return reasons


def why_not_prepare(
    *, stage: str, has_run: bool, final: bool, open_rulings: int, pending: bool
) -> list[str]:
    """Why nothing can be prepared for publication now."""
    if stage != "review":
        return [_("公布在复核阶段准备。")]
    if pending:
        return [_("公布已经提请签署；要重新准备，请先撤回提请。")]
    if not has_run:
        return [_("还没有计分。")]
    return why_not_settled(final=final, open_rulings=open_rulings)


def why_no_reason(*, corrects: bool, reason: str) -> str:
    """A correction says why."""
    if corrects and not reason.strip():
        return _("这是对已公布结果的更正，请写明理由。")
    return ""


def not_current() -> str:
    """Why what was prepared is not what would be published."""
    return _("准备公布以后，计分或审定又有变动，请重新准备公布。")
