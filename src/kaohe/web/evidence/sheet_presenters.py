"""Sheets of marks as pages show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kaohe.values.numbers import fixed, shortest
from kaohe.web.cycles.items import Item
from kaohe.web.evidence.models import Mark, Note
from kaohe.web.evidence.sheet_actions import Cell, Outcome
from kaohe.web.evidence.sheet_contents import Key, Sheet
from kaohe.web.evidence.sheet_rules import comment_missing
from kaohe.web.registry.models import Area
from kaohe.web.ui.language import sentences


@dataclass(frozen=True)
class Spread:
    """How the marks of one scorer for one item lie: no area is named, nothing is ranked (A31)."""

    filled: int
    cells: int
    mean: str = ""
    least: str = ""
    greatest: str = ""
    distinct: int = 0

    @property
    def told(self) -> str:
        """The same in one sentence."""
        if not self.filled:
            return _("本项还没有评分。")
        return _(
            "已评 %(filled)s/%(cells)s，平均 %(mean)s，最低 %(least)s，最高 %(greatest)s，"
            "共 %(distinct)s 种分值。"
        ) % {
            "filled": self.filled,
            "cells": self.cells,
            "mean": self.mean,
            "least": self.least,
            "greatest": self.greatest,
            "distinct": self.distinct,
        }


def spread_of(scores: Sequence[str], cells: int, places: int) -> Spread:
    """The spread of exact marks; the mean with one place more than a mark may have."""
    if not scores:
        return Spread(0, cells)
    exact = [Fraction(score) for score in scores]
    return Spread(
        filled=len(exact),
        cells=cells,
        mean=fixed(sum(exact, Fraction(0)) / len(exact), places + 1),
        least=shortest(min(exact)),
        greatest=shortest(max(exact)),
        distinct=len(set(exact)),
    )


def range_of(item: Item) -> str:
    """Which marks an item takes."""
    least, most = shortest(item.minimum), shortest(item.maximum)
    if not item.places:
        return _("%(least)s 至 %(most)s 的整数") % {"least": least, "most": most}
    return _("%(least)s 至 %(most)s，最多 %(places)s 位小数") % {
        "least": least,
        "most": most,
        "places": item.places,
    }


@dataclass(frozen=True)
class ColumnShown:
    """An item across the sheet."""

    number: int
    item: Item
    range: str
    spread: Spread


@dataclass(frozen=True)
class CellShown:
    """A cell: what is in its fields, what is stored, and what is to be said about it."""

    area: Area
    column: ColumnShown
    score: str
    comment: str
    stored_score: str
    stored_comment: str
    version: int
    comment_missing: bool = False
    reason: str = ""
    conflict: bool = False
    other: Mark | None = None

    @property
    def other_told(self) -> str:
        """What somebody else put there meanwhile."""
        return told_mark(self.other)

    @property
    def key(self) -> str:
        """The name of its fields, but for the word before it."""
        return field_key(self.area.area_id, self.column.item.node)


@dataclass(frozen=True)
class LineShown:
    """An area down the sheet, with what the department noted there."""

    number: int
    area: Area
    cells: list[CellShown]
    notes: list[Note]


@dataclass(frozen=True)
class SheetShown:
    """The whole sheet."""

    sheet: Sheet
    columns: list[ColumnShown] = field(default_factory=list)
    lines: list[LineShown] = field(default_factory=list)

    @property
    def as_shown(self) -> str:
        """Every cell as the page shows it, for a form without a script to tell what was changed."""
        return json.dumps(
            {
                cell.key: [cell.version, cell.stored_score, cell.stored_comment]
                for line in self.lines
                for cell in line.cells
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def clauses_of(items: Iterable[Item]) -> str:
    """The clauses that items carry out, each once."""
    return sentences(dict.fromkeys(item.clause for item in items if item.clause))


def field_key(area_id: str, node: str) -> str:
    """How fields name a cell; a node holds no such stroke, whatever an area is called."""
    return f"{area_id}|{node}"


def shown_sheet(
    sheet: Sheet, notes: Iterable[Note] = (), outcomes: Iterable[Outcome] = ()
) -> SheetShown:
    """A sheet for its page; ``outcomes`` are cells whose typed content was not taken."""
    noted: dict[int, list[Note]] = {}
    for note in notes:
        noted.setdefault(note.area_id, []).append(note)
    open_ones = {
        (one.cell.area_id, one.cell.node): one
        for one in outcomes
        if one.state in ("refused", "conflict")
    }
    columns = [
        ColumnShown(number, item, range_of(item), column_spread(sheet, item))
        for number, item in enumerate(sheet.items, start=1)
    ]
    lines = [
        LineShown(
            number,
            area,
            [_shown_cell(sheet, area, column, open_ones) for column in columns],
            noted.get(area.pk, []),
        )
        for number, area in enumerate(sheet.areas, start=1)
    ]
    return SheetShown(sheet, columns, lines)


def column_spread(sheet: Sheet, item: Item) -> Spread:
    """The spread of one item of a sheet."""
    return spread_of(sheet.scores(item.node), len(sheet.areas), item.places)


def _shown_cell(
    sheet: Sheet, area: Area, column: ColumnShown, open_ones: Mapping[Key, Outcome]
) -> CellShown:
    mark = sheet.marks.get((area.area_id, column.item.node))
    score, comment = (mark.score, mark.comment) if mark is not None else ("", "")
    outcome = open_ones.get((area.area_id, column.item.node))
    typed = outcome.cell if outcome is not None else Cell(area.area_id, "", score, comment)
    return CellShown(
        area=area,
        column=column,
        score=typed.score,
        comment=typed.comment,
        stored_score=score,
        stored_comment=comment,
        version=mark.version if mark is not None else 0,
        comment_missing=comment_missing(score, comment, column.item),
        reason=outcome.reason if outcome is not None else "",
        conflict=outcome is not None and outcome.state == "conflict",
        other=mark,
    )


# -- for the script


def answer_of(sheet: Sheet, outcomes: Iterable[Outcome], sign_refused: str) -> dict[str, Any]:
    """What the script is told after it sent cells; ``sheet`` is as it stands after that."""
    answered = list(outcomes)
    nodes = {one.cell.node for one in answered} & sheet.item_of.keys()
    return {
        "cells": [_answered(sheet, one) for one in answered],
        "columns": {node: _spread(sheet, sheet.item_of[node]) for node in sorted(nodes)},
        "filled": sheet.filled,
        "progress": progress_of(sheet),
        "sign_refused": sign_refused,
    }


def progress_of(sheet: Sheet) -> str:
    """How far a sheet is, in one sentence."""
    told_filled = _("已评 %(filled)s/%(cells)s 格。") % {
        "filled": sheet.filled,
        "cells": sheet.cells,
    }
    if not sheet.comments_missing:
        return told_filled
    return told_filled + _("缺说明 %(count)s 格。") % {"count": sheet.comments_missing}


def _spread(sheet: Sheet, item: Item) -> dict[str, Any]:
    spread = column_spread(sheet, item)
    return {
        "told": spread.told,
        "filled": f"{spread.filled}/{spread.cells}",
        "mean": spread.mean,
        "least": spread.least,
        "greatest": spread.greatest,
        "distinct": spread.distinct if spread.filled else "",
    }


def _answered(sheet: Sheet, one: Outcome) -> dict[str, Any]:
    mark = one.mark
    score, comment = (mark.score, mark.comment) if mark is not None else ("", "")
    item = sheet.item_of.get(one.cell.node)
    return {
        "area": one.cell.area_id,
        "node": one.cell.node,
        "state": "saved" if one.state == "unchanged" else one.state,
        "reason": one.reason,
        "score": score,
        "comment": comment,
        "version": mark.version if mark is not None else 0,
        "comment_missing": item is not None and comment_missing(score, comment, item),
        "other": told_mark(mark) if one.state == "conflict" else "",
    }


def told_mark(mark: Mark | None) -> str:
    """What stands in a cell and who put it there."""
    if mark is None:
        return _("这一格已经清空。")
    words = {
        "name": mark.by,
        "at": timezone.localtime(mark.at).strftime("%m-%d %H:%M"),
        "score": mark.score or _("空"),
        "comment": mark.comment or _("无"),
    }
    return _("%(name)s在 %(at)s 改为 %(score)s，说明：%(comment)s") % words


def words_for_script() -> dict[str, str]:
    """Every sentence that the script may say; ``{n}`` stands for a number."""
    return {
        "saved": _("已存"),
        "saving": _("在存"),
        "unsaved": _("未存"),
        "refused": _("不符"),
        "conflict": _("冲突"),
        "comment_missing": _("缺说明"),
        "commented": _("有说明"),
        "all_saved": _("全部已保存。"),
        "saving_n": _("正在保存 {n} 处……"),
        "offline": _("{n} 处未保存：网络中断，恢复后自动保存。"),
        "server": _("{n} 处未保存：服务器暂时没有回应，稍后自动再试。"),
        "expired": _("{n} 处未保存：登录已过期，填写的内容都还在。请在新窗口登录，之后自动保存。"),
        "other_person": _(
            "{n} 处未保存：这个浏览器现在登录的是另一个人。请用原来的账号登录，之后自动保存。"
        ),
        "gone": _("{n} 处未保存：您现在没有这张评分表的权限，请联系系统管理员。"),
        "closed": _("{n} 处未保存，内容留在本页：{reason}"),
        "refused_n": _("{n} 处没有保存：填写的内容不符合要求，请改正标出的单元格。"),
        "conflict_n": _("{n} 处没有保存：别人同时改了这一格，请选定保留哪一个。"),
        "restored": _("已找回上次没有保存的 {n} 处。"),
        "beyond": _("粘贴的内容超出表格，有 {n} 格没有用上。"),
        "not_yet": _("还有 {n} 处没有保存，保存后才能签署。"),
        "mine": _("您填的是 {score}，说明：{comment}"),
        "empty": _("空"),
        "none": _("无"),
        "notes": _("走访记录（{n}）"),
    }
