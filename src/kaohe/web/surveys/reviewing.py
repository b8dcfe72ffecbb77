"""Flags on ballots as a round is opened, and what two people make of them.

A flag needs no identity and deletes nothing. Those who review see answers and flags, and neither
area nor channel; a ballot is left out only if both say so and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record
from kaohe.web.cycles.models import Cycle
from kaohe.web.surveys import review_rules as rules
from kaohe.web.surveys.models import Ballot, Review, Round
from kaohe.web.surveys.quality import Limits, alike, flags_of, least_seconds
from kaohe.web.surveys.rounds import asking_of, questionnaire_of
from kaohe.web.surveys.taking_part import rounds_of
from kaohe.web.ui.acts import refuse


def limits_of(held: Round) -> Limits:
    """From what on a ballot of the round is flagged: as many answers as make it count, and the time
    in which the questions can be read."""
    questionnaire = questionnaire_of(held.cycle)
    assert questionnaire is not None, "a round is only set up for a scheme with a questionnaire"
    asked = asking_of(held).asked
    return Limits(alike(asked), questionnaire.answered_at_least, least_seconds(asked))


def flag(held: Round, ballots: list[Ballot]) -> None:
    """Put the flags on the ballots of a round."""
    limits = limits_of(held)
    for ballot in ballots:
        ballot.flags = list(flags_of(ballot.answers, ballot.took, limits))


@dataclass(frozen=True)
class Flagged:
    """A flagged ballot as one reviewer finds it; nothing of where it comes from."""

    key: UUID
    flags: tuple[str, ...]
    state: str


def flagged_ballots(cycle: Cycle, person: Person) -> list[Flagged]:
    """The flagged ballots of a year: those with one opinion first, then by their random keys."""
    mine = Review.objects.filter(ballot=OuterRef("pk"), user=person.user)
    rows = (
        Ballot.objects.filter(round__in=rounds_of(cycle))
        .exclude(flags=[])
        .annotate(opinions=Count("reviews"), mine=Exists(mine))
        .order_by("-opinions", "pk")
    )
    return [
        Flagged(key, tuple(flags), rules.state_of(reviews=opinions, mine=mine))
        for key, flags, opinions, mine in rows.values_list("pk", "flags", "opinions", "mine")
    ]


def to_review(cycle: Cycle, person: Person) -> list[Flagged]:
    """The flagged ballots that still want this person's opinion."""
    return [one for one in flagged_ballots(cycle, person) if one.state == rules.MINE]


@transaction.atomic
def review(ballot: Ballot, *, aside: bool, reason: str, by: Person, at: datetime) -> Ballot:
    """One person's opinion; with the second that agrees the ballot is left out."""
    held = Ballot.objects.select_for_update().select_related("cycle").get(pk=ballot.pk)
    given = list(held.reviews.all())
    refuse(
        rules.why_not_review(
            stage=held.cycle.stage,
            flagged=bool(held.flags),
            mine=any(one.user_id == by.user.pk for one in given),
            reviews=len(given),
            aside=aside,
            reason=reason,
        )
    )
    Review.objects.create(
        town=held.town,
        cycle=held.cycle,
        ballot=held,
        user=by.user,
        aside=aside,
        reason=reason.strip(),
        at=at,
    )
    held.set_aside = rules.is_left_out([*(one.aside for one in given), aside])
    held.save(update_fields=["set_aside"])
    record(
        "surveys.ballot_reviewed",
        by=by,
        at=at,
        about=f"surveys.ballot:{held.pk}",
        reason=reason,
        after={"aside": aside, "set_aside": held.set_aside},
    )
    return held
