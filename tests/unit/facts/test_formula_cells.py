"""Formulas in a workbook are found, though their values are what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from kaohe.facts import formula_cells as module
from kaohe.facts.formula_cells import formula_cells


def a_workbook(path: Path, formulas: dict[str, list[str]]) -> Path:
    with Workbook(path) as book:
        for sheet, cells in formulas.items():
            page = book.add_worksheet(sheet)
            page.write_column(0, 0, ["标题", *("<c><f>" for _ in range(40))])
            for cell in cells:
                page.write_formula(cell, "=1+1", value=2)
    return path


def test_formulas_of_the_sheet_that_is_read_are_counted(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", {"封面": ["A1"], "gardens": ["B3", "C2", "AA9"]})
    assert formula_cells(path, "gardens") == ("C2", 3)
    assert formula_cells(path, "elsewhere") == ("A1", 1), "the first sheet, if none is named"


def test_text_that_looks_like_a_formula_is_none(tmp_path: Path) -> None:
    assert formula_cells(a_workbook(tmp_path / "a.xlsx", {"a": []}), "a") == ("", 0)


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_none_is_lost_or_counted_twice_where_chunks_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    path = a_workbook(tmp_path / "a.xlsx", {"a": [f"B{row}" for row in range(2, 30)]})
    assert formula_cells(path, "a") == ("B2", 28)


def test_other_files_and_broken_ones_have_none(tmp_path: Path) -> None:
    for name in ("a.csv", "a.xlsx"):
        path = tmp_path / name
        path.write_text("=1+1", encoding="utf-8")
        assert formula_cells(path, "a") == ("", 0)
