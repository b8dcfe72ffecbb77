"""Two of the leading group decide: who takes part, their consent, and that something is refused.

Both heads do; whoever was the leader (包保) of an area concerned takes no part, and a member stands
in. Nobody decides what they proposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kaohe.web.accounts.models import Post, User
from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.publication import ruling_rules as rules
from kaohe.web.publication.models import Reminder, ReminderVote, Ruling, Vote

Decided = Ruling | Reminder
"""What two decide: proposed by somebody, about areas of a year."""


def led_areas(username: str, cycle: Cycle, day: date) -> frozenset[str]:
    """The areas that somebody was the leader of (包保) on any day from the year's first on."""
    posts = Post.objects.filter(user__username=username, role="leader", from_on__lte=day)
    held = [post for post in posts if post.until_on is None or post.until_on >= cycle.first]
    return frozenset(str(area) for post in held for area in post.scope)


def concerned(decided: Decided, person: Person, day: date) -> frozenset[str]:
    """The areas for which somebody takes no part."""
    return led_areas(person.username, decided.cycle, day) & decided.areas


def free_heads(decided: Decided, day: date) -> list[User]:
    """The heads on duty who take part in a decision: not its proposer, leader of no area in it."""
    posts = Post.objects.held_on(day).filter(town=decided.town_id, role="group_head")
    heads = {
        post.user
        for post in posts.select_related("user")
        if post.user.is_active and post.user.username != decided.proposer
    }
    return [
        head for head in heads if not led_areas(head.username, decided.cycle, day) & decided.areas
    ]


def why_not_consent(decided: Decided, names: Mapping[str, str], person: Person, day: date) -> str:
    """Why somebody of the leading group may not decide; ``names`` are those of the areas."""
    votes: list[Vote | ReminderVote] = [*decided.votes.all()]
    return rules.why_not_vote(
        open_=decided.is_open,
        proposed=person.username == decided.proposer,
        leads=[names[area] for area in concerned(decided, person, day)],
        voted=any(vote.username == person.username for vote in votes),
        head=person.has("group_head"),
        free_heads=len(free_heads(decided, day)),
        members_voted=sum(not vote.head for vote in votes),
    )


def consent(decided: Decided, *, by: Person, at: datetime) -> bool:
    """Put down that somebody agrees; whether it holds now: the second has agreed."""
    decided.votes.create(
        town_id=decided.town_id,
        cycle_id=decided.cycle_id,
        username=by.username,
        name=by.name,
        head=by.has("group_head"),
        at=at,
    )
    done = decided.votes.count() >= rules.DECIDERS
    if done:
        decided.decided_at = at
        decided.save(update_fields=["decided_at"])
    return done


def refuse_for_good(decided: Decided, reason: str, *, by: Person, at: datetime) -> None:
    """Put down that it is withdrawn or refused, even if it held."""
    decided.decided_at = None
    decided.dropped_at, decided.dropped_by, decided.dropped_reason = at, by.name, reason
    decided.save(update_fields=["decided_at", "dropped_at", "dropped_by", "dropped_reason"])
