"""Formulas worked out for every subject, and written as people write them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from kaohe.scheme import formulas
from kaohe.scheme.formulas import Call, Constant, Name, Negated, Operation, Tree
from kaohe.scheme.graph import FREE_NAMES
from kaohe.scheme.nodes import Bindings, Operand
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import NUMBERS, Absence, Number, Value, square_root, weightiest
from kaohe.values.text import Language, Text

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
FUNCTION_NAMES: Mapping[str, Text] = {
    "min": Text(zh="较小值", en="the lesser of"),
    "max": Text(zh="较大值", en="the greater of"),
    "abs": Text(zh="绝对值", en="absolute"),
    "ceil": Text(zh="向上取整", en="rounded up"),
    "floor": Text(zh="向下取整", en="rounded down"),
    "sqrt": Text(zh="平方根", en="square root of"),
}
FREE_WORDS: Mapping[str, Text] = {
    "full": Text(zh="满分", en="full points"),
    "subjects": Text(zh="对象总数", en="number of subjects"),
    "ranked": Text(zh="有名次的对象数", en="number of subjects with a place"),
}
"""What the names are called that every formula knows."""


def evaluate(
    text: str,
    bind: Bindings,
    sheet: Sheet,
    full: object = None,
    free: Mapping[str, Sequence[Value]] | None = None,
) -> Column:
    """A formula's value for every subject; ``free`` are names known only here."""
    tree = formulas.parse(text)
    given = free or {}
    columns: dict[str, Sequence[Value]] = {}
    for name in formulas.names(tree):
        if name in given:
            columns[name] = given[name]
        elif name == "full":
            columns[name] = [Fraction(str(full))] * sheet.size
        elif name in FREE_NAMES:
            columns[name] = [sheet.size] * sheet.size
        else:
            columns[name] = sheet.column(bind.get(name, name))
    if columns.keys() <= set(FREE_NAMES):
        return _once_for_all(tree, columns, sheet.size)
    return [_evaluate(tree, columns, index) for index in range(sheet.size)]


def _once_for_all(tree: Tree, columns: Mapping[str, Sequence[Value]], size: int) -> Column:
    """A formula over few different numbers, such as how many subjects a class has."""
    given = list(zip(*columns.values(), strict=True)) if columns else [()] * size
    first = {one: index for index, one in reversed(list(enumerate(given)))}
    known = {one: _evaluate(tree, columns, index) for one, index in first.items()}
    return [known[one] for one in given]


def _evaluate(tree: Tree, columns: Mapping[str, Sequence[Value]], index: int) -> Value:
    match tree:
        case Constant(value):
            return value
        case Name(name):
            return columns[name][index]
        case Negated(of):
            return numbers_or_absence([_evaluate(of, columns, index)], lambda one: -one[0])
        case Operation(sign, left, right):
            return _operate(sign, _evaluate(left, columns, index), _evaluate(right, columns, index))
        case Call(function, arguments):
            values = [_evaluate(argument, columns, index) for argument in arguments]
            if function == "sqrt":
                return _root(values)
            return numbers_or_absence(values, CALLS[function])


CALLS: Mapping[str, Callable[[list[Number]], Number]] = {
    "min": min,
    "max": max,
    "abs": lambda numbers: abs(Fraction(numbers[0])),
    "ceil": lambda numbers: math.ceil(numbers[0]),
    "floor": lambda numbers: math.floor(numbers[0]),
}


OPERATIONS: Mapping[str, Callable[[Number, Number], Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: Fraction(left) / right,
}


def _operate(sign: str, left: Value, right: Value) -> Value:
    if sign == "/" and right == 0:
        return Absence.NOT_APPLICABLE
    if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        return OPERATIONS[sign](left, right)
    return weightiest(absences_of([left, right]))


def _root(values: Sequence[Value]) -> Value:
    """A square root to the stated places; of a negative number there is none."""
    absences = absences_of(values)
    if absences:
        return weightiest(absences)
    value, places = (Fraction(one) for one in values if not isinstance(one, str | Absence))
    return square_root(value, int(places)) if value >= 0 else Absence.NOT_APPLICABLE


def numbers_or_absence(values: Sequence[Value], rule: Callable[[list[Number]], Number]) -> Value:
    """The rule over the values, or the weightiest absence among them. A label is no number."""
    absences = absences_of(values)
    if absences:
        return weightiest(absences)
    return rule([value for value in values if not isinstance(value, str | Absence)])


def absences_of(values: Sequence[Value]) -> list[Absence]:
    """The absences among values; a label, where a number is wanted, is not applicable."""
    return [
        Absence.NOT_APPLICABLE if isinstance(value, str) else value
        for value in values
        if isinstance(value, str | Absence)
    ]


def named_operands(text: str, bind: Bindings) -> dict[str, Operand]:
    """What the names of a formula stand for, those apart that every formula knows."""
    names = formulas.names(formulas.parse(text))
    return {name: bind.get(name, name) for name in names if name not in FREE_NAMES}


def written(tree: Tree, name_as: Callable[[str], str], language: Language) -> str:
    """A formula as people write it, with every name replaced."""
    match tree:
        case Constant(_, text):
            return text
        case Name(name):
            return name_as(name)
        case Negated(of):
            return f"−{_grouped(of, '*', name_as, language)}"
        case Operation(sign, left, right):
            one, other = (_grouped(side, sign, name_as, language) for side in (left, right))
            if _must_stay_together(sign, right) and not other.startswith("("):
                other = f"({other})"
            return f"{one} {SIGNS[sign]} {other}"
        case Call(function, arguments):
            return _written_call(function, arguments, name_as, language)


def _written_call(
    function: str,
    arguments: tuple[Tree, ...],
    name_as: Callable[[str], str],
    language: Language,
) -> str:
    comma = "，" if language == "zh" else ", "
    told = arguments[:1] if function == "sqrt" else arguments
    inner = comma.join(written(argument, name_as, language) for argument in told)
    text = FUNCTION_NAMES[function][language]
    return f"{text}（{inner}）" if language == "zh" else f"{text} ({inner})"


def _must_stay_together(sign: str, right: Tree) -> bool:
    """Whether the right side of − or ÷ would mean something else without brackets."""
    return isinstance(right, Operation) and (sign == "/" or (sign == "-" and right.sign in "+-"))


def _grouped(side: Tree, sign: str, name_as: Callable[[str], str], language: Language) -> str:
    text = written(side, name_as, language)
    looser = isinstance(side, Operation) and side.sign in "+-" and sign in "*/"
    return f"({text})" if looser else text
