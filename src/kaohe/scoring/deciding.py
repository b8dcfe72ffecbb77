"""Kinds that decide: values changed by rules, labels given by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from kaohe.scheme.graph import condition_operands
from kaohe.scheme.nodes import (
    AllocateNode,
    BaseNode,
    Effect,
    Places,
    RankNode,
    Rule,
    RulesNode,
    labels_of,
)
from kaohe.scoring.cohorts import classes
from kaohe.scoring.combining import absent_operands
from kaohe.scoring.demands import Truth, asked, holds
from kaohe.scoring.evaluating import evaluate
from kaohe.scoring.operands import operand_input
from kaohe.scoring.ranking import equals_of, last_of_group
from kaohe.scoring.reasons import Input, Reason, shown, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.scoring.valuing import as_value, find_band, given_by, limits_in_words
from kaohe.values.numbers import Absence, Number, Value
from kaohe.values.text import Text


def rules_column(node: RulesNode, sheet: Sheet) -> Column:
    """The value after the rules that hold."""
    return [_ruled(node, sheet, index).value for index in range(sheet.size)]


@dataclass(frozen=True)
class Ruled:
    """The value in the end, every rule that held with the value after it, and the rule that could
    not be told, if there is one."""

    value: Value
    applied: tuple[tuple[Rule, Value], ...] = ()
    untold: Rule | None = None


def _ruled(node: RulesNode, sheet: Sheet, index: int) -> Ruled:
    value = sheet.column(node.of)[index]
    applied: list[tuple[Rule, Value]] = []
    for rule in node.rules:
        if not in_force(rule, sheet):
            continue
        truth = holds(rule.given, node.bind, sheet, index)
        if isinstance(truth, Absence):
            return Ruled(truth, tuple(applied), rule)
        if truth:
            value = _after(rule.then, value, list(labels_of(node)), sheet, index)
            applied.append((rule, value))
            if node.match != "all":
                break
    return Ruled(value, tuple(applied))


def in_force(rule: Rule, sheet: Sheet) -> bool:
    """Whether a rule has not expired by the end of the period."""
    period = sheet.scheme.period
    return rule.expires is None or period is None or period.last <= rule.expires


def _after(effect: Effect, value: Value, order: Sequence[str], sheet: Sheet, index: int) -> Value:
    """A value after an effect; what is absent can only be replaced."""
    if effect.absent is not None:
        return Absence(effect.absent)
    if effect.set is not None:
        return as_value(effect.set)
    if effect.use is not None:
        return sheet.column(effect.use)[index]
    if isinstance(value, Absence):
        return value
    if isinstance(value, str):
        return _label_after(effect, value, order)
    return _number_after(effect, Fraction(value))


def _label_after(effect: Effect, label: str, order: Sequence[str]) -> Value:
    """The best label stands first in the order."""
    if label not in order:
        return Absence.NOT_APPLICABLE
    place = order.index(label)
    if isinstance(effect.at_most, str) and effect.at_most in order:
        place = max(place, order.index(effect.at_most))
    if isinstance(effect.at_least, str) and effect.at_least in order:
        place = min(place, order.index(effect.at_least))
    if effect.shift is not None:
        place = min(max(place - effect.shift, 0), len(order) - 1)
    return order[place]


def _number_after(effect: Effect, number: Fraction) -> Value:
    if effect.at_most is not None and not isinstance(effect.at_most, str):
        return min(number, Fraction(effect.at_most))
    if effect.at_least is not None and not isinstance(effect.at_least, str):
        return max(number, Fraction(effect.at_least))
    if effect.add is not None:
        return number + Fraction(effect.add)
    if effect.times is not None:
        return number * Fraction(effect.times)
    return Absence.NOT_APPLICABLE


def explain_rules(node: RulesNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The value before, every rule that held with its reason, the value after."""
    figure = operand_input(node.of, sheet, index)
    inputs: list[Input] = [figure]
    told = _begin(node, figure, sheet, index)
    ruled = _ruled(node, sheet, index)
    parts = [told]
    for rule, after in ruled.applied:
        why, figures = asked(rule.given, node.bind, sheet, index)
        inputs.extend(figures)
        result = _effect_in_words(rule.then, node, after)
        parts.append(
            Text(
                zh=f"{rule.label.zh}：{why.zh}，{result.zh}",
                en=f"{rule.label.en}: {why.en}, {result.en}",
            )
        )
    if ruled.untold is not None:
        return Reason(_cannot_tell(node, ruled.untold, sheet, index), tuple(inputs))
    if not text and not (ruled.applied and isinstance(ruled.applied[-1][1], Absence)):
        absent = ruled.value if isinstance(ruled.value, Absence) else Absence.NOT_APPLICABLE
        return Reason(why_absent([(figure.label, absent)], absent), tuple(inputs))
    if ruled.applied and ruled.applied[-1][0].then.absent in ("below_min_sample", "suppressed"):
        # What must not be known is not told in passing either.
        parts, inputs = parts[-1:], inputs[1:]
    zh, en = "；".join(part.zh for part in parts), "; ".join(part.en for part in parts)
    if not ruled.applied:
        zh, en = f"{zh}，没有触发任何规则", f"{en}, no rule applies"
    if text:
        final = _named(node, ruled.value, text)
        zh, en = f"{zh}，结果 {final.zh}", f"{en}: {final.en}"
    return Reason(Text(zh=f"{zh}。", en=f"{en}."), tuple(inputs))


def _begin(node: RulesNode, figure: Input, sheet: Sheet, index: int) -> Text:
    """The value before any rule, with its label."""
    before = _named(node, sheet.column(node.of)[index], figure.value)
    if figure.label.zh == before.zh:
        return before
    return Text(zh=f"{figure.label.zh} {before.zh}", en=f"{figure.label.en} {before.en}")


def _cannot_tell(node: RulesNode, rule: Rule, sheet: Sheet, index: int) -> Text:
    """That it cannot be told whether a rule holds, and for want of what."""
    asks = list(condition_operands(rule.given, node.bind))
    why = absent_operands(asks, sheet, index) or why_absent([], Absence.NO_DATA)
    zh = f"不能判断“{rule.label.zh}”是否成立：{why.zh}"
    return Text(zh=zh, en=f"It cannot be told whether “{rule.label.en}” holds. {why.en}")


def _named(node: BaseNode, value: Value, text: str | None) -> Text:
    """A value in a sentence: the words of a label, else as it is printed."""
    labels = labels_of(node)
    if isinstance(value, str) and value in labels:
        return labels[value]
    told = text or "—"
    return Text(zh=told, en=told)


def _effect_in_words(effect: Effect, node: RulesNode, after: Value) -> Text:
    labels = labels_of(node)
    stated = getattr(effect, effect.taken)
    name = labels.get(str(stated), Text(zh=str(stated), en=str(stated)))
    match effect.taken:
        case "set":
            return Text(zh=f"定为{name.zh}", en=f"set to {name.en}")
        case "at_most":
            return Text(zh=f"不得高于{name.zh}", en=f"not above {name.en}")
        case "at_least":
            return Text(zh=f"不低于{name.zh}", en=f"not below {name.en}")
        case "shift":
            word = (
                ("上调", "up")
                if effect.shift is not None and effect.shift > 0
                else ("下调", "down")
            )
            steps = abs(effect.shift or 0)
            return Text(zh=f"{word[0]} {steps} 档", en=f"{word[1]} {steps}")
        case "add":
            word = ("加", "plus") if effect.add is not None and effect.add > 0 else ("减", "minus")
            points = shown(abs(Fraction(effect.add or 0)))
            return Text(zh=f"{word[0]} {points} 分", en=f"{word[1]} {points}")
        case "times":
            return Text(zh=f"乘以 {stated}", en=f"times {stated}")
        case "absent":
            return Text(zh="不计", en="not counted")
    told = _named(node, after, None if isinstance(after, Absence) else shown(after))
    return Text(zh=f"改用 {told.zh}", en=f"replaced by {told.en}")


@dataclass(frozen=True)
class Step:
    """Whether a subject got a label, and if not, why: no place left, a condition, equals."""

    places: Places
    limit: Number
    got: bool
    condition: Truth = True
    equals_beyond: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a subject is given, and the labels that were tried, in order."""

    value: Value
    steps: tuple[Step, ...]


def allocate_column(node: AllocateNode, sheet: Sheet) -> Column:
    """The first label whose places a subject reaches; else by value, or none."""
    return [outcome.value for outcome in _outcomes(node, sheet)]


def _outcomes(node: AllocateNode, sheet: Sheet) -> list[Outcome]:
    return sheet.kept(node, "outcomes", lambda: allocated(node, sheet))


def _rank_of(node: AllocateNode, sheet: Sheet) -> RankNode:
    rank = sheet.scheme.nodes[node.by]
    assert isinstance(rank, RankNode)
    return rank


def allocated(
    node: AllocateNode, sheet: Sheet, most: Mapping[str, int] | None = None
) -> list[Outcome]:
    """What every subject is given; of a label at most so many as ``most`` says, if it does."""
    groups = classes(_rank_of(node, sheet).within, sheet)
    ranks = sheet.values[node.by]
    outcomes = [
        Outcome(rank if isinstance(rank, Absence) else Absence.NOT_APPLICABLE, ()) for rank in ranks
    ]
    limits = [
        _limits(node, places, sheet, (most or {}).get(places.label)) for places in node.places
    ]
    for group in {group for group in groups if isinstance(group, str)}:
        members = [
            index
            for index in range(sheet.size)
            if groups[index] == group and not isinstance(ranks[index], str | Absence)
        ]
        members.sort(key=lambda index: _place(ranks[index]))
        class_limits = [[limit[index] for index in members] for limit in limits]
        for index, outcome in _within_class(node, members, class_limits, sheet).items():
            outcomes[index] = outcome
    return outcomes


def _place(rank: Value) -> Number:
    assert not isinstance(rank, str | Absence)
    return rank


def _limits(node: AllocateNode, places: Places, sheet: Sheet, most: int | None) -> Sequence[Number]:
    """The last place of a label, or the number of its places, for every subject's class."""
    groups = classes(_rank_of(node, sheet).within, sheet)
    ranks = sheet.values[node.by]
    sizes = Counter(groups)
    ranked = Counter(
        group for group, rank in zip(groups, ranks, strict=True) if not isinstance(rank, Absence)
    )
    everybody, having = [sizes[one] for one in groups], [ranked[one] for one in groups]
    formula = places.to_rank if places.to_rank is not None else places.places
    assert formula is not None, "the lint asks for one of them"
    column = evaluate(formula, node.bind, sheet, free={"subjects": everybody, "ranked": having})
    limits = [0 if isinstance(one, str | Absence) else one for one in column]
    return limits if most is None else [min(limit, most) for limit in limits]


def _within_class(
    node: AllocateNode, members: list[int], limits: Sequence[Sequence[Number]], sheet: Sheet
) -> dict[int, Outcome]:
    """The labels of one class, the best places first."""
    steps: dict[int, list[Step]] = {index: [] for index in members}
    given: dict[int, Value] = {}
    carried: Number = 0
    for places, limit in zip(node.places, limits, strict=True):
        waiting = [index for index in members if index not in given]
        if places.to_rank is not None:
            by_member = dict(zip(members, limit, strict=True))
            found = {
                index: _by_place(node, places, by_member[index], sheet, index) for index in waiting
            }
        else:
            most = (limit[0] if limit else 0) + carried
            found = _by_number(node, places, most, waiting, sheet)
            taken = sum(step.got for step in found.values())
            carried = max(most - taken, 0) if places.unfilled == "next" else 0
        for index, step in found.items():
            steps[index].append(step)
            if isinstance(step.condition, Absence):
                given[index] = step.condition
            elif step.got:
                given[index] = places.label
    return {
        index: Outcome(
            given[index] if index in given else _otherwise(node, sheet, index), tuple(steps[index])
        )
        for index in members
    }


def _otherwise(node: AllocateNode, sheet: Sheet, index: int) -> Value:
    if node.otherwise is None:
        return Absence.NOT_APPLICABLE
    value = sheet.values[node.otherwise.by][index]
    return given_by(node.otherwise.bands, value, sheet, index)


def _condition(node: AllocateNode, places: Places, sheet: Sheet, index: int) -> Truth:
    return True if places.only_if is None else holds(places.only_if, node.bind, sheet, index)


def _includes(places: Places, sheet: Sheet) -> bool:
    """Whether equals that reach beyond the last place are included."""
    ties = sheet.scheme.ties
    return (places.ties or (ties.cut if ties is not None else None)) != "exclude"


def _by_place(node: AllocateNode, places: Places, limit: Number, sheet: Sheet, index: int) -> Step:
    rank = sheet.values[node.by][index]
    place = _place(rank)
    size = equals_of(_rank_of(node, sheet), sheet)[index]
    last = last_of_group(_rank_of(node, sheet), rank, size, sheet)
    if place > limit:
        return Step(places, limit, got=False)
    if last > limit and not _includes(places, sheet):
        return Step(places, limit, got=False, equals_beyond=True)
    condition = _condition(node, places, sheet, index)
    return Step(places, limit, got=condition is True, condition=condition)


def _by_number(
    node: AllocateNode, places: Places, most: Number, waiting: Sequence[int], sheet: Sheet
) -> dict[int, Step]:
    """So many places, given to the best for whom the condition holds."""
    found: dict[int, Step] = {}
    taken, closed = 0, False
    for _, equal in groupby(waiting, key=lambda index: _place(sheet.values[node.by][index])):
        truths = {index: _condition(node, places, sheet, index) for index in equal}
        eligible = [index for index, truth in truths.items() if truth is True]
        full = closed or taken >= most
        fits = taken + len(eligible) <= most
        got = not full and (fits or _includes(places, sheet))
        for index, truth in truths.items():
            if full:
                found[index] = Step(places, most, got=False)
            elif truth is not True:
                found[index] = Step(places, most, got=False, condition=truth)
            else:
                found[index] = Step(places, most, got=got, equals_beyond=not got)
        if got:
            taken += len(eligible)
        elif eligible:
            closed = True
    return found


def runs_through(node: AllocateNode, step: Step, sheet: Sheet, index: int) -> bool:
    """Whether a label's places end among the equals of a subject, rather than before or after."""
    if step.equals_beyond:
        return True
    if step.places.to_rank is None:
        return False
    rank = sheet.values[node.by][index]
    size = equals_of(_rank_of(node, sheet), sheet)[index]
    last = last_of_group(_rank_of(node, sheet), rank, size, sheet)
    return _place(rank) <= step.limit < last


def explain_allocate(node: AllocateNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The place, the places there were, and what that gave; in public only the label."""
    figure = operand_input(node.by, sheet, index)
    inputs = [figure]
    rank = sheet.values[node.by][index]
    if isinstance(rank, str | Absence):
        absent = rank if isinstance(rank, Absence) else Absence.NOT_APPLICABLE
        none = why_absent([(figure.label, absent)], absent)
        return Reason(none, tuple(inputs), Text(zh="没有结果。", en="No result."))
    size = equals_of(_rank_of(node, sheet), sheet)[index]
    zh, en = f"第 {figure.value} 名", f"Place {figure.value}"
    if size > 1:
        zh, en = f"{zh}（{size} 个并列）", f"{en} ({size} equal)"
    outcome = _outcomes(node, sheet)[index]
    for step in outcome.steps:
        told = _told_step(node, step, sheet, index)
        zh, en = f"{zh}，{told.zh}", f"{en}, {told.en}"
    by_value = node.otherwise is not None and not any(step.got for step in outcome.steps)
    if by_value and node.otherwise is not None:
        inputs.append(operand_input(node.otherwise.by, sheet, index))
    result = _result(node, sheet, index, text, by_value=by_value)
    labels = labels_of(node)
    label = labels[text] if text else Text(zh="不列档", en="none")
    public = Text(zh=f"结果：{label.zh}。", en=f"Result: {label.en}.")
    sentence = Text(zh=f"{zh}{result.zh}。", en=f"{en}{result.en}.")
    return Reason(sentence, tuple(inputs), public)


def _told_step(node: AllocateNode, step: Step, sheet: Sheet, index: int) -> Text:
    """Whether and why a subject is within a label's places."""
    label, limit = labels_of(node)[step.places.label], shown(step.limit)
    by_place = step.places.to_rank is not None
    there = (
        Text(zh=f"{label.zh}的前 {limit} 名", en=f"the first {limit} for {label.en}")
        if by_place
        else Text(zh=f"{label.zh}的 {limit} 个名额", en=f"the {limit} places for {label.en}")
    )
    if step.got:
        return Text(zh=f"在{there.zh}之内", en=f"within {there.en}")
    if step.equals_beyond:
        return Text(zh=f"并列超出{there.zh}", en=f"the equals reach beyond {there.en}")
    if step.condition is not True and step.places.only_if is not None:
        why, _ = asked(step.places.only_if, node.bind, sheet, index)
        zh = f"轮到{there.zh}，但不符合条件：{why.zh}"
        return Text(zh=zh, en=f"in reach of {there.en} but not admitted: {why.en}")
    return Text(zh=f"不在{there.zh}之内", en=f"not within {there.en}")


def _result(node: AllocateNode, sheet: Sheet, index: int, text: str, *, by_value: bool) -> Text:
    """What the subject gets, and by which value if not by place."""
    if not text:
        return Text(zh="，不列档", en=", no label")
    label = labels_of(node)[text]
    if not by_value or node.otherwise is None:
        return Text(zh=f"，为{label.zh}", en=f": {label.en}")
    figure = operand_input(node.otherwise.by, sheet, index)
    value = sheet.values[node.otherwise.by][index]
    found = find_band(node.otherwise.bands, value, sheet, index)
    position = 0 if isinstance(found, Absence) else found
    limits = limits_in_words(node.otherwise.bands, position, sheet, index, by_place=False)
    return Text(
        zh=f"；{figure.label.zh} {figure.value}，{limits.zh}，为{label.zh}",
        en=f"; {figure.label.en} {figure.value}, band {limits.en}: {label.en}",
    )
