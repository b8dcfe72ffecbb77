"""How far sampling decides: the page of a run's robustness, and its files."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaohe.outputs.robustness.wording import INTRO, NOT_IN_POLICY, RATES, TOTALS_ONLY
from kaohe.web import clock
from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.current import chosen_cycle
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.jobs.working import enqueue
from kaohe.web.results.actions import record_download
from kaohe.web.results.models import Robustness, Run
from kaohe.web.results.robustness_actions import robustness_of, robustness_work
from kaohe.web.results.robustness_presenters import Shown, content_of, texts
from kaohe.web.ui.acts import submission_of

FILES = ("robustness.xlsx", "robustness.json")
SAYS = {"intro": INTRO, "totals_only": TOTALS_ONLY, "rates": RATES, "weights": NOT_IN_POLICY}
"""What the workbook says too."""


def newest(request: HttpRequest) -> HttpResponse:
    """The robustness of a cycle's newest run, or that there is no run yet."""
    person = person_of_request(request)
    if not person.may_read(Robustness):
        raise Http404
    cycle = chosen_cycle(request)
    run = person.visible(Run.objects.filter(cycle=cycle)).first()
    if run is None:
        nothing = {"cycle": cycle, "run": None, "says": SAYS}
        return render(request, "results/robustness.html", nothing)
    return redirect("results:robustness", run.pk)


def robustness(request: HttpRequest, pk: int) -> HttpResponse:
    """How firm one run is."""
    person = person_of_request(request)
    if not person.may_read(Robustness):
        raise Http404
    rows = Run.objects.select_related("cycle__scheme", "cycle__town")
    run = get_object_or_404(person.visible(rows), pk=pk)
    stored = robustness_of(run)
    shown: dict[str, Any] = {
        "cycle": run.cycle,
        "run": run,
        "stored": stored,
        "says": SAYS,
        "may_start": person.may_write(Robustness),
        "submission": uuid4(),
    }
    if stored is not None:
        content = content_of(stored)
        tables = Shown(content, scheme_under(run.cycle.scheme, run.taken))
        shown |= {
            "results": tables.results(),
            "surveys": tables.surveys(),
            "rates": tables.rates(),
            "weights": tables.weights(),
            "lacks_ballots": tables.lacks_ballots,
            "cautions": texts(content["cautions"]),
            "notes": texts(content["notes"]),
            "files": FILES,
        }
    return render(request, "results/robustness.html", shown)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it worked out in the background; what there is already is shown."""
    person = person_of_request(request)
    run = get_object_or_404(person.visible(Run.objects.select_related("cycle")), pk=pk)
    if not person.may_write(Robustness):
        raise Http404
    if robustness_of(run) is not None:
        return redirect("results:robustness", pk)
    job = enqueue(
        robustness_work,
        title=_("稳健性分析：%(run)s") % {"run": run},
        given={"run": pk},
        by=person,
        at=clock.now(),
        submission=submission_of(request),
    )
    return redirect("jobs:job", job.pk)


def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of it, to those who may see it."""
    person = person_of_request(request)
    rows = person.visible(Robustness.objects.select_related("cycle", "run"))
    found = get_object_or_404(rows, run=pk)
    if name not in FILES:
        raise Http404
    record_download(found, name, by=person, at=clock.now())
    saved_as = f"{found.cycle.year}-run{found.run.number}-{name}"
    return FileResponse((found.folder / name).open("rb"), as_attachment=True, filename=saved_as)
