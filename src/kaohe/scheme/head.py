"""The head of a scheme: what it is, its period, its subject, its open questions and readings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from kaohe.scheme.references import NodeId
from kaohe.values.text import Frozen, Label


class Period(Frozen):
    """A stretch of days, both ends included; ``label`` is what people call it."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    label: Label | None = None

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
    """Decimals that a named value is rounded to when it is made.

    A half goes away from 0 (``up``) or to the even neighbour (``even``); ``cut`` leaves the
    further decimals off.
    """

    places: int = Field(ge=0, le=9)
    half: Literal["up", "even", "cut"] = "up"


class Cohort(Frozen):
    """Classes within which subjects are ranked and compared apart.

    ``by`` is a column of the subject's own row, or a node that gives labels. A class with fewer
    than ``at_least`` subjects joins the one that ``joins`` names for it.
    """

    label: Label | None = None
    by: str
    at_least: int | None = Field(default=None, ge=1)
    joins: Mapping[str, str] = {}


class Calendar(Frozen):
    """Days that are no working days though in the week, and weekend days that are."""

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


class Override(Frozen):
    """A finding that is known and accepted, with the reason; it is printed with the result.

    ``at`` is the place as the finding gives it, such as ``nodes.total``; without it the override
    holds for every finding of the code.
    """

    code: str
    at: str | None = None
    reason: Label


class Burden(Frozen):
    """What the burden of an assessment is measured by.

    ``comprehensive``: whether it is the one comprehensive assessment of the year; ``lists`` are
    the lists of duties that items trace to, by id; ``follows`` is the scheme of the year before,
    ``beside`` are the schemes in force in the same year, as paths from this file.
    """

    comprehensive: bool = False
    lists: Mapping[str, Label] = {}
    follows: str | None = None
    beside: tuple[str, ...] = ()


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
    nodes: tuple[NodeId, ...]


class Results(Frozen):
    """Layout of results: nodes that come first, blocks, and what makes a subject complete.

    ``public`` are the nodes that everybody may read.
    """

    first: tuple[NodeId, ...] = ()
    complete: tuple[NodeId, ...] = ()
    blocks: tuple[Block, ...] = ()
    public: tuple[NodeId, ...] = ()


class Waivers(Frozen):
    """Where it is recorded that an unmet check is accepted for a subject."""

    table: str
    check: str
    reason: str
