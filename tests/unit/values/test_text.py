"""Texts for people and spreadsheets."""

from __future__ import annotations

import pytest

from kaohe.values.text import safe


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "居民区", "1", "'="])
def test_other_text_stays(text: str) -> None:
    assert safe(text) == text
