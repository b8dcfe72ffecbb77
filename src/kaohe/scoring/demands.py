"""Conditions on values: whether they hold for a subject, and what they ask in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial

from kaohe.scheme.nodes import AllOf, Bindings, Demand, If, Limits, Operand
from kaohe.scoring.evaluating import evaluate
from kaohe.scoring.operands import code_names, operand_input
from kaohe.scoring.reasons import Input, shown
from kaohe.scoring.sheet import Sheet
from kaohe.values.numbers import Absence, Value, weightiest
from kaohe.values.text import Text

Truth = bool | Absence
"""Whether a condition holds, or why that cannot be told."""

SIGNS = (("at_least", "≥"), ("at_most", "≤"), ("above", ">"), ("below", "<"))


def holds(given: If, bind: Bindings, sheet: Sheet, index: int) -> Truth:
    """Whether conditions hold for a subject.

    A value that is not applicable fulfils nothing; where another one is missing, it cannot be
    told, unless the rest decides it.
    """
    several = (given,) if isinstance(given, Mapping) else given
    truths = [_all_hold(all_of, bind, sheet, index) for all_of in several]
    if True in truths:
        return True
    unknown = [truth for truth in truths if isinstance(truth, Absence)]
    return weightiest(unknown) if unknown else False


def _all_hold(all_of: AllOf, bind: Bindings, sheet: Sheet, index: int) -> Truth:
    truths = [
        _meets(sheet.column(bind.get(name, name))[index], demand, bind, sheet, index)
        for name, demand in all_of.items()
    ]
    if False in truths:
        return False
    unknown = [truth for truth in truths if isinstance(truth, Absence)]
    return weightiest(unknown) if unknown else True


def _meets(value: Value, demand: Demand, bind: Bindings, sheet: Sheet, index: int) -> Truth:
    if isinstance(demand, Limits):
        return _within(value, demand, bind, sheet, index)
    if isinstance(value, Absence):
        return _unknown(value)
    listed = demand if isinstance(demand, tuple) else (demand,)
    return any(_equal(value, one) for one in listed)


def _unknown(absence: Absence) -> Truth:
    return False if absence is Absence.NOT_APPLICABLE else absence


def _equal(value: Value, wanted: str | Decimal) -> bool:
    if isinstance(value, str) or isinstance(wanted, str):
        return value == wanted
    return value == Fraction(wanted)


def _within(value: Value, limits: Limits, bind: Bindings, sheet: Sheet, index: int) -> Truth:
    if limits.absent is not None and isinstance(value, Absence) != limits.absent:
        return False
    if isinstance(value, Absence):
        return True if limits.absent else _unknown(value)
    if limits.none_of is not None and any(_equal(value, one) for one in limits.none_of):
        return False
    ends = list(ends_of(limits, bind, sheet, index))
    unknown = [end for _, end in ends if isinstance(end, Absence)]
    if unknown:
        return _unknown(weightiest(unknown))
    return all(_compare(value, sign, end) for sign, end in ends)


def ends_of(
    limits: Limits, bind: Bindings, sheet: Sheet, index: int
) -> Iterator[tuple[str, Value]]:
    """The limits that a condition states, each with its sign, as they are for one subject."""
    for name, sign in SIGNS:
        formula = getattr(limits, name)
        if formula is not None:
            column = sheet.kept(limits, name, partial(evaluate, formula, bind, sheet))
            yield sign, column[index]


def _compare(value: Value, sign: str, end: Value) -> bool:
    if isinstance(value, str | Absence) or isinstance(end, str | Absence):
        return False
    match sign:
        case "≥":
            return value >= end
        case "≤":
            return value <= end
        case ">":
            return value > end
    return value < end


def asked(given: If, bind: Bindings, sheet: Sheet, index: int) -> tuple[Text, tuple[Input, ...]]:
    """What conditions ask, with the figures of a subject: “总分 84.00（须 ≥ 85）”."""
    several = (given,) if isinstance(given, Mapping) else given
    inputs: dict[str, Input] = {}
    zh, en = [], []
    for all_of in several:
        parts = []
        for name, demand in all_of.items():
            operand: Operand = bind.get(name, name)
            figure = operand_input(operand, sheet, index)
            inputs[name] = figure
            parts.append(_asked(figure, operand, demand, bind, sheet, index))
        zh.append("、".join(part.zh for part in parts))
        en.append(", ".join(part.en for part in parts))
    return Text(zh="或".join(zh), en=" or ".join(en)), tuple(inputs.values())


def _asked(
    figure: Input, operand: Operand, demand: Demand, bind: Bindings, sheet: Sheet, index: int
) -> Text:
    names = code_names(operand, sheet)
    own = figure.value or "—"
    own_text = names.get(own, Text(zh=own, en=own))
    wanted = _wanted(demand, names, bind, sheet, index)
    zh = f"{figure.label.zh} {own_text.zh}（条件：{wanted.zh}）"
    return Text(zh=zh, en=f"{figure.label.en} {own_text.en} (condition: {wanted.en})")


def _wanted(
    demand: Demand, names: Mapping[str, Text], bind: Bindings, sheet: Sheet, index: int
) -> Text:
    if not isinstance(demand, Limits):
        wanted = demand if isinstance(demand, tuple) else (demand,)
        found = _listed([str(one) for one in wanted], names)
        if all(isinstance(one, str) for one in wanted):
            return found
        return Text(zh=f"= {found.zh}", en=f"= {found.en}")
    if demand.absent is not None:
        return Text(zh="没有", en="none") if demand.absent else Text(zh="有", en="there is one")
    parts = [f"{sign} {shown(end)}" for sign, end in ends_of(demand, bind, sheet, index)]
    found = Text(zh="、".join(parts), en=", ".join(parts))
    if demand.none_of is None:
        return found
    other = _listed([str(one) for one in demand.none_of], names)
    zh, en = f"不是{other.zh}", f"not {other.en}"
    return Text(zh=f"{found.zh}、{zh}", en=f"{found.en}, {en}") if parts else Text(zh=zh, en=en)


def _listed(codes: list[str], names: Mapping[str, Text]) -> Text:
    found = [names.get(code, Text(zh=code, en=code)) for code in codes]
    return Text(zh=" 或 ".join(one.zh for one in found), en=" or ".join(one.en for one in found))
