"""The working sheet of a run: subjects, figures as they came, and the values worked out so far.

A column of the sheet is a list with one entry for each subject, in the order of their ids. Every
kind of subject has a sheet; the values of named nodes are common to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from kaohe.scheme.conditions import own_conditions
from kaohe.scheme.counting import attribute_of, node_groupings, node_measures
from kaohe.scheme.ground import Ground
from kaohe.scheme.head import Subject
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, Operand, Referred
from kaohe.scheme.tallies import Tally, measure_of
from kaohe.scoring.conditions import meets
from kaohe.values.measures import AnyMeasure, Group, Grouping, Stored
from kaohe.values.numbers import Absence, Number, Value

Column = list[Value]
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class SubjectRow:
    """One subject: its id, its name, the stored cells of its own row."""

    id: str
    name: str
    cells: Mapping[str, Stored | None]


@dataclass(frozen=True)
class Figures:
    """What scoring is given for one kind of subject.

    Counted whole numbers, groups of rows, attributes, waived checks, and the tables there are.
    """

    subjects: Sequence[SubjectRow]
    counts: Mapping[AnyMeasure, Mapping[str, int]]
    groups: Mapping[Grouping, Mapping[str, Sequence[Group]]]
    attributes: Mapping[tuple[str, str], Mapping[str, Value]]
    waived: frozenset[tuple[str, str]]
    present: frozenset[str]


@dataclass(frozen=True)
class Counted:
    """What an engine counted for every subject; amounts are the whole numbers over ``scale``."""

    numbers: list[int]
    scale: int

    def amount(self, index: int) -> Number:
        """The amount meant for one subject."""
        number = self.numbers[index]
        return number if self.scale == 1 else Fraction(number, self.scale)


@dataclass
class Sheet:
    """The scheme, the figures of one kind of subject, and the values worked out so far.

    ``rule`` works out a node that has no name; columns of such nodes and of tallies are kept, so
    that explaining one subject never works out the others again. ``sheets`` are those of all kinds
    of subject by name, the main one under None; they share ``values``.
    """

    scheme: Scheme
    figures: Figures
    rule: Callable[[BaseNode, Sheet], Column]
    kind: str | None = None
    values: dict[str, Column] = field(default_factory=dict)
    sheets: dict[str | None, Sheet] = field(default_factory=dict)
    _kept: dict[tuple[int, str], Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of subjects."""
        return len(self.figures.subjects)

    @cached_property
    def ids(self) -> list[str]:
        """The subjects' ids, in the order of every column."""
        return [subject.id for subject in self.figures.subjects]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each subject stands in a column, by its id."""
        return {subject_id: index for index, subject_id in enumerate(self.ids)}

    @cached_property
    def subject(self) -> Subject:
        """What is assessed on this sheet."""
        return self.scheme.subject_named(self.kind)

    @cached_property
    def ground(self) -> Ground:
        """What tallies of this sheet's subjects stand on."""
        return self.scheme.ground_of(self.kind)

    def kept(self, owner: object, what: str, make: Callable[[], Kept]) -> Kept:
        """What was made once for a part of the scheme, such as its places or its counts."""
        key = (id(owner), what)
        if key not in self._kept:
            self._kept[key] = make()
        found: Kept = self._kept[key]
        return found

    def counted(self, node: BaseNode) -> Mapping[str, Counted]:
        """What the engine counted for a node's rule, by the names that the rule knows."""
        return self.kept(node, "counted", lambda: self._all_counted(node))

    def _all_counted(self, node: BaseNode) -> Mapping[str, Counted]:
        measures = node_measures(node, self.scheme, self.ground)
        return {name: self._counted(measure) for name, measure in measures.items()}

    def _counted(self, measure: AnyMeasure) -> Counted:
        found = self.figures.counts[measure]
        return Counted([found.get(subject, 0) for subject in self.ids], measure.scale)

    def groups(self, node: BaseNode) -> Mapping[str, tuple[Grouping, list[Sequence[Group]]]]:
        """The groups of rows for a node's rule, by the names that the rule knows."""

        def grouped() -> Mapping[str, tuple[Grouping, list[Sequence[Group]]]]:
            found = self.figures.groups
            return {
                name: (one, [found[one].get(subject, ()) for subject in self.ids])
                for name, one in node_groupings(node, self.ground).items()
            }

        return self.kept(node, "groups of rows", grouped)

    def column(self, operand: Operand) -> Column:
        """An operand's value for every subject."""
        if isinstance(operand, str):
            return self.values[operand]
        if isinstance(operand, Decimal):
            return [Fraction(operand)] * self.size
        if isinstance(operand, Tally):
            return self.kept(operand, "column", lambda: self._tally(operand))
        if isinstance(operand, Referred):
            return self.kept(operand, "column", lambda: self._referred(operand))
        return self.kept(operand, "column", lambda: self.rule(operand, self))

    def _tally(self, tally: Tally) -> Column:
        if tally.attribute is None:
            counted = self._counted(measure_of(tally, self.ground))
            return [counted.amount(index) for index in range(self.size)]
        cells = self.figures.attributes[attribute_of(tally)]
        return [cells.get(subject, Absence.NO_DATA) for subject in self.ids]

    def _referred(self, referred: Referred) -> Column:
        """The other subject's value; none where a subject refers to nobody."""
        other = self.sheets[self.scheme.nodes[referred.node].subject]
        column = self.values[referred.node]
        places = [
            other.places.get(str(subject.cells[referred.of])) for subject in self.figures.subjects
        ]
        return [Absence.NOT_APPLICABLE if place is None else column[place] for place in places]

    def applies(self, node: BaseNode) -> list[bool]:
        """For every subject whether its own row fulfils what the node is limited to."""
        return self.kept(node, "applies", lambda: self._applies(node))

    def _applies(self, node: BaseNode) -> list[bool]:
        wanted = own_conditions(node.only_where, self.subject.table, self.ground)
        return [meets(subject.cells, wanted) for subject in self.figures.subjects]

    def is_waived(self, index: int, check: str) -> bool:
        """Whether the check is waived for the subject."""
        return (self.ids[index], check) in self.figures.waived
