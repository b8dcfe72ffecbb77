"""Kinds built on other nodes: sums, means, formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from kaohe.scheme import formulas
from kaohe.scheme.formulas import Call, Constant, Name, Negated, Operation, Tree
from kaohe.scheme.nodes import FormulaNode, MeanNode, Operand, SumNode
from kaohe.scoring.operands import operand_input, operand_label
from kaohe.scoring.reasons import Input, Reason, shown, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import Absence, Number, Value, weightiest
from kaohe.values.text import Language, Text

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
FUNCTION_NAMES: Mapping[str, Text] = {
    "min": Text(zh="较小值", en="the lesser of"),
    "max": Text(zh="较大值", en="the greater of"),
    "abs": Text(zh="绝对值", en="absolute"),
    "ceil": Text(zh="向上取整", en="rounded up"),
    "floor": Text(zh="向下取整", en="rounded down"),
}


FREE_WORDS: Mapping[str, Text] = {
    "full": Text(zh="满分", en="full points"),
    "subjects": Text(zh="对象总数", en="number of subjects"),
}
"""What the names are called that every formula knows."""


def weighted_parts(node: SumNode) -> list[tuple[Operand, Fraction]]:
    """The parts of a sum with their weights."""
    if isinstance(node.of, Mapping):
        return [(name, Fraction(weight)) for name, weight in node.of.items()]
    return [(operand, Fraction(1)) for operand in node.of]


def sum_column(node: SumNode, sheet: Sheet) -> Column:
    """Σ weight × part; absent if a part is."""
    parts = [(sheet.column(part), weight) for part, weight in weighted_parts(node)]
    return [
        _numbers_or_absence(
            [column[index] for column, _ in parts],
            lambda numbers: sum(
                (weight * number for (_, weight), number in zip(parts, numbers, strict=True)),
                Fraction(0),
            ),
        )
        for index in range(sheet.size)
    ]


def explain_sum(node: SumNode, sheet: Sheet, index: int, text: str) -> Reason:
    """``a + 0.4 × b − c = value``, with the parts' labels."""
    parts = weighted_parts(node)
    inputs = tuple(operand_input(part, sheet, index) for part, _ in parts)
    absent = _absent_parts([part for part, _ in parts], sheet, index)
    if absent is not None:
        return Reason(absent, inputs)
    terms = [
        _term(weight, figure, first=position == 0)
        for position, ((_, weight), figure) in enumerate(zip(parts, inputs, strict=True))
    ]
    zh = " ".join(term.zh for term in terms)
    en = " ".join(term.en for term in terms)
    return Reason(Text(zh=f"{zh} = {text}。", en=f"{en} = {text}."), inputs)


def _term(weight: Fraction, figure: Input, *, first: bool) -> Text:
    sign = "−" if weight < 0 else "+"
    lead = ("−" if weight < 0 else "") if first else f"{sign} "
    factor = "" if abs(weight) == 1 else f"{shown(abs(weight))} × "
    zh, en = (
        figure.value if label == figure.value else f"{label} {figure.value}"
        for label in (figure.label.zh, figure.label.en)
    )
    return Text(zh=f"{lead}{factor}{zh}", en=f"{lead}{factor}{en}")


def mean_column(node: MeanNode, sheet: Sheet) -> Column:
    """The mean of the parts that are there; parts absent for a skipped reason are left out."""
    columns = [sheet.column(part) for part in node.of]
    skipped = {Absence(name) for name in node.skip}
    factor = Fraction(node.max or 1) / Fraction(node.scaled_from) if node.scaled_from else 1
    column: Column = []
    for index in range(sheet.size):
        parts = [one[index] for one in columns if one[index] not in skipped]
        if not parts:
            column.append(weightiest(_absences([one[index] for one in columns])))
            continue
        column.append(
            _numbers_or_absence(parts, lambda numbers: _total(numbers) / len(numbers) * factor)
        )
    return column


def _total(numbers: Sequence[Number]) -> Fraction:
    return sum((Fraction(number) for number in numbers), Fraction(0))


def explain_mean(node: MeanNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Which parts were averaged, which were left out, and how the mean was scaled."""
    inputs = tuple(operand_input(part, sheet, index) for part in node.of)
    skipped = {Absence(name) for name in node.skip}
    there = [part for part in node.of if sheet.column(part)[index] not in skipped]
    absent = _absent_parts(there or node.of, sheet, index)
    if absent is not None:
        return Reason(absent, inputs)
    used = [operand_input(part, sheet, index) for part in there]
    left_out = [operand_label(part, sheet) for part in node.of if part not in there]
    zh = "、".join(f"{figure.label.zh} {figure.value}" for figure in used)
    en = ", ".join(f"{figure.label.en} {figure.value}" for figure in used)
    zh, en = (f"{zh} 的平均值", f"The mean of {en}") if len(used) > 1 else (zh, en)
    if node.scaled_from is not None:
        full, hundred = shown(Fraction(node.max or 1)), shown(Fraction(node.scaled_from))
        zh, en = f"{zh}，× {full} ÷ {hundred}", f"{en}, × {full} ÷ {hundred}"
    zh, en = f"{zh} = {text}。", f"{en} = {text}."
    if left_out:
        zh += f"{'、'.join(label.zh for label in left_out)}不在其内。"
        en += f" Left out: {', '.join(label.en for label in left_out)}."
    return Reason(Text(zh=zh, en=en), inputs)


def formula_column(node: FormulaNode, sheet: Sheet) -> Column:
    """The formula for every subject; a division by nothing is not applicable."""
    return evaluate(node.formula, node.bind, sheet, full=node.max)


def evaluate(text: str, bind: Mapping[str, Operand], sheet: Sheet, full: object = None) -> Column:
    """A formula's value for every subject."""
    tree = formulas.parse(text)
    columns: dict[str, Sequence[Value]] = {}
    for name in formulas.names(tree):
        if name == "full":
            columns[name] = [Fraction(str(full))] * sheet.size
        elif name == "subjects":
            columns[name] = [sheet.size] * sheet.size
        else:
            columns[name] = sheet.column(bind.get(name, name))
    return [_evaluate(tree, columns, index) for index in range(sheet.size)]


def _evaluate(tree: Tree, columns: Mapping[str, Sequence[Value]], index: int) -> Value:
    match tree:
        case Constant(value):
            return value
        case Name(name):
            return columns[name][index]
        case Negated(of):
            return _numbers_or_absence([_evaluate(of, columns, index)], lambda one: -one[0])
        case Operation(sign, left, right):
            return _operate(sign, _evaluate(left, columns, index), _evaluate(right, columns, index))
        case Call(function, arguments):
            values = [_evaluate(argument, columns, index) for argument in arguments]
            return _numbers_or_absence(values, CALLS[function])


CALLS: Mapping[str, Callable[[list[Number]], Number]] = {
    "min": min,
    "max": max,
    "abs": lambda numbers: abs(Fraction(numbers[0])),
    "ceil": lambda numbers: math.ceil(numbers[0]),
    "floor": lambda numbers: math.floor(numbers[0]),
}


OPERATIONS: Mapping[str, Callable[[list[Number]], Number]] = {
    "+": lambda pair: Fraction(pair[0]) + Fraction(pair[1]),
    "-": lambda pair: Fraction(pair[0]) - Fraction(pair[1]),
    "*": lambda pair: Fraction(pair[0]) * Fraction(pair[1]),
    "/": lambda pair: Fraction(pair[0]) / Fraction(pair[1]),
}


def _operate(sign: str, left: Value, right: Value) -> Value:
    if sign == "/" and not isinstance(right, str | Absence) and right == 0:
        return Absence.NOT_APPLICABLE
    return _numbers_or_absence([left, right], OPERATIONS[sign])


def explain_formula(node: FormulaNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The formula in words, then in figures, then what it comes to."""
    tree = formulas.parse(node.formula)
    named: dict[str, Operand] = {}
    for name in formulas.names(tree):
        if name not in ("full", "subjects"):
            named[name] = node.bind.get(name, name)
    inputs = {name: operand_input(operand, sheet, index) for name, operand in named.items()}
    figures = tuple(inputs.values())
    if not text:
        missing = _absent_parts(list(named.values()), sheet, index)
        zero = Text(zh="除数为 0，不适用。", en="Division by 0: not applicable.")
        return Reason(missing or zero, figures)
    given = {"full": node.max, "subjects": sheet.size}

    def word(language: Language) -> Callable[[str], str]:
        return lambda name: (inputs[name].label if name in inputs else FREE_WORDS[name])[language]

    def figure(name: str) -> str:
        return inputs[name].value or "—" if name in inputs else str(given[name])

    numbers = {language: _written(tree, figure, language) for language in ("zh", "en")}
    zh = f"{_written(tree, word('zh'), 'zh')} = {numbers['zh']} = {text}。"
    en = f"{_written(tree, word('en'), 'en')} = {numbers['en']} = {text}."
    return Reason(Text(zh=zh, en=en), figures)


def _written(tree: Tree, name_as: Callable[[str], str], language: Language | str) -> str:
    """A formula as people write it, with every name replaced."""
    match tree:
        case Constant(_, written):
            return written
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
            text = FUNCTION_NAMES[function].zh if language == "zh" else FUNCTION_NAMES[function].en
            inner = ("，" if language == "zh" else ", ").join(
                _written(argument, name_as, language) for argument in arguments
            )
            return f"{text}（{inner}）" if language == "zh" else f"{text} ({inner})"


def _must_stay_together(sign: str, right: Tree) -> bool:
    """Whether the right side of − or ÷ would mean something else without brackets."""
    return isinstance(right, Operation) and (sign == "/" or (sign == "-" and right.sign in "+-"))


def _grouped(side: Tree, sign: str, name_as: Callable[[str], str], language: Language | str) -> str:
    text = _written(side, name_as, language)
    looser = isinstance(side, Operation) and side.sign in "+-" and sign in "*/"
    return f"({text})" if looser else text


def _numbers_or_absence(values: Sequence[Value], rule: Callable[[list[Number]], Number]) -> Value:
    """The rule over the values, or the weightiest absence among them. A label is no number."""
    absences = _absences(values)
    if absences:
        return weightiest(absences)
    return rule([value for value in values if not isinstance(value, str | Absence)])


def _absences(values: Sequence[Value]) -> list[Absence]:
    return [
        Absence.NOT_APPLICABLE if isinstance(value, str) else value
        for value in values
        if isinstance(value, str | Absence)
    ]


def _absent_parts(parts: Sequence[Operand], sheet: Sheet, index: int) -> Text | None:
    """Why a value built on all of ``parts`` is absent; None where all are there."""
    values = [sheet.column(part)[index] for part in parts]
    absences = _absences(values)
    if not absences:
        return None
    worst = weightiest(absences)
    missing = [
        (operand_label(part, sheet), value)
        for part, value in zip(parts, values, strict=True)
        if isinstance(value, Absence)
    ]
    return why_absent(missing, worst)
