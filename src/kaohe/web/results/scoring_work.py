"""Scoring in the background, where a cycle has more rows than people wait for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.jobs.working import Tell
from kaohe.web.results.actions import FaultyFacts, run_scoring
from kaohe.web.results.faults import places_of_faults
from kaohe.web.results.gathering import gather
from kaohe.web.results.models import Run

AT_ONCE = 200_000
"""So many rows are read while somebody waits; a town of 31 areas has fewer, which take some five
seconds of work (benchmarks/RESULTS.md)."""


def score_cycle(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Score the cycle as the button does; the address of the run. Done twice, it is one run."""
    cycle = _cycle(given, by)
    try:
        run = run_scoring(cycle, by=by, at=at, asked=given["asked"], tell=tell)
    except FaultyFacts as problem:
        raise ValidationError(places_of_faults(problem.gathered, scheme_of(cycle))) from None
    return reverse("results:run", args=[run.pk])


def check_cycle(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """Read everything as a run would; the address of the page of runs if nothing is wrong."""
    cycle = _cycle(given, by)
    gathered = gather(cycle, scheme_of(cycle), tell=tell)
    if gathered.facts is None:
        raise ValidationError(places_of_faults(gathered, scheme_of(cycle)))
    gathered.facts.close()
    return f"{reverse('results:runs')}?cycle={cycle.pk}&read"


def _cycle(given: Mapping[str, Any], by: Person) -> Cycle:
    if not by.may_write(Run):
        raise PermissionDenied(_("您现在的岗位不能计分。"))
    return by.visible(Cycle.objects.select_related("scheme", "town")).get(pk=given["cycle"])
