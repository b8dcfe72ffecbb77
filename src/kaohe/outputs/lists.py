"""Plain lists as a workbook: what a person sees on a page, taken along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from xlsxwriter import Workbook

from kaohe.outputs.pages import NO_CLOCK, Book, Cell, as_figure, how_to_write
from kaohe.values.text import width_of

NARROWEST, WIDEST = 10, 48


@dataclass(frozen=True)
class ListPage:
    """One list on a page of its own, with a title, sentences, and headings that stay in sight.

    ``numbers`` are the places of the columns whose cells are numbers; an id of digits stays text.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    numbers: Collection[int] = ()
    says: Sequence[str] = ()


def list_workbook(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Collection[int] = (),
) -> bytes:
    """An XLSX of one list, whose page is named like it."""
    return lists_workbook(title, [ListPage(title, title, headings, rows, numbers)])


def lists_workbook(title: str, pages: Iterable[ListPage]) -> bytes:
    """An XLSX with a page for each list.

    No cell becomes a formula, and the same lists give the same bytes.
    """
    content = BytesIO()
    with Workbook(content, how_to_write(in_memory=True)) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        book = Book(workbook)
        for one in pages:
            lines = [list(row) for row in one.rows]
            page = book.page(one.name, _widths(one.headings, lines))
            page.line(one.title, book.title)
            for sentence in one.says:
                page.paragraph(sentence)
            page.table(one.headings, [_cells(line, one.numbers) for line in lines])
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
