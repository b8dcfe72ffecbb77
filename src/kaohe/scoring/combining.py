"""Kinds built on other nodes: sums, means, picks, formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from kaohe.scheme import formulas
from kaohe.scheme.nodes import (
    FormulaNode,
    MeanNode,
    Operand,
    PickNode,
    Substitute,
    SumNode,
    Trim,
    labels_of,
)
from kaohe.scoring.cohorts import classes
from kaohe.scoring.evaluating import (
    FREE_WORDS,
    absences_of,
    evaluate,
    named_operands,
    numbers_or_absence,
    written,
)
from kaohe.scoring.operands import operand_input, operand_label
from kaohe.scoring.reasons import Reason, shown, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import NUMBERS, Absence, Number, Value, weightiest
from kaohe.values.text import Language, Text

Combining = SumNode | MeanNode | PickNode

REPLACED: Mapping[str, Text] = {
    "zero": Text(zh="缺，按 0 计", en="absent, counted as 0"),
    "peer_mean": Text(zh="缺，按平均值计", en="absent, counted as the mean of the others"),
    "use": Text(zh="缺，以此代替", en="absent, replaced by this"),
}


@dataclass(frozen=True)
class Part:
    """A part of a node for one subject, after what is said about missing data.

    ``value`` is None where the part is left out; ``replaced`` says what stands in for it.
    """

    operand: Operand
    weight: Fraction
    value: Value | None
    replaced: str | None = None


def weighted_parts(node: Combining) -> list[tuple[Operand, Fraction]]:
    """The parts of a node with their weights."""
    if isinstance(node.of, Mapping):
        return [(name, Fraction(weight)) for name, weight in node.of.items()]
    return [(operand, Fraction(1)) for operand in node.of]


def parts_of(node: Combining, sheet: Sheet, index: int) -> list[Part]:
    """The parts of a node for one subject."""
    return [_part(node, operand, weight, sheet, index) for operand, weight in weighted_parts(node)]


def _part(node: Combining, operand: Operand, weight: Fraction, sheet: Sheet, index: int) -> Part:
    value = sheet.column(operand)[index]
    if not isinstance(value, Absence):
        return Part(operand, weight, value)
    missing = node.missing if node.missing is not None else sheet.scheme.missing
    if isinstance(missing, Mapping):
        treatment = missing.get(value.value, "absent")
    else:
        treatment = missing or "absent"
    if isinstance(treatment, Substitute):
        return Part(operand, weight, sheet.column(treatment.use)[index], "use")
    match treatment:
        case "leave_out":
            return Part(operand, weight, None)
        case "zero":
            return Part(operand, weight, 0, "zero")
        case "peer_mean":
            peers = sheet.kept(node, f"peers {id(operand)}", lambda: _peers(node, operand, sheet))
            own = classes(node.within, sheet)[index]
            mean = value if isinstance(own, Absence) else peers.get(own, value)
            return Part(operand, weight, mean, "peer_mean")
    return Part(operand, weight, value)


def _peers(node: Combining, operand: Operand, sheet: Sheet) -> dict[str, Fraction]:
    """The mean of a part over those that have it, for each class."""
    found: dict[str, list[Fraction]] = {}
    for own, value in zip(classes(node.within, sheet), sheet.column(operand), strict=True):
        if not isinstance(value, str | Absence) and not isinstance(own, Absence):
            found.setdefault(own, []).append(Fraction(value))
    return {one: total(numbers) / len(numbers) for one, numbers in found.items()}


def total(numbers: Sequence[Number]) -> Fraction:
    """The numbers added."""
    return sum((Fraction(number) for number in numbers), Fraction(0))


def _there(parts: Sequence[Part]) -> list[Value]:
    return [part.value for part in parts if part.value is not None]


def _none_left(node: Combining, sheet: Sheet, index: int) -> Absence:
    return weightiest(absences_of([sheet.column(part)[index] for part, _ in weighted_parts(node)]))


def sum_column(node: SumNode, sheet: Sheet) -> Column:
    """Σ weight × part, after what is said about missing parts."""
    return _combined(node, sheet, _weighted_sum, partial(_sum, node, sheet))


Weighted = Sequence[tuple[Fraction, Number]]
"""Weights with numbers."""


def _combined(
    node: Combining,
    sheet: Sheet,
    rule: Callable[[Weighted], Value],
    otherwise: Callable[[int], Value],
) -> Column:
    """A rule over the parts, straight away where all of them are numbers."""
    parts = [(weight, sheet.column(part)) for part, weight in weighted_parts(node)]
    column: Column = []
    for index in range(sheet.size):
        there = [(weight, one[index]) for weight, one in parts]
        numbers = [(w, value) for w, value in there if isinstance(value, NUMBERS)]
        column.append(rule(numbers) if len(numbers) == len(there) else otherwise(index))
    return column


def _weighted_sum(parts: Weighted) -> Fraction:
    # Over one denominator, so that only the sum is made a fraction and reduced.
    top, bottom = 0, 1
    for weight, number in parts:
        own = weight.denominator * number.denominator
        common = math.lcm(bottom, own)
        product = weight.numerator * number.numerator
        top, bottom = top * (common // bottom) + product * (common // own), common
    return Fraction(top, bottom)


def _sum(node: SumNode, sheet: Sheet, index: int) -> Value:
    there = [part for part in parts_of(node, sheet, index) if part.value is not None]
    if not there:
        return _none_left(node, sheet, index)
    weights = [part.weight for part in there]
    return numbers_or_absence(
        _there(there),
        lambda numbers: total([one * two for one, two in zip(weights, numbers, strict=True)]),
    )


def explain_sum(node: SumNode, sheet: Sheet, index: int, text: str) -> Reason:
    """``a + 0.4 × b − c = value``, with the parts' labels."""
    parts = parts_of(node, sheet, index)
    inputs = tuple(operand_input(part.operand, sheet, index) for part in parts)
    absent = _absent_parts(parts, sheet, index)
    if absent is not None:
        return Reason(absent, inputs)
    used = [part for part in parts if part.value is not None]
    terms = [
        _term(part.weight, told_part(part, sheet, index), first=position == 0)
        for position, part in enumerate(used)
    ]
    zh = " ".join(term.zh for term in terms)
    en = " ".join(term.en for term in terms)
    left_out = _left_out(parts, sheet)
    return Reason(
        Text(zh=f"{zh} = {text}。{left_out.zh}", en=f"{en} = {text}.{left_out.en}"), inputs
    )


def told_part(part: Part, sheet: Sheet, index: int) -> Text:
    """A part with its figure: “走访 12.00”; and what was put in its place."""
    figure = operand_input(part.operand, sheet, index)
    value = figure.value
    if part.replaced is not None and part.value is not None:
        value = shown(part.value)
    word = None if part.replaced is None else REPLACED[part.replaced]
    zh, en = (
        str(value) if label == value else f"{label} {value}"
        for label in (figure.label.zh, figure.label.en)
    )
    return (
        Text(zh=zh, en=en)
        if word is None
        else Text(zh=f"{zh}（{word.zh}）", en=f"{en} ({word.en})")
    )


def _left_out(parts: Sequence[Part], sheet: Sheet) -> Text:
    labels = [operand_label(part.operand, sheet) for part in parts if part.value is None]
    if not labels:
        return Text(zh="", en="")
    zh = f"{'、'.join(label.zh for label in labels)}不在其内。"
    return Text(zh=zh, en=f" Left out: {', '.join(label.en for label in labels)}.")


def _term(weight: Fraction, figure: Text, *, first: bool) -> Text:
    sign = "−" if weight < 0 else "+"
    lead = ("−" if weight < 0 else "") if first else f"{sign} "
    factor = "" if abs(weight) == 1 else f"{shown(abs(weight))} × "
    return Text(zh=f"{lead}{factor}{figure.zh}", en=f"{lead}{factor}{figure.en}")


def _absent_parts(parts: Sequence[Part], sheet: Sheet, index: int) -> Text | None:
    """Why a value is absent; None where it is not."""
    there = [part for part in parts if part.value is not None]
    if not there:
        return absent_operands([part.operand for part in parts], sheet, index)
    missing = [part for part in there if isinstance(part.value, str | Absence)]
    if not missing:
        return None
    why = [
        (operand_label(part.operand, sheet), part.value)
        for part in missing
        if isinstance(part.value, Absence)
    ]
    return why_absent(why, weightiest(absences_of(_there(missing))))


def absent_operands(operands: Sequence[Operand], sheet: Sheet, index: int) -> Text | None:
    """Why a value built on all of these is absent; None where all are there."""
    values = [sheet.column(operand)[index] for operand in operands]
    absences = absences_of(values)
    if not absences:
        return None
    missing = [
        (operand_label(operand, sheet), value)
        for operand, value in zip(operands, values, strict=True)
        if isinstance(value, Absence)
    ]
    return why_absent(missing, weightiest(absences))


def trimmed(count: int, trim: Trim | None) -> tuple[int, int]:
    """How many of the lowest and of the highest of so many are left out."""
    if trim is None:
        return 0, 0
    if trim.share is not None:
        each = int(count * Fraction(trim.share))
        return each, each
    return trim.lowest or 0, trim.highest or 0


def mean_column(node: MeanNode, sheet: Sheet) -> Column:
    """The weighted mean of the parts that count."""
    if (node.min_available or 0) > len(node.of):
        return [_mean(node, sheet, index) for index in range(sheet.size)]
    return _combined(node, sheet, partial(_weighted_mean, node), partial(_mean, node, sheet))


def _mean(node: MeanNode, sheet: Sheet, index: int) -> Value:
    there = [part for part in parts_of(node, sheet, index) if part.value is not None]
    if not there:
        return _none_left(node, sheet, index)
    absences = absences_of(_there(there))
    if absences:
        return weightiest(absences)
    if _too_few(node, there):
        return Absence.BELOW_MIN_SAMPLE
    return _weighted_mean(node, [(part.weight, _number(part)) for part in there])


def _weighted_mean(node: MeanNode, parts: Weighted) -> Value:
    low, high = trimmed(len(parts), node.trim)
    if low or high:
        parts = sorted(parts, key=lambda part: part[1])[low : len(parts) - high]
    if not parts:
        return Absence.BELOW_MIN_SAMPLE
    weight = sum((weight for weight, _ in parts), Fraction(0))
    if not weight:
        return Absence.NOT_APPLICABLE
    factor = Fraction(node.max or 1) / Fraction(node.scaled_from) if node.scaled_from else 1
    return _weighted_sum(parts) / weight * factor


def _number(part: Part) -> Fraction:
    assert part.value is not None
    assert not isinstance(part.value, str | Absence)
    return Fraction(part.value)


def _too_few(node: MeanNode, there: Sequence[Part]) -> bool:
    own = [part for part in there if part.replaced is None]
    return node.min_available is not None and len(own) < node.min_available


def _within_trim(parts: Sequence[Part], trim: Trim | None) -> list[Part]:
    low, high = trimmed(len(parts), trim)
    if not low and not high:
        return list(parts)
    ordered = sorted(parts, key=_number)
    kept = {id(part) for part in ordered[low : len(ordered) - high]}
    return [part for part in parts if id(part) in kept]


def explain_mean(node: MeanNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Which parts were averaged, which were left out, and how the mean was scaled."""
    parts = parts_of(node, sheet, index)
    inputs = tuple(operand_input(part.operand, sheet, index) for part in parts)
    absent = _absent_parts(parts, sheet, index)
    if absent is not None:
        return Reason(absent, inputs)
    there = [part for part in parts if part.value is not None]
    if not text:
        return Reason(_few(node, there), inputs)
    used = _within_trim(there, node.trim)
    told = [told_part(part, sheet, index) for part in used]
    weighted = isinstance(node.of, Mapping)
    if weighted:
        shares = [shown(part.weight) for part in used]
        zh = "、".join(f"{one.zh}（权重 {share}）" for one, share in zip(told, shares, strict=True))
        en = ", ".join(
            f"{one.en} (weight {share})" for one, share in zip(told, shares, strict=True)
        )
        zh, en = f"{zh} 的加权平均值", f"The weighted mean of {en}"
    else:
        zh, en = "、".join(one.zh for one in told), ", ".join(one.en for one in told)
        zh, en = (f"{zh} 的平均值", f"The mean of {en}") if len(used) > 1 else (zh, en)
    if node.scaled_from is not None:
        full, hundred = shown(Fraction(node.max or 1)), shown(Fraction(node.scaled_from))
        zh, en = f"{zh}，× {full} ÷ {hundred}", f"{en}, × {full} ÷ {hundred}"
    cut = _cut_off(there, used, sheet)
    left_out = _left_out(parts, sheet)
    zh, en = f"{zh} = {text}。{cut.zh}{left_out.zh}", f"{en} = {text}.{cut.en}{left_out.en}"
    return Reason(Text(zh=zh, en=en), inputs)


def _cut_off(there: Sequence[Part], used: Sequence[Part], sheet: Sheet) -> Text:
    kept = {id(part) for part in used}
    labels = [operand_label(part.operand, sheet) for part in there if id(part) not in kept]
    if not labels:
        return Text(zh="", en="")
    zh = f"{'、'.join(label.zh for label in labels)}为最高或最低，去掉。"
    return Text(zh=zh, en=f" Highest or lowest and dropped: {', '.join(one.en for one in labels)}.")


def _few(node: MeanNode, there: Sequence[Part]) -> Text:
    number = len([part for part in there if part.replaced is None])
    if not _too_few(node, there):
        return Text(zh="没有可以平均的项，没有结果。", en="Nothing to average: no result.")
    least = node.min_available
    zh = f"只有 {number} 项有数据，不足 {least} 项，没有结果。"
    return Text(zh=zh, en=f"Only {number} parts have data, fewer than {least}: no result.")


def pick_column(node: PickNode, sheet: Sheet) -> Column:
    """One of the parts that count."""
    return [_pick(node, parts_of(node, sheet, index), sheet, index) for index in range(sheet.size)]


def _pick(node: PickNode, parts: Sequence[Part], sheet: Sheet, index: int) -> Value:
    there = [part for part in parts if part.value is not None]
    if not there:
        return _none_left(node, sheet, index)
    values = _there(there)
    absences = [value for value in values if isinstance(value, Absence)]
    if absences:
        return weightiest(absences)
    if node.take in ("first", "latest"):
        return values[0 if node.take == "first" else -1]
    if node.take in ("best", "worst"):
        order = list(labels_of(node))
        known = [order.index(one) for one in values if isinstance(one, str) and one in order]
        if len(known) < len(values):
            return Absence.NOT_APPLICABLE
        return order[min(known) if node.take == "best" else max(known)]
    return numbers_or_absence(values, PICKS[node.take])


def median(numbers: Sequence[Number]) -> Fraction:
    """The middle number; of an even number of them the mean of the middle two."""
    ordered = sorted(Fraction(number) for number in numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


PICKS: Mapping[str, Callable[[list[Number]], Number]] = {
    "greatest": max,
    "least": min,
    "median": median,
}
PICK_WORDS: Mapping[str, Text] = {
    "greatest": Text(zh="取最高", en="the greatest"),
    "least": Text(zh="取最低", en="the least"),
    "median": Text(zh="取中位数", en="the median"),
    "best": Text(zh="取最好", en="the best"),
    "worst": Text(zh="取最差", en="the worst"),
    "first": Text(zh="取最先有的", en="the first that is there"),
    "latest": Text(zh="取最近有的", en="the latest that is there"),
}


def explain_pick(node: PickNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The parts that are there, and which of them it is."""
    parts = parts_of(node, sheet, index)
    inputs = tuple(operand_input(part.operand, sheet, index) for part in parts)
    if not text:
        operands = [part.operand for part in parts if part.value is not None]
        why = absent_operands(operands or [part.operand for part in parts], sheet, index)
        return Reason(why or why_absent([], Absence.NOT_APPLICABLE), inputs)
    names = labels_of(node)
    told = []
    for part in parts:
        if part.value is not None:
            label = operand_label(part.operand, sheet)
            name = names.get(str(part.value)) if isinstance(part.value, str) else None
            told.append(
                told_part(part, sheet, index)
                if name is None
                else Text(zh=f"{label.zh} {name.zh}", en=f"{label.en} {name.en}")
            )
    word = PICK_WORDS[node.take]
    result = names.get(text, Text(zh=text, en=text))
    zh = f"{'、'.join(one.zh for one in told)}，{word.zh}：{result.zh}。"
    en = f"{', '.join(one.en for one in told)}: {word.en} is {result.en}."
    left_out = _left_out(parts, sheet)
    return Reason(Text(zh=zh + left_out.zh, en=en + left_out.en), inputs)


def formula_column(node: FormulaNode, sheet: Sheet) -> Column:
    """The formula for every subject; a division by nothing is not applicable."""
    return evaluate(node.formula, node.bind, sheet, full=node.max)


def explain_formula(node: FormulaNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The formula in words, then in figures, then what it comes to."""
    tree = formulas.parse(node.formula)
    named = named_operands(node.formula, node.bind)
    inputs = {name: operand_input(operand, sheet, index) for name, operand in named.items()}
    figures = tuple(inputs.values())
    if not text:
        missing = absent_operands(list(named.values()), sheet, index)
        none = Text(zh="除数为 0，不适用。", en="Division by 0: not applicable.")
        if missing is None and "sqrt(" in node.formula.replace(" ", ""):
            none = Text(
                zh="除数为 0 或负数开方，不适用。", en="Division by 0 or root of a negative."
            )
        return Reason(missing or none, figures)
    given = {"full": node.max, "subjects": sheet.size, "ranked": sheet.size}

    def word(language: Language) -> Callable[[str], str]:
        return lambda name: (inputs[name].label if name in inputs else FREE_WORDS[name])[language]

    def figure(name: str) -> str:
        return inputs[name].value or "—" if name in inputs else str(given[name])

    zh, en = (
        f"{written(tree, word(language), language)} = {written(tree, figure, language)} = {text}"
        for language in LANGUAGES
    )
    return Reason(Text(zh=f"{zh}。", en=f"{en}."), figures)


LANGUAGES: tuple[Language, ...] = ("zh", "en")
