"""Rules about money: it goes with grades, and more of it never to fewer points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import pairwise

from kaohe.scheme import formulas
from kaohe.scheme.formulas import Call, Name, Negated, Operation, Tree
from kaohe.scheme.linting.bounds import Reach, is_never_negative
from kaohe.scheme.linting.places import label_name, most_places
from kaohe.scheme.linting.saying import Path, Said, finding, note
from kaohe.scheme.model import Pay, Rate, Scheme
from kaohe.scheme.nodes import AllocateNode, RankNode, labels_of
from kaohe.values.numbers import shortest


def money_meets_grade(scheme: Scheme) -> Iterator[Said]:
    """S209: as many are paid as can have the best grade of the same rank."""
    pay = scheme.pay
    paid = scheme.nodes.get(pay.by) if pay is not None else None
    if pay is None or not isinstance(paid, AllocateNode):
        return
    amounts = {label for rate in pay.rates for label in rate.amounts}
    most = [most_places(one.to_rank) for one in paid.places if one.label in amounts]
    reached = max((one for one in most if one is not None), default=None)
    for node_id, node in scheme.nodes.items():
        if node is paid or not isinstance(node, AllocateNode) or node.by != paid.by:
            continue
        best = most_places(node.places[0].to_rank)
        if best is not None and reached is not None and best < reached:
            name = label_name(node, node.places[0].label)
            last, most_best = shortest(reached), shortest(best)
            zh = f"发放到第 {last} 名，而“{name.zh}”至多 {most_best} 个：有的领奖却不是{name.zh}"
            en = f"{last} are paid while at most {most_best} may be {name.en}"
            yield note("S209", ("nodes", node_id), zh, en)


def money_follows_points(scheme: Scheme, reaches: Mapping[str, Reach]) -> Iterator[Said]:
    """S210: a better label, more points or a better place is never paid less."""
    pay = scheme.pay
    for index, rate in enumerate(pay.rates if pay is not None else ()):
        assert pay is not None
        path: Path = ("pay", "rates", index)
        if rate.amounts:
            yield from _amounts_fall(path, rate, pay, scheme)
        if rate.amount is not None:
            yield from _formula_falls(path, rate.amount, pay, scheme, reaches)


def _amounts_fall(path: Path, rate: Rate, pay: Pay, scheme: Scheme) -> Iterator[Said]:
    node = scheme.nodes[pay.by]
    paid = [(label, rate.amounts.get(label, Decimal(0))) for label in labels_of(node)]
    for (one, more), (two, less) in pairwise(paid):
        if less > more:
            better, worse = label_name(node, one), label_name(node, two)
            zh = f"“{worse.zh}”不如“{better.zh}”，却发得更多（{less} 元对 {more} 元）：请核对"
            en = f"{worse.en} is worse than {better.en} and gets more ({less} to {more}): check it"
            yield finding("S210", path, zh, en)


def _formula_falls(
    path: Path, amount: str, pay: Pay, scheme: Scheme, reaches: Mapping[str, Reach]
) -> Iterator[Said]:
    tree = formulas.parse(amount)
    natural = partial(is_never_negative, bind=pay.bind, scheme=scheme, reaches=reaches)
    for name in dict.fromkeys(formulas.names(tree)):
        node = scheme.nodes.get(name) if name not in pay.bind else None
        points = node is not None and (node.max is not None or name in scheme.results.complete)
        worse = 1 if isinstance(node, RankNode) else -1 if points else 0
        if worse in pulls(tree, name, natural):
            zh = f"{name} 越好，发得可能越少：请核对公式"
            yield finding("S210", path, zh, f"a better {name} may be paid less: check the formula")


def pulls(tree: Tree, name: str, natural: Callable[[Tree], bool]) -> set[int]:
    """Which way a formula may go where a name rises: 1 up, -1 down; nothing where it stays.

    ``natural`` says whether a part of the formula is never below 0.
    """
    match tree:
        case Name(own) if own == name:
            return {1}
        case Negated(of):
            return {-way for way in pulls(of, name, natural)}
        case Operation(sign, left, right):
            one, other = pulls(left, name, natural), pulls(right, name, natural)
            if sign in "*/":
                one = {way * factor for way in one for factor in _signs(right, natural)}
                other = {way * factor for way in other for factor in _signs(left, natural)}
            return one | ({-way for way in other} if sign in "-/" else other)
        case Call(function, arguments):
            ways = {way for one in arguments for way in pulls(one, name, natural)}
            return {1, -1} if ways and function == "abs" else ways
    return set()


def _signs(tree: Tree, natural: Callable[[Tree], bool]) -> tuple[int, ...]:
    return (1,) if natural(tree) else (1, -1)
