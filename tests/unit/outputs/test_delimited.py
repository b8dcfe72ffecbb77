"""Cells of a published CSV."""

from __future__ import annotations

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from tests.worlds.assessing import as_text


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), max_size=5))
def test_rows_read_back_as_they_were(rows: list[list[str]]) -> None:
    text = as_text(rows)
    assert list(csv.reader(StringIO(text, newline=""), strict=True)) == rows


def test_only_cells_that_need_it_are_quoted() -> None:
    assert as_text([["a b", "a,b", 'a"b', "é；，"]]) == 'a b,"a,b","a""b",é；，\r\n'
