"""Scoring a cycle: a hashed snapshot of its facts, the core, and the stored result."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from kaohe.facts import Facts, read_facts
from kaohe.facts.snapshot import write_snapshot
from kaohe.outputs import subject_entry, write_results, write_workbook
from kaohe.pipeline import Assessment, Progress, assess
from kaohe.scheme.model import Scheme
from kaohe.values.text import Language
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.audit.models import Chain
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_file, scheme_of
from kaohe.web.results.files import draft_in, file_sha256
from kaohe.web.results.gathering import Gathered, gather
from kaohe.web.results.models import Robustness, Run, Study, SubjectResult
from kaohe.web.results.rules import why_not_run

LANGUAGE: Language = "zh"
"""Headings of stored workbooks; what ``kaohe score --lang zh`` writes."""


class FaultyFacts(Exception):
    """The facts cannot be scored; ``gathered`` says where they are wrong."""

    def __init__(self, gathered: Gathered) -> None:
        super().__init__(f"{gathered.fault_count} faults")
        self.gathered = gathered


GATHERED, FROZEN, SCORED = 0.6, 0.75, 0.9
"""About so much of a run is done after each of its steps."""


def run_scoring(
    cycle: Cycle,
    *,
    by: Person,
    at: datetime,
    asked: str = "",
    tell: Callable[[float], None] = lambda _share: None,
) -> Run:
    """Score a cycle on a snapshot of its facts as they are now.

    What was ``asked`` for under a key is scored once, however often it is done. ``tell`` hears how
    much of it is done. Raises PermissionDenied with a reason outside the stage of scoring, and
    FaultyFacts. A run that fails leaves nothing behind.
    """
    if (same := _run_asked(cycle, asked)) is not None:
        return same
    if reason := why_not_run(cycle.stage, 0):
        raise PermissionDenied(reason)
    scheme = scheme_of(cycle)
    events = Chain.objects.filter(town=cycle.town.code).values_list("length", flat=True).first()
    gathered = gather(cycle, scheme, tell=lambda share: tell(GATHERED * share))
    if gathered.facts is None:
        raise FaultyFacts(gathered)
    with draft_in("runs") as draft:
        with gathered.facts as facts:
            facts_sha256 = write_snapshot(facts, scheme.fact_tables, draft / "facts")
        tell(FROZEN)
        with _snapshot(draft / "facts", scheme) as facts:
            assessment = assessed(
                cycle,
                scheme,
                facts,
                lambda _step, share: tell(FROZEN + (SCORED - FROZEN) * share),
            )
            _write_files(cycle, assessment, draft)
            # How long the log was when the facts were read: whether they moved is asked of it.
            told = {**_told(assessment), "events": events or 0, "asked": asked}
            return _store(cycle, assessment, facts_sha256, told, draft, by=by, at=at)


def _run_asked(cycle: Cycle, asked: str) -> Run | None:
    return cycle.runs.filter(told__asked=asked).first() if asked else None


def _snapshot(folder: Path, scheme: Scheme) -> Facts:
    """What is scored is what was written: the snapshot is read again."""
    facts = read_facts(str(folder), scheme.fact_tables).facts
    assert facts is not None, "a snapshot of checked facts can be read"
    return facts


def assessed(
    cycle: Cycle, scheme: Scheme, facts: Facts, progress: Progress | None = None
) -> Assessment:
    """The assessment of facts under the decisions that a cycle has taken, defaults for the rest."""
    taken = {**scheme_file(cycle.scheme).defaults, **cycle.taken}
    return assess(scheme, cycle.scheme.sha256, taken, facts, progress=progress)


@contextmanager
def assessed_again(run: Run, scheme: Scheme) -> Iterator[Assessment]:
    """The assessment of a run on its own snapshot, for what was not asked when it was stored.

    ``scheme`` is the run's, under the decisions that it took.
    """
    # PostgreSQL keeps them in an order of its own; files tell them in that of the scheme.
    taken = {**scheme_file(run.cycle.scheme).defaults, **run.taken}
    with _snapshot(run.folder / "facts", scheme) as facts:
        yield assess(scheme, run.scheme_sha256, taken, facts)


def _write_files(cycle: Cycle, assessment: Assessment, folder: Path) -> None:
    (folder / "scheme.yaml").write_bytes(cycle.scheme.text.encode())
    write_results(assessment, folder / "results", LANGUAGE)
    write_workbook(folder / "workbook.xlsx", assessment, LANGUAGE, pay=False)


@transaction.atomic
def _store(
    cycle: Cycle,
    assessment: Assessment,
    facts_sha256: str,
    told: dict[str, Any],
    draft: Path,
    *,
    by: Person,
    at: datetime,
) -> Run:
    # Nobody may change the stage while the run is stored, and two runs get two numbers.
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if (same := _run_asked(locked, told["asked"])) is not None:
        return same
    if reason := why_not_run(locked.stage, 0):
        raise PermissionDenied(reason)
    run = Run.objects.create(
        town=cycle.town,
        cycle=cycle,
        number=cycle.runs.count() + 1,
        at=at,
        by=by.name,
        facts_sha256=facts_sha256,
        scheme_sha256=assessment.scheme_sha256,
        results_sha256=file_sha256(draft / "results" / "results.json"),
        program=version("kaohe"),
        final=assessment.final,
        taken=dict(assessment.taken),
        told=told,
    )
    SubjectResult.objects.bulk_create(_subjects(run, assessment), batch_size=100)
    record(
        "results.run_scored",
        by=by,
        at=at,
        about=name_of(run),
        told=f"{run}",
        after={"facts": facts_sha256, "results": run.results_sha256},
    )
    # A process that died here before has left a folder of a run that there never was.
    shutil.rmtree(run.folder, ignore_errors=True)
    draft.rename(run.folder)
    return run


def _subjects(run: Run, assessment: Assessment) -> list[SubjectResult]:
    rows = assessment.sheet.figures.subjects
    return [
        SubjectResult(
            town=run.town,
            cycle=run.cycle,
            run=run,
            subject_id=rows[index].id,
            name=rows[index].name,
            status=assessment.statuses[index],
            place=place,
            entry=subject_entry(assessment, index),
        )
        for place, index in enumerate(assessment.order)
    ]


def _told(assessment: Assessment) -> dict[str, Any]:
    """What the page of the run shows besides its subjects."""
    scheme = assessment.scheme
    nodes = scheme.nodes
    labels = {
        node: [nodes[node].label.zh, nodes[node].label.en]  # type: ignore[union-attr]
        if nodes[node].label
        else [node, node]
        for node in assessment.columns
    }
    return {
        "first": list(assessment.first or assessment.columns),
        "labels": labels,
        "blocks": [
            {
                "label": {"zh": block.label.zh, "en": block.label.en},
                "nodes": [node for node in block.nodes if node in assessment.columns],
            }
            for block in scheme.results.blocks
        ],
        "checks": [
            {
                "subject": check.subject,
                "check": check.check,
                "required": check.required,
                "actual": check.actual,
                "met": check.met,
                "waived": check.waived,
            }
            for check in assessment.checks
        ],
        "warnings": [
            {"id": one.id, "text": {"zh": one.text.zh, "en": one.text.en}}
            for one in assessment.warnings
            if one.id != "pay.months"
        ],
        "facts": {
            name: {"rows": table.rows, "sha256": table.sha256}
            for name, table in assessment.facts.tables.items()
        },
    }


@transaction.atomic
def record_download(of: Run | Study | Robustness, name: str, *, by: Person, at: datetime) -> None:
    """Whoever takes a file of results along leaves a trace."""
    record("results.downloaded", by=by, at=at, about=name_of(of), told=f"{of} {name}")
