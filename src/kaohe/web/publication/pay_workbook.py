"""The list of proposals of pay as a workbook for HR, with sums and what a correction changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from kaohe.outputs.lists import ListPage, lists_workbook
from kaohe.web.publication.models import Publication
from kaohe.web.publication.pay_presenters import LineShown, Words
from kaohe.web.publication.pay_totals import AreaSums, Difference, sums_by_area
from kaohe.web.ui.templatetags.ui import told


def pay_workbook(
    publication: Publication,
    lines: Sequence[LineShown],
    words: Words,
    changed: Sequence[Difference],
    version: str,
) -> bytes:
    """Everybody with amount, state and reasons; sums by area and role; differences, if any.

    ``version`` says which version the differences are to.
    """
    pages = [_everybody(publication, lines), _sums(publication, lines, words.roles)]
    if changed:
        pages.append(_changes(changed, version))
    return lists_workbook(str(publication), pages)


def _everybody(publication: Publication, lines: Sequence[LineShown]) -> ListPage:
    waiting = sum(one.state == "held" for one in lines)
    says = [
        _("金额单位：元。这是建议名单，发放在别处办理。"),
        _("暂缓的 %(count)s 人，处理以前不发。") % {"count": waiting} if waiting else "",
    ]
    headings = [
        *(_("人员编号"), _("居民区编号"), _("居民区"), _("职务"), _("档次")),
        *(_("建议金额"), _("状态"), _("暂缓原因"), _("核定金额"), _("处理理由"), _("来由")),
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
    return ListPage(_("名单"), title, headings, rows, (5, 8), tuple(filter(None, says)))


def _sums(
    publication: Publication, lines: Sequence[LineShown], roles: Mapping[str, str]
) -> ListPage:
    headings = [
        *(_("居民区编号"), _("居民区"), _("职务"), _("人数"), _("合计金额")),
        *(_("其中暂缓人数"), _("其中暂缓金额")),
    ]
    areas = sums_by_area([one.row for one in lines], list(roles))
    rows = [row for area in areas for row in _area_rows(area, list(roles.values()))]
    title = _("%(publication)s：按居民区、职务合计") % {"publication": publication}
    return ListPage(_("合计"), title, headings, rows, (3, 4, 5, 6))


def _area_rows(area: AreaSums, roles: Sequence[str]) -> list[list[str]]:
    return [
        [
            *(area.subject_id, area.name, role),
            *(str(one.persons), str(one.amount), str(one.waiting), str(one.held)),
        ]
        for role, one in zip(roles, area.by_role, strict=True)
        if one.persons or one.waiting
    ]


def _changes(changed: Sequence[Difference], version: str) -> ListPage:
    headings = [
        *(_("人员编号"), _("居民区"), _("上一版金额"), _("这一版金额"), _("差额"), _("说明")),
    ]
    rows = [
        [
            *(one.staff_id, one.name, str(one.before), str(one.after), str(one.change)),
            _("暂缓，尚未处理") if one.waits else "",
        ]
        for one in changed
    ]
    title = _("与%(version)s的差别") % {"version": version}
    return ListPage(_("差别"), title, headings, rows, (2, 3, 4))
