"""A publication is prepared, signed as a step of the year, and takes effect in one act."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaohe.outputs.papers.letters import Terms
from kaohe.pipeline import overridden
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.cycles.models import Cycle, StageChange
from kaohe.web.cycles.schemes import scheme_under
from kaohe.web.cycles.standing import is_pending
from kaohe.web.jobs.working import Tell
from kaohe.web.publication import publishing_rules as rules
from kaohe.web.publication.contents import (
    decided_on,
    differences,
    in_force,
    overrides_of,
    public_node,
    publication_json,
    stored,
    subjects_of,
)
from kaohe.web.publication.letters import letter_of, write_papers
from kaohe.web.publication.models import Publication, PublishedArea, Ruling
from kaohe.web.publication.pay_actions import propose_pay
from kaohe.web.publication.ruling_actions import held_cycle, newest_run
from kaohe.web.publication.ruling_outcomes import overrides_in, pay_total
from kaohe.web.results.actions import assessed_again
from kaohe.web.results.drift import why_run_is_not_current
from kaohe.web.results.files import draft_in, file_sha256
from kaohe.web.results.models import Run
from kaohe.web.ui.acts import refuse


def prepared(cycle: Cycle) -> Publication | None:
    """The publication of a year that waits for signatures."""
    return Publication.objects.filter(cycle=cycle).prepared().select_related("run").first()


def why_not_prepare(cycle: Cycle) -> list[str]:
    """Everything that keeps a year from being prepared for publication now."""
    run = newest_run(cycle)
    open_ = Ruling.objects.filter(run=run).open().count() if run is not None else 0
    reasons = rules.why_not_prepare(
        stage=cycle.stage,
        has_run=run is not None,
        final=run is not None and run.final,
        open_rulings=open_,
        pending=is_pending(cycle),
    )
    return [*reasons, *why_run_is_not_current(cycle)]


@transaction.atomic
def prepare(
    cycle: Cycle,
    terms: Terms,
    *,
    reason: str = "",
    by: Person,
    at: datetime,
    tell: Tell = lambda _share: None,
) -> Publication:
    """Write down what would be published now, with a letter for every area.

    One that was prepared before is withdrawn. ``reason`` says why, of a correction. Raises
    PermissionDenied with every reason against it, MissingGlyphs where a name cannot be printed.
    """
    cycle = held_cycle(cycle)
    refuse(" ".join(why_not_prepare(cycle)))
    before = in_force(cycle)
    refuse(rules.why_no_reason(corrects=before is not None, reason=reason))
    run = newest_run(cycle)
    assert run is not None, "a year without a run is refused"
    withdraw_prepared(cycle, at)
    number = before.number + 1 if before is not None else 1
    rulings = decided_on(run)
    overrides = overrides_of(rulings)
    scheme = scheme_under(cycle.scheme, run.taken)
    with draft_in("publications") as draft, assessed_again(run, scheme) as assessment:
        published = overridden(assessment, overrides_in(rulings))
        content = publication_json(run, number, reason, overrides, published)
        (draft / "publication.json").write_bytes(content)
        labels = {
            one["subject"]: one["becomes"] for one in overrides if one["node"] == public_node(run)
        }
        write_papers(draft, assessment, labels, terms, tell)
        publication = Publication.objects.create(
            town_id=cycle.town_id,
            cycle=cycle,
            run=run,
            number=number,
            reason=reason.strip(),
            overrides=overrides,
            differences=differences(before, subjects_of(published), pay_total(published)),
            sha256=hashlib.sha256(content).hexdigest(),
            letters_dated=terms.day,
            objections_to=terms.objections_to,
            objections_until=terms.until,
            prepared_by=by.name,
            prepared_at=at,
        )
        record(
            "publication.prepared",
            by=by,
            at=at,
            about=name_of(publication),
            told=f"{publication}",
            reason=publication.reason,
            after={"publication": publication.sha256, "results": run.results_sha256},
        )
        draft.rename(publication.folder)
    return publication


def withdraw_prepared(cycle: Cycle, at: datetime) -> None:
    """What was prepared and never published does not count any more; its files stay."""
    Publication.objects.filter(cycle=cycle).prepared().update(withdrawn_at=at)


def is_current(publication: Publication) -> bool:
    """Whether a prepared publication still says what holds: the newest run, its rulings."""
    run = newest_run(publication.cycle)
    return publication.run == run and publication.overrides == overrides_of(
        decided_on(publication.run)
    )


def why_not_publish(cycle: Cycle) -> list[str]:
    """What of the app's own bars the step to ``published``."""
    run = newest_run(cycle)
    reasons = rules.why_not_settled(
        final=run is not None and run.final,
        open_rulings=Ruling.objects.filter(run=run).open().count() if run is not None else 0,
    )
    publication = prepared(cycle)
    if publication is not None and not is_current(publication):
        reasons.append(rules.not_current())
    return reasons


def take_effect(change: StageChange, by: Person, at: datetime) -> Mapping[str, str]:
    """Publish what was prepared: the step has its signatures.

    Letters and public list appear together. Returns what the event of the step says of it.
    """
    publication = prepared(change.cycle)
    assert publication is not None, "the step is refused without one"
    publication.effective_at, publication.change = at, change
    publication.save(update_fields=["effective_at", "change"])
    content = stored(publication)
    PublishedArea.objects.bulk_create(
        PublishedArea(
            town_id=publication.town_id,
            cycle_id=publication.cycle_id,
            publication=publication,
            subject_id=one["id"],
            name=one["name"],
            labels=one["labels"],
            letter_sha256=file_sha256(letter_of(publication.folder, one["id"])),
        )
        for one in content["subjects"]
    )
    propose_pay(publication)
    return {"publication": publication.sha256}


def counting_run(cycle: Cycle) -> Run | None:
    """The run that was published: what those assessed see of a year."""
    publication = in_force(cycle)
    return publication.run if publication is not None else None


@transaction.atomic
def mark_read(area: PublishedArea, *, by: Person, at: datetime) -> PublishedArea:
    """The area has read its letter; the first time is kept, reading again changes nothing."""
    area = PublishedArea.objects.select_for_update().get(pk=area.pk)
    if area.read_at is None:
        area.read_at, area.read_by = at, by.name
        area.save(update_fields=["read_at", "read_by"])
        record("publication.letter_read", by=by, at=at, about=name_of(area), told=f"{area}")
    return area


@transaction.atomic
def record_download(publication: Publication, name: str, *, by: Person, at: datetime) -> None:
    """Whoever takes a file of a publication along leaves a trace."""
    about = name_of(publication)
    record("publication.downloaded", by=by, at=at, about=about, told=f"{publication} {name}")
