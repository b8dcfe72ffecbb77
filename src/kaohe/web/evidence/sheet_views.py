"""The sheet of a department: filled on the page, by its script, or as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import sheet_actions as actions
from kaohe.web.evidence.models import Mark, Note, Reopening, SheetSignature
from kaohe.web.evidence.sheet_actions import Cell, Outcome
from kaohe.web.evidence.sheet_contents import (
    Sheet,
    gives_marks,
    is_head,
    marked_items,
    reads_marks,
    sheet_of,
    window_of,
)
from kaohe.web.evidence.sheet_forms import (
    ReasonForm,
    WorkbookForm,
    cells_of_dry_run,
    cells_of_script,
    changed_cells,
    offered,
)
from kaohe.web.evidence.sheet_presenters import (
    answer_of,
    clauses_of,
    progress_of,
    shown_sheet,
    words_for_script,
)
from kaohe.web.evidence.sheet_progress import block_progress, led_blocks
from kaohe.web.evidence.sheet_rules import why_not_ask_reopening, why_not_mark, why_not_sign
from kaohe.web.evidence.sheet_workbook import read_workbook, title_of, workbook_of
from kaohe.web.registry.models import Department
from kaohe.web.ui.downloads import XLSX, attachment


@dataclass(frozen=True)
class Asked:
    """Whose sheet a person asks for; ``writes`` if they mark for that department."""

    person: Person
    cycle: Cycle
    department: Department
    writes: bool

    def sheet(self) -> Sheet:
        """The sheet as it stands."""
        return sheet_of(self.cycle, self.department, scheme_of(self.cycle))

    @property
    def place(self) -> dict[str, int]:
        """What addresses of the sheet are made of."""
        return {"cycle": self.cycle.pk, "department": self.department.pk}

    @property
    def drafts(self) -> str:
        """Under which name a browser keeps what this person has not saved yet."""
        return f"kaohe.sheet.{self.cycle.pk}.{self.department.pk}.{self.person.username}"

    @property
    def address(self) -> str:
        """Where the sheet is."""
        return reverse("evidence:sheet_of", kwargs=self.place)


def asked_sheet(request: HttpRequest, cycle: int, department: int, *, write: bool) -> Asked:
    """Find the sheet that is asked for. Raises Http404 if the person may not read or write it."""
    person = person_of_request(request)
    cycles = person.visible(Cycle.objects.select_related("scheme", "town"))
    found = get_object_or_404(cycles, pk=cycle)
    office = get_object_or_404(person.visible(Department.objects.all()), pk=department)
    writes = gives_marks(person, office)
    if not writes and (write or not reads_marks(person, found)):
        raise Http404
    return Asked(person, found, office, writes)


def choose(request: HttpRequest) -> HttpResponse:
    """To one's own sheet; whoever marks for several departments chooses."""
    person = person_of_request(request)
    cycle = chosen_cycle(request)
    if not person.may_write(Mark):
        if person.sees_all(SheetSignature):
            return redirect(reverse("evidence:sheet_progress", query={"cycle": cycle.pk}))
        raise Http404
    departments = person.visible(Department.objects.filter(code__in=person.departments))
    own = [Asked(person, cycle, department, True) for department in departments]
    if len(own) == 1:
        return redirect(own[0].address)
    sheets = [
        (asked.address, progress_of(sheet), sheet) for asked in own for sheet in [asked.sheet()]
    ]
    shown = {
        "cycle": cycle,
        "sheets": sheets,
        "clauses": clauses_of(marked_items(scheme_of(cycle))),
    }
    return render(request, "evidence/sheet_choose.html", shown)


def sheet(request: HttpRequest, cycle: int, department: int) -> HttpResponse:
    """The sheet as one form, which a script turns into one that saves itself."""
    asked = asked_sheet(request, cycle, department, write=request.method == "POST")
    if request.method != "POST":
        return show_sheet(request, asked)
    try:
        cells = changed_cells(request.POST, asked.sheet())
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return show_sheet(request, asked, status=400)
    return _give(request, asked, cells)


def _fill(asked: Asked, cells: Sequence[Cell]) -> list[Outcome]:
    """Fill cells: one is a mark given, several are one act."""
    cycle, department, by, at = asked.cycle, asked.department, asked.person, clock.now()
    if len(cells) == 1:
        return [actions.give_mark(cells[0], cycle=cycle, department=department, by=by, at=at)]
    return actions.give_marks(cells, cycle=cycle, department=department, by=by, at=at)


def _give(request: HttpRequest, asked: Asked, cells: Sequence[Cell]) -> HttpResponse:
    """Fill cells in one act, and show what could not be filled."""
    try:
        outcomes = _fill(asked, cells)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
        return show_sheet(request, asked, unsaved=cells, status=403)
    saved = sum(one.state == "saved" for one in outcomes)
    told = _("已保存 %(count)s 格。") % {"count": saved} if saved else _("没有改动。")
    states = {one.state for one in outcomes}
    if not states & {"refused", "conflict"}:
        messages.success(request, told)
        return redirect(asked.address)
    if saved:
        messages.success(request, told)
    messages.error(request, _("有的内容没有保存，请看标出的单元格，改好后再保存一次。"))
    status = 409 if "conflict" in states else 422
    return show_sheet(request, asked, outcomes=outcomes, status=status)


def show_sheet(
    request: HttpRequest,
    asked: Asked,
    *,
    outcomes: Sequence[Outcome] = (),
    unsaved: Sequence[Cell] = (),
    upload_form: WorkbookForm | None = None,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a sheet; ``unsaved`` is what somebody typed into a sheet that had closed."""
    person, cycle, department = asked.person, asked.cycle, asked.department
    standing = asked.sheet()
    notes = Note.objects.filter(cycle=cycle, department=department)
    notes_seen = list(person.visible(notes))
    requests = person.visible(Reopening.objects.filter(cycle=cycle, department=department))
    open_request = any(one.granted is None for one in requests)
    closed = why_not_mark(cycle.stage, window_of(cycle, clock.now()), standing.signed_by)
    context: dict[str, Any] = {
        "asked": asked,
        "shown": shown_sheet(standing, notes_seen, outcomes),
        "progress": progress_of(standing),
        "may_fill": asked.writes and not closed,
        "closed": closed if asked.writes else "",
        "unsaved": [
            (standing.area_of.get(cell.area_id), standing.item_of.get(cell.node), cell)
            for cell in unsaved
        ],
        "sign_refused": sign_refused(asked, standing),
        "ask_refused": why_not_ask_reopening(cycle.stage, standing.signed_by, asked=open_request),
        "requests": requests,
        "blocks": block_progress(cycle, led_blocks(cycle, department), person),
        "upload_form": upload_form or WorkbookForm(),
        "reason_form": reason_form or ReasonForm(),
        "words": words_for_script(),
        "clauses": clauses_of(standing.items),
        "has_notes": bool(notes_seen),
    }
    return render(request, "evidence/sheet.html", context, status=status)


def sign_refused(asked: Asked, standing: Sheet) -> str:
    """Why this person cannot sign the sheet now."""
    return why_not_sign(
        asked.cycle.stage,
        standing.signed_by,
        is_head=is_head(asked.person, asked.department),
        empty=standing.cells - standing.filled,
        comments_missing=standing.comments_missing,
    )


@require_POST
def cells(request: HttpRequest, cycle: int, department: int) -> JsonResponse:
    """Cells that the script sends; each comes back with what became of it."""
    unreadable = ""
    try:
        username, sent = cells_of_script(request.body)
    except ValidationError as problem:
        username, sent, unreadable = "", [], problem.messages[0]
    # Whoever logs in on the same browser meanwhile must not send what another person typed.
    if username and username != person_of_request(request).username:
        return JsonResponse({"state": "other_person"}, status=403)
    asked = asked_sheet(request, cycle, department, write=True)
    if unreadable:
        return JsonResponse({"state": "unreadable", "reason": unreadable}, status=400)
    try:
        outcomes = _fill(asked, sent)
    except PermissionDenied as refusal:
        return JsonResponse({"state": "closed", "reason": str(refusal)}, status=403)
    standing = asked.sheet()
    return JsonResponse(answer_of(standing, outcomes, sign_refused(asked, standing)))


def workbook(request: HttpRequest, cycle: int, department: int) -> HttpResponse:
    """The sheet to take along."""
    standing = asked_sheet(request, cycle, department, write=False).sheet()
    return attachment(workbook_of(standing), f"{title_of(standing)}.xlsx", XLSX)


@require_POST
def upload(request: HttpRequest, cycle: int, department: int) -> HttpResponse:
    """What a workbook would change, and what is wrong with it; nothing is changed yet."""
    asked = asked_sheet(request, cycle, department, write=True)
    standing = asked.sheet()
    closed = why_not_mark(
        asked.cycle.stage, window_of(asked.cycle, clock.now()), standing.signed_by
    )
    if closed:
        raise PermissionDenied(closed)
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_sheet(request, asked, upload_form=form, status=422)
    run = read_workbook(form.cleaned_data["file"], standing)
    shown = {
        "asked": asked,
        "run": run,
        "cells": offered([change.cell for change in run.changes]),
        "clauses": clauses_of(standing.items),
    }
    status = 422 if run.faults or run.missing else 200
    return render(request, "evidence/sheet_upload.html", shown, status=status)


@require_POST
def apply(request: HttpRequest, cycle: int, department: int) -> HttpResponse:
    """Take over what a dry run showed, in one act."""
    asked = asked_sheet(request, cycle, department, write=True)
    try:
        sent = cells_of_dry_run(request.POST)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return show_sheet(request, asked, status=400)
    return _give(request, asked, sent)
