"""Typing paper ballots: one page on which the code of the paper comes along with every step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.surveys import meeting_actions as actions
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys import meeting_typing as typing
from kaohe.web.surveys.meeting_attendance import excess_of, meeting_samples
from kaohe.web.surveys.meeting_forms import PaperCodeForm
from kaohe.web.surveys.meeting_papers import key_from
from kaohe.web.surveys.meeting_presenters import questions_told
from kaohe.web.surveys.meeting_views import back_to, found
from kaohe.web.surveys.models import MeetingCount
from kaohe.web.surveys.resident_fields import answers_in
from kaohe.web.surveys.resident_presenters import shown_questions
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.ui.templatetags.ui import told


@never_cache
@sensitive_post_parameters()
def papers(request: HttpRequest, pk: int, sample: str) -> HttpResponse:
    """Type the paper ballots of one sample, see where two differ, put them into the box."""
    person, row = found(request, pk)
    count = row.counts.filter(sample=sample).first()
    if count is None or actions.why_not_run(row, person):
        raise Http404
    count.meeting = row
    form = PaperCodeForm(request.POST if request.method == "POST" else None)
    if typing.why_not_type(count, person) or not form.is_valid():
        return _page(request, person, count, form)
    key = key_from(form.cleaned_data["code"], bytes(row.paper_check or b""))
    if key is None:
        form.add_error("code", _("这不是这场座谈会的录入码。"))
        return _page(request, person, count, form)
    return _step(request, person, count, form, key)


def _step(
    request: HttpRequest, person: Person, count: MeetingCount, form: PaperCodeForm, key: bytes
) -> HttpResponse:
    sent, at = request.POST, clock.now()
    if sent.get("act") == "seal":
        typing.seal_papers(count, key=key, by=person, at=at)
        messages.success(request, _("纸质答卷已封入票箱，录入的内容已经销毁。"))
        return back_to(count.meeting)
    if sent.get("act") == "type":
        answers = answers_in(asking_of(count.meeting.round).asked, sent)
        typing.type_paper(count, _number(sent), answers, key=key, by=person, at=at)
    typed = typing.typed_of(count, key, person)
    asked = _number(sent) if sent.get("act") == "show" else 0
    number = asked if 1 <= asked <= count.paper else typed.next
    return _page(request, person, count, form, typed=typed, number=number)


def _number(sent: Any) -> int:
    number = sent.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0


def _page(
    request: HttpRequest,
    person: Person,
    count: MeetingCount,
    form: PaperCodeForm,
    *,
    typed: typing.Typed | None = None,
    number: int = 0,
) -> HttpResponse:
    shown: dict[str, Any] = {
        "meeting": count.meeting,
        "count": count,
        "sample": told(meeting_samples(count.meeting.round)[count.sample].label),
        "form": form,
        "not_typed": typing.why_not_type(count, person),
        "typed": typed,
    }
    if typed is not None:
        given = typed.own.get(number, {})
        shown |= {
            "code": form.cleaned_data["code"],
            "number": number,
            "again": number in typed.own,
            "questions": shown_questions(asking_of(count.meeting.round), given),
            "differ": [(one, questions_told(names)) for one, names in typed.differ.items()],
            "not_sealed": rules.why_not_seal(
                typed=typed.counts,
                papers=count.paper,
                differ=len(typed.differ),
                excess=excess_of(count.meeting),
            ),
        }
    wrong = bool(form.errors) or (request.method == "POST" and shown["not_typed"])
    return render(request, "surveys/meeting_papers.html", shown, status=422 if wrong else 200)
