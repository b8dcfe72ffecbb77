"""Two runs of a cycle beside each other: what changed and why; for those who may see ranks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from kaohe.web.accounts.requests import person_of_request
from kaohe.web.cycles.models import SchemeVersion
from kaohe.web.results.compare_presenters import (
    areas_moved,
    decisions_moved,
    nothing_moved,
    scheme_in,
    tables_moved,
    waivers_moved,
)
from kaohe.web.results.models import Run
from kaohe.web.results.rules import may_see_ranks


def compare(request: HttpRequest, pk: int, earlier: int) -> HttpResponse:
    """What changed from the run ``earlier`` to the run ``pk`` of the same cycle."""
    person = person_of_request(request)
    runs = person.visible(Run.objects.select_related("cycle"))
    new = get_object_or_404(runs, pk=pk)
    old = get_object_or_404(runs, pk=earlier, cycle=new.cycle_id, number__lt=new.number)
    if not may_see_ranks(person.roles):
        raise Http404
    schemes = (scheme_in(old), scheme_in(new))
    versions = {one.sha256: one for one in person.visible(SchemeVersion.objects.defer("text"))}
    shown = {
        "old": old,
        "new": new,
        "runs": (old, new),
        "others": runs.filter(cycle=new.cycle_id, number__lt=new.number),
        "equal": nothing_moved(old, new),
        "tables": tables_moved(old, new, schemes[1]),
        "decisions": decisions_moved(old, new, schemes),
        "waivers": waivers_moved(old, new, schemes),
        "scheme_moved": old.scheme_sha256 != new.scheme_sha256,
        "versions": [versions.get(run.scheme_sha256) for run in (old, new)],
        "areas": areas_moved(old, new, schemes),
    }
    return render(request, "results/compare.html", shown)
