"""What a scheme makes of cases alone: counted in memory, judged by its own nodes.

Cases that a scheme cannot tell apart are one kind with its number, so that a hundred thousand cases
are a few thousand kinds, and one case more or less is one number changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

from kaohe.facts.parsing import stored_number
from kaohe.scheme.counting import all_attributes
from kaohe.scheme.model import Scheme
from kaohe.scoring.conditions import meets
from kaohe.scoring.sheet import Figures, Sheet, SubjectRow
from kaohe.scoring.working import work_out
from kaohe.values.measures import Condition, Group, Grouping, Measure, Stored, Take
from kaohe.values.numbers import Value
from kaohe.web.hotline.facts import CASES, EXCLUDED
from kaohe.web.results.cases_block import PREVIOUS, Block, columns_of
from kaohe.web.results.participation import stored_cells

Row = Mapping[str, str]
Key = TypeVar("Key")
Other = TypeVar("Other")
Cells = tuple[Stored | None, ...]
"""A kind of case: the cells of the columns that the scheme asks about."""
Alike = Sequence[tuple[Mapping[str, Stored | None], int]]
"""Kinds with their cells by name, and how many cases there are of each."""


@dataclass(frozen=True)
class Cases(Generic[Key]):
    """Cases of the period by a key, such as their area: the kinds there are, with their numbers."""

    block: Block
    kinds: Mapping[Key, Counter[Cells]]

    @cached_property
    def as_if_all_counted(self) -> Cases[Key]:
        """The same cases as if none were left out."""
        found: dict[Key, Counter[Cells]] = {}
        for key, kinds in self.kinds.items():
            found[key] = Counter()
            for cells, number in kinds.items():
                found[key][with_ground(cells, None, self.block)] += number
        return Cases(self.block, found)

    def by(self, regroup: Callable[[Key], Other | None]) -> Cases[Other]:
        """The same cases by another key; without those for which there is none."""
        found: dict[Other, Counter[Cells]] = {}
        for key, kinds in self.kinds.items():
            other = regroup(key)
            if other is not None:
                found.setdefault(other, Counter()).update(kinds)
        return Cases(self.block, found)

    def numbers(self, measure: Measure) -> dict[Key, int]:
        """What an engine would count, key by key."""
        alike = self._matching(self.block.beside_period(measure.where))
        return {key: _taken(measure, kinds) for key, kinds in alike}

    def groups(self, grouping: Grouping) -> dict[Key, list[Group]]:
        """What an engine would group, key by key."""
        alike = self._matching(self.block.beside_period(grouping.where))
        return {key: _grouped(grouping, kinds) for key, kinds in alike}

    def _matching(self, where: Sequence[Condition]) -> Iterator[tuple[Key, Alike]]:
        """The kinds of each key that fulfil some conditions; of every kind this is asked once."""
        fitting = {cells: one for cells, one in self._named.items() if meets(one, where)}
        for key, kinds in self.kinds.items():
            yield key, [(fitting[one], number) for one, number in kinds.items() if one in fitting]

    @cached_property
    def _named(self) -> dict[Cells, Mapping[str, Stored | None]]:
        """Every kind that there is, its cells by name."""
        every = {cells for kinds in self.kinds.values() for cells in kinds}
        return {cells: dict(zip(self.block.columns, cells, strict=True)) for cells in every}


def with_ground(cells: Cells, ground: str | None, block: Block) -> Cells:
    """A kind of case as if it were left out on a ground, or (None) as if it counted."""
    place = block.columns.index(EXCLUDED)
    return (*cells[:place], ground, *cells[place + 1 :])


class Reader:
    """Reads rows of cases as kinds; what a text means is looked up once."""

    def __init__(self, block: Block) -> None:
        table = block.scheme.fact_tables[CASES]
        asked = set(block.columns).union(*(columns_of(one) for one in block.in_period))
        self._block = block
        self._asked = table.model_copy(
            update={
                "columns": {name: table.columns[name] for name in table.columns if name in asked}
            }
        )
        self._known: dict[tuple[str, ...], Cells | None] = {}

    def kind(self, row: Row) -> Cells | None:
        """The kind of a case; None for one that lies outside the period."""
        texts = tuple([row.get(name, "") for name in self._asked.columns])
        if texts not in self._known:
            self._known[texts] = self._read(texts)
        return self._known[texts]

    def _read(self, texts: tuple[str, ...]) -> Cells | None:
        columns = self._asked.columns
        told = {
            name: text or (column.default or "")
            for text, (name, column) in zip(texts, columns.items(), strict=True)
        }
        cells = stored_cells(told, self._asked)
        if not meets(cells, self._block.in_period):
            return None
        return tuple(cells[name] for name in self._block.columns)


def read_cases(block: Block, rows: Iterable[Row], key: Callable[[Row], Key]) -> Cases[Key]:
    """The cases of the period by a key."""
    reader, kinds = Reader(block), dict[Key, Counter[Cells]]()
    for row in rows:
        cells = reader.kind(row)
        if cells is not None:
            kinds.setdefault(key(row), Counter())[cells] += 1
    return Cases(block, kinds)


def _taken(measure: Measure, alike: Alike) -> int:
    columns = measure.columns
    match measure.take:
        case Take.ROWS:
            return sum(number for _, number in alike)
        case Take.DISTINCT:
            every = {tuple(cells[name] for name in columns) for cells, _ in alike}
            return sum(None not in one for one in every)
        case Take.FILLED:
            filled = ((sum(cells[one] is not None for one in columns), n) for cells, n in alike)
            return sum(found * number for found, number in filled)
    amounts = [
        (cell, number)
        for cells, number in alike
        for name in columns
        if isinstance(cell := cells[name], int)
    ]
    if measure.take is Take.GREATEST:
        return max((cell for cell, _ in amounts), default=0)
    return sum(cell * number for cell, number in amounts)


def _grouped(grouping: Grouping, alike: Alike) -> list[Group]:
    found = Counter[Cells]()
    for cells, number in alike:
        found[tuple(cells[name] for name in grouping.columns)] += number
    return list(found.items())


@dataclass(frozen=True)
class Areas:
    """The areas that cases belong to: their own rows, and last year's figures."""

    subjects: tuple[SubjectRow, ...]
    attributes: Mapping[tuple[str, str], Mapping[str, Value]]

    @classmethod
    def instead(cls, names: Iterable[str], scheme: Scheme) -> Areas:
        """Months, or whatever else cases are told by instead: no row says anything of them."""
        blank = dict.fromkeys(scheme.fact_tables[scheme.subject.table].columns)
        every = all_attributes(scheme).get(None, ())
        rows = tuple(SubjectRow(name, name, blank) for name in names)
        return cls(rows, {one: {} for one in every})

    def only(self, areas: Collection[str]) -> Areas:
        """The same for some areas."""
        return replace(self, subjects=tuple(one for one in self.subjects if one.id in areas))


def areas_of(scheme: Scheme, rows: Iterable[Row], previous: Iterable[Row]) -> Areas:
    """Areas by the code points of their ids, as a run has them."""
    subject = scheme.subject
    own = scheme.fact_tables[subject.table]
    subjects = [
        SubjectRow(row[subject.id], row[subject.name], stored_cells(row, own)) for row in rows
    ]
    subjects.sort(key=lambda one: one.id)
    attributes: dict[tuple[str, str], dict[str, Value]] = {}
    cells = {subject.table: {one.id: one.cells for one in subjects}}
    if PREVIOUS in scheme.fact_tables:
        table, named = scheme.fact_tables[PREVIOUS], scheme.ground.subject_column(PREVIOUS)
        cells[PREVIOUS] = {row[named]: stored_cells(row, table) for row in previous}
    for name, every in cells.items():
        for column, declared in scheme.fact_tables[name].columns.items():
            attributes[name, column] = {
                area: stored_number(declared, cell) if declared.type == "decimal" else cell
                for area, one in every.items()
                if (cell := one[column]) is not None
            }
    return Areas(tuple(subjects), attributes)


def judge(
    cases: Cases[str], areas: Areas, waived: frozenset[tuple[str, str]] = frozenset()
) -> Sheet:
    """Every node of the block for every area, as a run would have it."""
    block = cases.block
    wanted = all_attributes(block.scheme).get(None, ())
    figures = Figures(
        subjects=areas.subjects,
        counts={one: cases.numbers(one) for one in block.measures},
        groups={one: cases.groups(one) for one in block.groupings},
        attributes={one: areas.attributes[one] for one in wanted},
        waived=waived,
        present=frozenset({CASES, PREVIOUS, block.scheme.subject.table}),
    )
    return work_out(block.scheme, {None: figures})
