"""Marks given: one cell at a time, or many in one act.

Whoever acts holds the row of the cycle until the act is written, so that a mark is never given
beside a signature, and two people never fill the same cell at once without one of them being told.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import content_of, name_of, record
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Mark
from kaohe.web.evidence.sheet_contents import Sheet, held_sheet, window_of
from kaohe.web.evidence.sheet_rules import read_comment, read_score, why_not_mark
from kaohe.web.registry.models import Department

_STAMPS = ("by", "at", "version", "submission")


@dataclass(frozen=True)
class Cell:
    """One cell as somebody filled it.

    ``seen`` is the version of the mark that they had before them, 0 where there was none; None
    means that whatever stands there may be replaced.
    """

    area_id: str
    node: str
    score: str
    comment: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a cell; ``mark`` is how it now stands, ``reason`` why it was refused."""

    cell: Cell
    state: Literal["saved", "unchanged", "refused", "conflict"]
    reason: str = ""
    mark: Mark | None = None


@transaction.atomic
def give_mark(
    cell: Cell, *, cycle: Cycle, department: Department, by: Person, at: datetime
) -> Outcome:
    """Fill, change or clear one cell. Raises PermissionDenied where the sheet is closed."""
    sheet = _open_sheet(cycle, department, at)
    outcome = _judged(sheet, cell)
    if outcome.state == "saved":
        mark, before = _changed(sheet, outcome.cell, by, at)
        mark.save()
        record(
            "evidence.mark_given",
            by=by,
            at=at,
            about=name_of(mark),
            told=_told_cell(sheet, outcome.cell),
            before=before,
            after=content_of(mark),
        )
        return Outcome(outcome.cell, "saved", mark=mark)
    return outcome


@transaction.atomic
def give_marks(
    cells: Iterable[Cell], *, cycle: Cycle, department: Department, by: Person, at: datetime
) -> list[Outcome]:
    """Fill many cells in one act; those that cannot be filled are told and stop no others.

    Raises PermissionDenied where the sheet is closed. If nothing changes, nothing is recorded.
    """
    sheet = _open_sheet(cycle, department, at)
    wanted = {(cell.area_id, cell.node): cell for cell in cells}
    outcomes = [_judged(sheet, cell) for cell in wanted.values()]
    changed = {
        (one.cell.area_id, one.cell.node): _changed(sheet, one.cell, by, at)
        for one in outcomes
        if one.state == "saved"
    }
    if not changed:
        return outcomes
    marks = [mark for mark, _before in changed.values()]
    Mark.objects.bulk_create([mark for mark in marks if mark.pk is None])
    Mark.objects.bulk_update(
        [mark for mark, before in changed.values() if before], ["score", "comment", *_STAMPS]
    )
    record(
        "evidence.marks_given",
        by=by,
        at=at,
        about=name_of_sheet(sheet),
        told=_("%(department)s：%(count)s 格") % {"department": department, "count": len(changed)},
        before={"/".join(key): before for key, (_mark, before) in changed.items()},
        after={"/".join(key): content_of(mark) for key, (mark, _before) in changed.items()},
    )
    return [
        Outcome(one.cell, "saved", mark=changed[one.cell.area_id, one.cell.node][0])
        if one.state == "saved"
        else one
        for one in outcomes
    ]


def _open_sheet(cycle: Cycle, department: Department, at: datetime) -> Sheet:
    sheet = held_sheet(cycle, department)
    reason = why_not_mark(sheet.cycle.stage, window_of(sheet.cycle, at), sheet.signed_by)
    if reason:
        raise PermissionDenied(reason)
    return sheet


def _judged(sheet: Sheet, cell: Cell) -> Outcome:
    """What is to become of a cell, its texts as they are stored."""
    item = sheet.item_of.get(cell.node)
    if item is None or cell.area_id not in sheet.area_of:
        return Outcome(cell, "refused", _("这一格不在本科室的评分表中。"))
    score, wrong_score = read_score(cell.score, item)
    comment, wrong_comment = read_comment(cell.comment)
    stands = sheet.marks.get((cell.area_id, cell.node))
    if reason := wrong_score or wrong_comment:
        return Outcome(cell, "refused", reason, stands)
    stored = Cell(cell.area_id, cell.node, score, comment, cell.seen)
    now = (stands.score, stands.comment) if stands is not None else ("", "")
    if (score, comment) == now:
        return Outcome(stored, "unchanged", mark=stands)
    if cell.seen is not None and cell.seen != (stands.version if stands is not None else 0):
        return Outcome(stored, "conflict", mark=stands)
    return Outcome(stored, "saved")


def _changed(sheet: Sheet, cell: Cell, by: Person, at: datetime) -> tuple[Mark, dict[str, Any]]:
    """The mark as it is to be saved, and what it was before."""
    mark = sheet.marks.get((cell.area_id, cell.node))
    before = content_of(mark) if mark is not None else {}
    if mark is None:
        mark = Mark(
            town=sheet.cycle.town,
            cycle=sheet.cycle,
            area=sheet.area_of[cell.area_id],
            department=sheet.department,
            node=cell.node,
        )
    else:
        mark.version += 1
    mark.score, mark.comment = cell.score, cell.comment
    mark.by, mark.at = by.name, at
    # A random part of its content: else a reader of the log could find the score by trying all.
    mark.submission = uuid.uuid4()
    return mark, before


def _told_cell(sheet: Sheet, cell: Cell) -> str:
    """Which cell it is, without what stands in it."""
    area, item = sheet.area_of[cell.area_id], sheet.item_of[cell.node]
    return f"{sheet.department} · {area} · {item.label.zh}"


def name_of_sheet(sheet: Sheet) -> str:
    """How the log names a sheet."""
    return f"{name_of(sheet.cycle)}/sheet:{sheet.department.pk}"
