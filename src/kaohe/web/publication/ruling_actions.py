"""What the leading group does with a run: rulings proposed, agreed to, dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.clock import day_of
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import ruling_rules as rules
from kaohe.web.publication.consent import concerned, consent, refuse_for_good, why_not_consent
from kaohe.web.publication.models import Ruling
from kaohe.web.publication.ruling_outcomes import (
    Changes,
    fewer,
    outcomes_of,
    overrides_in,
    pay_after,
)
from kaohe.web.results.models import Run
from kaohe.web.ui.acts import refuse


def newest_run(cycle: Cycle) -> Run | None:
    """The run on which rulings are made: the newest of the cycle."""
    return Run.objects.filter(cycle=cycle).select_related("cycle__scheme", "cycle__town").first()


def held_cycle(cycle: Cycle) -> Cycle:
    """The cycle as it stands, held until the act is done."""
    return Cycle.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=cycle.pk)


def holds_now(run: Run) -> bool:
    """Whether rulings on a run are still made: none was made after it."""
    return newest_run(run.cycle) == run


# -- proposing ------------------------------------------------------------------------------------


@transaction.atomic
def propose_labels(
    run: Run,
    node: str,
    labels: Mapping[str, str],
    *,
    kind: str,
    reason: str,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Ruling:
    """Propose that some subjects get other labels of a node: one override, or all of a tie.

    Raises PermissionDenied outside review, ValidationError where nothing would change or another
    ruling is about the same label.
    """
    outcome = outcomes_of(run).node(node)
    names = outcomes_of(run).names
    known = outcome is not None and all(
        subject in names and (not label or label in outcome.labels)
        for subject, label in labels.items()
    )
    if outcome is None or not known:
        raise ValidationError({"node": "?"})
    changes = [
        {
            "subject": subject,
            "name": names[subject],
            "was": outcome.given[subject],
            "becomes": label,
        }
        for subject, label in sorted(labels.items())
    ]
    ruling = Ruling(kind=kind, node=node, reason=reason)
    return _propose(run, ruling, changes, by=by, at=at, submission=submission)


@transaction.atomic
def propose_fewer(
    run: Run,
    node: str,
    label: str,
    most: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Ruling:
    """Propose that fewer get a label by place than there are places for it (五(一)).

    Raises as ``propose_labels``.
    """
    outcome = outcomes_of(run).node(node)
    if outcome is None or label not in outcome.places:
        raise ValidationError({"node": "?"})
    if wrong := rules.why_not_fewer(most, outcome.places[label]):
        raise ValidationError({"most": wrong})
    ruling = Ruling(kind="quota", node=node, label=label, most=most, reason=reason)
    changes = fewer(run, node, label, most)
    return _propose(run, ruling, changes, by=by, at=at, submission=submission)


def _propose(
    run: Run,
    ruling: Ruling,
    changes: Changes,
    *,
    by: Person,
    at: datetime,
    submission: UUID | None,
) -> Ruling:
    cycle = held_cycle(run.cycle)
    refuse(rules.why_not_now(cycle.stage, newest=holds_now(run)))
    others = standing_on(run)
    busy = {(one.node, change["subject"]) for one in others for change in one.changes}
    taken = [one["name"] for one in changes if (ruling.node, one["subject"]) in busy]
    told = [(one["name"], one["was"], one["becomes"]) for one in changes]
    if wrong := rules.wrong_in_changes(told, taken):
        raise ValidationError(wrong)
    ruling.town_id, ruling.cycle, ruling.run = cycle.town_id, cycle, run
    ruling.changes = [dict(one) for one in changes]
    ruling.pay_before = outcomes_of(run).pay
    ruling.pay_after = pay_after(run, overrides_in([ruling]))
    ruling.proposed_by, ruling.proposer, ruling.proposed_at = by.name, by.username, at
    ruling.submission = submission
    ruling.full_clean(exclude=("decided_at", "dropped_at"))
    ruling.save()
    _record("publication.ruling_proposed", ruling, by=by, at=at, reason=ruling.reason)
    return ruling


def standing_on(run: Run) -> Sequence[Ruling]:
    """The rulings on a run that wait or hold, in the order in which they were proposed."""
    return list(Ruling.objects.filter(run=run, dropped_at=None))


# -- deciding -------------------------------------------------------------------------------------


def why_not_vote(ruling: Ruling, person: Person, day: date) -> str:
    """Why somebody of the leading group may not decide."""
    names = {change["subject"]: change["name"] for change in ruling.changes}
    return rules.why_not_now(ruling.cycle.stage, newest=holds_now(ruling.run)) or why_not_consent(
        ruling, names, person, day
    )


@transaction.atomic
def vote(ruling: Ruling, *, by: Person, at: datetime) -> Ruling:
    """Agree to a ruling; with the second who agrees it holds. Raises PermissionDenied."""
    held_cycle(ruling.cycle)
    ruling = _locked(ruling)
    refuse(why_not_vote(ruling, by, day_of(at)))
    done = consent(ruling, by=by, at=at)
    act = "publication.ruled" if done else "publication.ruling_voted"
    _record(act, ruling, by=by, at=at, reason=ruling.reason if done else "")
    return ruling


@transaction.atomic
def drop(ruling: Ruling, reason: str, *, by: Person, at: datetime) -> Ruling:
    """Withdraw a ruling as its proposer, or refuse it as one who takes part.

    Raises PermissionDenied; a ruling that holds is dropped by a head who takes part, as long as
    nothing was published on it.
    """
    cycle = held_cycle(ruling.cycle)
    ruling = _locked(ruling)
    refuse(rules.why_not_now(cycle.stage))
    refuse(
        rules.why_not_drop(
            open_=ruling.dropped_at is None, may=may_drop(ruling, by, day_of(at)), reason=reason
        )
    )
    refuse_for_good(ruling, reason.strip(), by=by, at=at)
    _record("publication.ruling_dropped", ruling, by=by, at=at, reason=reason.strip())
    return ruling


def may_drop(ruling: Ruling, person: Person, day: date) -> bool:
    """Whether somebody may withdraw or refuse a ruling."""
    if ruling.is_open and person.username == ruling.proposer:
        return True
    deciding = "group_head" if ruling.decided_at is not None else rules.DECIDING
    return person.has(deciding) and not concerned(ruling, person, day)


def _locked(ruling: Ruling) -> Ruling:
    rows = Ruling.objects.select_for_update(of=("self",)).select_related("cycle", "run__cycle")
    return rows.get(pk=ruling.pk)


def _record(act: str, ruling: Ruling, *, by: Person, at: datetime, reason: str) -> None:
    record(
        act,
        by=by,
        at=at,
        about=name_of(ruling),
        told=f"{ruling.run} {ruling.get_kind_display()} {ruling.node}",
        reason=reason,
        after={"changes": ruling.changes},
    )
