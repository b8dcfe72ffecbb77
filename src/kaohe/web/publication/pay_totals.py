"""Sums of proposals of pay, and what a correction changes; on plain lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Line(Protocol):
    """What sums need of a line."""

    @property
    def staff_id(self) -> str: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def due(self) -> Decimal: ...
    @property
    def waits(self) -> bool: ...


@dataclass(frozen=True)
class Sum:
    """How many persons get how much in yuan, and how many of all lines wait for a decision.

    ``held`` is what those who wait would get as proposed; it is part of ``amount``.
    """

    persons: int
    amount: Decimal
    waiting: int
    held: Decimal


def sum_of(lines: Iterable[Line]) -> Sum:
    """What lines come to as they stand."""
    known = list(lines)
    waiting = [line for line in known if line.waits]
    return Sum(
        persons=sum(line.due > 0 for line in known),
        amount=sum((line.due for line in known), Decimal(0)),
        waiting=len(waiting),
        held=sum((line.due for line in waiting), Decimal(0)),
    )


@dataclass(frozen=True)
class AreaSums:
    """An area's sums by role, in the order of the roles, and its sum."""

    subject_id: str
    name: str
    by_role: Sequence[Sum]
    whole: Sum


def sums_by_role(lines: Sequence[Line], roles: Iterable[str]) -> Mapping[str, Sum]:
    """The sum of each role that has a line, in the order of ``roles``."""
    return {
        role: sum_of(own)
        for role in roles
        if (own := [line for line in lines if line.role == role])
    }


def sums_by_area(lines: Sequence[Line], roles: Sequence[str]) -> list[AreaSums]:
    """Every area with a line, in the order of the lines, with a sum for each role."""
    areas: dict[str, list[Line]] = {}
    for line in lines:
        areas.setdefault(line.subject_id, []).append(line)
    return [
        AreaSums(
            subject_id,
            own[0].name,
            [sum_of(line for line in own if line.role == role) for role in roles],
            sum_of(own),
        )
        for subject_id, own in areas.items()
    ]


@dataclass(frozen=True)
class Difference:
    """What a later version pays one person instead of what an earlier one did, in yuan."""

    staff_id: str
    name: str
    before: Decimal
    after: Decimal
    waits: bool

    @property
    def change(self) -> Decimal:
        """More, or less if negative."""
        return self.after - self.before


def differences(now: Iterable[Line], before: Iterable[Line]) -> list[Difference]:
    """Every person to whom a later version pays another amount, in the order of staff ids.

    Whoever has no line gets nothing. ``waits``: the later amount is not decided yet.
    """
    later = {line.staff_id: line for line in now}
    earlier = {line.staff_id: line for line in before}
    found = []
    for staff_id in sorted({*later, *earlier}):
        new, old = later.get(staff_id), earlier.get(staff_id)
        line = new or old
        assert line is not None
        after, was = new.due if new else Decimal(0), old.due if old else Decimal(0)
        if after != was:
            waits = new is not None and new.waits
            found.append(Difference(staff_id, line.name, was, after, waits))
    return found
