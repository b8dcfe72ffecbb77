"""What a scheme asks of the engines: the measures of every node, check and feedback figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe.scheme.graph import operands
from kaohe.scheme.model import Questionnaire, Scheme
from kaohe.scheme.nodes import (
    BaseNode,
    LedgerNode,
    MarksNode,
    Operand,
    PointsByKind,
    RatioNode,
    SurveyNode,
)
from kaohe.scheme.tallies import Ground, Misuse, Tally, Where, conditions, measure_of, scale_of
from kaohe.values.measures import (
    AnyMeasure,
    Condition,
    FilledAtLeast,
    Measure,
    OneOf,
    Take,
)

Named = Mapping[str, AnyMeasure]
"""Measures by the name under which a rule knows them."""


def node_measures(node: BaseNode, scheme: Scheme) -> Named:
    """The measures that the rule of a node reads itself (not those of its operands)."""
    match node:
        case SurveyNode():
            return _survey_measures(node, scheme)
        case RatioNode():
            return _ratio_measures(node, scheme.ground)
        case MarksNode():
            return _marks_measures(node, scheme.ground)
        case LedgerNode():
            return _ledger_measures(node, scheme.ground)
    return {}


def all_measures(scheme: Scheme) -> list[AnyMeasure]:
    """Every measure that a scheme needs, each once."""
    found: dict[AnyMeasure, None] = {}
    nodes = [*scheme.nodes.values(), *feedback_nodes(scheme).values()]
    for node in nodes:
        found.update(dict.fromkeys(_measures_below(node, scheme)))
    for check in scheme.checks.values():
        for operand in check.bind.values():
            found.update(dict.fromkeys(_operand_measures(operand, scheme)))
    return list(found)


def all_attributes(scheme: Scheme) -> list[tuple[str, str]]:
    """Table and column of every attribute that a scheme looks up, each once."""
    found: dict[tuple[str, str], None] = {}
    binds: list[Operand] = []
    for node in scheme.nodes.values():
        binds.extend(_operands_below(node))
        found.update(dict.fromkeys((scheme.subject.table, name) for name in node.only_where))
    for check in scheme.checks.values():
        binds.extend(check.bind.values())
    for operand in binds:
        if isinstance(operand, Tally) and operand.attribute is not None:
            found[attribute_of(operand)] = None
    return list(found)


def attribute_of(tally: Tally) -> tuple[str, str]:
    """Table and column of an ``attribute``. Raises Misuse."""
    table, dot, column = (tally.attribute or "").partition(".")
    if not dot:
        raise Misuse("attribute 应写成“表.列”", "write attribute as TABLE.COLUMN")
    return table, column


def feedback_nodes(scheme: Scheme) -> dict[str, SurveyNode]:
    """For every question of the questionnaire its mean over all ballots that count."""
    if scheme.feedback is None or scheme.questionnaire is None:
        return {}
    return {
        question: SurveyNode(
            kind="survey",
            label=body.label,
            max=scheme.questionnaire.full,
            questions=(question,),
            min_sample=scheme.feedback.at_least,
        )
        for question, body in scheme.questionnaire.questions.items()
    }


def _operands_below(node: BaseNode) -> Iterator[Operand]:
    for operand in operands(node):
        yield operand
        if isinstance(operand, BaseNode):
            yield from _operands_below(operand)


def _measures_below(node: BaseNode, scheme: Scheme) -> Iterator[AnyMeasure]:
    yield from node_measures(node, scheme).values()
    for operand in operands(node):
        yield from _operand_measures(operand, scheme)


def _operand_measures(operand: Operand, scheme: Scheme) -> Iterator[AnyMeasure]:
    if isinstance(operand, BaseNode):
        yield from _measures_below(operand, scheme)
    elif isinstance(operand, Tally) and operand.attribute is None:
        yield measure_of(operand, scheme.ground)


def _rows(table: str, where: tuple[Condition, ...], ground: Ground) -> Measure:
    every = dict.fromkeys((*ground.in_period(table), *where))
    return Measure(table, ground.subject_column(table), Take.ROWS, where=tuple(every))


def _taking(rows: Measure, take: Take, columns: tuple[str, ...], scale: int = 1) -> Measure:
    return Measure(rows.table, rows.subject, take, columns, rows.where, scale)


def _survey_measures(node: SurveyNode, scheme: Scheme) -> Named:
    questionnaire = scheme.questionnaire
    if questionnaire is None:
        raise Misuse("survey 需要声明 questionnaire", "survey needs a questionnaire")
    asked = node.questions or tuple(questionnaire.questions)
    return {
        **_ballot_measures(node.where, asked, questionnaire, scheme.ground),
        **_totals_measures(node.where, asked, questionnaire, scheme.ground),
    }


def _ballot_measures(
    where: Where, asked: tuple[str, ...], questionnaire: Questionnaire, ground: Ground
) -> Named:
    table = questionnaire.ballots
    every = tuple(questionnaire.questions)
    columns = {ground.column(table, question).type for question in every}
    counts = FilledAtLeast(every, questionnaire.answered_at_least)
    rows = _rows(table, (*conditions(where, table, ground), counts), ground)
    measures = {
        "ballots": rows,
        "answered": _taking(rows, Take.FILLED, asked),
    }
    if columns == {"choice"}:
        for question in asked:
            for code in questionnaire.answers:
                picked = _rows(table, (*rows.where, OneOf(question, (code,))), ground)
                measures[f"picked:{question}:{code}"] = picked
        return measures
    scales = {scale_of(table, question, ground) for question in asked}
    if len(scales) != 1:
        raise Misuse("各题列的小数位数应相同", "question columns must have the same places")
    measures["points"] = _taking(rows, Take.SUM, asked, scales.pop())
    return measures


def _totals_measures(
    where: Where, asked: tuple[str, ...], questionnaire: Questionnaire, ground: Ground
) -> Named:
    totals = questionnaire.totals
    if totals is None:
        return {}
    whole = set(asked) == set(questionnaire.questions)
    codes = (*asked, totals.all_questions) if whole else asked
    selected = conditions(where, totals.table, ground)
    rows = _rows(totals.table, (*selected, OneOf(totals.question, codes)), ground)
    scale = scale_of(totals.table, totals.points, ground)
    measures = {
        "totals_answered": _taking(rows, Take.SUM, (totals.answered,)),
        "totals_points": _taking(rows, Take.SUM, (totals.points,), scale),
    }
    if not whole:
        unsplit = (*selected, OneOf(totals.question, (totals.all_questions,)))
        measures["totals_unsplit"] = _taking(
            _rows(totals.table, unsplit, ground), Take.SUM, (totals.answered,)
        )
    return measures


def _ratio_measures(node: RatioNode, ground: Ground) -> Named:
    below = (
        *conditions(node.among, node.table, ground),
        *conditions(node.denominator, node.table, ground),
    )
    above = (*below, *conditions(node.numerator, node.table, ground))
    return {
        "numerator": _rows(node.table, above, ground),
        "denominator": _rows(node.table, below, ground),
    }


def _marks_measures(node: MarksNode, ground: Ground) -> Named:
    measures: dict[str, AnyMeasure] = {}
    scale = scale_of(node.table, node.mark, ground)
    for scorer in node.scorers:
        where = (
            *conditions(node.where, node.table, ground),
            *conditions({node.scorer: scorer}, node.table, ground),
        )
        rows = _rows(node.table, where, ground)
        measures[f"marked:{scorer}"] = rows
        measures[f"mark:{scorer}"] = _taking(rows, Take.SUM, (node.mark,), scale)
    return measures


def _ledger_measures(node: LedgerNode, ground: Ground) -> Named:
    where = conditions(node.where, node.table, ground)
    rows = _rows(node.table, where, ground)
    measures: dict[str, AnyMeasure] = {"events": rows}
    if isinstance(node.points, PointsByKind):
        for code in node.points.each:
            kind = conditions({node.points.by: code}, node.table, ground)
            measures[f"events:{code}"] = _rows(node.table, (*where, *kind), ground)
        return measures
    scale = scale_of(node.table, node.points, ground)
    measures["sum"] = _taking(rows, Take.SUM, (node.points,), scale)
    measures["highest"] = _taking(rows, Take.GREATEST, (node.points,), scale)
    return measures
