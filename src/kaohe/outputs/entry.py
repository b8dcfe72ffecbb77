"""A workbook for people to fill in and give back: headings in the first row, a line for each row.

What is filled in already stands in its cells. Numbers keep to their limits while somebody types;
whoever reads the workbook checks them all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook

from kaohe.outputs.pages import NO_CLOCK, Book, Cell, Figure, Page, as_figure, how_to_write


@dataclass(frozen=True)
class Limits:
    """What the numbers of a column keep to; ``refusal`` says so to whoever types another."""

    least: Decimal
    greatest: Decimal
    places: int
    refusal: str


@dataclass(frozen=True)
class EntryColumn:
    """A column: its heading, its width in characters; text unless its numbers have limits."""

    heading: str
    width: float
    limits: Limits | None = None


def entry_workbook(
    title: str, columns: Sequence[EntryColumn], rows: Iterable[Sequence[str]]
) -> bytes:
    """The workbook; its first two columns stay in sight. The same content gives the same bytes.

    No cell becomes a formula, and what looks like one is marked as text.
    """
    content = BytesIO()
    with Workbook(content, how_to_write(in_memory=True)) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        page = Book(workbook).page(title, [column.width for column in columns])
        lines = [
            [_cell(column, text) for column, text in zip(columns, row, strict=True)] for row in rows
        ]
        page.table([column.heading for column in columns], lines)
        for position, column in enumerate(columns):
            if column.limits is not None and lines:
                _keep(page, position, column.limits, len(lines))
    return content.getvalue()


def _cell(column: EntryColumn, text: str) -> Cell:
    """A number shows as many places as any number of its column may have."""
    figure = as_figure(text) if column.limits is not None else text
    if isinstance(figure, Figure) and column.limits is not None:
        figure.places = column.limits.places
    return figure


def _keep(page: Page, position: int, limits: Limits, last: int) -> None:
    rule = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": float(limits.least),
        "maximum": float(limits.greatest),
        "error_message": limits.refusal,
    }
    page.sheet.data_validation(1, position, last, position, rule)
