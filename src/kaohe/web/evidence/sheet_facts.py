"""Marks as rows of the fact tables that a scheme takes them from, and how many are missing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kaohe.scheme.conditions import Cell, Test
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import MarksNode
from kaohe.values.numbers import shortest
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.rules import add_fact_probe
from kaohe.web.evidence.models import Mark
from kaohe.web.evidence.sheet_contents import (
    Sheet,
    marked_areas,
    marked_items,
    marking_departments,
    sheets_of,
)

Row = dict[str, str]


def marks_facts(cycle: Cycle, scheme: Scheme) -> dict[str, list[Row]]:
    """The rows that the marks given so far make, by table; a table without a mark is not there.

    Marks are given to areas that stand at the end of the period: nothing of an area that was
    merged or exempted is in it, and a mark is not added to a successor's. Two items that ask for
    the same row, such as one with and one without its extremes, make one row of it.
    """
    departments, _unknown = marking_departments(cycle, scheme)
    found: dict[str, dict[tuple[tuple[str, str], ...], Row]] = {}
    for sheet in sheets_of(cycle, departments, scheme):
        for item in sheet.items:
            node = scheme.nodes[item.node]
            assert isinstance(node, MarksNode)
            subject = scheme.ground.subject_column(node.table, node.subject_column)
            fixed = _fixed_cells(node, scheme)
            for area_id, score in _given(sheet, item.node):
                key = {subject: area_id, **fixed, node.scorer: sheet.department.code}
                rows = found.setdefault(node.table, {})
                rows.setdefault(tuple(sorted(key.items())), {**key, node.mark: score})
    return {table: list(rows.values()) for table, rows in found.items()}


def _given(sheet: Sheet, node: str) -> list[tuple[str, str]]:
    """Areas with their marks for one item, in the order of the areas; empty cells left out."""
    cells = ((area.area_id, sheet.marks.get((area.area_id, node))) for area in sheet.areas)
    return [(area_id, mark.score) for area_id, mark in cells if mark is not None and mark.score]


def _fixed_cells(node: MarksNode, scheme: Scheme) -> Row:
    """What an item demands of the other cells of its rows: equalities, and the period's number."""
    fixed = {}
    for column, test in node.where.items():
        if not isinstance(test, Test | tuple):
            fixed[column] = _text(test)
        elif isinstance(test, tuple) and len(test) == 1:
            fixed[column] = _text(test[0])
    if node.during is not None:
        family, _, number = node.during.rpartition(".")
        numbered = scheme.fact_tables[node.table].numbered_by.get(family)
        if numbered is not None:
            fixed[numbered] = number
    return fixed


def _text(cell: Cell) -> str:
    """A value of a condition as a fact table writes it."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return shortest(Fraction(cell))
    return str(cell)


def open_cells(cycle: Cycle, scheme: Scheme) -> dict[str, int]:
    """How many cells of each department's sheet are still empty, by the department's code.

    A department that the scheme names and the town does not know has every cell empty.
    """
    departments, unknown = marking_departments(cycle, scheme)
    sheets = sheets_of(cycle, departments, scheme)
    found = {sheet.department.code: sheet.cells - sheet.filled for sheet in sheets}
    areas = len(marked_areas(cycle))
    for code in unknown:
        found[code] = areas * sum(code in item.scorers for item in marked_items(scheme))
    return found


def _marked(cycle: Cycle) -> bool:
    return Mark.objects.filter(cycle=cycle).exclude(score="").exists()


add_fact_probe(_marked)
