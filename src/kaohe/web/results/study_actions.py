"""Studying a cycle: facts under every reading of the policy, and what is stored of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe import readings
from kaohe.analysis.sensitivity import trials_of
from kaohe.facts.snapshot import snapshot_sha256
from kaohe.outputs import write_study
from kaohe.outputs.readings_sentences import how_to_read, what_was_tried
from kaohe.values.text import Text
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_file
from kaohe.web.results.actions import LANGUAGE
from kaohe.web.results.files import draft_in, file_sha256
from kaohe.web.results.models import Study
from kaohe.web.results.study_facts import Basis, basis_of, facts_source, write_scheme
from kaohe.web.ui.templatetags.ui import told

STEPS = {"count": 0.4, "score": 0.45}
"""Where the steps of a study begin, as shares of the whole; before them a town is made."""


def make_study(
    cycle: Cycle, *, by: Person, at: datetime, tell: Callable[[float], None] = lambda _share: None
) -> Study:
    """Study a cycle on what it stands on now; the study that there is already where nothing moved.

    Raises PermissionDenied with a reason where there is nothing to study, ValidationError where
    the facts or the scheme do not bear every reading. A study that fails leaves nothing behind.
    """
    basis = basis_of(cycle)
    if basis.refused:
        raise PermissionDenied(basis.refused)
    if (same := study_on(basis)) is not None:
        return same
    with draft_in("studies") as draft:
        write_scheme(basis, draft)
        found = _studied(basis, draft / "scheme.yaml", tell)
        for name, study in (
            ("sensitivity", found),
            ("totals", found.without_persons()),
            ("without-pay", found.without_pay()),
        ):
            write_study(study, draft, LANGUAGE, name)
        return _store(basis, found, draft, by=by, at=at)


def study_on(basis: Basis) -> Study | None:
    """The study that stands on just this, made by this version of the program."""
    rows = Study.objects.filter(cycle=basis.cycle, program=version("kaohe"))
    return next((study for study in rows if basis.is_of(study)), None)


def _studied(basis: Basis, scheme: Path, tell: Callable[[float], None]) -> readings.Study:
    """Score the facts under every reading."""
    found = scheme_file(basis.cycle.scheme)
    trials = trials_of(found.options, basis.taken)

    def town(_table: str, share: float) -> None:
        tell(STEPS["count"] * share / 2)

    def progress(step: str, share: float) -> None:
        begins = STEPS[step]
        tell(begins + (1 - begins) * share)

    with facts_source(basis, scheme, town) as source:
        try:
            study = readings.study(found, trials, source.facts, progress=progress)
        except readings.WrongReadings as problem:
            _reading, findings = problem.wrong[0]
            text = _("有些选项合在一起，方案不能计分，不能分析：%(why)s")
            raise ValidationError(text % {"why": told(findings[0].message)}) from None
    return replace(study, simulated=basis.simulated)


@transaction.atomic
def _store(basis: Basis, found: readings.Study, draft: Path, *, by: Person, at: datetime) -> Study:
    # Two studies get two numbers, and the same one asked for twice at once is stored once.
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=basis.cycle.pk)
    if (same := study_on(basis)) is not None:
        return same
    if basis_of(cycle).run != basis.run:
        raise PermissionDenied(_("其间年度阶段或计分有变动，没有保存。请重新分析。"))
    simulated = basis.simulated or readings.Simulated()
    study = Study.objects.create(
        town=cycle.town,
        cycle=cycle,
        run=basis.run,
        subjects=simulated.subjects,
        seed=simulated.seed,
        number=cycle.studies.count() + 1,
        at=at,
        by=by.name,
        facts_sha256=snapshot_sha256(found.base.facts),
        scheme_sha256=found.base.scheme_sha256,
        study_sha256=file_sha256(draft / "sensitivity.json"),
        program=version("kaohe"),
        taken=basis.taken,
        told={"tried": _texts(what_was_tried(found)), "notes": _texts(how_to_read(found))},
    )
    record(
        "results.study_made",
        by=by,
        at=at,
        about=name_of(study),
        told=_("%(study)s（%(basis)s）") % {"study": study, "basis": study.basis},
        after={"facts": study.facts_sha256, "study": study.study_sha256},
    )
    draft.rename(study.folder)
    return study


def _texts(sentences: Iterable[Text]) -> list[dict[str, str]]:
    return [{"zh": one.zh, "en": one.en} for one in sentences]
