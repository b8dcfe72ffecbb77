"""How firm the results of a run are: worked out on its own snapshot, and stored beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kaohe.analysis import robustness as analysis
from kaohe.outputs.robustness import write_robustness
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.jobs.working import Tell
from kaohe.web.results.actions import LANGUAGE, assessed_again
from kaohe.web.results.files import draft_in, file_sha256
from kaohe.web.results.models import Robustness, Run

REPLICATES = 1000


def make_robustness(
    run: Run, *, by: Person, at: datetime, tell: Callable[[float], None] = lambda _share: None
) -> Robustness:
    """How firm a run is; what there is already where it was asked for before.

    The year is the seed. Raises ValidationError where nothing can be told under the scheme.
    """
    if (same := robustness_of(run)) is not None:
        return same
    with draft_in("robustness") as draft:
        with assessed_again(run, scheme_under(run.cycle.scheme, run.taken)) as assessment:
            found = analysis.robustness(
                assessment.sheet, assessment.facts, REPLICATES, run.cycle.year, tell
            )
            if not found.says_something:
                raise ValidationError(_("这个方案没有答卷、比率和加权项目，没有抽样误差可算。"))
            write_robustness(assessment, found, draft, LANGUAGE)
        return _store(run, draft, by=by, at=at)


def robustness_of(run: Run) -> Robustness | None:
    """What this version of the program has worked out of a run."""
    return Robustness.objects.filter(run=run, program=version("kaohe")).first()


@transaction.atomic
def _store(run: Run, draft: Path, *, by: Person, at: datetime) -> Robustness:
    # Asked for twice at once it is stored once.
    Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if (same := robustness_of(run)) is not None:
        return same
    stored = Robustness.objects.create(
        town_id=run.town_id,
        cycle=run.cycle,
        run=run,
        replicates=REPLICATES,
        seed=run.cycle.year,
        at=at,
        by=by.name,
        sha256=file_sha256(draft / "robustness.json"),
        program=version("kaohe"),
    )
    record(
        "results.robustness_made",
        by=by,
        at=at,
        about=name_of(stored),
        told=str(stored),
        after={"facts": run.facts_sha256, "robustness": stored.sha256},
    )
    draft.rename(stored.folder)
    return stored


def robustness_work(given: Mapping[str, Any], by: Person, at: datetime, tell: Tell) -> str:
    """What was asked for, in the background; the address of its page.

    Raises as ``make_robustness`` does, and where whoever asked has lost the post meanwhile.
    """
    if not by.may_write(Robustness):
        raise PermissionDenied(_("您现在的岗位不能提出稳健性分析。"))
    rows = by.visible(Run.objects.select_related("cycle__scheme", "cycle__town"))
    run = rows.get(pk=given["run"])
    make_robustness(run, by=by, at=at, tell=tell)
    return reverse("results:robustness", args=[run.pk])
