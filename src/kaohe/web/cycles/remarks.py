"""What others have to say beside the decisions of a cycle.

Cycles score nothing. Whoever knows what hangs on a decision says so when it is loaded::

    add_remarks(lambda person, cycle: {"hotline_tie": Remark("本年数据下没有影响", address)})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaohe.web.accounts.people import Person
    from kaohe.web.cycles.models import Cycle


@dataclass(frozen=True)
class Remark:
    """A sentence beside a decision, and the address where there is more."""

    text: str
    address: str


Remarks = Callable[["Person", "Cycle"], Mapping[str, Remark]]
"""Remarks by decision, as far as a person may know."""

_REMARKS: list[Remarks] = []


def add_remarks(remarks: Remarks) -> None:
    """Have something said beside decisions."""
    _REMARKS.append(remarks)


def remarks_on(cycle: Cycle, person: Person) -> dict[str, list[Remark]]:
    """All that this person is told, decision by decision."""
    found: dict[str, list[Remark]] = {}
    for remarks in _REMARKS:
        for decision, remark in remarks(person, cycle).items():
            found.setdefault(decision, []).append(remark)
    return found
