"""A plain list as a workbook of one page: what a person sees on a page, taken along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from kaohe.outputs.pages import Book, as_figure, width_of
from kaohe.outputs.workbook import FONT, NO_CLOCK

NARROWEST, WIDEST = 10, 48


def list_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An XLSX with a title, headings that stay in sight, and the rows; numbers as numbers.

    No cell becomes a formula, and the same list gives the same bytes.
    """
    lines = [list(row) for row in rows]
    content = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "default_format_properties": FONT,
    }
    with Workbook(content, options) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        page = Book(workbook).page(title, _widths(headings, lines))
        page.line(title, page.book.title)
        page.table(headings, [[as_figure(cell) for cell in line] for line in lines])
    return content.getvalue()


def _widths(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> list[float]:
    """Columns as wide as their texts, within reason."""
    needed = [
        max([width_of(heading) + 4, *(width_of(line[column]) + 3 for line in lines)])
        for column, heading in enumerate(headings)
    ]
    return [float(min(max(width, NARROWEST), WIDEST)) for width in needed]
