"""The list of proposals of pay as a workbook for HR, with sums and what a correction changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from kaohe.outputs.lists import ListPage, lists_workbook
from kaohe.web.publication.models import Publication
from kaohe.web.publication.pay_models import PayConfirmation
from kaohe.web.publication.pay_presenters import LineShown, Words
from kaohe.web.publication.pay_totals import AreaSums, Difference, Sum, sum_of, sums_by_area
from kaohe.web.records.declaring import as_text
from kaohe.web.ui.templatetags.ui import told


def pay_workbook(
    publication: Publication,
    lines: Sequence[LineShown],
    words: Words,
    confirmed: PayConfirmation | None,
    changed: Sequence[Difference],
    version: str,
) -> bytes:
    """Everybody with amount, state and reasons; sums by area and role; differences, if any.

    ``version`` says which version the differences are to.
    """
    pages = [_everybody(publication, lines, confirmed), _sums(publication, lines, words.roles)]
    if changed:
        pages.append(_changes(changed, version))
    return lists_workbook(str(publication), pages)


def _everybody(
    publication: Publication, lines: Sequence[LineShown], confirmed: PayConfirmation | None
) -> ListPage:
    waiting = sum(one.state == "held" for one in lines)
    says = [_("金额单位：元。发放在别处办理，暂缓的没有应发金额。")]
    if waiting:
        says.append(_("还有 %(count)s 人暂缓，核定以前不发。") % {"count": waiting})
    if confirmed is None:
        says.append(_("名单尚未确认。"))
    else:
        signed = {"by": confirmed.by, "at": as_text(confirmed.at)}
        says.append(_("%(by)s %(at)s 确认。") % signed)
    headings = [
        *(_("人员编号"), _("居民区编号"), _("居民区"), _("职务"), _("档次")),
        *(_("建议金额"), _("状态"), _("暂缓原因"), _("应发金额"), _("核定理由"), _("来由")),
    ]
    rows = [
        [
            *(one.row.staff_id, one.row.subject_id, one.row.name, one.role, one.label),
            *(one.row.amount, one.state_told, one.why_held),
            "" if one.state == "held" else one.row.decided_amount or one.row.amount,
            *(one.row.decided_reason, told(one.row.reason)),
        ]
        for one in lines
    ]
    title = _("%(publication)s：绩效建议") % {"publication": publication}
    return ListPage(_("名单"), title, headings, rows, (5, 8), says)


def _sums(
    publication: Publication, lines: Sequence[LineShown], roles: Mapping[str, str]
) -> ListPage:
    headings = [
        *(_("居民区编号"), _("居民区"), _("职务"), _("发放人数"), _("合计金额")),
        *(_("其中暂缓人数"), _("其中暂缓金额")),
    ]
    areas = sums_by_area([one.row for one in lines], list(roles))
    rows = [row for area in areas for row in _area_rows(area, list(roles.values()))]
    rows.append(["", _("全镇"), "", *_cells(sum_of(one.row for one in lines))])
    title = _("%(publication)s：按居民区、职务合计") % {"publication": publication}
    return ListPage(_("合计"), title, headings, rows, (3, 4, 5, 6))


def _area_rows(area: AreaSums, roles: Sequence[str]) -> list[list[str]]:
    return [
        [area.subject_id, area.name, role, *_cells(one)]
        for role, one in zip(roles, area.by_role, strict=True)
        if one.persons or one.waiting
    ]


def _cells(one: Sum) -> list[str]:
    return [str(one.persons), f"{one.amount:.2f}", str(one.waiting), f"{one.held:.2f}"]


def _changes(changed: Sequence[Difference], version: str) -> ListPage:
    headings = [
        *(_("人员编号"), _("居民区"), _("上一版金额"), _("这一版金额"), _("差额"), _("说明")),
    ]
    rows = [
        [
            *(one.staff_id, one.name, str(one.before), str(one.after), str(one.change)),
            _("暂缓，尚未核定") if one.waits else "",
        ]
        for one in changed
    ]
    title = _("与%(version)s的差别") % {"version": version}
    return ListPage(_("差别"), title, headings, rows, (2, 3, 4))
