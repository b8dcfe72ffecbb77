"""The working sheet of a run: subjects, figures as they came, and the values worked out so far.

A column of the sheet is a list with one entry for each subject, in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from kaohe.scheme.counting import attribute_of, node_measures
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, Operand
from kaohe.scheme.tallies import Tally, conditions, measure_of
from kaohe.scoring.conditions import meets
from kaohe.values.measures import AnyMeasure, Stored
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
    """What scoring is given: counted whole numbers, attributes, waived checks, present tables."""

    subjects: Sequence[SubjectRow]
    counts: Mapping[AnyMeasure, Mapping[str, int]]
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
    """The scheme, its figures, and the values of the nodes worked out so far.

    ``rule`` works out a node that has no name; columns of such nodes and of tallies are kept, so
    that explaining one subject never works out the others again.
    """

    scheme: Scheme
    figures: Figures
    rule: Callable[[BaseNode, Sheet], Column]
    values: dict[str, Column] = field(default_factory=dict)
    _kept: dict[tuple[int, str], Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of subjects."""
        return len(self.figures.subjects)

    @cached_property
    def ids(self) -> list[str]:
        """The subjects' ids, in the order of every column."""
        return [subject.id for subject in self.figures.subjects]

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
        measures = node_measures(node, self.scheme)
        return {name: self._counted(measure) for name, measure in measures.items()}

    def _counted(self, measure: AnyMeasure) -> Counted:
        found = self.figures.counts[measure]
        return Counted([found.get(subject, 0) for subject in self.ids], measure.scale)

    def column(self, operand: Operand) -> Column:
        """An operand's value for every subject."""
        if isinstance(operand, str):
            return self.values[operand]
        if isinstance(operand, Decimal):
            return [Fraction(operand)] * self.size
        if isinstance(operand, Tally):
            return self.kept(operand, "column", lambda: self._tally(operand))
        return self.kept(operand, "column", lambda: self.rule(operand, self))

    def _tally(self, tally: Tally) -> Column:
        if tally.attribute is None:
            counted = self._counted(measure_of(tally, self.scheme.ground))
            return [counted.amount(index) for index in range(self.size)]
        cells = self.figures.attributes[attribute_of(tally)]
        return [cells.get(subject, Absence.NO_DATA) for subject in self.ids]

    def applies(self, node: BaseNode) -> list[bool]:
        """For every subject whether its own row fulfils what the node is limited to."""
        return self.kept(node, "applies", lambda: self._applies(node))

    def _applies(self, node: BaseNode) -> list[bool]:
        wanted = conditions(node.only_where, self.scheme.subject.table, self.scheme.ground)
        return [meets(subject.cells, wanted) for subject in self.figures.subjects]

    def is_waived(self, index: int, check: str) -> bool:
        """Whether the check is waived for the subject."""
        return (self.ids[index], check) in self.figures.waived
