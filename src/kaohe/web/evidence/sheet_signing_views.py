"""Signing sheets and blocks, opening a signed sheet again, and how far all departments are."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.access import right
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import BlockLead
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import sheet_signing as signing
from kaohe.web.evidence.models import Reopening, SheetSignature
from kaohe.web.evidence.sheet_contents import marked_items, reads_marks, window_of
from kaohe.web.evidence.sheet_forms import AnswerForm, ReasonForm
from kaohe.web.evidence.sheet_presenters import clauses_of
from kaohe.web.evidence.sheet_progress import item_spreads, progress_of_cycle
from kaohe.web.evidence.sheet_rules import why_not_decide_reopening
from kaohe.web.evidence.sheet_views import asked_sheet, show_sheet
from kaohe.web.ui.acts import seen_version

NONE_SEEN = -1
"""An edition that no sheet has: whoever tells none has seen none."""


@require_POST
def sign(request: HttpRequest, cycle: int, department: int) -> HttpResponse:
    """The head signs the sheet that they had before them."""
    asked = asked_sheet(request, cycle, department, write=True)
    seen = seen_version(request)
    try:
        signing.sign_sheet(
            cycle=asked.cycle,
            department=asked.department,
            seen=NONE_SEEN if seen is None else seen,
            by=asked.person,
            at=clock.now(),
        )
    except signing.SheetChanged:
        messages.error(request, _("评分表在您打开之后有改动。请看过现在的内容，再签署。"))
        return show_sheet(request, asked, status=409)
    messages.success(request, _("评分表已签署。"))
    return redirect(asked.address)


@require_POST
def ask(request: HttpRequest, cycle: int, department: int) -> HttpResponse:
    """Ask for a signed sheet to be opened again."""
    asked = asked_sheet(request, cycle, department, write=True)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show_sheet(request, asked, reason_form=form, status=422)
    signing.ask_reopening(
        cycle=asked.cycle,
        department=asked.department,
        reason=form.cleaned_data["reason"],
        by=asked.person,
        at=clock.now(),
    )
    messages.success(request, _("申请已提交党建办，决定后在本页显示。"))
    return redirect(asked.address)


@require_POST
def sign_block(request: HttpRequest, cycle: int, department: int, node: str) -> HttpResponse:
    """The head of the lead department signs a block complete."""
    asked = asked_sheet(request, cycle, department, write=True)
    leads = BlockLead.objects.filter(cycle=asked.cycle, department=asked.department)
    lead = get_object_or_404(leads, node=node)
    signing.sign_block(cycle=asked.cycle, node=lead.node, by=asked.person, at=clock.now())
    messages.success(request, _("已签署：本项目各科室评分完整。"))
    return redirect(asked.address)


def progress(request: HttpRequest) -> HttpResponse:
    """How far every department and block is; the spread of marks for those who may know it."""
    if not person_of_request(request).sees_all(SheetSignature):
        raise Http404
    return _progress(request)


def _progress(
    request: HttpRequest, answered: tuple[int, AnswerForm] | None = None, status: int = 200
) -> HttpResponse:
    person = person_of_request(request)
    cycle = chosen_cycle(request)
    found = progress_of_cycle(cycle, person)
    requests = person.visible(Reopening.objects.filter(cycle=cycle)).select_related("department")
    reads = reads_marks(person, cycle)
    shown = {
        "cycle": cycle,
        "progress": found,
        "requests": [(one, _answer_form(one, answered)) for one in requests],
        "decides": decides_reopenings(person),
        "decide_refused": why_not_decide_reopening(cycle.stage, decided=False),
        "window": window_of(cycle, clock.now()),
        "reads": reads,
        "spreads": item_spreads(found.sheets) if reads else [],
        "clauses": clauses_of(marked_items(scheme_of(cycle))),
    }
    return render(request, "evidence/sheet_progress.html", shown, status=status)


def _answer_form(one: Reopening, answered: tuple[int, AnswerForm] | None) -> AnswerForm:
    if answered is not None and answered[0] == one.pk:
        return answered[1]
    return AnswerForm(auto_id=f"id_{one.pk}_%s")


def decides_reopenings(person: Person) -> bool:
    """Whether a person decides on requests: those who ask reach only their own."""
    cells = (right(Reopening._meta.label, role) for role in person.roles)
    return any(cell and cell.write and cell.all_rows for cell in cells)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a request, or refuse it with a reason."""
    person = person_of_request(request)
    if not decides_reopenings(person):
        raise Http404
    requests = person.writable(Reopening.objects.select_related("cycle"))
    found = get_object_or_404(requests, pk=pk)
    form = AnswerForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            if "grant" in request.POST:
                signing.grant_reopening(found, answer=answer, by=person, at=clock.now())
                messages.success(request, _("已同意，评分表重新打开。"))
            else:
                signing.refuse_reopening(found, answer=answer, by=person, at=clock.now())
                messages.success(request, _("已答复，评分表保持关闭。"))
        except ValidationError as problem:
            form.add_error("answer", problem)
        else:
            address = reverse("evidence:sheet_progress", query={"cycle": found.cycle_id})
            return redirect(address)
    return _progress(request, (pk, form), 422)
