"""A plain list as a workbook of one page: what a person sees on a page, taken along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from kaohe.outputs.pages import NO_CLOCK, Book, Cell, as_figure, how_to_write
from kaohe.values.text import width_of

NARROWEST, WIDEST = 10, 48


def list_workbook(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Collection[int] = (),
) -> bytes:
    """An XLSX with a title, headings that stay in sight, and the rows.

    ``numbers`` are the places of the columns whose cells are numbers; an id of digits stays text.
    No cell becomes a formula, and the same list gives the same bytes.
    """
    lines = [list(row) for row in rows]
    content = BytesIO()
    with Workbook(content, how_to_write(in_memory=True)) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        page = Book(workbook).page(title, _widths(headings, lines))
        page.line(title, page.book.title)
        page.table(headings, [_cells(line, numbers) for line in lines])
    return content.getvalue()


def _cells(line: Sequence[str], numbers: Collection[int]) -> list[Cell]:
    return [as_figure(cell) if place in numbers else cell for place, cell in enumerate(line)]


def _widths(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> list[float]:
    """Columns as wide as their texts, within reason."""
    needed = [
        max([width_of(heading) + 4, *(width_of(line[column]) + 3 for line in lines)])
        for column, heading in enumerate(headings)
    ]
    return [float(min(max(width, NARROWEST), WIDEST)) for width in needed]
