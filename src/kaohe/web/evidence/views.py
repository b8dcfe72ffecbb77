"""Pages that are more than a list: coverage of visits, commendations, sanctions, cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.accounts.roles import GROUP
from kaohe.web.audit.actions import Stale
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.facts import assessed_areas, delivered_rows, tables_delivered
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import actions, rules
from kaohe.web.evidence.coverage import coverage as coverage_of
from kaohe.web.evidence.coverage import spans_of
from kaohe.web.evidence.forms import ReasonForm
from kaohe.web.evidence.models import Attachment, Honour, Sanction
from kaohe.web.evidence.records import CASES, HONOURS, SANCTIONS
from kaohe.web.records.declaring import Records, as_text
from kaohe.web.registry.acting import Act, Sent, act_page
from kaohe.web.registry.facts import areas_facts
from kaohe.web.ui.acts import seen_version

COVERAGE_SEEN_BY = f"clerk auditor secretary {GROUP}"
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


def done(request: HttpRequest, act: Callable[[], Any], told: str, where: str, pk: int) -> Any:
    """Do one act from a button and go back to its row; whoever was too late sees what changed."""
    try:
        act()
    except Stale:
        messages.warning(request, _("这条记录刚被别人修改过。请核对现在的内容，再办理一次。"))
    else:
        messages.success(request, told)
    return redirect(where, pk)


def other_years(person: Person, cycle: Cycle) -> list[Cycle]:
    """The town's cycles besides the one that a page shows."""
    return list(person.visible(Cycle.objects.exclude(pk=cycle.pk)))


def coverage(request: HttpRequest) -> HttpResponse:
    """How many households of each area have been visited, quarter by quarter. No points."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not person.has(COVERAGE_SEEN_BY):
        raise Http404
    scheme, areas = scheme_of(cycle), person.visible(assessed_areas(cycle))
    counted = {
        row["area_id"]: int(row["households"])
        for row in areas_facts(cycle.town, cycle.year, cycle.first, cycle.last, ())
    }
    households = {area.area_id: counted.get(area.area_id) for area in areas}
    spans = spans_of(scheme, cycle.first, cycle.last)
    reached = coverage_of(delivered_rows(cycle, "visits"), spans, households)
    shown = {
        "cycle": cycle,
        "spans": spans,
        "lines": [(area, counted.get(area.area_id), reached[area.area_id]) for area in areas],
        "delivered": "visits" in tables_delivered(cycle),
        "others": other_years(person, cycle),
    }
    return render(request, "evidence/coverage.html", shown)


def _cells(records: Records, row: Any) -> list[tuple[Any, str]]:
    return [(column.heading, as_text(column.cell(row))) for column in records.columns]


def _change(records: Records, person: Person, row: Any) -> dict[str, Any]:
    may = records.may_change(person, row)
    return {
        "records": records,
        "row": row,
        "cells": _cells(records, row),
        "may_change": may,
        "refused": records.refuse(person, row) if may else "",
    }


# -- commendations


def _honour(request: HttpRequest, pk: int) -> tuple[Person, Honour]:
    person = person_of_request(request)
    return person, get_object_or_404(HONOURS.found(person), pk=pk)


def _department_of_head(person: Person, honour: Honour) -> str:
    """The department for which a person can confirm: one that they head, not yet heard if any."""
    headed = [
        code for post in person.posts if post.role == "department_head" for code in post.scope
    ]
    waiting = [code for code in headed if code not in (honour.first_by, honour.second_by)]
    return next(iter([*waiting, *headed]), "")


def honour(request: HttpRequest, pk: int) -> HttpResponse:
    """One commendation, its certificate, and who has confirmed it."""
    person, row = _honour(request, pk)
    table = scheme_of(row.cycle).fact_tables.get("honours")
    persons = (row.first_person, row.second_person)
    shown = {
        **_change(HONOURS, person, row),
        "provider": table.provider if table is not None else None,
        "certificate": person.visible(Attachment.objects.filter(honour=row)).first(),
        "head": person.has("department_head"),
        "not_confirmed": rules.why_not_confirm_honour(
            stage=row.cycle.stage,
            confirmed_by=(row.first_by, row.second_by),
            persons=persons,
            declined_by=row.declined_by,
            mine=_department_of_head(person, row),
            username=person.username,
        ),
        "not_withdrawn": rules.why_not_withdraw_honour(
            stage=row.cycle.stage,
            persons=(*persons, row.declined_person),
            username=person.username,
        ),
    }
    return render(request, "evidence/honour.html", shown)


@require_POST
def confirm_honour(request: HttpRequest, pk: int) -> Any:
    """The head of a department confirms."""
    person, row = _honour(request, pk)
    if not person.has("department_head"):
        raise Http404
    return done(
        request,
        lambda: actions.confirm_honour(
            row,
            department=_department_of_head(person, row),
            by=person,
            at=clock.now(),
            seen=seen_version(request),
        ),
        _("已确认。"),
        "evidence:honour",
        pk,
    )


def decline_honour(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of a department declines, with a reason."""
    person, row = _honour(request, pk)
    if not person.has("department_head"):
        raise Http404
    form = ReasonForm(request.POST or None)
    act = Act(
        heading=_("不属于综合性表彰：%(honour)s") % {"honour": row},
        button=_("不予确认"),
        done=_("已登记，登记科室可以看到理由。"),
        back=reverse("evidence:honour", args=[pk]),
        back_name=row.title,
        clause=HONOURS.clause,
        grave=True,
        version=row.version,
    )

    def do(sent: Sent) -> None:
        actions.decline_honour(
            row,
            form.cleaned_data["reason"],
            department=_department_of_head(person, row),
            by=person,
            at=clock.now(),
            seen=sent.seen,
        )

    return act_page(request, act, form, do)


@require_POST
def withdraw_honour(request: HttpRequest, pk: int) -> Any:
    """The head of a department takes their confirmation back."""
    person, row = _honour(request, pk)
    if not person.has("department_head"):
        raise Http404
    return done(
        request,
        lambda: actions.withdraw_honour(row, by=person, at=clock.now(), seen=seen_version(request)),
        _("已撤回。"),
        "evidence:honour",
        pk,
    )


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """A file that a department attached: to keep, never to be run by the browser."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(Attachment.objects.all()), pk=pk)
    if not found.path.exists():
        raise Http404
    kind = CONTENT_TYPES.get(found.kind, "application/octet-stream")
    response = FileResponse(
        found.path.open("rb"), as_attachment=True, filename=found.name, content_type=kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


# -- sanctions


def _sanction(request: HttpRequest, pk: int) -> tuple[Person, Sanction]:
    person = person_of_request(request)
    return person, get_object_or_404(SANCTIONS.found(person), pk=pk)


def sanction(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, for discipline inspection alone."""
    person, row = _sanction(request, pk)
    shown = {
        **_change(SANCTIONS, person, row),
        "not_confirmed": rules.why_not_confirm_sanction(
            stage=row.cycle.stage,
            entered_by=row.entered_by,
            confirmed=bool(row.confirmed_by),
            returned=bool(row.returned_by),
            username=person.username,
        ),
        "not_withdrawn": rules.why_not_withdraw_sanction(
            stage=row.cycle.stage, confirmed_by=row.confirmed_by, username=person.username
        ),
    }
    return render(request, "evidence/sanction.html", shown)


@require_POST
def confirm_sanction(request: HttpRequest, pk: int) -> Any:
    """The second pair of eyes."""
    person, row = _sanction(request, pk)
    return done(
        request,
        lambda: actions.confirm_sanction(
            row, by=person, at=clock.now(), seen=seen_version(request)
        ),
        _("已复核，扣分生效。"),
        "evidence:sanction",
        pk,
    )


def return_sanction(request: HttpRequest, pk: int) -> HttpResponse:
    """The second pair of eyes sends it back, with a reason."""
    person, row = _sanction(request, pk)
    form = ReasonForm(request.POST or None)
    act = Act(
        heading=_("退回：%(reference)s") % {"reference": row.reference},
        button=_("退回"),
        done=_("已退回，由录入人更正。"),
        back=reverse("evidence:sanction", args=[pk]),
        back_name=row.reference,
        clause=SANCTIONS.clause,
        explained=_("理由只给纪检监察看，不写姓名。"),
        grave=True,
        version=row.version,
    )

    def do(sent: Sent) -> None:
        reason = form.cleaned_data["reason"]
        actions.return_sanction(row, reason, by=person, at=clock.now(), seen=sent.seen)

    return act_page(request, act, form, do)


@require_POST
def withdraw_sanction(request: HttpRequest, pk: int) -> Any:
    """Whoever confirmed takes it back."""
    person, row = _sanction(request, pk)
    return done(
        request,
        lambda: actions.withdraw_sanction(
            row, by=person, at=clock.now(), seen=seen_version(request)
        ),
        _("已撤回复核，可以更正。"),
        "evidence:sanction",
        pk,
    )


# -- typical cases


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One typical case, to be read."""
    person = person_of_request(request)
    if not person.may_read(CASES.model):
        raise Http404
    row = get_object_or_404(CASES.found(person), pk=pk)
    return render(request, "evidence/case.html", _change(CASES, person, row))
