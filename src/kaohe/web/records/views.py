"""The pages of declared rows."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.outputs.lists import list_workbook
from kaohe.web import clock
from kaohe.web.audit.actions import Stale, save_row
from kaohe.web.records.declaring import Column, Records, as_text
from kaohe.web.ui.acts import key_of, refuse, seen_version
from kaohe.web.ui.downloads import XLSX, attachment
from kaohe.web.ui.language import named

PAGE = 100
LONGEST_NAME = 60
"""A row is named with no more characters where it was saved: some are named by a whole text."""
LONG = 60
"""A text of more characters is cut to a few lines in a list; the row's page has all of it."""


def _rows(request: HttpRequest, records: Records) -> QuerySet[Any]:
    person = request.person  # type: ignore[attr-defined]
    if not person.may_read(records.model):
        raise Http404
    rows = records.found(person)
    asked = request.GET.get("q", "").strip()
    if asked and records.search:
        found = Q()
        for lookup in records.search:
            found |= Q(**{f"{lookup}__icontains": asked})
        rows = rows.filter(found)
    return rows


def listing(request: HttpRequest, records: Records) -> HttpResponse:
    """The rows that the person may see, a hundred to a page."""
    person = request.person  # type: ignore[attr-defined]
    page = Paginator(_rows(request, records), PAGE).get_page(request.GET.get("page"))
    lines = [
        (
            row,
            [
                (as_text(cell := column.cell(row)), _look(column, cell))
                for column in records.columns
            ],
        )
        for row in page
    ]
    refused = records.refuse(person, None) if records.may_add(person) else ""
    shown = {
        "records": records,
        "help": records.help_for(person),
        "page": page,
        "lines": lines,
        "q": request.GET.get("q", ""),
        "may_add": records.may_add(person),
        "refused": refused,
        "beside": records.beside(person),
        "add_address": reverse(f"{records.listed}_add"),
        "workbook_address": reverse(f"{records.listed}_workbook"),
        "row_address": records.shown,
    }
    return render(request, "records/listing.html", shown)


def _look(column: Column, cell: Any) -> str:
    """The class of a cell in a list: a number, a day, a long text, or nothing of the kind."""
    if column.number:
        return "number"
    if isinstance(cell, date):
        return "day"
    return "long" if len(as_text(cell)) > LONG else ""


def workbook(request: HttpRequest, records: Records) -> HttpResponse:
    """The same rows, all of them, as a workbook."""
    headings = [str(column.heading) for column in records.columns]
    rows = (
        [as_text(column.cell(row)) for column in records.columns] for row in _rows(request, records)
    )
    numbers = [place for place, column in enumerate(records.columns) if column.number]
    content = list_workbook(str(records.title), headings, rows, numbers)
    return attachment(content, f"{records.title}.xlsx", XLSX)


def row(request: HttpRequest, records: Records, pk: int) -> HttpResponse:
    """One row: every column, and what may be done with it."""
    person = request.person  # type: ignore[attr-defined]
    found = get_object_or_404(_rows(request, records), pk=pk)
    may_change = records.may_change(person, found)
    shown = {
        "records": records,
        "row": found,
        "cells": [(column.heading, as_text(column.cell(found))) for column in records.columns],
        "may_change": may_change,
        "refused": records.refuse(person, found) if may_change else "",
        "change_address": reverse(f"{records.listed}_change", args=[pk]),
    }
    return render(request, "records/row.html", shown)


def add(request: HttpRequest, records: Records) -> HttpResponse:
    """A new row."""
    person = request.person  # type: ignore[attr-defined]
    if not records.may_add(person):
        raise Http404
    refuse(records.refuse(person, None))
    return _form(request, records, records.model(town=person.user.town))


def change(request: HttpRequest, records: Records, pk: int) -> HttpResponse:
    """A row that stands, to be changed."""
    person = request.person  # type: ignore[attr-defined]
    found = get_object_or_404(_rows(request, records), pk=pk)
    if not records.may_change(person, found):
        raise Http404
    refuse(records.refuse(person, found))
    return _form(request, records, found)


def _form(request: HttpRequest, records: Records, found: Model) -> HttpResponse:
    person = request.person  # type: ignore[attr-defined]
    assert records.form is not None
    sent = request.POST if request.method == "POST" else None
    # What an address tells of a new row, such as its area, stands in the form already.
    first = request.GET.dict() if sent is None and found._state.adding else {}
    given = {"instance": found, "initial": first, **_for(records, person)}
    form = records.form(sent, request.FILES or None, **given)
    key = (sent.get("submission") if sent is not None else None) or str(uuid.uuid4())
    status, stale = 200, None
    if sent is not None:
        adding = found._state.adding
        if adding and _already(records, key) is not None:
            return redirect(records.listed)
        status = 422
        if form.is_valid():
            new = form.save(commit=False)
            if new.pk is None:
                new.submission = key_of(key)
            if adding and (twin := records.twin(person, new)) is not None:
                messages.info(request, _("这条记录刚才已经保存。"))
                return redirect(records.shown, twin.pk)
            try:
                save = records.save or save_row
                save(new, by=person, at=clock.now(), seen=seen_version(request))
            except ValidationError as problem:
                if adding and _already(records, key) is not None:
                    return redirect(records.listed)  # the same form, a moment ago
                _explain(form, problem)
            except Stale as problem:
                stale, status = problem.row, 409
            else:
                messages.success(request, _("已保存：%(row)s") % {"row": shortened(str(new))})
                # What was added has a page of its own with what comes next.
                goes_on = adding and records.detail
                return redirect(records.detail, new.pk) if goes_on else redirect(records.listed)
    shown = {
        "records": records,
        "row": found,
        "form": form,
        "submission": key,
        "seen": getattr(stale or found, "version", ""),
        "stale": stale
        and [(column.heading, as_text(column.cell(stale))) for column in records.columns],
    }
    return render(request, "records/form.html", shown, status=status)


def shortened(name: str) -> str:
    """The beginning of a long name."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def _for(records: Records, person: Any) -> dict[str, Any]:
    """Forms that choose among rows are told who asks, so that they offer the town's own only."""
    return {"person": person} if getattr(records.form, "takes_person", False) else {}


def _already(records: Records, key: str) -> Model | None:
    submission = key_of(key)
    if submission is None:
        return None
    return records.model._default_manager.filter(submission=submission).first()


def _explain(form: Any, problem: ValidationError) -> None:
    """Errors at their fields where the form has them, else above, with the field's name."""
    told = getattr(problem, "error_dict", None) or {"__all__": problem.error_list}
    names = {field.name: field.verbose_name for field in form.instance._meta.concrete_fields}
    for field, errors in told.items():
        if field in form.fields or field not in names:
            form.add_error(field if field in form.fields else None, errors)
        else:
            for message in ValidationError(errors).messages:
                form.add_error(None, named(names[field], message))
