"""A meeting from the draw to its closed record: who is invited, who came, slips, numbers."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.audit.actions import Stale
from kaohe.web.surveys import meeting_actions as actions
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys.codes import shown as shown_code
from kaohe.web.surveys.meeting_attendance import excess_of, is_registered, meeting_samples
from kaohe.web.surveys.meeting_drawing import frame_of_area
from kaohe.web.surveys.meeting_forms import AttendanceForm, DrawForm, NumbersForm
from kaohe.web.surveys.meeting_presenters import (
    by_building,
    coming_to,
    departments_told,
    findings_of,
    sample_lines,
)
from kaohe.web.surveys.meeting_records import MEETINGS
from kaohe.web.surveys.meeting_sizes import sizes_of
from kaohe.web.surveys.models import Meeting, MeetingHousehold
from kaohe.web.ui.acts import seen_version
from kaohe.web.ui.downloads import attachment
from kaohe.web.ui.templatetags.ui import told


def found(request: HttpRequest, pk: int) -> tuple[Person, Meeting]:
    """A meeting that the person sees."""
    person = person_of_request(request)
    if not person.may_read(Meeting):
        raise Http404
    rows = MEETINGS.found(person).select_related("cycle__scheme", "town")
    return person, get_object_or_404(rows, pk=pk)


def back_to(meeting: Meeting) -> HttpResponse:
    """To the page of a meeting."""
    return redirect("meetings:meeting", meeting.pk)


def voting_address(request: HttpRequest, row: Meeting) -> str:
    """Where people at a meeting open the form."""
    return request.build_absolute_uri(reverse("residents:form", args=[row.round.tag]))


def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of a meeting, and what comes next for whoever looks."""
    person, row = found(request, pk)
    return _page(request, person, row)


def _page(
    request: HttpRequest, person: Person, row: Meeting, **sent: DrawForm | NumbersForm
) -> HttpResponse:
    samples, sizes = meeting_samples(row.round), sizes_of(row)
    may_change = MEETINGS.may_change(person, row)
    not_run = actions.why_not_run(row, person)
    shown: dict[str, Any] = {
        "meeting": row,
        "departments": departments_told(row),
        "lines": sample_lines(row, sizes),
        "coming": coming_to(row),
        "reserves": row.households.filter(way="reserve").count(),
        "findings": findings_of(row),
        "may_change": may_change,
        "not_changed": MEETINGS.refuse(person, row) if may_change else "",
        "marks": _marks(person, row),
        "auditor": person.has("auditor"),
        "runs": not not_run,
        "not_run": not_run if person.may_write(Meeting) else "",
        "voting_address": voting_address(request, row),
    }
    if person.has("clerk"):
        shown |= _draw_shown(row, sizes, sent.get("draw"))
    if not not_run:
        shown |= _run_shown(row, samples, sent)
    return render(request, "surveys/meeting.html", shown, status=422 if sent else 200)


def _marks(person: Person, row: Meeting) -> bool:
    return person.may_write(MeetingHousehold) and row.area.area_id in person.areas


def _draw_shown(row: Meeting, sizes: Any, form: Any) -> dict[str, Any]:
    households = frame_of_area(row.area).households
    least = least_households(row, sizes)
    return {
        "households": households,
        "least": least,
        "not_drawn": rules.why_not_draw(
            round_state=row.round.state,
            state=row.state,
            drawn=row.drawn_at is not None,
            households=households,
        ),
        "draw_form": form or DrawForm(least=least),
    }


def least_households(row: Meeting, sizes: Any) -> int | None:
    """How many households of the register the scheme asks for, if it says so."""
    known = [
        sizes[name].least
        for name, sample in meeting_samples(row.round).items()
        if is_registered(sample) and sizes[name].least is not None
    ]
    return max(known, default=None)


def _run_shown(row: Meeting, samples: Any, sent: Any) -> dict[str, Any]:
    counts = {one.sample: one for one in row.counts.all()}
    excess = excess_of(row)
    unsealed = sum(one.paper for one in counts.values() if not one.sealed)
    return {
        "not_slips": rules.why_not_make_slips(round_state=row.round.state, state=row.state),
        "slips_form": sent.get("slips") or slips_form(row),
        "not_ended": rules.why_not_end(
            round_state=row.round.state,
            state=row.state,
            came=sum(one.came for one in counts.values()),
        ),
        "papers_form": sent.get("papers") or papers_form(row),
        "papers": [
            (name, told(samples[name].label), counts[name])
            for name in samples
            if name in counts and counts[name].paper
        ],
        "paper_forms": [(name, told(sample.label)) for name, sample in samples.items()],
        "unsealed": unsealed,
        "not_closed": rules.why_not_close(state=row.state, excess=excess, unsealed=unsealed),
    }


def slips_form(row: Meeting, sent: Any = None) -> NumbersForm:
    """How many slips to make of each sample."""
    return NumbersForm(
        sent,
        samples=meeting_samples(row.round),
        label=_("纸条张数：%(sample)s"),
        first={},
        prefix="slips",
    )


def papers_form(row: Meeting, sent: Any = None) -> NumbersForm:
    """How many paper ballots of each sample there are."""
    return NumbersForm(
        sent,
        samples=meeting_samples(row.round),
        label=_("纸质答卷张数：%(sample)s"),
        first={one.sample: one.paper for one in row.counts.all()},
        prefix="papers",
    )


@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw whom to invite."""
    person, row = found(request, pk)
    if not person.has("clerk"):
        raise Http404
    form = DrawForm(request.POST, least=least_households(row, sizes_of(row)))
    if not form.is_valid():
        return _page(request, person, row, draw=form)
    actions.draw_invitations(
        row,
        count=form.wanted,
        share=form.cleaned_data["share"],
        by=person,
        at=clock.now(),
    )
    messages.success(request, _("已抽取邀请名单，居民区书记可以看到。"))
    return back_to(row)


def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation list by building; the area's secretary marks who came."""
    person, row = found(request, pk)
    if not _marks(person, row) and not person.has("auditor"):
        raise Http404
    rows = list(row.households.all())
    counts = {one.sample: one.came for one in row.counts.all()}
    sent = request.POST if request.method == "POST" else None
    form = AttendanceForm(sent, rows=rows, samples=meeting_samples(row.round))
    form.initial = {
        "brought": "\n".join(one.household_id for one in rows if one.way == "brought"),
        "reason": row.many_because,
        **{field: counts.get(name, 0) for name, field in form.numbered.items()},
    }
    seen: object = row.version
    if request.method == "POST":
        if not _marks(person, row):
            raise Http404
        if form.is_valid():
            try:
                return _mark(request, person, row, form)
            except ValidationError as problem:
                form.add_error(None, problem)
            except Stale as problem:
                form.add_error(None, _("刚才有人改过到会登记。请核对后再保存。"))
                seen = problem.row.version  # type: ignore[attr-defined]
    shown = {
        "meeting": row,
        "form": form,
        "buildings": by_building(rows),
        "came": form.came,
        "seen": seen,
        "not_marked": rules.why_not_mark(
            round_state=row.round.state, state=row.state, drawn=row.drawn_at is not None
        ),
        "marks": _marks(person, row),
    }
    status = 422 if form.is_bound else 200
    return render(request, "surveys/meeting_attendance.html", shown, status=status)


def _mark(request: HttpRequest, person: Person, row: Meeting, form: AttendanceForm) -> HttpResponse:
    given = actions.Attendance(
        listed=form.came,
        brought=form.cleaned_data["brought"],
        others=form.others,
        reason=form.cleaned_data["reason"],
    )
    actions.mark_attendance(row, given, seen=seen_version(request), by=person, at=clock.now())
    messages.success(request, _("已登记到会。"))
    return back_to(row)


@never_cache
def slips(request: HttpRequest, pk: int) -> HttpResponse:
    """Make slips and show them, this once, to be printed; whoever comes again finds the meeting."""
    person, row = found(request, pk)
    if request.method != "POST":
        return back_to(row)
    form = slips_form(row, request.POST)
    if not form.is_valid() or not any(form.numbers.values()):
        if form.is_valid():
            form.add_error(None, _("请写要几张纸条。"))
        return _page(request, person, row, slips=form)
    codes = actions.make_slips(row, form.numbers, by=person, at=clock.now())
    address = voting_address(request, row)
    samples = meeting_samples(row.round)
    shown = {
        "meeting": row,
        "address": address,
        "slips": [
            (told(samples[sample].label), shown_code(code), _picture(f"{address}#{code}"))
            for sample, made in codes.items()
            for code in made
        ],
    }
    return render(request, "surveys/meeting_slips.html", shown)


def _picture(address: str) -> str:
    picture = segno.make(address, micro=False)
    return picture.svg_inline(scale=3, border=1, title=_("二维码"))


@never_cache
def papers_counted(request: HttpRequest, pk: int) -> HttpResponse:
    """End the voting with the number of paper ballots, or correct that number; whoever comes again
    finds the meeting."""
    person, row = found(request, pk)
    if request.method != "POST":
        return back_to(row)
    form = papers_form(row, request.POST)
    if not form.is_valid():
        return _page(request, person, row, papers=form)
    renew = request.POST.get("renew") == "1"
    code = actions.count_papers(row, form.numbers, renew=renew, by=person, at=clock.now())
    if code:
        shown = {"meeting": row, "code": shown_code(code)}
        return render(request, "surveys/meeting_paper_code.html", shown)
    messages.success(request, _("已登记纸质答卷张数，纸条全部作废。"))
    return back_to(row)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the record."""
    person, row = found(request, pk)
    actions.close_meeting(row, by=person, at=clock.now())
    messages.success(request, _("座谈会已完成。"))
    return back_to(row)


def frame_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The frame as a file, for the auditor to draw from with a program of their own."""
    person, row = found(request, pk)
    if not person.has("auditor") or not row.seed or not row.frame_path.exists():
        raise Http404
    return attachment(row.frame_path.read_bytes(), "frame.csv", "text/csv; charset=utf-8")
