"""Workbooks that another program reads: the text that was given, and nothing else."""

from __future__ import annotations

from io import BytesIO

from python_calamine import CalamineWorkbook

from kaohe.outputs.forms import form_workbook

SHEETS = {
    "survey": [["type", "label"], ["text", "=1+1"], ["note", "<r>2</r>"], ["+", ""]],
    "settings": [["form_id"], ["甲"]],
}


def test_every_cell_is_the_text_that_was_given() -> None:
    workbook = CalamineWorkbook.from_filelike(BytesIO(form_workbook("甲", SHEETS)))
    assert {name: workbook.get_sheet_by_name(name).to_python() for name in SHEETS} == SHEETS


def test_the_same_content_is_the_same_bytes() -> None:
    assert form_workbook("甲", SHEETS) == form_workbook("甲", SHEETS)
