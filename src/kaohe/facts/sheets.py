"""Text in a cell of a workbook, whatever the text is."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MARKUP = "<r>"
LONGEST = 16_383
"""Characters that surely fit in a cell, although some of them may count twice."""


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, form: Format | None = None
) -> None:
    """Write a text that nobody can take for anything else.

    XlsxWriter takes a text between ``<r>`` and ``</r>`` for markup of its own and copies it as it
    is, so that a cell of somebody's facts could bring in formulas. Fragments are always escaped.
    """
    if text.startswith(MARKUP):
        fragments = (text[:1], text[1:2], text[2:LONGEST])
        sheet.write_rich_string(row, column, *fragments, *([] if form is None else [form]))
    else:
        sheet.write_string(row, column, text, form)
