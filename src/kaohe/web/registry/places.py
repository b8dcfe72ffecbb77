"""Where else a person can go from an area: apps above the registry say which pages are theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kaohe.web.accounts.people import Person
from kaohe.web.registry.models import Area

AreaPlace = tuple[str, str]
"""What a link says, and its address."""
Finder = Callable[[Person, Area], Iterable[AreaPlace]]
FINDERS: list[Finder] = []


def add_area_places(find: Finder) -> None:
    """Let a function name the pages of an app that a person may see about an area."""
    FINDERS.append(find)


def places_of(person: Person, area: Area) -> list[AreaPlace]:
    """The links shown beside an area."""
    return [place for find in FINDERS for place in find(person, area)]
