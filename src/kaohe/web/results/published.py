"""Which run those assessed see: the one that was published, as a higher app knows it."""

from __future__ import annotations

from collections.abc import Callable

from kaohe.web.cycles.models import Cycle
from kaohe.web.results.models import Run

_FINDERS: list[Callable[[Cycle], Run | None]] = []


def add_published_run(find: Callable[[Cycle], Run | None]) -> None:
    """A function that knows the run that counts of a year, if one was published."""
    _FINDERS.append(find)


def published_run(cycle: Cycle) -> Run | None:
    """The run that counts of a year; None before anything was published."""
    return next((run for find in _FINDERS if (run := find(cycle)) is not None), None)
