"""Rules about points: what adds up, what is fair, what can be reached at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from kaohe.scheme import formulas
from kaohe.scheme.conditions import own_conditions
from kaohe.scheme.counting import kinds_of
from kaohe.scheme.formulas import Constant
from kaohe.scheme.ground import Misuse
from kaohe.scheme.linting.bounds import Reach
from kaohe.scheme.linting.intervals import Bounds
from kaohe.scheme.linting.priority import covers, disjoint
from kaohe.scheme.linting.saying import Path, Said, finding
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    AllOf,
    Band,
    BandsNode,
    BaseNode,
    CurveNode,
    Effect,
    FormulaNode,
    LedgerNode,
    Limits,
    LookupNode,
    MeanNode,
    Operand,
    RulesNode,
    SlopeNode,
    SumNode,
    labels_of,
)
from kaohe.values.measures import OneOf
from kaohe.values.numbers import shortest
from kaohe.values.text import Text

WHOLE_WEIGHTS = (Fraction(1), Fraction(100))
MANY = 50
"""Weights that come to so much are meant as per cent; small whole ones are proportions (1 : 2)."""
FALLING = (FormulaNode, SumNode, SlopeNode, CurveNode, RulesNode)
"""Kinds that can take points below 0."""


Part = tuple[BaseNode, Fraction]
"""A part of a sum with its weight."""
NOBODY = Text(zh="", en="")


def parts_add_up(scheme: Scheme) -> Iterator[Said]:
    """S201: the parts of a sum come to its full points, weights to 1 or 100.

    A ledger among the parts is bonus or deduction and may stand outside. Where parts are meant for
    some classes of subjects only, they come to the full points in every class.
    """
    for node_id, node in scheme.nodes.items():
        path: Path = ("nodes", node_id)
        if isinstance(node, SumNode) and node.max is not None:
            yield from _sum_adds_up(path, node, scheme)
        if isinstance(node, MeanNode) and isinstance(node.of, Mapping):
            weight = sum((Fraction(one) for one in node.of.values()), Fraction(0))
            shares = weight >= MANY or any(one != int(one) for one in node.of.values())
            if shares and weight not in WHOLE_WEIGHTS:
                zh = f"各部分权重之和为 {shortest(weight)}，不是 1 或 100：请核对"
                en = f"the weights add to {shortest(weight)}, not to 1 or 100: check them"
                yield finding("S201", path, zh, en)


def _sum_adds_up(path: Path, node: SumNode, scheme: Scheme) -> Iterator[Said]:
    weights = (
        node.of
        if isinstance(node.of, Mapping)
        else dict.fromkeys([part for part in node.of if isinstance(part, str)], Decimal(1))
    )
    if len(weights) < len(node.of):
        return
    parts = [(scheme.nodes.get(part), Fraction(weight)) for part, weight in weights.items()]
    known: list[Part] = [(part, weight) for part, weight in parts if part is not None]
    items = [one for one in known if not isinstance(one[0], LedgerNode)]
    if len(known) < len(parts) or any(part.max is None or weight <= 0 for part, weight in items):
        return
    for name, own in _by_class(known, scheme):
        full = _come_to(one for one in own if not isinstance(one[0], LedgerNode))
        if full and node.max is not None and Fraction(node.max) not in (full, _come_to(own)):
            whose = Text(zh=f"{name.zh}：", en=f"{name.en}: ") if name is not None else NOBODY
            told = shortest(full)
            zh = f"{whose.zh}各部分满分合计 {told}，与满分 {node.max} 不符：请核对分值或权重"
            en = f"{whose.en}the parts come to {told}, the full points are {node.max}: check them"
            yield finding("S201", path, zh, en)


def _come_to(parts: Iterable[Part]) -> Fraction:
    return sum((Fraction(part.max or 0) * weight for part, weight in parts), Fraction(0))


def _by_class(parts: list[Part], scheme: Scheme) -> Iterator[tuple[Text | None, list[Part]]]:
    """The parts that each class of subjects has, by the name of the class.

    Classes are the choices of one column of the subject's own row. All parts at once where none is
    meant for a class only; nothing where it cannot be told whom they are meant for.
    """
    limited = [part.only_where for part, _weight in parts if part.only_where]
    if not limited:
        yield None, parts
        return
    columns = {column for where in limited for column in where}
    column = scheme.tables[scheme.subject.table].columns.get(next(iter(columns)))
    if len(columns) > 1 or column is None or not column.choices:
        return
    (name,) = columns
    for code, label in column.choices.items():
        yield (
            Text(zh=f"“{label}”", en=code),
            [one for one in parts if _is_meant(one[0], name, code, scheme)],
        )


def _is_meant(part: BaseNode, column: str, code: str, scheme: Scheme) -> bool:
    """Whether a part is meant for subjects with this choice; so far as it can be told."""
    table = scheme.subject.table
    try:
        wanted = own_conditions(part.only_where, table, scheme.ground)
    except Misuse:  # S104 says what is wrong with them
        return True
    return all(
        (code in one.values) != one.negated
        for one in wanted
        if isinstance(one, OneOf) and one.column == column
    )


def better_earns_more(scheme: Scheme) -> Iterator[Said]:
    """S202: a better value never earns less than a worse one.

    Points over bands and curves go one way; labels go in the declared order or against it; a
    ladder of repeats does not fall.
    """
    for node_id, node in scheme.nodes.items():
        path: Path = ("nodes", node_id)
        match node:
            case BandsNode():
                yield from _bands_go_one_way((*path, "bands"), node.bands, list(labels_of(node)))
            case AllocateNode():
                order = list(labels_of(node))
                given = [order.index(one.label) for one in node.places if one.label in order]
                if any(one >= two for one, two in pairwise(given)):
                    zh = "名额的先后与 labels 的顺序（由好到差）不一致：请调整"
                    yield finding("S202", path, zh, "places are not in the order of the labels")
                if node.otherwise is not None:
                    where: Path = (*path, "otherwise", "bands")
                    yield from _bands_go_one_way(where, node.otherwise.bands, order)
            case CurveNode():
                gives = [_number(point.gives) for point in node.points]
                if not _one_way([one for one in gives if one is not None]):
                    zh = "曲线上的分数忽高忽低，更好的值可能得分更少：请核对"
                    yield finding("S202", path, zh, "the points of the curve rise and fall")
            case LookupNode():
                yield from _table_goes_one_way(path, node, scheme)
            case LedgerNode():
                for ladder in _ladders(node):
                    if any(two < one for one, two in pairwise(ladder)):
                        zh = "重复的系数应逐次不减，否则越往后越轻：请核对 repeat"
                        yield finding("S202", path, zh, "the factors of repeat fall: check them")


def _table_goes_one_way(path: Path, node: LookupNode, scheme: Scheme) -> Iterator[Said]:
    """Along every key that is a label, what the table gives goes one way; labels never up."""
    own = list(labels_of(node))
    orders = [_order_of(operand, scheme) for operand in node.by]
    lines: list[list[Decimal | str]] = []
    if len(node.by) == 1:
        single = {code: one for code, one in node.gives.items() if not isinstance(one, Mapping)}
        lines = [[single[code] for code in orders[0] if code in single]]
    if len(node.by) == 2:
        rows = {code: gives for code, gives in node.gives.items() if isinstance(gives, Mapping)}
        lines += [[row[code] for code in orders[1] if code in row] for row in rows.values()]
        columns = dict.fromkeys(code for row in rows.values() for code in row)
        lines += [
            [rows[first][code] for first in orders[0] if first in rows and code in rows[first]]
            for code in columns
        ]
    for line in lines:
        numbers = [
            Fraction(own.index(one) if isinstance(one, str) else one)
            for one in line
            if not isinstance(one, str) or one in own
        ]
        falling = all(one <= two for one, two in pairwise(numbers))
        if not (falling if own else _one_way(numbers)):
            zh = "对照表中更好的等次得到更差的结果：请核对"
            yield finding("S202", path, zh, "in the table a better grade gets less: check it")
            return


def _order_of(operand: Operand, scheme: Scheme) -> list[str]:
    """The labels of a key, the best first; none where they have no order."""
    node = scheme.nodes.get(operand) if isinstance(operand, str) else None
    return list(labels_of(node)) if node is not None else []


def _number(text: str) -> Fraction | None:
    tree = formulas.parse(text)
    return tree.value if isinstance(tree, Constant) else None


def _one_way(values: Sequence[Fraction]) -> bool:
    rising = all(one <= two for one, two in pairwise(values))
    return rising or all(one >= two for one, two in pairwise(values))


def _ladders(node: LedgerNode) -> Iterator[tuple[Decimal, ...]]:
    """The ladders of what is deducted; of a bonus the second may well count less."""
    for kind in kinds_of(node).values():
        if kind.points < 0:
            yield kind.repeat


def _bands_go_one_way(path: Path, bands: Sequence[Band], order: list[str]) -> Iterator[Said]:
    ordered = sorted(bands, key=_place) if any(_both(band) for band in bands) else bands
    gives = [
        Fraction(band.gives)
        if isinstance(band.gives, Decimal)
        else Fraction(order.index(band.gives))
        for band in ordered
        if isinstance(band.gives, Decimal) or band.gives in order
    ]
    if not _one_way(gives):
        zh = "各档所给的分数或等次忽高忽低，更好的值可能得到更差的结果：请核对"
        yield finding("S202", path, zh, "the bands rise and fall: a better value may earn less")


def _both(band: Band) -> bool:
    low = band.at_least is not None or band.above is not None
    return low and (band.up_to is not None or band.below is not None)


def _place(band: Band) -> tuple[bool, Fraction]:
    low = band.at_least if band.at_least is not None else band.above
    return (True, Fraction(low)) if isinstance(low, Decimal) else (False, Fraction(0))


def limits_can_bind(scheme: Scheme, reaches: Mapping[str, Reach]) -> Iterator[Said]:
    """S203: every limit, every band and every rule can come into play."""
    for node_id, node in scheme.nodes.items():
        path: Path = ("nodes", node_id)
        if isinstance(node, BandsNode) and isinstance(node.of, str) and node.of in reaches:
            yield from _bands_reached(path, node, reaches[node.of].kept)
        if isinstance(node, RulesNode):
            yield from _rules_reached(path, node, scheme, reaches)
        if isinstance(node, LedgerNode):
            yield from _cap_reached(path, node)
            yield from _terms_reached(path, node, scheme)
        low, high = reaches[node_id].free
        if isinstance(node.at_least, Decimal) and low is not None and low > node.at_least:
            zh = f"下限 {node.at_least} 永远用不到（不会低于 {shortest(low)}）：请核对"
            en = f"at_least {node.at_least} never binds: it is {shortest(low)} or more; check it"
            yield finding("S203", (*path, "at_least"), zh, en)
        if isinstance(node.at_most, Decimal) and high is not None and high < node.at_most:
            zh = f"上限 {node.at_most} 永远用不到（不会高于 {shortest(high)}）：请核对"
            en = f"at_most {node.at_most} never binds: it is {shortest(high)} or less; check it"
            yield finding("S203", (*path, "at_most"), zh, en)


def _bands_reached(path: Path, node: BandsNode, known: Bounds) -> Iterator[Said]:
    low, high = known
    for index, band in enumerate(node.bands):
        start = band.at_least if band.at_least is not None else band.above
        end = band.up_to if band.up_to is not None else band.below
        never = isinstance(start, Decimal) and high is not None and start > high
        if never or (isinstance(end, Decimal) and low is not None and end < low):
            zh = "这一档在取值范围之外，永远轮不到：请核对界限"
            en = "no value ever falls into this band: check its limits"
            yield finding("S203", (*path, "bands", index), zh, en)


def _rules_reached(
    path: Path, node: RulesNode, scheme: Scheme, reaches: Mapping[str, Reach]
) -> Iterator[Said]:
    order, period = list(labels_of(node)), scheme.period
    for index, rule in enumerate(node.rules):
        where: Path = (*path, "rules", index)
        if rule.expires is not None and period is not None and rule.expires < period.last:
            zh = f"“{rule.label.zh}”在考核期结束前已到期，永远不执行：请核对 expires，或删去"
            en = f"“{rule.label.en}” expires before the period ends and never holds: check expires"
            yield finding("S203", where, zh, en)
            continue
        sides = (rule.given,) if isinstance(rule.given, Mapping) else rule.given
        if all(_never(side, node, reaches) for side in sides):
            zh = f"“{rule.label.zh}”的条件在取值范围之外，永远不成立：请核对界限"
            en = f"the conditions of “{rule.label.en}” never hold: check their limits"
            yield finding("S203", where, zh, en)
        elif node.match == "first" and any(
            covers(earlier.given, rule.given)
            for earlier in node.rules[:index]
            if earlier.expires is None
        ):
            zh = f"“{rule.label.zh}”被前面的规则挡住，永远轮不到：请把它移到前面"
            en = f"an earlier rule always goes before “{rule.label.en}”: move it up"
            yield finding("S203", where, zh, en)
        elif _changes_nothing(rule.then, order):
            zh = f"“{rule.label.zh}”什么也不改变：请核对 then"
            en = f"“{rule.label.en}” changes nothing: check then"
            yield finding("S203", where, zh, en)


def _cap_reached(path: Path, node: LedgerNode) -> Iterator[Said]:
    """A cap on all kinds together never binds where their own caps come to less."""
    kinds = kinds_of(node).values()
    caps = [abs(Fraction(kind.cap)) for kind in kinds if kind.cap is not None]
    if node.cap is not None and len(caps) == len(kinds) and sum(caps) < abs(Fraction(node.cap)):
        zh = (
            f"封顶 {node.cap} 永远用不到：各类封顶合计才 {shortest(sum(caps, Fraction(0)))}，请核对"
        )
        en = f"the cap {node.cap} never binds: the kinds are capped at less together; check it"
        yield finding("S203", (*path, "cap"), zh, en)


def _terms_reached(path: Path, node: LedgerNode, scheme: Scheme) -> Iterator[Said]:
    """Events from before the period never count where their table holds only those within it."""
    period, table = scheme.period, scheme.tables.get(node.table)
    if period is None or table is None or table.in_period is None:
        return
    ground = scheme.ground_of(node.subject)
    for code, kind in kinds_of(node).items():
        if kind.lasts is not None and ground.since(kind.lasts, node.during)[0] < period.days[0]:
            name = f"（{code}）" if code else ""
            zh = f"有效期{name}早于考核期的部分不起作用：{node.table} 只计考核期内（in_period）"
            en = f"lasts reaches back before the period, but in_period of {node.table} cuts it off"
            yield finding("S203", path, f"{zh}，请去掉 in_period 或缩短 lasts", en)


def _never(all_of: AllOf, node: RulesNode, reaches: Mapping[str, Reach]) -> bool:
    """Whether a condition lies outside what its node can be."""
    for name, demand in all_of.items():
        reach = reaches.get(name) if name not in node.bind else None
        if reach is None or (isinstance(demand, Limits) and demand.absent is not None):
            continue
        low, high = (None if end is None else shortest(end) for end in reach.kept)
        if disjoint(Limits(at_least=low, at_most=high), demand):
            return True
    return False


def _changes_nothing(effect: Effect, order: Sequence[str]) -> bool:
    match effect.taken:
        case "shift":
            return not effect.shift
        case "add":
            return not effect.add
        case "times":
            return effect.times == 1
        case "at_most":
            return bool(order) and effect.at_most == order[0]
        case "at_least":
            return bool(order) and effect.at_least == order[-1]
    return False


def floors_are_stated(scheme: Scheme, reaches: Mapping[str, Reach]) -> Iterator[Said]:
    """S204: where points can fall below 0, it is stated whether they may.

    For items (nodes with ``max``) and for sums that take something off.
    """
    for node_id, node in scheme.nodes.items():
        takes_off = (
            isinstance(node, SumNode)
            and isinstance(node.of, Mapping)
            and any(weight < 0 for weight in node.of.values())
        )
        item = node.max is not None and isinstance(node, FALLING)
        low = reaches[node_id].kept[0]
        if (takes_off or item) and node.at_least is None and (low is None or low < 0):
            zh = "扣分可能扣到 0 以下：请写 at_least: 0（扣完为止）或 at_least: none（可为负）"
            en = "it can fall below 0: state at_least: 0, or at_least: none if it may"
            yield finding("S204", ("nodes", node_id), zh, en)
