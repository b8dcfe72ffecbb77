"""The head of a scheme: what it is, its period, its subject, its open questions and readings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from kaohe.values.text import Frozen, Label


class Period(Frozen):
    """A stretch of days, both ends included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @property
    def days(self) -> tuple[int, int]:
        """First and last day as days since 1970-01-01."""
        return day_number(self.first), day_number(self.last)


def day_number(day: date) -> int:
    """Days since 1970-01-01, the stored form of a date."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


class Subject(Frozen):
    """What is assessed: the table with a row for each, its id and name columns.

    ``show`` are columns of that table printed beside the name.
    """

    table: str
    id: str
    name: str
    label: Label
    show: tuple[str, ...] = ()


class Rounding(Frozen):
    """Decimals that a named value is rounded to when it is made; a half goes away from 0."""

    places: int = Field(ge=0, le=9)
    half: Literal["up"] = "up"


class Decision(Frozen):
    """A question that the policy leaves open, with its options."""

    question: Label
    clause: str
    default: str
    options: Mapping[str, Label] = Field(min_length=2)


class Reading(Frozen):
    """A fixed reading of a silent or double place of the policy."""

    question: Label
    reading: Label
    clause: str


class Block(Frozen):
    """Nodes that people look at together: one sheet of the workbook."""

    label: Label
    nodes: tuple[str, ...]


class Results(Frozen):
    """Layout of results: nodes that come first, blocks, and what makes a subject complete."""

    first: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


class Waivers(Frozen):
    """Where it is recorded that an unmet check is accepted for a subject."""

    table: str
    check: str
    reason: str
