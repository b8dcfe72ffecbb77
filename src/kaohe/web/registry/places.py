"""Where else a person can go from an area or a count: apps above say which pages are theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kaohe.web.accounts.people import Person
from kaohe.web.registry.models import Area, Snapshot

Link = tuple[str, str]
"""What a link says, and its address."""
Finder = Callable[[Person, Area], Iterable[Link]]
FINDERS: list[Finder] = []
SnapshotFinder = Callable[[Person, Snapshot], Iterable[Link]]
SNAPSHOT_FINDERS: list[SnapshotFinder] = []


def add_area_places(find: Finder) -> None:
    """Let a function name the pages of an app that a person may see about an area."""
    FINDERS.append(find)


def places_of(person: Person, area: Area) -> list[Link]:
    """The links shown beside an area."""
    return [place for find in FINDERS for place in find(person, area)]


def add_snapshot_places(find: SnapshotFinder) -> None:
    """Let a function name the pages that a person may see on the counts of a snapshot."""
    SNAPSHOT_FINDERS.append(find)


def places_of_snapshot(person: Person, snapshot: Snapshot) -> list[Link]:
    """The links shown beside the counts of a snapshot."""
    return [place for find in SNAPSHOT_FINDERS for place in find(person, snapshot)]
