"""Formulas: the four operations, a few functions, percentages; no loops, no variables of their own.

    full * survey / 100 - false_visits
    min(ceil(5% * households), 100)

A name is the id of a node, or a name that the formula's ``with`` binds. ``full`` is the maximum of
the node that the formula belongs to; ``subjects`` is the number of subjects. ``sqrt(x, 6)`` is the
square root to six places, for no root is exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<percent>%?)"
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<sign>[-+*/(),]))"
)
FUNCTIONS = {"min": None, "max": None, "abs": 1, "ceil": 1, "floor": 1, "sqrt": 2}
"""Functions with the number of their arguments; None is one or more."""
DEEPEST = 50
LONGEST = 200


@dataclass(frozen=True)
class Constant:
    """A number, as it was written (``5%``)."""

    value: Fraction
    written: str


@dataclass(frozen=True)
class Name:
    """A node, a bound name, ``full`` or ``subjects``."""

    name: str


@dataclass(frozen=True)
class Negated:
    """The opposite of a value."""

    of: Tree


@dataclass(frozen=True)
class Operation:
    """``left`` + − × ÷ ``right``."""

    sign: str
    left: Tree
    right: Tree


@dataclass(frozen=True)
class Call:
    """A function of its arguments."""

    function: str
    arguments: tuple[Tree, ...]


Tree = Constant | Name | Negated | Operation | Call


class FormulaError(ValueError):
    """The formula cannot be read; the message says where and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = f"公式有误：{zh}"


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree:
    """The tree of a formula.

    >>> parse("1 + 2 * x").sign
    '+'
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        if len(self.tokens) > LONGEST:
            raise FormulaError(
                f"超过 {LONGEST} 个部分，请拆成几个节点",
                f"more than {LONGEST} parts: split it into several nodes",
            )
        self.position = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self.sum()
        if self.peek() is not None:
            raise FormulaError(
                f"“{self.text}”中多了“{self.peek()}”",
                f"unexpected {self.peek()!r} in {self.text!r}",
            )
        return tree

    def peek(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def next(self) -> str:
        token = self.peek()
        if token is None:
            raise FormulaError(f"“{self.text}”没有写完", f"{self.text!r} ends too early")
        self.position += 1
        return token

    def expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise FormulaError(
                f"在“{self.peek() or '结尾'}”之前应有“{sign}”",
                f"expected {sign!r} before {self.peek() or 'the end'!r}",
            )
        self.position += 1

    def sum(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("括号嵌套过深", "nested too deeply")
        tree = self.product()
        while (sign := self.peek()) in ("+", "-"):
            self.position += 1
            tree = Operation(sign or "", tree, self.product())
        self.depth -= 1
        return tree

    def product(self) -> Tree:
        tree = self.single()
        while (sign := self.peek()) in ("*", "/"):
            self.position += 1
            tree = Operation(sign or "", tree, self.single())
        return tree

    def single(self) -> Tree:
        token = self.next()
        if token == "-":
            self.depth += 1
            if self.depth > DEEPEST:
                raise FormulaError("括号嵌套过深", "nested too deeply")
            negated = Negated(self.single())
            self.depth -= 1
            return negated
        if token == "(":
            tree = self.sum()
            self.expect(")")
            return tree
        if token[0].isdigit():
            percent = token.endswith("%")
            value = Fraction(token.rstrip("%"))
            return Constant(value / 100 if percent else value, token)
        if token in ("+", "*", "/", ")", ","):
            raise FormulaError(
                f"“{self.text}”中多了“{token}”", f"unexpected {token!r} in {self.text!r}"
            )
        return self.call(token) if self.peek() == "(" else Name(token)

    def call(self, function: str) -> Tree:
        if function not in FUNCTIONS:
            raise FormulaError(
                f"没有函数 {function}，可用：{'、'.join(FUNCTIONS)}",
                f"no function {function!r}; there are {', '.join(FUNCTIONS)}",
            )
        self.expect("(")
        arguments = [self.sum()]
        while self.peek() == ",":
            self.position += 1
            arguments.append(self.sum())
        self.expect(")")
        wanted = FUNCTIONS[function]
        if wanted is not None and len(arguments) != wanted:
            raise FormulaError(
                f"{function} 应有 {wanted} 个值，写了 {len(arguments)} 个",
                f"{function} takes {wanted} values, not {len(arguments)}",
            )
        return Call(function, tuple(arguments))


def _tokens(text: str) -> Iterator[str]:
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = TOKEN.match(stripped, position)
        if match is None:
            raise FormulaError(
                f"看不懂“{stripped[position:]}”", f"cannot read {stripped[position:]!r}"
            )
        yield match.group().strip()
        position = match.end()


def root_places(tree: Tree) -> Iterator[int | None]:
    """The decimals of every square root; None where they are no whole number from 0 to 9."""
    match tree:
        case Negated(of):
            yield from root_places(of)
        case Operation(_, left, right):
            yield from root_places(left)
            yield from root_places(right)
        case Call(function, arguments):
            if function == "sqrt":
                places = arguments[1]
                known = isinstance(places, Constant) and places.value in range(10)
                yield int(places.value) if known and isinstance(places, Constant) else None
            for argument in arguments:
                yield from root_places(argument)


def names(tree: Tree) -> Iterator[str]:
    """Every name of the formula, in reading order, with repetitions."""
    match tree:
        case Name(name):
            yield name
        case Negated(of):
            yield from names(of)
        case Operation(_, left, right):
            yield from names(left)
            yield from names(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from names(argument)
        case Constant():
            return


class FormulaText(str):
    """The text of a formula that parses."""


def _checked(text: str) -> str:
    parse(text)
    return FormulaText(text)


def _as_text(value: object) -> object:
    """A plain number is a formula too."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return format(value, "f") if isinstance(value, Decimal) else value


Formula = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=str | int | Decimal),
    AfterValidator(_checked),
]
"""A formula as text that is known to parse."""
