"""Years that were published, for tests: by the real way, and without documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from hashlib import sha256

from kaohe.outputs.papers.letters import Terms
from kaohe.web.cycles.actions import propose_stage, sign_stage
from kaohe.web.cycles.copying import text_for_year
from kaohe.web.cycles.models import Cycle, SchemeVersion, StageChange
from kaohe.web.cycles.schemes import scheme_file
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication.models import FactsConfirmed, Publication, PublishedArea
from kaohe.web.publication.publishing import prepare
from kaohe.web.registry.models import Area
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Run, SubjectResult
from tests.web.cast import NOW, TODAY, Cast
from tests.web.preparing import MEETING

TERMS = Terms(day=TODAY, objections_to="镇党建办", until=date(2024, 11, 27))


def declare_published(run: Run) -> Publication:
    """A run stands as published, with no letters: for pages that only ask what counts."""
    Cycle.objects.filter(pk=run.cycle_id).update(stage="published")
    publication = Publication.objects.create(
        town=run.town,
        cycle=run.cycle,
        run=run,
        number=1 + Publication.objects.filter(cycle=run.cycle).count(),
        sha256="0" * 64,
        letters_dated=TODAY,
        objections_to="镇党建办",
        objections_until=TODAY,
        prepared_by="经办人",
        prepared_at=NOW,
        effective_at=NOW,
    )
    PublishedArea.objects.bulk_create(
        PublishedArea(
            town=run.town,
            cycle=run.cycle,
            publication=publication,
            subject_id=one.subject_id,
            name=one.name,
        )
        for one in run.subjects.all()
    )
    return publication


def all_facts_are_right(cast: Cast, cycle: Cycle) -> None:
    """Every area has said that its facts are right: nobody waits for its days any more."""
    run = cycle.runs.latest("number")
    secretary = cast.person("secretary")
    for area in Area.objects.filter(town=cast.town):
        FactsConfirmed.objects.get_or_create(
            town=cast.town,
            cycle=cycle,
            run=run,
            area=area,
            defaults={"by": secretary.name, "at": NOW},
        )


def propose_publishing(cast: Cast, cycle: Cycle) -> StageChange:
    """The clerk proposes the step with the meeting."""
    all_facts_are_right(cast, cycle)
    return propose_stage(cycle, "published", by=cast.person("clerk"), at=NOW, **MEETING)


def publish(cast: Cast, cycle: Cycle, reason: str = "") -> Publication:
    """A year in review is prepared, proposed and signed by two heads."""
    publication = prepare(cycle, TERMS, reason=reason, by=cast.person("clerk"), at=NOW)
    change = propose_publishing(cast, cycle)
    for head in ("group_head", "other_group_head"):
        sign_stage(change, by=cast.person(head), at=NOW)
    publication.refresh_from_db()
    cycle.refresh_from_db()
    return publication


def in_review(cast: Cast, run: Run) -> Run:
    """A year whose unmet checks are all waived, scored again, and in review."""
    areas = {area.area_id: area for area in Area.objects.filter(town=cast.town)}
    for check in run.told["checks"]:
        if not check["met"] and not check["waived"]:
            Waiver.objects.create(
                town=cast.town,
                cycle=run.cycle,
                area=areas[check["subject"]],
                check_id=check["check"],
                reason="经领导小组研究认可",
                meeting_on=MEETING["meeting_on"],
                meeting_number=MEETING["meeting_number"],
            )
    again = run_scoring(run.cycle, by=cast.person("clerk"), at=NOW)
    assert again.final
    propose_stage(again.cycle, "review", by=cast.person("clerk"), at=NOW)
    again.cycle.refresh_from_db()
    return again


def earlier_year(run: Run, change: Callable[[str], str] = str, year: int = 2023) -> Publication:
    """The same results as if they had been those of an earlier year, published under its scheme.

    ``change`` is what was written otherwise in the scheme of that year.
    """
    text = change(text_for_year(run.cycle.scheme.text, scheme_file(run.cycle.scheme), year))
    version = SchemeVersion.objects.create(
        town=run.town,
        scheme_id=f"gaojing-{year}",
        edition="1",
        title=f"{year}年高境镇居民区考核方案",
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        added_at=NOW,
    )
    cycle = Cycle.objects.create(
        town=run.town,
        scheme=version,
        year=year,
        first=date(year, 1, 1),
        last=date(year, 12, 31),
        stage="published",
    )
    subjects, folder = list(run.subjects.all()), run.folder
    earlier = Run.objects.get(pk=run.pk)
    earlier.pk, earlier.cycle, earlier.submission = None, cycle, None
    earlier.save(force_insert=True)
    for one in subjects:
        one.pk, one.run, one.cycle, one.submission = None, earlier, cycle, None
    SubjectResult.objects.bulk_create(subjects)
    shutil.copytree(folder, earlier.folder)
    publication = declare_published(earlier)
    for area in publication.areas.all():
        entry = next(one.entry for one in subjects if one.subject_id == area.subject_id)
        area.labels = {node: entry[node] or "" for node in ("grade", "tier")}
        area.save(update_fields=["labels"])
    return publication
