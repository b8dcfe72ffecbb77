"""Cells of a published CSV."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.outputs.delimited import safe
from tests.worlds.assessing import as_text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "居民区", "1", "'="])
def test_other_text_stays(text: str) -> None:
    assert safe(text) == text


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), max_size=5))
def test_rows_read_back_as_they_were(rows: list[list[str]]) -> None:
    text = as_text(rows)
    assert list(csv.reader(StringIO(text, newline=""), strict=True)) == rows


def test_only_cells_that_need_it_are_quoted() -> None:
    assert as_text([["a b", "a,b", 'a"b', "é；，"]]) == 'a b,"a,b","a""b",é；，\r\n'
