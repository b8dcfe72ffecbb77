"""Formulas: what reads, what does not, and that nothing runs away."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.scheme.formulas import (
    Call,
    Constant,
    FormulaError,
    Name,
    Operation,
    names,
    parse,
)


def test_product_binds_tighter_than_sum() -> None:
    tree = parse("1 + 2 * survey.online.1")
    assert isinstance(tree, Operation)
    assert tree.sign == "+"
    assert tree.right == Operation("*", Constant(Fraction(2), "2"), Name("survey.online.1"))


def test_same_level_goes_from_left_to_right() -> None:
    tree = parse("10 - 3 - 2")
    assert isinstance(tree, Operation)
    assert isinstance(tree.left, Operation)


def test_percentage_is_exact() -> None:
    assert parse("5%") == Constant(Fraction(1, 20), "5%")


def test_functions_take_formulas() -> None:
    tree = parse("min(ceil(5% * households), 100)")
    assert isinstance(tree, Call)
    assert list(names(tree)) == ["households"]


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "1)", "a b", "sqrt(2)", "abs(1, 2)", "min()", "1 ** 2", "x = 1", "@", "*3"],
)
def test_what_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


@pytest.mark.parametrize("text", ["(" * 500 + "1" + ")" * 500, "-" * 5000 + "1", "1" + "+1" * 900])
def test_deep_nesting_is_refused_or_read_but_never_crashes(text: str) -> None:
    try:
        parse(text)
    except FormulaError:
        return


@given(st.text(alphabet="0123456789.+-*/()% ,abcxyz_minmaxceil", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except FormulaError:
        return
    assert all(isinstance(name, str) for name in names(tree))
