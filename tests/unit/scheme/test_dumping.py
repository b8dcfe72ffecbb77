"""A text as a scalar of YAML: what is read is what was written, wherever it stands."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaohe.scheme.dumping import quoted

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
UNPRINTABLE = "\n\r\t\0\x7f\x85\u2028\ufeff"


def read(document: str) -> object:
    return yaml.load(document, Loader=yaml.CSafeLoader)


@given(TEXTS)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    scalar = quoted(text)
    assert read(f"a: {scalar} # comment\nb: 1\n") == {"a": text, "b": 1}
    assert read(f"{{a: {scalar}, b: [{scalar}]}}") == {"a": text, "b": [text]}


@pytest.mark.parametrize(
    "text",
    ["", " ", "null", "1", "~", "#", "- a", "a: b", '"', "\\", UNPRINTABLE, "😀", "很长 " * 99],
)
def test_what_yaml_would_read_otherwise_stays_text_on_one_line(text: str) -> None:
    assert read(f"{{a: {quoted(text)}}}") == {"a": text}
    assert len(quoted(text).splitlines()) == 1
