"""Who may decide on an objection: the leading group and discipline inspection, nobody involved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import Sanction, Waiver
from kaohe.web.publication import objection_rules as rules
from kaohe.web.publication.consent import led_areas
from kaohe.web.publication.models import Objection
from kaohe.web.publication.objection_tables import POINTS_ONLY


def why_not_decide(row: Objection, person: Person, stage: str) -> str:
    """Why somebody who holds a post for it cannot decide on an objection."""
    area = row.area.area_id
    return rules.why_not_decide(
        stage=stage,
        state=row.state,
        spoken=any(word.username == person.username for word in row.words.all()),
        asker=row.asker == person.username,
        own_area=any(
            area in post.scope for post in person.posts if post.role in ("secretary", "worker")
        ),
        # Also whoever will lead it: a post may begin in the days of review.
        leads=area in led_areas(person.username, row.cycle, date.max),
        entered=person.username in entered_by(row),
    )


def entered_by(row: Objection) -> set[str]:
    """Who of the deciders' roles entered or confirmed facts of the kind for the area.

    Sanctions are entered by discipline inspection, waivers by the leading group; all other facts
    come from people who decide on no objection.
    """
    scheme = scheme_of(row.cycle)
    if row.table in POINTS_ONLY:
        sanctions = Sanction.objects.filter(cycle=row.cycle, area=row.area)
        pairs = sanctions.values_list("entered_by", "confirmed_by")
        return {name for pair in pairs for name in pair if name}
    if scheme.waivers is not None and row.table == scheme.waivers.table:
        waivers = Waiver.objects.filter(cycle=row.cycle, area=row.area)
        events = Event.objects.filter(town=row.town.code, object__in=map(name_of, waivers))
        return set(events.values_list("actor", flat=True))
    return set()


def objections_of(person: Person, cycle: Cycle) -> QuerySet[Objection]:
    """The objections of a year that somebody may see."""
    rows = Objection.objects.filter(cycle=cycle)
    return person.visible(
        rows.select_related("cycle__scheme", "cycle__town", "area", "town", "run")
    ).prefetch_related("words")


def waiting_for(person: Person, cycle: Cycle) -> list[Objection]:
    """The open objections on which somebody can decide now."""
    if not person.has(rules.DECIDING):
        return []
    rows = objections_of(person, cycle).filter(state="open")
    return [row for row in rows if not why_not_decide(row, person, cycle.stage)]


def too_few_deciders(rows: Iterable[Objection], cycle: Cycle, day: date) -> list[Objection]:
    """The open objections that those on duty cannot decide between them."""
    posts = Post.objects.held_on(day).filter(town=cycle.town_id, user__is_active=True)
    people = {
        post.user.username: Person(post.user, ())
        for post in posts.filter(role__in=rules.DECIDING.split()).select_related("user__town")
    }
    held = posts.filter(user__username__in=people).select_related("user")
    for post in held:
        person = people[post.user.username]
        people[post.user.username] = Person(person.user, (*person.posts, post))
    return [row for row in rows if not _can_be_decided(row, people.values(), cycle.stage)]


def _can_be_decided(row: Objection, people: Iterable[Person], stage: str) -> bool:
    said = [word.agrees for word in row.words.all()]
    free = sum(not why_not_decide(row, person, stage) for person in people)
    return max(said.count(True), said.count(False)) + free >= rules.DECIDE
