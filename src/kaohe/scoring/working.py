"""From figures to scores: every node in working order, rounded where it is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from kaohe.scheme.graph import in_working_order
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    BandsNode,
    BaseNode,
    FormulaNode,
    LedgerNode,
    MarksNode,
    MeanNode,
    RankNode,
    RatioNode,
    SumNode,
    SurveyNode,
    TallyNode,
)
from kaohe.scoring import combining, counting, ranking
from kaohe.scoring.reasons import Reason
from kaohe.scoring.sheet import Column, Figures, Sheet
from kaohe.values.numbers import Absence, Value, round_half_up

Rule = Callable[[Any, Sheet], Column]
Explain = Callable[[Any, Sheet, int, str], Reason]

KINDS: Mapping[type[BaseNode], tuple[Rule, Explain]] = {
    TallyNode: (counting.tally_column, counting.explain_tally),
    SurveyNode: (counting.survey_column, counting.explain_survey),
    RatioNode: (counting.ratio_column, counting.explain_ratio),
    MarksNode: (counting.marks_column, counting.explain_marks),
    LedgerNode: (counting.ledger_column, counting.explain_ledger),
    SumNode: (combining.sum_column, combining.explain_sum),
    MeanNode: (combining.mean_column, combining.explain_mean),
    FormulaNode: (combining.formula_column, combining.explain_formula),
    RankNode: (ranking.rank_column, ranking.explain_rank),
    BandsNode: (ranking.bands_column, ranking.explain_bands),
    AllocateNode: (ranking.allocate_column, ranking.explain_allocate),
}
"""Every kind of node with its rule and its sentence."""


def work_out(scheme: Scheme, figures: Figures) -> Sheet:
    """The value of every named node of a scheme without errors, for every subject."""
    sheet = Sheet(scheme, figures, exact_column)
    for node_id in in_working_order(scheme):
        sheet.values[node_id] = _named_column(scheme.nodes[node_id], sheet)
    return sheet


def exact_column(node: BaseNode, sheet: Sheet) -> Column:
    """A node's values as its rule makes them, not yet rounded."""
    rule, _ = KINDS[type(node)]
    column = rule(node, sheet)
    if node.only_where:
        column = [
            value if applies else Absence.NOT_APPLICABLE
            for value, applies in zip(column, sheet.applies(node), strict=True)
        ]
    for needed, check in node.needs.items():
        column = [
            value if _is_met(sheet, needed, check, index) else Absence.NO_DATA
            for index, value in enumerate(column)
        ]
    return column


def _is_met(sheet: Sheet, needed: str, check: str | None, index: int) -> bool:
    if not isinstance(sheet.values[needed][index], Absence):
        return True
    return check is not None and sheet.is_waived(index, check)


def _named_column(node: BaseNode, sheet: Sheet) -> Column:
    places = None if isinstance(node, RankNode) else sheet.scheme.places(node)
    column = exact_column(node, sheet)
    return column if places is None else [_rounded(value, places) for value in column]


def _rounded(value: Value, places: int) -> Value:
    if isinstance(value, str | Absence):
        return value
    return round_half_up(Fraction(value), places)
