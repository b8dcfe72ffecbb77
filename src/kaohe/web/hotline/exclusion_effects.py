"""What leaving a case out does to figures, told beside each request by whoever can work it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaohe.web.accounts.people import Person
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.exclusion_models import Exclusion


@dataclass(frozen=True)
class Effect:
    """One figure as it is with the case and without it, in words for people; ``note`` says what
    else has to be known, such as that few cases are left."""

    name: str
    with_case: str
    without: str
    note: str = ""


Effects = Mapping[int, Sequence[Effect]]
"""By the key of the request."""
Tell = Callable[[Person, Cycle, Sequence[Exclusion]], Effects]
_TOLD: list[Tell] = []


def add_effect(tell: Tell) -> None:
    """Tell what requests do to figures: a function of who looks, the cycle and its requests on a
    page. What the person may not see it leaves out."""
    _TOLD.append(tell)


def effects_of(person: Person, cycle: Cycle, rows: Sequence[Exclusion]) -> Effects:
    """Everything that is told of the requests on a page."""
    found: dict[int, list[Effect]] = {}
    for tell in _TOLD if rows else ():
        for pk, effects in tell(person, cycle, rows).items():
            found.setdefault(pk, []).extend(effects)
    return found
