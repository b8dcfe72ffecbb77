"""Runs and their results as they were stored."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.web import clock
from kaohe.web.accounts.people import Person
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.models import Cycle, PolicyText
from kaohe.web.cycles.policy_texts import words_of
from kaohe.web.cycles.schemes import scheme_of, scheme_under
from kaohe.web.evidence.models import Waiver
from kaohe.web.evidence.rules import WAIVERS_OPEN
from kaohe.web.jobs.working import Work, enqueue
from kaohe.web.registry.models import Area
from kaohe.web.results.actions import FaultyFacts, record_download, run_scoring
from kaohe.web.results.completeness import open_points
from kaohe.web.results.distances import to_every_outcome, to_stated_limits
from kaohe.web.results.drift import OPEN, why_run_is_not_current
from kaohe.web.results.faults import faults_shown
from kaohe.web.results.gathering import Gathered, gather, rows_to_gather
from kaohe.web.results.models import Run, SubjectResult
from kaohe.web.results.presenters import (
    checks_shown,
    clauses_in,
    decided_otherwise,
    label_of,
    overview_rows,
    reasons_shown,
)
from kaohe.web.results.published import published_run
from kaohe.web.results.rules import FILE_NAMES, files_for, may_see_ranks, why_not_run
from kaohe.web.results.scoring_work import AT_ONCE, check_cycle, score_cycle
from kaohe.web.results.set_aside import left_out, with_and_without
from kaohe.web.ui.acts import submission_of


def runs(request: HttpRequest) -> HttpResponse:
    """The runs of a cycle, what is missing, and the button that scores."""
    person = person_of_request(request)
    cycle = chosen_cycle(request)
    if not person.may_read(Run):
        raise Http404
    shown = {
        "cycle": cycle,
        "runs": _runs(person).filter(cycle=cycle),
        "may_run": person.may_write(Run),
        "refused": why_not_run(cycle.stage, 0),
        "points": open_points(cycle),
        "submissions": (uuid4(), uuid4()),
        "read": "read" in request.GET,
    }
    return render(request, "results/runs.html", shown)


def _runs(person: Person) -> QuerySet[Run]:
    """Runs in sight."""
    return person.visible(Run.objects.all())


@require_POST
def score(request: HttpRequest) -> HttpResponse:
    """Score the cycle now, or as soon as a worker is free where it has very many rows."""
    person = person_of_request(request)
    cycle = chosen_cycle(request)
    if not person.may_write(Run):
        raise Http404
    if rows_to_gather(cycle) > AT_ONCE and not why_not_run(cycle.stage, 0):
        return _in_background(request, cycle, score_cycle, _("计分：%(cycle)s"))
    try:
        asked = str(submission_of(request) or "")
        run = run_scoring(cycle, by=person, at=clock.now(), asked=asked)
    except FaultyFacts as problem:
        return _faults_page(request, cycle, problem.gathered, status=422)
    messages.success(request, _("计分完成。"))
    return redirect("results:run", run.pk)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Read everything as a run would, and say what is wrong; nothing is scored."""
    person = person_of_request(request)
    cycle = chosen_cycle(request)
    if not person.may_write(Run):
        raise Http404
    if rows_to_gather(cycle) > AT_ONCE:
        return _in_background(request, cycle, check_cycle, _("核对全部数据：%(cycle)s"))
    gathered = gather(cycle, scheme_of(cycle))
    if gathered.facts is not None:
        gathered.facts.close()
    return _faults_page(request, cycle, gathered)


def _in_background(
    request: HttpRequest, cycle: Cycle, work: Work, title: str
) -> HttpResponseRedirect:
    """The same, where it takes longer than people wait for a page."""
    submission = submission_of(request)
    job = enqueue(
        work,
        title=title % {"cycle": cycle},
        given={"cycle": cycle.pk, "asked": str(submission or uuid4())},
        by=person_of_request(request),
        at=clock.now(),
        submission=submission,
    )
    return redirect("jobs:job", job.pk)


def _faults_page(
    request: HttpRequest, cycle: Cycle, gathered: Gathered, status: int = 200
) -> HttpResponse:
    faults = faults_shown(gathered, cycle, scheme_of(cycle), person_of_request(request))
    shown = {
        "cycle": cycle,
        "gathered": gathered,
        "faults": faults,
        "missing": 0 if gathered.fault_count else len(open_points(cycle)),
    }
    return render(request, "results/faults.html", shown, status=status)


def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it stands on, every area, checks, decisions and readings, files."""
    person = person_of_request(request)
    found = get_object_or_404(_runs(person).select_related("cycle__scheme"), pk=pk)
    scheme = scheme_under(found.cycle.scheme, found.taken)
    nodes = list(found.told["first"])
    rows = person.visible(SubjectResult.objects.filter(run=found))
    checks = checks_shown(found, scheme)
    others = list(found.cycle.runs.only("pk", "number"))
    newest = others[0] == found
    # To know whether facts moved all of them are read: too long for a page where they are many.
    long = newest and found.cycle.stage in OPEN and rows_to_gather(found.cycle) > AT_ONCE
    shown = {
        "run": found,
        "moved": why_run_is_not_current(found.cycle) if newest and not long else [],
        "long": long,
        "headings": [label_of(found, node) for node in nodes],
        "rows": overview_rows(found, scheme, rows, nodes),
        "unmet": [one for one in checks if one.bars],
        "set_aside": left_out(found.cycle).count(),
        "noticed": [one for one in checks if one.is_noticed],
        "waived": [one for one in checks if one.state == "waived"],
        "names": {subject.subject_id: subject for subject in rows},
        "scheme": scheme,
        "decisions": [
            (decision, decision.options[found.taken[name]])
            for name, decision in scheme.decisions.items()
        ],
        "files": [name for name in files_for(person.roles) if _path(found, name).exists()],
        "file_names": FILE_NAMES,
        "may_recompute": "facts.zip" in files_for(person.roles),
        "decided": decided_otherwise(found, scheme),
        "earlier": next((one for one in others if one.number < found.number), None),
        "accepted": set() if found.final else _accepted(found),
        "areas_to_accept": _areas_to_accept(found, person) if newest and not found.final else {},
    }
    return render(request, "results/run.html", shown)


def _accepted(found: Run) -> set[str]:
    """What the leading group accepts by now, each as area and check."""
    rows = Waiver.objects.filter(cycle=found.cycle_id).values_list("area__area_id", "check_id")
    return {f"{area} {check}" for area, check in rows}


def _areas_to_accept(found: Run, person: Person) -> dict[str, int]:
    """The keys of areas of which somebody may accept now what is unmet."""
    if not person.may_write(Waiver) or found.cycle.stage not in WAIVERS_OPEN:
        return {}
    return dict(Area.objects.filter(town=found.town_id).values_list("area_id", "pk"))


def subject(request: HttpRequest, pk: int, subject_id: str) -> HttpResponse:
    """One area: every figure with its reason, down to the facts."""
    person = person_of_request(request)
    results = person.visible(SubjectResult.objects.select_related("run__cycle__scheme"))
    found = get_object_or_404(results, run=pk, subject_id=subject_id)
    if not person.may_read(Run) and found.run != published_run(found.cycle):
        raise Http404  # those assessed see what was published, no earlier or later try
    scheme = scheme_under(found.cycle.scheme, found.run.taken)
    ranks = may_see_ranks(person.roles)
    tree = reasons_shown(found, scheme, ranks=ranks)
    asked = ranks and "distances" in request.GET
    away = to_every_outcome(found, scheme) if asked else to_stated_limits(tree, scheme)
    shown = {
        "result": found,
        "run": found.run,
        "ranks": ranks,
        "tree": tree,
        "asked": asked,
        "words": words_of(_policy(found.run), clauses_in(tree)),
        "distances": away,
        "moves": [(node, label_of(found.run, node), away[node]) for node in away] if asked else [],
        "checks": [one for one in checks_shown(found.run, scheme) if one.subject == subject_id],
    }
    return render(request, "results/subject.html", shown)


def _policy(run: Run) -> PolicyText | None:
    """The document of the very scheme that a run was scored by, if the town has its text."""
    policies = PolicyText.objects.filter(town=run.town, scheme__sha256=run.scheme_sha256)
    return policies.first()


def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of a run, to those who may have it."""
    person = person_of_request(request)
    found = get_object_or_404(_runs(person), pk=pk)
    if name not in files_for(person.roles) or not _path(found, name).exists():
        raise Http404
    record_download(found, name, by=person, at=clock.now())
    saved_as = f"{found.cycle.year}-run{found.number}-{name}"
    path = _path(found, name)
    content = _zipped(path) if path.is_dir() else path.open("rb")
    return FileResponse(content, as_attachment=True, filename=saved_as)


def _path(run: Run, name: str) -> Path:
    """Where a file of a run lies, if it has one: without a rule of pay there is no list of it."""
    if name == "facts.zip":
        return run.folder / "facts"
    inside = run.folder / name
    return inside if inside.exists() else run.folder / "results" / name


def _zipped(folder: Path) -> BytesIO:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    content.seek(0)
    return content


def left_out_ballots(request: HttpRequest) -> HttpResponse:
    """Figures with and without the ballots that two people left out."""
    person, cycle = person_of_request(request), chosen_cycle(request)
    if not may_see_ranks(person.roles):
        raise Http404
    count = left_out(cycle).count()
    found = with_and_without(cycle) if count else ()
    names = dict(Area.objects.filter(town=cycle.town).values_list("area_id", "name"))
    shown = {
        "cycle": cycle,
        "count": count,
        "faulty": found is None,
        "areas": [(names.get(one.area_id, one.area_id), one) for one in found or ()],
    }
    return render(request, "results/left_out.html", shown)
