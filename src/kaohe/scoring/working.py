"""From figures to scores: every node in working order, rounded where it is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from kaohe.scheme.head import Rounding
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    BandsNode,
    BaseNode,
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
    RowsNode,
    RulesNode,
    SlopeNode,
    StatNode,
    SumNode,
    SurveyNode,
    TallyNode,
)
from kaohe.scheme.sharing import Shared
from kaohe.scoring import combining, counting, deciding, events, ranking, statistics, valuing
from kaohe.scoring.reasons import Reason
from kaohe.scoring.sheet import Column, Figures, Sheet
from kaohe.values.measures import Measure
from kaohe.values.numbers import NUMBERS, ROUNDINGS, Absence, Value
from kaohe.values.once import Once

Recounted = Mapping[Measure, Mapping[str, int]]
Rule = Callable[[Any, Sheet], Column]
Explain = Callable[[Any, Sheet, int, str], Reason]

KINDS: Mapping[type[BaseNode], tuple[Rule, Explain]] = {
    TallyNode: (counting.tally_column, counting.explain_tally),
    SurveyNode: (counting.survey_column, counting.explain_survey),
    RatioNode: (counting.ratio_column, counting.explain_ratio),
    MarksNode: (counting.marks_column, counting.explain_marks),
    RowsNode: (counting.rows_column, counting.explain_rows),
    LedgerNode: (events.ledger_column, events.explain_ledger),
    SumNode: (combining.sum_column, combining.explain_sum),
    MeanNode: (combining.mean_column, combining.explain_mean),
    PickNode: (combining.pick_column, combining.explain_pick),
    FormulaNode: (combining.formula_column, combining.explain_formula),
    MembersNode: (statistics.members_column, statistics.explain_members),
    RulesNode: (deciding.rules_column, deciding.explain_rules),
    BandsNode: (valuing.bands_column, valuing.explain_bands),
    CurveNode: (valuing.curve_column, valuing.explain_curve),
    SlopeNode: (valuing.slope_column, valuing.explain_slope),
    LookupNode: (valuing.lookup_column, valuing.explain_lookup),
    RankNode: (ranking.rank_column, ranking.explain_rank),
    StatNode: (statistics.stat_column, statistics.explain_stat),
    AllocateNode: (deciding.allocate_column, deciding.explain_allocate),
}
"""Every kind of node with its rule and its sentence."""


def work_out(
    scheme: Scheme, figures: Mapping[str | None, Figures], shared: Shared | None = None
) -> Sheet:
    """The value of every named node of a scheme without errors, for every subject.

    Returns the sheet of the main subject, which knows those of the others. Columns are ``shared``
    with other schemes that are worked out from the same facts.
    """
    known = shared or Shared(scheme, Once())
    values: dict[str, Column] = {}
    sheets: dict[str | None, Sheet] = {}
    for kind, given in figures.items():
        sheets[kind] = Sheet(scheme, given, exact_column, kind, values, sheets)
    for node_id in known.working_order:
        node = scheme.nodes[node_id]
        make = partial(_named_column, node, sheets[node.subject])
        values[node_id] = known.of_node("column", node_id, make)
    return sheets[None]


def work_out_again(sheet: Sheet, counts: Recounted, nodes: Iterable[str]) -> Sheet:
    """A sheet of the main subject as it would be had ``counts`` come out of the facts.

    What was counted besides is kept. Only ``nodes`` are worked out, in this order; the values of
    all others are taken over.
    """
    values = dict(sheet.values)
    every = dict(sheet.figures.counts)
    for measure, numbers in counts.items():
        every[measure] = numbers
    sheets: dict[str | None, Sheet] = {}
    for kind, known in sheet.sheets.items():
        figures = replace(known.figures, counts=every)
        sheets[kind] = Sheet(known.scheme, figures, exact_column, kind, values, sheets)
    for node_id in nodes:
        node = sheet.scheme.nodes[node_id]
        values[node_id] = _named_column(node, sheets[node.subject])
    return sheets[None]


def work_out_with(sheet: Sheet, operand: Operand, column: Column, nodes: Iterable[str]) -> Sheet:
    """A sheet as it would be had an operand come to another column.

    Only ``nodes`` are worked out, in this order; the values of all others are taken over.
    """
    values = dict(sheet.values)
    sheets = dict(sheet.sheets)
    moved = Sheet(sheet.scheme, sheet.figures, exact_column, sheet.kind, values, sheets)
    sheets[sheet.kind] = moved
    if isinstance(operand, str):
        values[operand] = column
    else:
        moved.kept(operand, "column", lambda: column)
    for node_id in nodes:
        values[node_id] = _named_column(sheet.scheme.nodes[node_id], moved)
    return moved


def exact_column(node: BaseNode, sheet: Sheet) -> Column:
    """A node's values as its rule makes them, within its limits, not yet rounded."""
    column = unlimited_column(node, sheet)
    low, high = limits_of(node)
    if low is not None or high is not None:
        column = [_limited(value, low, high) for value in column]
    if node.only_where:
        column = [
            value if applies else Absence.NOT_APPLICABLE
            for value, applies in zip(column, sheet.applies(node), strict=True)
        ]
    for needed, check in node.needs.items():
        column = [
            _excused(value, sheet, needed, check, index) for index, value in enumerate(column)
        ]
    return column


def unlimited_column(node: BaseNode, sheet: Sheet) -> Column:
    """A node's values as its rule makes them, whatever its limits."""
    rule, _ = KINDS[type(node)]
    return sheet.kept(node, "unlimited", lambda: rule(node, sheet))


def limits_of(node: BaseNode) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most that a node comes to, where it states that."""
    low, high = (
        None if limit is None or isinstance(limit, str) else Fraction(limit)
        for limit in (node.at_least, node.at_most)
    )
    return low, high


def _limited(value: Value, low: Fraction | None, high: Fraction | None) -> Value:
    if isinstance(value, str | Absence):
        return value
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value


def _excused(value: Value, sheet: Sheet, needed: str, check: str | None, index: int) -> Value:
    """A value, or the reason why what it needs is absent, unless a waiver excuses that."""
    absence = sheet.values[needed][index]
    if not isinstance(absence, Absence) or (check is not None and sheet.is_waived(index, check)):
        return value
    return absence


def _named_column(node: BaseNode, sheet: Sheet) -> Column:
    rounding = sheet.scheme.rounding_of(node)
    column = exact_column(node, sheet)
    if rounding is None:
        return column
    return [_rounded(value, rounding) for value in column]


def _rounded(value: Value, rounding: Rounding) -> Value:
    if isinstance(value, NUMBERS):
        return ROUNDINGS[rounding.half](value, rounding.places)
    return value
