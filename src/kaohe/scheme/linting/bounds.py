"""Between which numbers a node must lie, whatever the facts: what can be proved of a scheme.

The bounds are sound: no fact that its table admits leads beyond them. They need not be close.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe.scheme import formulas
from kaohe.scheme.counting import kinds_of
from kaohe.scheme.formulas import Call, Constant, Name, Negated, Operation, Tree
from kaohe.scheme.graph import in_working_order, substitutes, treatments
from kaohe.scheme.linting.intervals import (
    NATURAL,
    OPEN,
    Bounds,
    End,
    called,
    exactly,
    hull,
    is_natural,
    operated,
    plus,
    scaled,
    times,
)
from kaohe.scheme.linting.outcomes import looked_up
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    BandsNode,
    BaseNode,
    Bindings,
    CurveNode,
    FormulaNode,
    LedgerNode,
    LookupNode,
    MarksNode,
    MeanNode,
    MembersNode,
    Operand,
    PickNode,
    RankNode,
    RatioNode,
    Referred,
    RowsNode,
    RulesNode,
    Slope,
    SlopeNode,
    StatNode,
    SumNode,
    SurveyNode,
    TallyNode,
)
from kaohe.scheme.tallies import Tally
from kaohe.values.numbers import PERCENT, ROUNDINGS
from kaohe.values.tables import Column


@dataclass(frozen=True)
class Reach:
    """Where a node can lie: ``free`` before its own limits and rounding, ``kept`` after them."""

    free: Bounds
    kept: Bounds


def reaches(scheme: Scheme) -> dict[str, Reach]:
    """The reach of every named node; that of a node that gives labels is open."""
    found: dict[str, Reach] = {}
    known = _Known(scheme, found)
    for node_id in in_working_order(scheme):
        node = scheme.nodes[node_id]
        free = known.free(node)
        low, high = _limited(node, free)
        rounding = scheme.rounding_of(node)
        if rounding is not None:
            rounded = ROUNDINGS[rounding.half]
            low = None if low is None else rounded(low, rounding.places)
            high = None if high is None else rounded(high, rounding.places)
        found[node_id] = Reach(free, (low, high))
    return found


def is_never_negative(
    tree: Tree, *, bind: Bindings, scheme: Scheme, reaches: Mapping[str, Reach]
) -> bool:
    """Whether a part of a formula is proved never to lie below 0."""
    return is_natural(_Known(scheme, reaches).tree(tree, bind, None))


def _limited(node: BaseNode, free: Bounds) -> Bounds:
    """The bounds of a node within its own limits."""
    low, high = free
    if isinstance(node.at_least, Decimal):
        least = Fraction(node.at_least)
        low = least if low is None else max(low, least)
        high = None if high is None else max(high, least)
    if isinstance(node.at_most, Decimal):
        most = Fraction(node.at_most)
        high = most if high is None else min(high, most)
        low = None if low is None else min(low, most)
    return low, high


def column_bounds(column: Column) -> Bounds:
    """What the cells of a column can be."""
    if column.type == "boolean":
        return Fraction(0), Fraction(1)
    if column.type not in ("whole", "decimal"):
        return OPEN
    low = column.minimum if isinstance(column.minimum, Decimal) else column.above
    high = column.maximum if isinstance(column.maximum, Decimal) else None
    return None if low is None else Fraction(low), None if high is None else Fraction(high)


class _Known:
    """The bounds of operands, given those of the nodes that were worked out before."""

    def __init__(self, scheme: Scheme, found: Mapping[str, Reach]) -> None:
        self.scheme = scheme
        self.found = found

    def of(self, operand: Operand) -> Bounds:
        """The bounds of an operand."""
        if isinstance(operand, str):
            return self._named(operand)
        if isinstance(operand, Decimal):
            return exactly(operand)
        if isinstance(operand, Referred):
            return self._named(operand.node)
        return self._tally(operand) if isinstance(operand, Tally) else self.of_node(operand)

    def _named(self, node_id: str) -> Bounds:
        return self.found[node_id].kept if node_id in self.found else OPEN

    def of_node(self, node: BaseNode) -> Bounds:
        """The bounds of a node before it is rounded."""
        return _limited(node, self.free(node))

    def _tally(self, tally: Tally) -> Bounds:
        if tally.periods_met is not None:
            cap = self._column(f"{tally.periods_met.base}.{tally.periods_met.cap}")
            return NATURAL if is_natural(cap) else OPEN
        if tally.taken in ("count", "distinct", "filled"):
            return NATURAL
        named = getattr(tally, tally.taken)
        cells = [self._column(one) for one in ((named,) if isinstance(named, str) else named)]
        if tally.taken == "attribute":
            return cells[0]
        if tally.taken == "greatest":
            return hull([*cells, exactly(0)])
        return NATURAL if all(is_natural(one) for one in cells) else OPEN

    def _column(self, reference: str) -> Bounds:
        table, _, name = reference.partition(".")
        declared = self.scheme.fact_tables.get(table)
        column = None if declared is None else declared.columns.get(name)
        return OPEN if column is None else column_bounds(column)

    def free(self, node: BaseNode) -> Bounds:
        """The bounds of a node before its own limits."""
        match node:
            case TallyNode():
                return self.of(node.of)
            case SurveyNode():
                return self._survey(node)
            case RatioNode():
                return self._ratio(node)
            case MarksNode():
                weights = node.scorers.values() if isinstance(node.scorers, Mapping) else ()
                lopsided = any(weight < 0 for weight in weights)
                return OPEN if lopsided else self._column(f"{node.table}.{node.mark}")
            case RowsNode():
                return self._column(f"{node.table}.{node.column}")
            case LedgerNode():
                return self._ledger(node)
            case SumNode() | MeanNode() | PickNode():
                return self._combined(node)
            case FormulaNode():
                return self.formula(node.formula, node.bind, node)
            case MembersNode():
                return self._members(node)
            case RulesNode():
                return self._rules(node)
        return self._compared(node)

    def _compared(self, node: BaseNode) -> Bounds:
        match node:
            case BandsNode():
                return _given([band.gives for band in node.bands])
            case LookupNode():
                return _looked_up(node)
            case CurveNode(beyond="clamp"):
                gives = [self.formula(point.gives, node.bind, node) for point in node.points]
                return hull(gives)
            case SlopeNode():
                return self._slope(node)
            case RankNode():
                return Fraction(1), None
            case StatNode():
                return self._stat(node)
        return OPEN

    def _survey(self, node: SurveyNode) -> Bounds:
        questionnaire = self.scheme.questionnaire
        if questionnaire is None or node.max is None:
            return NATURAL
        table = self.scheme.fact_tables.get(questionnaire.ballots)
        columns = (
            []
            if table is None
            else [table.columns[name] for name in questionnaire.questions if name in table.columns]
        )
        earned = [column_bounds(one) for one in columns if one.type != "choice"]
        earned += [exactly(one.points) for one in questionnaire.answers.values()]
        low, high = hull(earned)
        bounded = low is not None and low >= 0 and high is not None and high <= questionnaire.full
        if low is None or low < 0:
            return OPEN
        if not bounded or questionnaire.totals is not None:
            return NATURAL
        return Fraction(0), Fraction(node.max)

    def _ratio(self, node: RatioNode) -> Bounds:
        ends = [exactly(0), exactly(node.times)]
        if isinstance(node.empty, Decimal):
            ends.append(exactly(node.empty))
        return hull(ends)

    def _ledger(self, node: LedgerNode) -> Bounds:
        if isinstance(node.points, str):
            points = self._column(f"{node.table}.{node.points}")
        else:
            points = hull(exactly(kind.points) for kind in kinds_of(node).values())
        factors = list(node.times.each.values()) if node.times is not None else []
        ladders = [*node.repeat, *factors]
        for kind in kinds_of(node).values():
            ladders += kind.repeat
        if any(factor < 0 for factor in ladders):
            points = OPEN
        low = Fraction(0) if points[0] is not None and points[0] >= 0 else None
        high = Fraction(0) if points[1] is not None and points[1] <= 0 else None
        if node.cap is not None:
            cap = abs(Fraction(node.cap))
            low, high = -cap if low is None else low, cap if high is None else high
        return low, high

    def _combined(self, node: SumNode | MeanNode | PickNode) -> Bounds:
        missing = node.missing if node.missing is not None else self.scheme.missing
        spare = [self.of(one) for one in substitutes(missing)]
        treated = list(treatments(missing))
        if "zero" in treated:
            spare.append(exactly(0))
        weights = node.of.items() if isinstance(node.of, Mapping) else ((one, 1) for one in node.of)
        parts = [(Fraction(weight), hull([self.of(part), *spare])) for part, weight in weights]
        if isinstance(node, SumNode):
            return _added(parts, left_out="leave_out" in treated)
        if any(weight < 0 for weight, _ in parts):
            return OPEN
        whole = hull(one for _, one in parts)
        scaled_from = getattr(node, "scaled_from", None)
        if scaled_from is None:
            return whole
        return scaled(whole, Fraction(node.max or 1) / Fraction(scaled_from))

    def _members(self, node: MembersNode) -> Bounds:
        if node.take == "count":
            return NATURAL
        one = self._named(node.of)
        if node.take == "sum":
            return NATURAL if is_natural(one) else OPEN
        return one

    def _rules(self, node: RulesNode) -> Bounds:
        ends = [self.of(node.of)]
        effects = [rule.then for rule in node.rules]
        for effect in effects:
            for number in (effect.set, effect.at_most, effect.at_least):
                if isinstance(number, Decimal):
                    ends.append(exactly(number))
            if effect.use is not None:
                ends.append(self.of(effect.use))
        whole = hull(ends)
        for effect in effects:
            if effect.add is not None:
                whole = hull([whole, plus(whole, exactly(effect.add))])
            if effect.times is not None:
                whole = hull([whole, times(whole, exactly(effect.times))])
        return whole

    def _slope(self, node: SlopeNode) -> Bounds:
        low, high = self.formula(node.gives, node.bind, node)
        for side in (node.above, node.below):
            if side is not None:
                low, high = _on_slope(low, high, side)
        return low, high

    def _stat(self, node: StatNode) -> Bounds:
        if node.take in ("count", "variance", "sd"):
            return NATURAL
        if node.take == "percentile":
            return Fraction(0), Fraction(PERCENT)
        one = self.of(node.of)
        if node.take == "sum":
            return NATURAL if is_natural(one) else OPEN
        return one

    def formula(self, text: str, bind: Bindings, node: BaseNode | None = None) -> Bounds:
        """The bounds of a formula."""
        return self.tree(formulas.parse(text), bind, node)

    def tree(self, tree: Tree, bind: Bindings, node: BaseNode | None) -> Bounds:
        """The bounds of a part of a formula; ``full`` is the maximum of ``node``."""
        match tree:
            case Constant(value):
                return exactly(value)
            case Name("full") if node is not None and node.max is not None:
                return exactly(node.max)
            case Name("subjects" | "ranked"):
                return NATURAL
            case Name(name):
                return self.of(bind.get(name, name))
            case Negated(of):
                return scaled(self.tree(of, bind, node), Fraction(-1))
            case Operation(sign, left, right):
                sides = self.tree(left, bind, node), self.tree(right, bind, node)
                return operated(sign, *sides)
            case Call(function, arguments):
                return called(function, [self.tree(one, bind, node) for one in arguments])


def _added(parts: list[tuple[Fraction, Bounds]], *, left_out: bool) -> Bounds:
    whole = exactly(0)
    for weight, one in parts:
        part = scaled(one, weight)
        whole = plus(whole, hull([part, exactly(0)]) if left_out else part)
    return whole


def _given(gives: list[Decimal | str]) -> Bounds:
    return hull(exactly(one) if isinstance(one, Decimal) else OPEN for one in gives)


def _looked_up(node: LookupNode) -> Bounds:
    otherwise = [] if node.otherwise is None else [node.otherwise]
    return _given([*otherwise, *looked_up(node)])


def _on_slope(low: End, high: End, side: Slope) -> Bounds:
    limit = None if side.limit is None else Fraction(side.limit)
    if side.adds > 0:
        low = low if limit is None or low is None else min(low, limit)
        return low, None if limit is None or high is None else max(high, limit)
    high = high if limit is None or high is None else max(high, limit)
    return None if limit is None or low is None else min(low, limit), high
