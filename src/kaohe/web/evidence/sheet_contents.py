"""A sheet of marks: one department, the areas down, the items that it marks across."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from kaohe.scheme.model import Scheme
from kaohe.web.accounts.access import right
from kaohe.web.accounts.people import Person
from kaohe.web.clock import day_of
from kaohe.web.cycles.calendar import step_of
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.cycles.items import Block, Item, blocks
from kaohe.web.cycles.models import Cycle, Exemption
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import Mark, SheetSignature
from kaohe.web.evidence.sheet_rules import WINDOW, Window, comment_missing
from kaohe.web.registry.models import Area, Department

Key = tuple[str, str]
"""A cell: the id of its area, and the node of its item."""


@dataclass(frozen=True)
class Sheet:
    """One department's sheet as it stands, with the signature in force."""

    cycle: Cycle
    department: Department
    areas: tuple[Area, ...]
    items: tuple[Item, ...]
    marks: Mapping[Key, Mark]
    signature: SheetSignature | None = None

    @cached_property
    def area_of(self) -> dict[str, Area]:
        """The areas by their ids."""
        return {area.area_id: area for area in self.areas}

    @cached_property
    def item_of(self) -> dict[str, Item]:
        """The items by their nodes."""
        return {item.node: item for item in self.items}

    @property
    def signed_by(self) -> str:
        """Who has signed it; nobody is an empty text."""
        return self.signature.by if self.signature is not None else ""

    @property
    def cells(self) -> int:
        """How many cells are to be filled."""
        return len(self.areas) * len(self.items)

    @property
    def filled(self) -> int:
        """How many cells have a mark."""
        return sum(bool(mark.score) for mark in self.marks.values())

    @property
    def comments_missing(self) -> int:
        """How many marks still need a comment."""
        return sum(
            comment_missing(mark.score, mark.comment, self.item_of[node])
            for (_, node), mark in self.marks.items()
        )

    @property
    def edition(self) -> int:
        """Goes up by one with every change of a cell, so that a reader can tell a newer sheet."""
        return sum(mark.version for mark in self.marks.values())

    def scores(self, node: str) -> list[str]:
        """The marks of one item, area after area, without the empty cells."""
        found = (self.marks.get((area.area_id, node)) for area in self.areas)
        return [mark.score for mark in found if mark is not None and mark.score]


def marked_blocks(scheme: Scheme) -> tuple[Block, ...]:
    """The blocks of items by which areas are marked: those of the scheme's main subject."""
    return tuple(
        block
        for block in blocks(scheme)
        if all(scheme.nodes[item.node].subject is None for item in block.items)
    )


def marked_items(scheme: Scheme) -> tuple[Item, ...]:
    """The items by which areas are marked, block after block."""
    return tuple(item for block in marked_blocks(scheme) for item in block.items)


def scorers_of(block: Block) -> tuple[str, ...]:
    """The codes of the departments that mark items of a block."""
    return tuple(dict.fromkeys(code for item in block.items for code in item.scorers))


def marked_areas(cycle: Cycle) -> tuple[Area, ...]:
    """The areas that are marked: those that stand at the end of the period and are not exempted.

    An area that was merged before is marked as part of its successor.
    """
    exempted = Exemption.objects.filter(cycle=cycle).values("area")
    standing = Area.objects.filter(town=cycle.town_id).standing_on(cycle.last)
    return tuple(standing.exclude(pk__in=exempted))


def sheet_of(cycle: Cycle, department: Department, scheme: Scheme) -> Sheet:
    """The sheet of one department."""
    (sheet,) = sheets_of(cycle, [department], scheme)
    return sheet


def sheets_of(cycle: Cycle, departments: Iterable[Department], scheme: Scheme) -> list[Sheet]:
    """The sheets of departments, all read at once."""
    wanted = list(departments)
    areas, every = marked_areas(cycle), marked_items(scheme)
    signed = {
        signature.department_id: signature
        for signature in SheetSignature.objects.filter(cycle=cycle, reopened_at=None)
    }
    marks: dict[int, dict[Key, Mark]] = {department.pk: {} for department in wanted}
    standing = {area.area_id for area in areas}
    given = Mark.objects.filter(cycle=cycle, department__in=wanted).select_related("area")
    for mark in given:
        if mark.area.area_id in standing:
            marks[mark.department_id][mark.area.area_id, mark.node] = mark
    sheets = []
    for department in wanted:
        own = tuple(item for item in every if department.code in item.scorers)
        nodes = {item.node for item in own}
        kept = {key: mark for key, mark in marks[department.pk].items() if key[1] in nodes}
        sheets.append(Sheet(cycle, department, areas, own, kept, signed.get(department.pk)))
    return sheets


def marking_departments(cycle: Cycle, scheme: Scheme) -> tuple[list[Department], list[str]]:
    """The departments that mark anything, and the codes of those that the town does not know."""
    codes = dict.fromkeys(code for item in marked_items(scheme) for code in item.scorers)
    known = {
        department.code: department
        for department in Department.objects.filter(town=cycle.town_id, code__in=codes)
    }
    return (
        [known[code] for code in codes if code in known],
        [code for code in codes if code not in known],
    )


def signed_codes(cycle: Cycle) -> set[str]:
    """The codes of the departments whose signature is in force."""
    in_force = SheetSignature.objects.filter(cycle=cycle, reopened_at=None)
    return set(in_force.values_list("department__code", flat=True))


def names_of_departments(cycle: Cycle) -> dict[str, str]:
    """What the town calls its departments, by their codes."""
    return dict(Department.objects.filter(town=cycle.town_id).values_list("code", "name"))


def unsigned_departments(
    block: Block, signed: Collection[str], names: Mapping[str, str]
) -> list[str]:
    """The departments of a block whose heads have not signed, as the town calls them."""
    return [names.get(code, code) for code in scorers_of(block) if code not in signed]


def held_sheet(cycle: Cycle, department: Department) -> Sheet:
    """A department's sheet as it stands, held until the act at hand is written."""
    held = held_cycle(cycle)
    return sheet_of(held, department, scheme_of(held))


def window_of(cycle: Cycle, at: datetime) -> Window:
    """When departments mark, and whether that is now."""
    step = step_of(cycle, WINDOW)
    day = day_of(at)
    return Window(step.open_on(day), step.opens_on, step.closes_on)


def is_head(person: Person, department: Department) -> bool:
    """Whether a person is head of a department today."""
    return any(
        post.role == "department_head" and department.code in post.scope for post in person.posts
    )


def reads_marks(person: Person, cycle: Cycle) -> bool:
    """Whether a person may read the marks of every department in the cycle's stage."""
    cells = (right(Mark._meta.label, role) for role in person.roles)
    return any(cell and cell.all_rows and cycle.stage in cell.stages for cell in cells)


def gives_marks(person: Person, department: Department) -> bool:
    """Whether a person marks for a department."""
    return person.may_write(Mark) and department.code in person.departments
