"""The places a person can go, grouped as the year is; each app says which are its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """An entry of the menu, shown to those for whom ``seen_by`` holds."""

    group: Promise
    name: Promise
    url: str
    seen_by: Callable[[Any], bool]


GROUPS = (
    *(_("本年考核"), _("群众评价"), _("诉求办件"), _("结果"), _("公布以后")),
    *(_("镇情"), _("方案与规则"), _("系统")),
)
"""The groups in the order of the menu."""
PLACES: list[Place] = []


def add_place(group: Promise, name: Promise, url: str, seen_by: Callable[[Any], bool]) -> None:
    """Put a page into the menu; called where its address is declared."""
    PLACES.append(Place(group, name, url, seen_by))


def menu_of(person: Any, path: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Groups of (name, address, whether it is the page shown now)."""
    groups: dict[str, list[tuple[str, str, bool]]] = {str(group): [] for group in GROUPS}
    for place in PLACES:
        if place.seen_by(person):
            address = reverse(place.url)
            entry = (str(place.name), address, path == address)
            groups[str(place.group)].append(entry)
    return [(group, entries) for group, entries in groups.items() if entries]
