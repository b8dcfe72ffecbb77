"""One matter on a desk: what is to be done, where, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from kaohe.web.cycles.models import Cycle


@dataclass(frozen=True)
class Waiting:
    """One thing to do: in words, the page where it is done, the last day for it."""

    text: str
    address: str
    due: date | None = None
    late: bool = False


Found = Iterator[Waiting]


def at(name: str, cycle: Cycle, *args: object) -> str:
    """The address of a page that shows a cycle."""
    return f"{reverse(name, args=args)}?cycle={cycle.pk}"


def dated(text: str, address: str, due: date, day: date) -> Waiting:
    """Something to be done by a day; late once it is over."""
    return Waiting(text, address, due, due < day)
