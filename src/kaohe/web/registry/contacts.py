"""包保: which town leader keeps contact with which area, and where for some days nobody does.

An assignment is the leader's post: role ``leader``, the areas as its scope, with its dates. There
is no second list that could say otherwise (四(二)1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from kaohe.web.accounts.models import Post, Town
from kaohe.web.registry.models import Area
from kaohe.web.registry.rules import Stretch

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Contact:
    """A leader's assignment to an area."""

    name: str
    first: date
    last: date | None


@dataclass(frozen=True)
class AreaContacts:
    """An area with its leaders in turn, and the days of the period on which it had none."""

    area: Area
    contacts: tuple[Contact, ...]
    gaps: tuple[tuple[date, date], ...]


def contacts_of(areas: Iterable[Area], town: Town, first: date, last: date) -> list[AreaContacts]:
    """Area by area, who kept contact from ``first`` to ``last``: two queries in all."""
    held = _held(town, first, last)
    found = []
    for area in areas:
        contacts = tuple(held.get(area.area_id, ()))
        stretches = [(contact.first, contact.last) for contact in contacts]
        begin, end = max(area.from_on, first), min(area.until_on or last, last)
        found.append(AreaContacts(area, contacts, tuple(gaps_between(stretches, begin, end))))
    return found


def contact_gaps(town: Town, first: date, last: date) -> list[tuple[Area, date, date]]:
    """Every stretch of days, first to last, on which an existing area had no leader."""
    areas = Area.objects.filter(town=town).existing(first, last)
    return [
        (one.area, begin, end)
        for one in contacts_of(areas, town, first, last)
        for begin, end in one.gaps
    ]


def gaps_between(stretches: Iterable[Stretch], first: date, last: date) -> list[tuple[date, date]]:
    """The days from ``first`` to ``last`` that no stretch covers, as stretches."""
    gaps, free = [], first
    for begin, end in sorted(stretches, key=lambda one: one[0]):
        if begin > last:
            break
        if begin > free:
            gaps.append((free, begin - DAY))
        if end is None or end >= last:
            return gaps
        free = max(free, end + DAY)
    if free <= last:
        gaps.append((free, last))
    return gaps


def _held(town: Town, first: date, last: date) -> dict[str, list[Contact]]:
    posts = Post.objects.filter(town=town, role="leader", from_on__lte=last)
    found: dict[str, list[Contact]] = {}
    for post in posts.select_related("user").order_by("from_on", "pk"):
        end = _last_day(post)
        if end is not None and (end < first or end < post.from_on):
            continue
        for area_id in post.scope:
            contact = Contact(post.user.name, post.from_on, end)
            found.setdefault(area_id, []).append(contact)
    return found


def _last_day(post: Post) -> date | None:
    """Whoever has left keeps no contact, even if the post was left open."""
    left = post.user.deactivated_at
    ends = [post.until_on, timezone.localtime(left).date() if left is not None else None]
    return min((end for end in ends if end is not None), default=None)
