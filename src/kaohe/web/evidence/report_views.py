"""The page on which anybody may report something, and what discipline inspection does with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.evidence import actions
from kaohe.web.evidence.defaults import REPORT_DAYS, working_day_after
from kaohe.web.evidence.forms import AnswerForm, ReportForm
from kaohe.web.evidence.models import Report
from kaohe.web.evidence.records import REPORTS
from kaohe.web.records.declaring import as_text
from kaohe.web.ui.acts import seen_version, submission_of


@csrf_exempt  # open to everybody, cookies or not; whoever sends it acts for nobody
def complain(request: HttpRequest) -> HttpResponse:
    """Report pressure, burden or faults: no login, no name, no address kept."""
    person: Person | None = person_of_request(request)
    town = _town(request, person)
    key = submission_of(request) or uuid.uuid4()
    form = ReportForm(request.POST or None, instance=Report(submission=key), town=town)
    if request.method == "POST" and Report.objects.filter(submission=key).exists():
        return _thanks(request)
    if request.method == "POST" and form.is_valid():
        report = form.save(commit=False)
        if person is not None and person.has("monitor"):
            report.username = person.username
        try:
            actions.send_report(
                report,
                town=town if person is not None and town else form.cleaned_data["for_town"],
                logged_in=person is not None,
                at=clock.now(),
            )
        except ValidationError as problem:
            for field, errors in problem.message_dict.items():
                form.add_error(field if field in form.fields else None, errors)
        else:
            return _thanks(request)
    shown = {
        "form": form,
        "submission": key,
        "answered_by": working_day_after(clock.today(), REPORT_DAYS),
    }
    return render(request, "evidence/complain.html", shown, status=422 if form.errors else 200)


def _town(request: HttpRequest, person: Person | None) -> Town | None:
    """One's own town, the one that the address names, or the only one there is."""
    if person is not None:
        return person.user.town
    towns = list(Town.objects.order_by("code")[:2])
    if len(towns) == 1:
        return towns[0]
    return Town.objects.filter(code=request.GET.get("town", "")).first()


def _thanks(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("已收到，由纪检监察办理。谢谢您反映情况。"))
    return redirect(request.get_full_path())


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report and what became of it."""
    return _report_page(request, pk, None)


@require_POST
def answer_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Discipline inspection writes what became of a report."""
    person = person_of_request(request)
    if not person.has("inspection"):
        raise Http404
    row = get_object_or_404(person.writable(Report.objects.all()), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _report_page(request, pk, form)
    try:
        actions.answer_report(
            row, form.cleaned_data["answer"], by=person, at=clock.now(), seen=seen_version(request)
        )
    except Stale as problem:
        told = _("同事刚写了处理情况：%(answer)s。您写的仍在下面，确认后可再次保存。")
        stands: Any = problem.row
        form.add_error("answer", told % {"answer": stands.answer})
        return _report_page(request, pk, form)
    messages.success(request, _("处理情况已保存。"))
    return redirect("evidence:report", pk)


def _report_page(request: HttpRequest, pk: int, form: AnswerForm | None) -> HttpResponse:
    person = person_of_request(request)
    row = get_object_or_404(REPORTS.found(person), pk=pk)
    contact = [(_("联系方式"), row.contact)] if person.has("inspection") else []
    shown = {
        "records": REPORTS,
        "row": row,
        "cells": [
            *((column.heading, as_text(column.cell(row))) for column in REPORTS.columns),
            *contact,
        ],
        "inspection": person.has("inspection"),
        "form": form or AnswerForm(initial={"answer": row.answer}),
        "due_on": working_day_after(row.received_on, REPORT_DAYS),
    }
    return render(request, "evidence/report.html", shown, status=422 if form else 200)
