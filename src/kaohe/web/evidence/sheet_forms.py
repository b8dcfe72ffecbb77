"""What people send to a sheet: fields, JSON of the script, workbooks, reasons."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaohe.web.evidence.sheet_actions import Cell
from kaohe.web.evidence.sheet_contents import Sheet
from kaohe.web.evidence.sheet_presenters import field_key
from kaohe.web.evidence.sheet_rules import LONGEST_COMMENT, read_comment, read_score
from kaohe.web.ui.uploads import CheckedUpload, accept_of, checked_upload

WORKBOOKS = ("xlsx",)


def changed_cells(sent: QueryDict, sheet: Sheet) -> list[Cell]:
    """The cells that somebody changed in a form without a script.

    The form says how it showed each cell, so that what others changed meanwhile is no change.
    Raises ValidationError where it does not.
    """
    shown = _json(sent.get("shown", ""))
    if not isinstance(shown, dict):
        raise _unreadable()
    cells = []
    for area in sheet.areas:
        for item in sheet.items:
            key = field_key(area.area_id, item.node)
            version, *was = _as_shown(shown.get(key, [0, "", ""]))
            score, comment = sent.get(f"score|{key}"), sent.get(f"comment|{key}")
            if score is None or comment is None:
                continue
            stored, wrong = read_score(score, item)
            told, too_long = read_comment(comment)
            if wrong or too_long or [stored, told] != was:
                cells.append(Cell(area.area_id, item.node, score, comment, version))
    return cells


def _as_shown(entry: Any) -> tuple[int, str, str]:
    match entry:
        case [int() as version, str() as score, str() as comment]:
            return version, score, comment
    raise _unreadable()


def cells_of_script(body: bytes) -> tuple[str, list[Cell]]:
    """Whose cells the script sends, and the cells. Raises ValidationError for anything else."""
    sent = _json(body)
    if not isinstance(sent, dict):
        raise _unreadable()
    username, cells = sent.get("username"), sent.get("cells")
    if not isinstance(username, str) or not isinstance(cells, list) or not cells:
        raise _unreadable()
    return username, [_cell(entry) for entry in cells]


def cells_of_dry_run(sent: QueryDict) -> list[Cell]:
    """The cells that a dry run offered to change. Raises ValidationError for anything else."""
    cells = _json(sent.get("cells", ""))
    if not isinstance(cells, list):
        raise _unreadable()
    return [_cell(entry) for entry in cells]


def offered(cells: list[Cell]) -> str:
    """Cells as a dry run offers them."""
    return json.dumps(
        [
            {
                "area": cell.area_id,
                "node": cell.node,
                "score": cell.score,
                "comment": cell.comment,
                "seen": cell.seen,
            }
            for cell in cells
        ],
        ensure_ascii=False,
    )


def _cell(entry: Any) -> Cell:
    match entry:
        case {
            "area": str() as area_id,
            "node": str() as node,
            "score": str() as score,
            "comment": str() as comment,
            "seen": int() as seen,
        }:
            return Cell(area_id, node, score, comment, seen)
    raise _unreadable()


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable() from None


def _unreadable() -> ValidationError:
    return ValidationError(_("没有收到完整的评分表。请重新打开本页，再填一次。"), "unreadable")


class WorkbookForm(forms.Form):
    """The workbook that was taken along, filled in."""

    file = forms.FileField(
        label=gettext_lazy("填好的评分表"),
        help_text=gettext_lazy("先在本页下载，填好后再上传。空白单元格不会改动已有的评分。"),
        widget=forms.FileInput(attrs={"accept": accept_of(WORKBOOKS)}),
    )

    def clean_file(self) -> CheckedUpload:
        """The file, if it is what it says."""
        file: UploadedFile = self.cleaned_data["file"]
        return checked_upload(file, WORKBOOKS)


class ReasonForm(forms.Form):
    """Why a signed sheet is to be opened again."""

    reason = forms.CharField(
        label=gettext_lazy("重新评分的理由"),
        help_text=gettext_lazy("写明哪些评分要改、为什么。申请和决定都会记入日志。"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    """What the clerk answers."""

    answer = forms.CharField(
        label=gettext_lazy("答复"),
        help_text=gettext_lazy("不同意的，必须写明理由。"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
