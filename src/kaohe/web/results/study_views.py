"""What hangs on the decisions: the newest study of a year, a decision of it, its files."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.outputs.readings_sentences import COUNTS, DEPENDS, IDLE, INTRO, of_decisions
from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.jobs.working import enqueue
from kaohe.web.results.actions import record_download
from kaohe.web.results.models import Study
from kaohe.web.results.study_actions import study_on
from kaohe.web.results.study_contents import seen_by
from kaohe.web.results.study_facts import basis_of
from kaohe.web.results.study_presenters import areas_shown, hanging_on, questions_shown
from kaohe.web.results.study_rules import STUDY_FILE_NAMES, study_files_for
from kaohe.web.results.study_work import study_cycle
from kaohe.web.ui.acts import submission_of


def readings(request: HttpRequest) -> HttpResponse:
    """The newest study of a cycle, the earlier ones, and the button that makes another."""
    person = person_of_request(request)
    if not person.may_read(Study):
        raise Http404
    cycle = chosen_cycle(request)
    newest = person.visible(_studies()).filter(cycle=cycle).first()
    return _page(request, person, cycle, newest)


def study(request: HttpRequest, pk: int) -> HttpResponse:
    """One study."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(_studies()), pk=pk)
    return _page(request, person, found.cycle, found)


def _studies() -> QuerySet[Study]:
    return Study.objects.select_related("cycle__scheme", "cycle__town", "run")


def _page(request: HttpRequest, person: Person, cycle: Cycle, found: Study | None) -> HttpResponse:
    basis = basis_of(cycle)
    shown: dict[str, Any] = {
        "cycle": cycle,
        "study": found,
        "others": person.visible(Study.objects.filter(cycle=cycle).select_related("run")),
        "may_start": person.may_write(Study),
        "refused": basis.refused,
        "basis": basis,
        "submission": uuid4(),
        "says": {"intro": INTRO},
    }
    if found is not None:
        seen = seen_by(found, person.roles)
        shown |= {
            "outcomes": seen.outcomes,
            "says": {
                "intro": INTRO,
                "decisions": of_decisions(seen.scheme.subject.label),
                "idle": IDLE,
                "counts": COUNTS,
                "depends": DEPENDS,
            },
            "questions": questions_shown(seen),
            "areas": areas_shown(seen),
            "is_current": basis.is_of(found),
            "files": [
                name for name in study_files_for(person.roles) if (found.folder / name).exists()
            ],
            "file_names": STUDY_FILE_NAMES,
        }
    return render(request, "results/study.html", shown)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Have the cycle studied in the background; a study that there is already is shown."""
    person = person_of_request(request)
    cycle = chosen_cycle(request)
    if not person.may_write(Study):
        raise Http404
    basis = basis_of(cycle)
    if basis.refused:
        raise PermissionDenied(basis.refused)
    if (same := study_on(basis)) is not None:
        messages.info(request, _("数据和选项都没有变动，这就是最近的分析。"))
        return redirect("results:study", same.pk)
    job = enqueue(
        study_cycle,
        title=_("影响分析：%(cycle)s") % {"cycle": cycle},
        given={"cycle": cycle.pk},
        by=person,
        at=clock.now(),
        submission=submission_of(request),
    )
    return redirect("jobs:job", job.pk)


def decision(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """What each other option of one decision changes, area by area."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(_studies()), pk=pk)
    seen = seen_by(found, person.roles)
    questions = questions_shown(seen)
    question = next((one for one in questions if one.id == decision), None)
    if question is None:
        raise Http404
    place = questions.index(question)
    shown = {
        "study": found,
        "question": question,
        "hanging": hanging_on(seen, decision),
        "before": questions[place - 1] if place else None,
        "after": questions[place + 1] if place + 1 < len(questions) else None,
    }
    return render(request, "results/study_decision.html", shown)


def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of a study, to those who may have it."""
    person = person_of_request(request)
    found = get_object_or_404(person.visible(_studies()), pk=pk)
    path = found.folder / name
    if name not in study_files_for(person.roles) or not path.exists():
        raise Http404
    record_download(found, name, by=person, at=clock.now())
    saved_as = f"{found.cycle.year}-study{found.number}-{name}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=saved_as)
