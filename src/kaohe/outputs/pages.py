"""A page of a workbook that people read and print: a heading in sight, rows as high as needed."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from kaohe.facts.sheets import write_text
from kaohe.values.text import safe, width_of

NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)
"""A workbook carries a date of creation; a fixed one keeps the same facts the same bytes."""

A4, A3 = 9, 8
WIDE, VERY_WIDE = 125, 190
"""Characters across from which a page lies on its side, and from which it needs A3."""
READABLE = 100
"""Characters across from which a paragraph takes no further column: it is read unscrolled."""
LINE_HEIGHT = 15
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31


def how_to_write(**options: bool) -> dict[str, Any]:
    """The options of every workbook: no text becomes a formula, and the font is a Chinese one.

    A dictionary of its own each time: XlsxWriter writes into the one that it is given, so that a
    second workbook would come out otherwise than the first.
    """
    font = {"font_name": "宋体", "font_size": 11}
    return {"strings_to_formulas": False, "default_format_properties": font, **options}


class Figure:
    """A number that a page shows with as many places as it was printed with.

    A movement shows its sign, whichever it is.
    """

    def __init__(self, text: str, *, is_movement: bool = False) -> None:
        self.text = text
        self.places = len(text.partition(".")[2])
        self.is_movement = is_movement


Cell = str | Figure


def as_figure(text: str, *, is_movement: bool = False) -> Cell:
    """A printed number as a figure; anything else stays text."""
    digits = text.removeprefix("-").replace(".", "", 1)
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        return Figure(text, is_movement=is_movement)
    return text


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width, margins left out.

    A long line ends where a word or a mark does, so that not all of its width is used.
    """
    fitting = max(width - 2 - width // 25, 1)
    return sum(max(1, math.ceil(width_of(part) / fitting)) for part in text.split("\n"))


class Book:
    """A workbook with the formats that all its pages share."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.heading = workbook.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "bg_color": "#E7EEF7",
                "border": 1,
            }
        )
        self.text = workbook.add_format(
            {"align": "left", "valign": "vcenter", "text_wrap": True, "indent": 1}
        )
        self._figures: dict[tuple[int, bool], Format] = {}
        self._names: set[str] = set()

    def figure(self, places: int, *, is_movement: bool = False) -> Format:
        """The format of numbers with so many places."""
        key = (places, is_movement)
        if key not in self._figures:
            form = "0" + ("." + "0" * places if places else "")
            form = f"+{form};-{form};{form}" if is_movement else form
            self._figures[key] = self.workbook.add_format(
                {"num_format": form, "align": "right", "valign": "vcenter", "indent": 1}
            )
        return self._figures[key]

    def page(self, name: str, widths: Sequence[float]) -> Page:
        """A new page with columns of these widths; its name is made fit and unique."""
        plain = NOT_IN_NAMES.sub(" ", name)[:LONGEST_NAME]
        unique, number = plain, 2
        while unique.lower() in self._names:
            unique = f"{plain[: LONGEST_NAME - 3]} {number}"
            number += 1
        self._names.add(unique.lower())
        return Page(self, unique, widths)


class Page:
    """One sheet: lines of text at the top, then one table."""

    def __init__(self, book: Book, name: str, widths: Sequence[float]) -> None:
        self.book = book
        self.sheet = book.workbook.add_worksheet(name)
        self.widths = widths
        self.next_row = 0
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        if sum(widths) > WIDE:
            self.sheet.set_landscape()
        self.sheet.set_paper(A3 if sum(widths) > VERY_WIDE else A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer("&C&P / &N")
        self.sheet.fit_to_pages(1, 0)

    def line(self, text: str, form: Format | None = None) -> None:
        """A line above the table."""
        write_text(self.sheet, self.next_row, 0, text, form)
        self.next_row += 1

    def paragraph(self, text: str) -> None:
        """A text above the table, as wide as can be read at once and as high as it needs."""
        across = list(accumulate(self.widths))
        last = min(bisect_left(across, READABLE), len(across) - 1)
        self.sheet.set_row(self.next_row, LINE_HEIGHT * _lines(text, across[last]))
        if last:
            self.sheet.merge_range(self.next_row, 0, self.next_row, last, "", self.book.text)
        self.line(safe(text), self.book.text)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A heading row that stays in sight and is printed on every page, then the rows."""
        first = self.next_row
        self._row(headings, self.book.heading)
        self.sheet.freeze_panes(first + 1, min(2, len(headings) - 1))
        self.sheet.repeat_rows(first)
        for row in rows:
            self._row(row, self.book.text)
        if self.next_row > first + 1:
            self.sheet.autofilter(first, 0, self.next_row - 1, len(headings) - 1)

    def _row(self, cells: Sequence[Cell], form: Format) -> None:
        lines = 1
        for width, cell in zip(self.widths, cells, strict=True):
            if isinstance(cell, str):
                lines = max(lines, _lines(cell, width))
        padding = LINE_HEIGHT if form is self.book.heading else 0
        if lines > 1 or padding:
            self.sheet.set_row(self.next_row, LINE_HEIGHT * lines + padding)
        for column, cell in enumerate(cells):
            if isinstance(cell, Figure):
                number = self.book.figure(cell.places, is_movement=cell.is_movement)
                self.sheet.write_number(self.next_row, column, float(cell.text), number)
            else:
                write_text(self.sheet, self.next_row, column, safe(cell), form)
        self.next_row += 1
