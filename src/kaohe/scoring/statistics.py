"""Statistics over subjects, and over the members that refer to one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from kaohe.scheme.nodes import MembersNode, StatNode
from kaohe.scoring.cohorts import class_name, classes
from kaohe.scoring.combining import median, total
from kaohe.scoring.operands import operand_input, operand_label
from kaohe.scoring.reasons import Input, Reason, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import PERCENT, Absence, Value, square_root, weightiest
from kaohe.values.text import Text


def stat_column(node: StatNode, sheet: Sheet) -> Column:
    """The statistic for every subject; the same for all of a class unless it leaves itself out."""
    groups = classes(node.within, sheet)
    if node.take == "percentile":
        return [_percentile(node, sheet, index) for index in range(sheet.size)]
    if node.others:
        return [
            group if isinstance(group, Absence) else _of(node, _peers(node, sheet, index))
            for index, group in enumerate(groups)
        ]
    by_class: dict[object, Value] = {}
    for index, group in enumerate(groups):
        if group not in by_class:
            by_class[group] = _of(node, _peers(node, sheet, index))
    return [group if isinstance(group, Absence) else by_class[group] for group in groups]


def _members(node: StatNode, sheet: Sheet) -> Mapping[object, list[tuple[int, Fraction]]]:
    """The subjects of each class that have the value, with it."""

    def found() -> Mapping[object, list[tuple[int, Fraction]]]:
        groups = classes(node.within, sheet)
        by_class: dict[object, list[tuple[int, Fraction]]] = {}
        for index, value in enumerate(sheet.column(node.of)):
            if not isinstance(value, str | Absence):
                by_class.setdefault(groups[index], []).append((index, Fraction(value)))
        return by_class

    return sheet.kept(node, "members", found)


def _peers(node: StatNode, sheet: Sheet, index: int) -> list[Fraction]:
    """The values that a subject is compared with."""
    members = _members(node, sheet).get(classes(node.within, sheet)[index], [])
    values = [value for member, value in members if not (node.others and member == index)]
    if node.top is None or not values:
        return values
    values.sort(reverse=node.top.order == "high_first")
    share = node.top.share
    number = node.top.count or (math.ceil(Fraction(share) * len(values)) if share else len(values))
    return values[:number]


def _of(node: StatNode, values: Sequence[Fraction]) -> Value:
    if node.take == "count":
        return len(values)
    if not values:
        return Absence.NO_DATA
    if node.take == "quantile":
        return _quantile(values, Fraction(node.quantile or 0))
    if node.take == "sd":
        assert node.places is not None, "a standard deviation states its places"
        return square_root(_variance(values), node.places)
    return STATISTICS[node.take](values)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return total(values) / len(values)


def _variance(values: Sequence[Fraction]) -> Fraction:
    mean = _mean(values)
    return total([(value - mean) ** 2 for value in values]) / len(values)


def _quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which the share of all lies, on a straight line between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


STATISTICS: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "mean": _mean,
    "median": median,
    "least": min,
    "greatest": max,
    "sum": total,
    "variance": _variance,
}
WORDS: Mapping[str, Text] = {
    "mean": Text(zh="平均值", en="mean"),
    "median": Text(zh="中位数", en="median"),
    "least": Text(zh="最低值", en="least"),
    "greatest": Text(zh="最高值", en="greatest"),
    "sum": Text(zh="合计", en="sum"),
    "count": Text(zh="个数", en="number"),
    "quantile": Text(zh="分位数", en="quantile"),
    "variance": Text(zh="方差", en="variance"),
    "sd": Text(zh="标准差", en="standard deviation"),
}


def _percentile(node: StatNode, sheet: Sheet, index: int) -> Value:
    own = sheet.column(node.of)[index]
    if isinstance(own, Absence):
        return own
    group = classes(node.within, sheet)[index]
    if isinstance(own, str) or isinstance(group, Absence):
        return group if isinstance(group, Absence) else Absence.NOT_APPLICABLE
    values = [value for member, value in _members(node, sheet)[group] if member != index]
    if not values:
        return Absence.NOT_APPLICABLE
    return Fraction(PERCENT * sum(value < own for value in values), len(values))


def explain_stat(node: StatNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Over how many subjects, of which class, and what it comes to."""
    label = operand_label(node.of, sheet)
    own = operand_input(node.of, sheet, index)
    named = class_name(node.within, sheet, index)
    within = Text(zh="", en="") if named is None else Text(zh=f"{named.zh}的", en=f" in {named.en}")
    kind = sheet.subject.label
    if not text:
        value = sheet.column(node.of)[index]
        absent = value if isinstance(value, Absence) else Absence.NO_DATA
        if node.take == "percentile" and not isinstance(value, Absence):
            zh, en = f"没有其他{kind.zh}可比，没有结果。", f"No other {kind.en} to compare with."
            return Reason(Text(zh=zh, en=en), (own,))
        return Reason(why_absent([(label, absent)], absent), (own,))
    if node.take == "percentile":
        zh = f"{within.zh}其他{kind.zh}中有 {text}% 的{label.zh}低于 {own.value}。"
        en = f"{text}% of the others{within.en} have a lower {label.en} than {own.value}."
        return Reason(Text(zh=zh, en=en), (own,))
    values = _peers(node, sheet, index)
    word = WORDS[node.take]
    others = ("其他", " others") if node.others else ("", "")
    best = ("最好的", "the best ") if node.top is not None else ("", "")
    number = str(len(values))
    inputs = (Input(kind, number),)
    zh = f"{within.zh}{others[0]}{best[0]} {number} 个{kind.zh}的{label.zh}{word.zh} {text}。"
    en = f"{label.en}, {word.en} over {best[1]}{number}{others[1]}{within.en}: {text}."
    return Reason(Text(zh=zh.lstrip(), en=en), inputs)


def members_column(node: MembersNode, sheet: Sheet) -> Column:
    """The node of those that refer to each subject, reduced to one value."""
    return [_reduced(node, members) for members in _referring(node, sheet)]


def _referring(node: MembersNode, sheet: Sheet) -> list[list[Fraction | Absence]]:
    """For every subject the values of its members."""

    def found() -> list[list[Fraction | Absence]]:
        members = sheet.sheets[sheet.scheme.nodes[node.of].subject]
        by_subject: dict[str, list[Fraction | Absence]] = {}
        column = sheet.values[node.of]
        for member, value in zip(members.figures.subjects, column, strict=True):
            if not isinstance(value, str):
                one = value if isinstance(value, Absence) else Fraction(value)
                by_subject.setdefault(str(member.cells[node.by]), []).append(one)
        return [by_subject.get(subject, []) for subject in sheet.ids]

    return sheet.kept(node, "referring", found)


def _there(members: Sequence[Fraction | Absence]) -> list[Fraction]:
    return [one for one in members if isinstance(one, Fraction)]


def _reduced(node: MembersNode, members: Sequence[Fraction | Absence]) -> Value:
    """The members that have a value, reduced to one; where none has, for their reason."""
    values = _there(members)
    if node.min_available is not None and len(values) < node.min_available:
        return Absence.BELOW_MIN_SAMPLE
    if node.take == "count":
        return len(values)
    if values:
        return STATISTICS[node.take](values)
    absences = [one for one in members if isinstance(one, Absence)]
    return weightiest(absences) if absences else Absence.NO_DATA


def explain_members(node: MembersNode, sheet: Sheet, index: int, text: str) -> Reason:
    """How many members have the value, and what it comes to."""
    values = _there(_referring(node, sheet)[index])
    kind = sheet.sheets[sheet.scheme.nodes[node.of].subject].subject.label
    label = sheet.scheme.nodes[node.of].label or Text(zh=node.of, en=node.of)
    inputs = (Input(kind, str(len(values))),)
    if not text and not values:
        zh, en = f"没有一个{kind.zh}有{label.zh}，没有结果。", f"{label.en} of nobody: no result."
        return Reason(Text(zh=zh, en=en), inputs)
    if not text:
        zh = f"有{label.zh}的{kind.zh} {len(values)} 个，不足 {node.min_available} 个，没有结果。"
        en = f"{label.en} of only {len(values)}, fewer than {node.min_available}: no result."
        return Reason(Text(zh=zh, en=en), inputs)
    word = WORDS[node.take]
    zh = f"{len(values)} 个{kind.zh}的{label.zh}{word.zh} {text}。"
    en = f"{label.en}, {word.en} over {len(values)}: {text}."
    return Reason(Text(zh=zh, en=en), inputs)
