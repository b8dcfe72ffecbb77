"""A workbook that another program reads: sheets of plain text cells, nothing above the headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from kaohe.facts.sheets import write_text
from kaohe.outputs.pages import NO_CLOCK, how_to_write
from kaohe.values.text import width_of

NARROWEST, WIDEST = 10, 60

Rows = Sequence[Sequence[str]]
"""Lines of cells, the headings first."""


def form_workbook(title: str, sheets: Mapping[str, Rows]) -> bytes:
    """The workbook. Every cell is the text that it was given; an empty one is not written.

    The same content gives the same bytes.
    """
    content = BytesIO()
    with Workbook(content, how_to_write(in_memory=True)) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": title})
        heading = workbook.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell:
                        write_text(sheet, row, column, cell, heading if row == 0 else None)
            for column, cells in enumerate(zip(*rows, strict=True)):
                needed = max(map(width_of, cells)) + 2
                sheet.set_column(column, column, min(max(needed, NARROWEST), WIDEST))
    return content.getvalue()
