"""The third party's workspace: its own list, its form, what it hands in.

The list is seen from the hand-over on, by the people of that source and the auditor.
"""

from __future__ import annotations

import uuid
from io import StringIO
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kaohe.outputs.delimited import write_rows
from kaohe.outputs.lists import list_workbook
from kaohe.values.text import safe
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.surveys import fieldwork_actions as actions
from kaohe.web.surveys import fieldwork_rules as rules
from kaohe.web.surveys import fieldwork_taking as taking
from kaohe.web.surveys.fieldwork_forms import ReturnForm
from kaohe.web.surveys.fieldwork_presenters import (
    dispositions,
    fields_offered,
    flag_names,
    interviewer_lines,
    said_in,
    shown_columns,
)
from kaohe.web.surveys.fieldwork_standing import missing_checks
from kaohe.web.surveys.models import (
    ReturnFile,
    ReturnMapping,
    SampleDraw,
    SampleHousehold,
)
from kaohe.web.surveys.quality import Limits, alike, least_seconds
from kaohe.web.surveys.resident_fields import answers_in, given_in
from kaohe.web.surveys.resident_presenters import shown_questions
from kaohe.web.surveys.response_rates import ANSWERED, DISPOSITIONS
from kaohe.web.surveys.rounds import asking_of, questionnaire_of
from kaohe.web.surveys.xlsform import Form, ToVisit, xlsform
from kaohe.web.ui.acts import submission_of
from kaohe.web.ui.downloads import XLSX, attachment
from kaohe.web.ui.templatetags.ui import told

SHOWN_FAULTS = 100
CSV = "text/csv; charset=utf-8"


def _seen(person: Person) -> QuerySet[SampleHousehold]:
    """The drawn households that a person may know: all to the auditor, else what is to be asked."""
    rows = SampleHousehold.objects.select_related("area")
    if not person.sees_all(SampleHousehold):
        rows = rows.to_ask().filter(draw__handed_over_at__isnull=False)
    return person.visible(rows)


def found_draw(request: HttpRequest, pk: int, *, role: str = "") -> tuple[Person, SampleDraw]:
    """The draw of a round whose list a person may see, in one of the roles if they are named."""
    person = person_of_request(request)
    if not person.may_read(SampleHousehold) or (role and not person.has(role)):
        raise Http404
    rows = person.visible(
        SampleDraw.objects.select_related("vendor__source", "vendor__round__cycle__scheme")
    )
    draw = get_object_or_404(rows, vendor__round=pk)
    if draw.handed_over_at is None and not person.sees_all(SampleHousehold):
        raise Http404
    return person, draw


def _not_taken(draw: SampleDraw) -> str:
    return rules.why_not_take(
        handed_over=draw.handed_over_at is not None,
        missing=missing_checks(draw.vendor),
        state=draw.vendor.round.state,
    )


def area(request: HttpRequest, pk: int, area_id: str) -> HttpResponse:
    """The households of one area: whom to ask next, and how each case ended."""
    person, draw = found_draw(request, pk)
    rows = list(_seen(person).filter(draw=draw, area__area_id=area_id))
    if not rows:
        raise Http404
    held_back = draw.households.filter(area__area_id=area_id, reserve=True, replaces=None)
    shown = {
        "round": draw.vendor.round,
        "area": rows[0].area,
        "households": rows,
        "reserves_left": held_back.count(),
        "works": person.may_write(SampleHousehold),
        "not_taken": _not_taken(draw),
        "answered": ANSWERED,
    }
    return render(request, "surveys/workspace_area.html", shown)


# -- what is taken along --------------------------------------------------------------------------


def sample_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The list as a file: main list and released reserves, to the auditor all reserves."""
    person, draw = found_draw(request, pk)
    if kind not in ("xlsx", "csv"):
        raise Http404
    rows = [
        (
            one.area.area_id,
            one.area.name,
            one.building,
            one.household_id,
            _listed_as(one),
            str(one.place),
            _ended(one.disposition),
        )
        for one in _seen(person).filter(draw=draw)
    ]
    headings = (
        *(_("居民区编号"), _("居民区"), _("楼栋编号"), _("住户编号"), _("名单")),
        *(_("楼栋内次序"), _("访问结果")),
    )
    actions.note_download(draw, len(rows), by=person, at=clock.now())
    title = _("样本名单：%(round)s") % {"round": draw.vendor.round}
    if kind == "xlsx":
        return attachment(list_workbook(title, headings, rows, (5,)), f"{title}.xlsx", XLSX)
    text = StringIO()
    write_rows(text, [headings, *([safe(cell) for cell in row] for row in rows)])
    return attachment(f"\ufeff{text.getvalue()}".encode(), f"{title}.csv", CSV)


def _listed_as(one: SampleHousehold) -> str:
    if not one.reserve:
        return _("样本户")
    return _("已启用的替补") if one.replaces_id is not None else _("替补")


def _ended(disposition: str) -> str:
    return f"{disposition} {told(DISPOSITIONS[disposition])}" if disposition else ""


def form_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire as an XLSForm, with the households that are to be asked."""
    person, draw = found_draw(request, pk)
    held = draw.vendor.round
    rows = list(_seen(person).filter(draw=draw))
    asking = asking_of(held)
    form = Form(f"kaohe_{held.tag}", asking.title, rules.ADULT_YEARS, rules.RESIDENT_MONTHS)
    areas = {one.area.area_id: one.area.name for one in rows}
    households = [
        ToVisit(one.area.area_id, one.household_id, f"{one.building} · {one.household_id}")
        for one in rows
    ]
    actions.note_download(draw, len(rows), by=person, at=clock.now())
    name = _("电子问卷：%(round)s.xlsx") % {"round": held}
    return attachment(xlsform(form, asking.asked, areas, households), name, XLSX)


# -- files that come back -------------------------------------------------------------------------


@sensitive_post_parameters()
@never_cache
def returns(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a file; what it was taken for and all that is wrong with it are shown at once."""
    person, draw = found_draw(request, pk, role="survey_manager")
    held = draw.vendor.round
    mapping = ReturnMapping.objects.filter(source=draw.vendor.source).first()
    initial = {"numbers": mapping.numbers if mapping is not None else ""}
    form = ReturnForm(request.POST or None, request.FILES or None, initial=initial)
    asked = asking_of(held).asked
    shown: dict[str, Any] = {
        "round": held,
        "form": form,
        "not_taken": _not_taken(draw),
        "files": draw.vendor.files.all(),
        "submission": uuid.uuid4(),
        "offered": fields_offered(asked),
    }
    status = 200
    if request.method == "POST" and form.is_valid():
        submission = submission_of(request)
        if submission and ReturnFile.objects.filter(submission=submission).exists():
            messages.success(request, _("已经办理过，没有重复办理。"))
            return redirect("fieldwork:returns", pk)
        upload = form.checked()
        if upload is not None:
            said = said_in(request.POST.getlist("heading"), request.POST.getlist("field"), asked)
            taken = taking.take_returns(
                draw,
                upload,
                said=said,
                numbers=form.cleaned_data["numbers"] or None,
                by=person,
                at=clock.now(),
                submission=submission,
            )
            shown |= _shown_file(draw, taken)
            status = 422 if taken.faults else 200
    if form.errors:
        status = 422
    return render(request, "surveys/workspace_returns.html", shown, status=status)


def _shown_file(draw: SampleDraw, taken: taking.Taken) -> dict[str, Any]:
    held = draw.vendor.round
    questionnaire = questionnaire_of(held.cycle)
    assert questionnaire is not None, "a round is only set up for a scheme with a questionnaire"
    asked = asking_of(held).asked
    limits = Limits(alike(asked), questionnaire.answered_at_least, least_seconds(asked))
    return {
        "columns": shown_columns(taken.returns),
        "faults": taken.faults[:SHOWN_FAULTS],
        "fault_count": len(taken.faults),
        "taken": taken.file,
        "interviewers": interviewer_lines(asked, taken.returns.rows, limits)
        if taken.file is not None
        else [],
        "flags": flag_names(),
    }


# -- interviews that are entered ------------------------------------------------------------------


@sensitive_post_parameters()
@never_cache
def interview(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a household by telephone: questions, answers, how it ended. Nothing is shown again."""
    person = person_of_request(request)
    rows = person.writable(_seen(person)).select_related("draw__vendor__round__cycle", "area")
    one = get_object_or_404(rows, pk=pk)
    held = one.draw.vendor.round
    asking = asking_of(held)
    back = reverse("fieldwork:area", args=[held.pk, one.area.area_id])
    refused = _not_taken(one.draw) or rules.why_not_enter(to_ask=True, disposition=one.disposition)
    given = request.POST if request.method == "POST" else {}
    problem = ""
    if request.method == "POST" and not refused:
        answers, ended = answers_in(asking.asked, given), given.get("disposition", "")
        problem = (
            rules.why_not_disposition(ended, len(answers))
            if ended in DISPOSITIONS
            else _("请选这一户的访问结果。")
        )
        if not problem:
            taking.enter_interview(
                one, disposition=ended, answers=answers, by=person, at=clock.now()
            )
            messages.success(request, _("%(household)s 已登记。") % {"household": one})
            return redirect(back)
    shown = {
        "round": held,
        "household": one,
        "area": one.area,
        "back": back,
        "refused": refused,
        "problem": problem,
        "questions": [] if refused else shown_questions(asking, given_in(asking.asked, given)),
        "dispositions": dispositions(),
        "ended": given.get("disposition", ""),
        "years": rules.ADULT_YEARS,
        "months": rules.RESIDENT_MONTHS,
    }
    status = 422 if problem else 409 if refused and request.method == "POST" else 200
    return render(request, "surveys/workspace_interview.html", shown, status=status)
