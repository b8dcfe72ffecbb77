"""Rules about rules: of those that can hold together, it is stated which goes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from kaohe.scheme import formulas
from kaohe.scheme.conditions import own_conditions
from kaohe.scheme.formulas import Constant, Negated, Tree
from kaohe.scheme.graph import nodes_at
from kaohe.scheme.ground import Misuse
from kaohe.scheme.linting.saying import Path, Said, error
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllOf, If, Limits, RulesNode
from kaohe.values.measures import Between, Blank, Condition, OneOf
from kaohe.values.text import Text


def one_rule_at_a_time(scheme: Scheme) -> Iterator[Said]:
    """S120: of rules, or rates of pay, that can both hold, it is stated which goes first."""
    for path, node in nodes_at(scheme):
        if isinstance(node, RulesNode) and node.match is None:
            held = [(rule.label, rule.given) for rule in node.rules]
            for (first, (one, given)), (second, (two, other)) in combinations(enumerate(held), 2):
                if not excludes(given, other):
                    where = (*path, "rules", second)
                    ways = ("first 先者为准，all 依次执行", "first, or all in order")
                    yield _both_hold(where, (first, one), (second, two), ways)
                    break
    if scheme.pay is not None and scheme.pay.match is None:
        yield from _rates_together(scheme)


def _rates_together(scheme: Scheme) -> Iterator[Said]:
    pay = scheme.pay
    assert pay is not None
    try:
        wanted = [own_conditions(rate.where, pay.table, scheme.ground) for rate in pay.rates]
    except Misuse:  # S115 says what is wrong with them
        return
    for (first, one), (second, two) in combinations(enumerate(wanted), 2):
        if not any(_apart_cells(left, right) for left in one for right in two):
            labels = pay.rates[first].label, pay.rates[second].label
            ways = ("first 先者为准，highest 就高", "first, or highest")
            path: Path = ("pay", "rates", second)
            yield _both_hold(path, (first, labels[0]), (second, labels[1]), ways)
            return


def _both_hold(
    path: Path, one: tuple[int, Text], two: tuple[int, Text], ways: tuple[str, str]
) -> Said:
    (first, label), (second, other) = one, two
    zh = (
        f"第 {first + 1} 条“{label.zh}”与第 {second + 1} 条“{other.zh}”"
        f"可能同时成立：请写 match（{ways[0]}）"
    )
    en = (
        f"rules {first + 1} ({label.en}) and {second + 1} ({other.en})"
        f" can both hold: state match ({ways[1]})"
    )
    return error("S120", path, zh, en)


def _apart_cells(one: Condition, other: Condition) -> bool:
    """Whether no cell fulfils both conditions, as far as that can be proved."""
    if getattr(one, "column", None) != getattr(other, "column", None):
        return False
    match one, other:
        case OneOf(negated=False), OneOf(negated=False):
            return not set(one.values) & set(other.values)
        case (OneOf(negated=False) as some, OneOf(negated=True) as others) | (
            OneOf(negated=True) as others,
            OneOf(negated=False) as some,
        ):
            return set(some.values) <= set(others.values)
        case Blank(), Blank():
            return one.negated != other.negated
        case (Blank(negated=False), (OneOf(negated=False) | Between())) | (
            (OneOf(negated=False) | Between()),
            Blank(negated=False),
        ):
            return True
        case Between(), Between():
            return _below(one, other) or _below(other, one)
    return False


def _below(one: Between, other: Between) -> bool:
    return one.high is not None and other.low is not None and one.high < other.low


def excludes(one: If, other: If) -> bool:
    """Whether two conditions can never hold together, as far as that can be proved."""
    sides = [(side,) if isinstance(side, Mapping) else side for side in (one, other)]
    return all(_apart(first, second) for first in sides[0] for second in sides[1])


def _apart(one: AllOf, other: AllOf) -> bool:
    return any(name in other and disjoint(demand, other[name]) for name, demand in one.items())


def covers(one: If, other: If) -> bool:
    """Whether the one condition holds wherever the other does, as far as that can be proved."""
    sides = [(side,) if isinstance(side, Mapping) else side for side in (one, other)]
    return all(any(_covers(wide, narrow) for wide in sides[0]) for narrow in sides[1])


def _covers(wide: AllOf, narrow: AllOf) -> bool:
    return all(name in narrow and _reaches(demand, narrow[name]) for name, demand in wide.items())


def _reaches(wide: object, narrow: object) -> bool:
    if isinstance(wide, Limits):
        if wide.none_of is not None or wide.absent is not None:
            return wide == narrow
        if isinstance(narrow, Limits):
            return narrow.absent is None and _limits_within(narrow, wide)
        return all(
            isinstance(value, Decimal)
            and _limits_within(Limits(at_least=f"{value:f}", at_most=f"{value:f}"), wide)
            for value in _listed(narrow)
        )
    return not isinstance(narrow, Limits) and set(_listed(narrow)) <= set(_listed(wide))


def _limits_within(narrow: Limits, wide: Limits) -> bool:
    """Whether the narrow one keeps every limit of the wide one; limits by formula are unknown."""
    lows = [(_number(narrow.at_least), True), (_number(narrow.above), False)]
    highs = [(_number(narrow.at_most), True), (_number(narrow.below), False)]
    return all(
        _keeps(_number(text), ends, side, closed=closed)
        for text, ends, side, closed in (
            (wide.at_least, lows, 1, True),
            (wide.above, lows, 1, False),
            (wide.at_most, highs, -1, True),
            (wide.below, highs, -1, False),
        )
        if text is not None
    )


def _keeps(
    limit: Fraction | None,
    ends: Sequence[tuple[Fraction | None, bool]],
    side: int,
    *,
    closed: bool,
) -> bool:
    """Whether one of the ends lies within a limit, or on it where that is allowed."""
    return limit is not None and any(
        end is not None and (side * (end - limit) > 0 or (end == limit and (closed or not own)))
        for end, own in ends
    )


def disjoint(one: object, other: object) -> bool:
    """Whether no value fulfils both demands, as far as that can be proved."""
    if isinstance(one, Limits) and isinstance(other, Limits):
        return _limits_apart(one, other) or _limits_apart(other, one)
    if isinstance(one, Limits) or isinstance(other, Limits):
        limits, values = (one, other) if isinstance(one, Limits) else (other, one)
        assert isinstance(limits, Limits)
        return all(_outside(value, limits) for value in _listed(values))
    return not set(_listed(one)) & set(_listed(other))


def _listed(demand: object) -> Sequence[object]:
    return demand if isinstance(demand, tuple) else (demand,)


def _number(text: str | None) -> Fraction | None:
    """The number that a limit is; None where it is a formula over something."""
    return None if text is None else _constant(formulas.parse(text))


def _constant(tree: Tree) -> Fraction | None:
    match tree:
        case Constant(value):
            return value
        case Negated(of):
            number = _constant(of)
            return None if number is None else -number
    return None


def _limits_apart(low: Limits, high: Limits) -> bool:
    """Whether everything within the one lies below everything within the other."""
    if low.absent is True:
        return high.absent is not True
    tops = [(_number(low.at_most), True), (_number(low.below), False)]
    bottoms = [(_number(high.at_least), True), (_number(high.above), False)]
    return any(
        top < bottom or (top == bottom and not (top_in and bottom_in))
        for top, top_in in tops
        if top is not None
        for bottom, bottom_in in bottoms
        if bottom is not None
    )


def _outside(value: object, limits: Limits) -> bool:
    if limits.absent is True:
        return True
    if limits.none_of is not None and value in limits.none_of:
        return True
    if not isinstance(value, Decimal):
        return False
    point = Limits(at_least=f"{value:f}", at_most=f"{value:f}")
    return _limits_apart(point, limits) or _limits_apart(limits, point)
