"""Kinds that turn a value into points or a label: bands, curves, slopes, lookups."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.scheme.nodes import (
    Band,
    BandsNode,
    BaseNode,
    CurveNode,
    LookupNode,
    Operand,
    RankNode,
    Slope,
    SlopeNode,
    labels_of,
)
from kaohe.scoring.combining import absent_operands
from kaohe.scoring.evaluating import absences_of, evaluate, named_operands
from kaohe.scoring.operands import code_names, is_truth, operand_input
from kaohe.scoring.reasons import Reason, shown, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import Absence, Number, Value, weightiest
from kaohe.values.text import Text

Limits = tuple[Value | None, Value | None, Value | None, Value | None]
"""The limits of a band for one subject: from, above, up to, below."""


def as_value(gives: Decimal | str) -> Value:
    """Points as an exact number; a label as it is."""
    return gives if isinstance(gives, str) else Fraction(gives)


def _limit(limit: Decimal | str | None, sheet: Sheet, index: int) -> Value | None:
    if limit is None or isinstance(limit, Decimal):
        return None if limit is None else Fraction(limit)
    return sheet.values[limit][index]


def limits_of_band(band: Band, sheet: Sheet, index: int) -> Limits:
    """A band's limits as they are for one subject."""
    low, above = _limit(band.at_least, sheet, index), _limit(band.above, sheet, index)
    return low, above, _limit(band.up_to, sheet, index), _limit(band.below, sheet, index)


def find_band(bands: Sequence[Band], value: Value, sheet: Sheet, index: int) -> int | Absence:
    """The position of the first band that a number falls into.

    Not applicable for a label; absent as a limit is, where one that is needed is absent.
    """
    if isinstance(value, Absence):
        return value
    if isinstance(value, str):
        return Absence.NOT_APPLICABLE
    for position, band in enumerate(bands):
        limits = limits_of_band(band, sheet, index)
        unknown = absences_of([limit for limit in limits if limit is not None])
        if unknown:
            return weightiest(unknown)
        if lies_within(value, limits):
            return position
    return Absence.NOT_APPLICABLE


def lies_within(value: Number, limits: Sequence[Value | None]) -> bool:
    """Whether a number lies within the limits of a band; a label is no limit."""
    low, above, high, below = (
        None if limit is None or isinstance(limit, str | Absence) else limit for limit in limits
    )
    if (low is not None and value < low) or (above is not None and value <= above):
        return False
    return (high is None or value <= high) and (below is None or value < below)


def given_by(bands: Sequence[Band], value: Value, sheet: Sheet, index: int) -> Value:
    """What the band gives that a value falls into."""
    found = find_band(bands, value, sheet, index)
    return found if isinstance(found, Absence) else as_value(bands[found].gives)


def bands_column(node: BandsNode, sheet: Sheet) -> Column:
    """What the first band that the value falls into gives."""
    return [
        given_by(node.bands, value, sheet, index)
        for index, value in enumerate(sheet.column(node.of))
    ]


def explain_bands(node: BandsNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The value and its band; a band of places has a sentence without place as well."""
    figure = operand_input(node.of, sheet, index)
    value = sheet.column(node.of)[index]
    by_place = isinstance(node.of, str) and isinstance(sheet.scheme.nodes[node.of], RankNode)
    found = find_band(node.bands, value, sheet, index)
    if isinstance(found, Absence):
        return Reason(why_absent([(figure.label, found)], found), (figure,))
    given = given_text(node, text)
    limits = limits_in_words(node.bands, found, sheet, index, by_place=by_place)
    place_zh, place_en = (
        (f"{figure.label.zh}第 {figure.value} 名", f"{figure.label.en} {figure.value}")
        if by_place
        else (f"{figure.label.zh} {figure.value}", f"{figure.label.en} {figure.value}")
    )
    sentence = Text(
        zh=f"{place_zh}，{limits.zh}，{given.zh}。",
        en=f"{place_en}, band {limits.en}: {given.en}.",
    )
    if not by_place:
        return Reason(sentence, (figure,))
    return Reason(sentence, (figure,), _public_band(node, sheet, index, given))


def given_text(node: BaseNode, text: str) -> Text:
    """What is given, in a sentence: a label's words, or points."""
    labels = labels_of(node)
    if text in labels:
        return Text(zh=f"为{labels[text].zh}", en=labels[text].en)
    return Text(zh=f"得 {text} 分", en=text)


def _public_band(node: BandsNode, sheet: Sheet, index: int, given: Text) -> Text:
    """The band told by the figure that was ranked."""
    assert isinstance(node.of, str)
    rank = sheet.scheme.nodes[node.of]
    assert isinstance(rank, RankNode)
    figure = operand_input(rank.by[0].node, sheet, index)
    return Text(
        zh=f"{figure.label.zh} {figure.value}，按档{given.zh}。",
        en=f"{figure.label.en} {figure.value}, by band: {given.en}.",
    )


def limits_in_words(
    bands: Sequence[Band], position: int, sheet: Sheet, index: int, *, by_place: bool
) -> Text:
    """A band's limits in words: in 6–10, above 25, from 70."""
    low, above, high, below = (
        None if limit is None else shown(limit)
        for limit in limits_of_band(bands[position], sheet, index)
    )
    if by_place and low is not None and high is not None:
        return Text(zh=f"在 {low}–{high} 名档", en=f"{low}–{high}")
    if (low is not None or above is not None) and (high is not None or below is not None):
        return _both_limits(low, above, high, below)
    before = bands[position - 1] if position else None
    if high is not None:
        return _up_to(high, before, sheet, index, by_place=by_place)
    if low is not None:
        return Text(zh=f"在 {low} 及以上档", en=f"from {low}")
    if above is not None:
        return Text(zh=f"高于 {above}", en=f"above {above}")
    if below is not None:
        return Text(zh=f"低于 {below}", en=f"below {below}")
    return _rest(before, sheet, index, by_place=by_place)


def _both_limits(low: str | None, above: str | None, high: str | None, below: str | None) -> Text:
    first = (
        (f"不低于 {low}", f"from {low}") if low is not None else (f"高于 {above}", f"above {above}")
    )
    last = (
        (f"不超过 {high}", f"up to {high}")
        if high is not None
        else (f"低于 {below}", f"below {below}")
    )
    return Text(zh=f"{first[0]}、{last[0]}", en=f"{first[1]}, {last[1]}")


def _up_to(high: str, before: Band | None, sheet: Sheet, index: int, *, by_place: bool) -> Text:
    passed = None if before is None else limits_of_band(before, sheet, index)[2]
    if by_place:
        first = 1 if passed is None or isinstance(passed, str | Absence) else int(passed) + 1
        return Text(zh=f"在 {first}–{high} 名档", en=f"{first}–{high}")
    if passed is None:
        return Text(zh=f"在 {high} 及以下档", en=f"up to {high}")
    low = shown(passed)
    return Text(zh=f"高于 {low}、不超过 {high}", en=f"above {low}, up to {high}")


def _rest(before: Band | None, sheet: Sheet, index: int, *, by_place: bool) -> Text:
    if before is None:
        return Text(zh="只有一档", en="the only one")
    low, above, high, below = (
        None if limit is None else shown(limit) for limit in limits_of_band(before, sheet, index)
    )
    if high is not None:
        zh = f"在 {high} 名以后" if by_place else f"高于 {high}"
        return Text(zh=zh, en=f"after {high}" if by_place else f"above {high}")
    if below is not None:
        return Text(zh=f"在 {below} 及以上", en=f"from {below}")
    if low is not None:
        return Text(zh=f"在 {low} 以下", en=f"below {low}")
    return Text(zh=f"不超过 {above}", en=f"up to {above}")


def curve_column(node: CurveNode, sheet: Sheet) -> Column:
    """The height of the line at each value."""
    points = _points(node, sheet)
    return [
        _height(value, points[index], extend=node.beyond == "extend")
        for index, value in enumerate(sheet.column(node.of))
    ]


Point = tuple[Value, Value]


def _points(node: CurveNode, sheet: Sheet) -> list[list[Point]]:
    """The points of the line for every subject."""

    def worked_out() -> list[list[Point]]:
        columns = [
            (
                evaluate(point.at, node.bind, sheet, full=node.max),
                evaluate(point.gives, node.bind, sheet, full=node.max),
            )
            for point in node.points
        ]
        return [[(at[index], gives[index]) for at, gives in columns] for index in range(sheet.size)]

    return sheet.kept(node, "points", worked_out)


def _height(value: Value, points: Sequence[Point], *, extend: bool) -> Value:
    unknown = absences_of([value, *(end for point in points for end in point)])
    if unknown:
        return weightiest(unknown)
    line = [(Fraction(_num(at)), Fraction(_num(gives))) for at, gives in points]
    if any(one[0] >= two[0] for one, two in zip(line, line[1:], strict=False)):
        return Absence.NOT_APPLICABLE
    place = Fraction(_num(value))
    if not extend:
        place = min(max(place, line[0][0]), line[-1][0])
    left, right = _around(place, line)
    return left[1] + (place - left[0]) * (right[1] - left[1]) / (right[0] - left[0])


def _num(value: Value) -> Fraction:
    assert not isinstance(value, str | Absence)
    return Fraction(value)


def _around(
    place: Fraction, line: Sequence[tuple[Fraction, Fraction]]
) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    """The two points between which a place lies; beyond the ends the outer two."""
    position = next(
        (number for number in range(1, len(line) - 1) if place <= line[number][0]), len(line) - 1
    )
    return line[position - 1], line[position]


def explain_curve(node: CurveNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The value, the two points that it lies between, and the height there."""
    figure = operand_input(node.of, sheet, index)
    points = _points(node, sheet)[index]
    if not text:
        return Reason(_no_curve(node, sheet, index), (figure,))
    line = [(_num(at), _num(gives)) for at, gives in points]
    left, right = _around(_num(sheet.column(node.of)[index]), line)
    (x1, y1), (x2, y2) = ((shown(at), shown(gives)) for at, gives in (left, right))
    name, own = figure.label, figure.value
    zh = f"{name.zh} {own}，按 {x1} 得 {y1} 分、{x2} 得 {y2} 分之间的直线，得 {text} 分。"
    en = f"{name.en} {own}, on the line from {x1} ({y1}) to {x2} ({y2}): {text}."
    value = _num(sheet.column(node.of)[index])
    if node.beyond == "clamp" and (value < line[0][0] or value > line[-1][0]):
        end = line[0] if value < line[0][0] else line[-1]
        beyond = ("低于", "below") if end is line[0] else ("高于", "above")
        at, gives = shown(end[0]), shown(end[1])
        zh = f"{name.zh} {own}，{beyond[0]} {at}，按 {at} 计，得 {text} 分。"
        en = f"{name.en} {own}, {beyond[1]} {at}, counted as {at} ({gives}): {text}."
    return Reason(Text(zh=zh, en=en), (figure,))


def _no_curve(node: CurveNode, sheet: Sheet, index: int) -> Text:
    named: dict[str, Operand] = {}
    for point in node.points:
        named.update(named_operands(point.at, node.bind))
        named.update(named_operands(point.gives, node.bind))
    missing = absent_operands([node.of, *named.values()], sheet, index)
    zh = "各点没有依次升高（或除数为 0），不适用。"
    rising = Text(zh=zh, en="The points do not rise (or a division by 0): not applicable.")
    return missing or rising


def slope_column(node: SlopeNode, sheet: Sheet) -> Column:
    """The points of the par and what the distance adds."""
    pars, points = _pars(node, sheet)
    return [
        _slope_value(node, value, pars[index], points[index])
        for index, value in enumerate(sheet.column(node.of))
    ]


def _pars(node: SlopeNode, sheet: Sheet) -> tuple[Column, Column]:
    return sheet.kept(
        node,
        "pars",
        lambda: (
            evaluate(node.par, node.bind, sheet, full=node.max),
            evaluate(node.gives, node.bind, sheet, full=node.max),
        ),
    )


def _slope_value(node: SlopeNode, value: Value, par: Value, points: Value) -> Value:
    unknown = absences_of([value, par, points])
    if unknown:
        return weightiest(unknown)
    distance = _num(value) - _num(par)
    side = node.above if distance > 0 else node.below
    if side is None or not distance:
        return _num(points)
    return _limited(_num(points) + _steps(side, abs(distance)) * Fraction(side.adds), side)


def _steps(side: Slope, distance: Fraction) -> Fraction:
    steps = distance / Fraction(side.every)
    match side.steps:
        case "full":
            return Fraction(math.floor(steps))
        case "started":
            return Fraction(math.ceil(steps))
    return steps


def _limited(points: Fraction, side: Slope) -> Fraction:
    if side.limit is None:
        return points
    limit = Fraction(side.limit)
    return min(points, limit) if side.adds > 0 else max(points, limit)


def explain_slope(node: SlopeNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The value, the par, how many steps lie between, and what they add."""
    figure = operand_input(node.of, sheet, index)
    pars, points = _pars(node, sheet)
    named = [*named_operands(node.par, node.bind).values()]
    named += named_operands(node.gives, node.bind).values()
    if not text:
        missing = absent_operands([node.of, *named], sheet, index)
        none = Text(zh="除数为 0，不适用。", en="Division by 0: not applicable.")
        return Reason(missing or none, (figure,))
    par, base = _num(pars[index]), _num(points[index])
    distance = _num(sheet.column(node.of)[index]) - par
    inputs = (figure, *(operand_input(one, sheet, index) for one in named))
    zh = f"{figure.label.zh} {figure.value}，基准 {shown(par)} 得 {shown(base)} 分"
    en = f"{figure.label.en} {figure.value}, par {shown(par)} gives {shown(base)}"
    side = node.above if distance > 0 else node.below
    if side is not None and distance:
        steps, each = shown(_steps(side, abs(distance))), shown(abs(Fraction(side.adds)))
        words = ("高于", "above") if distance > 0 else ("低于", "below")
        verb = ("加", "adding") if side.adds > 0 else ("减", "taking")
        far, every = shown(abs(distance)), side.every
        zh += f"，{words[0]}基准 {far}，每 {every} {verb[0]} {each} 分，计 {steps} 个"
        en += f", {words[1]} it by {far}, {verb[1]} {each} for every {every}, {steps} times"
        if side.limit is not None:
            limit = ("最多", "at most") if side.adds > 0 else ("最低", "not below")
            zh, en = f"{zh}，{limit[0]} {side.limit} 分", f"{en}, {limit[1]} {side.limit}"
    return Reason(Text(zh=f"{zh}，得 {text} 分。", en=f"{en}: {text}."), inputs)


def lookup_column(node: LookupNode, sheet: Sheet) -> Column:
    """What stands in the table under the keys."""
    columns = [sheet.column(operand) for operand in node.by]
    truths = [is_truth(operand, sheet) for operand in node.by]

    def looked_up(index: int) -> Value:
        keys = [column[index] for column in columns]
        absences = [key for key in keys if isinstance(key, Absence)]
        if absences:
            return weightiest(absences)
        return _looked_up(node, [key_text(*one) for one in zip(keys, truths, strict=True)])

    return [looked_up(index) for index in range(sheet.size)]


def _looked_up(node: LookupNode, keys: Sequence[str]) -> Value:
    found: Any = node.gives
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if found is None or isinstance(found, Mapping):
        found = node.otherwise
    return Absence.NOT_APPLICABLE if found is None else as_value(found)


def key_text(key: Value, truth: bool) -> str:
    """A key as the table of a lookup writes it; of a column of booleans true or false."""
    if truth:
        return "true" if key else "false"
    return key if isinstance(key, str) else shown(key)


def explain_lookup(node: LookupNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The keys, and what stands under them."""
    inputs = tuple(operand_input(operand, sheet, index) for operand in node.by)
    if not text:
        missing = absent_operands(
            [one for one in node.by if isinstance(sheet.column(one)[index], Absence)], sheet, index
        )
        none = Text(zh="表中没有列出，不适用。", en="Not in the table: not applicable.")
        return Reason(missing or none, inputs)
    told = [_told_key(operand, sheet, index) for operand in node.by]
    given = given_text(node, text)
    if node.max is None and text not in labels_of(node):
        given = Text(zh=f"为 {text}", en=text)
    zh = f"{'、'.join(one.zh for one in told)}，对照表{given.zh}。"
    return Reason(Text(zh=zh, en=f"{', '.join(one.en for one in told)}: {given.en}."), inputs)


def _told_key(operand: Operand, sheet: Sheet, index: int) -> Text:
    """A key with its label's words, or those of a choice."""
    figure = operand_input(operand, sheet, index)
    value = str(figure.value)
    name = code_names(operand, sheet).get(value, Text(zh=value, en=value))
    return Text(zh=f"{figure.label.zh} {name.zh}", en=f"{figure.label.en} {name.en}")
