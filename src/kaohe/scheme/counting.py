"""What a scheme asks of the engines: the measures of every node, check and feedback figure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from kaohe.scheme.conditions import code_cell, conditions
from kaohe.scheme.graph import operands, with_inner
from kaohe.scheme.ground import Ground, Misuse
from kaohe.scheme.model import Questionnaire, Scheme
from kaohe.scheme.nodes import (
    BaseNode,
    EventKind,
    LedgerNode,
    MarksNode,
    Operand,
    PointsByKind,
    RatioNode,
    RowsNode,
    SurveyNode,
)
from kaohe.scheme.tallies import Tally, measure_of, scale_of
from kaohe.values.measures import (
    AnyMeasure,
    Between,
    Blank,
    Condition,
    FilledAtLeast,
    Grouping,
    Measure,
    OneOf,
    Take,
)

Named = Mapping[str, AnyMeasure]
"""Measures by the name under which a rule knows them."""


def node_measures(node: BaseNode, scheme: Scheme, ground: Ground) -> Named:
    """The measures that the rule of a node reads itself (not those of its operands).

    Raises Misuse.
    """
    match node:
        case SurveyNode():
            return _survey_measures(node, scheme, ground)
        case RatioNode():
            return _ratio_measures(node, ground)
        case MarksNode():
            return _marks_measures(node, ground)
        case RowsNode():
            return {"rows": rows_measure(node, ground)}
        case LedgerNode():
            return _ledger_measures(node, ground)
    return {}


def node_groupings(node: BaseNode, ground: Ground) -> Mapping[str, Grouping]:
    """The groupings that the rule of a node reads itself. Raises Misuse."""
    match node:
        case RowsNode():
            return {"cells": _cells_grouping(node, ground)}
        case LedgerNode():
            return _ledger_groupings(node, ground)
    return {}


def all_measures(scheme: Scheme) -> dict[str | None, list[AnyMeasure]]:
    """Every measure that a scheme needs, each once, by subject."""
    found: dict[str | None, dict[AnyMeasure, None]] = {}
    for node, subject in every_node(scheme):
        wanted = dict.fromkeys(measures_wanted(node, scheme, scheme.ground_of(subject)))
        found.setdefault(subject, {}).update(wanted)
    for operand in outer_operands(scheme):
        if isinstance(operand, Tally) and operand.attribute is None:
            measure = measure_of(operand, scheme.ground)
            found.setdefault(None, {})[measure] = None
    return {subject: list(measures) for subject, measures in found.items()}


def measures_wanted(node: BaseNode, scheme: Scheme, ground: Ground) -> Iterator[AnyMeasure]:
    """The measures that a node rests on itself: those of its rule, and those of its tallies."""
    yield from node_measures(node, scheme, ground).values()
    yield from (measure_of(one, ground) for one in tallies_of(node) if one.attribute is None)


def nodes_counting(measures: Collection[AnyMeasure], scheme: Scheme) -> list[str]:
    """The named nodes that read any of these measures themselves."""
    return [
        node_id
        for node_id, node in scheme.nodes.items()
        for ground in (scheme.ground_of(node.subject),)
        if any(
            one in measures
            for inner in with_inner(node)
            for one in measures_wanted(inner, scheme, ground)
        )
    ]


def all_groupings(scheme: Scheme) -> dict[str | None, list[Grouping]]:
    """Every grouping that a scheme needs, each once, by subject."""
    found: dict[str | None, dict[Grouping, None]] = {}
    for node, subject in every_node(scheme):
        wanted = node_groupings(node, scheme.ground_of(subject)).values()
        found.setdefault(subject, {}).update(dict.fromkeys(wanted))
    return {subject: list(groupings) for subject, groupings in found.items()}


def all_attributes(scheme: Scheme) -> dict[str | None, list[tuple[str, str]]]:
    """Table and column of every attribute that a scheme looks up, each once, by subject."""
    found: dict[str | None, dict[tuple[str, str], None]] = {}
    for node, subject in every_node(scheme):
        for tally in tallies_of(node):
            if tally.attribute is not None:
                found.setdefault(subject, {})[attribute_of(tally)] = None
    for operand in outer_operands(scheme):
        if isinstance(operand, Tally) and operand.attribute is not None:
            found.setdefault(None, {})[attribute_of(operand)] = None
    return {subject: list(attributes) for subject, attributes in found.items()}


def every_node(scheme: Scheme) -> Iterator[tuple[BaseNode, str | None]]:
    """Every node, those without a name too, with the subject that it belongs to."""
    for node in (*scheme.nodes.values(), *feedback_nodes(scheme).values()):
        for one in with_inner(node):
            yield one, node.subject
    for operand in outer_operands(scheme):
        if isinstance(operand, BaseNode):
            for one in with_inner(operand):
                yield one, None


def outer_operands(scheme: Scheme) -> Iterator[Operand]:
    """What checks and pay bind, and what letters count."""
    for check in scheme.checks.values():
        yield from check.bind.values()
    if scheme.pay is not None:
        yield from scheme.pay.bind.values()
    if scheme.feedback is not None:
        yield from scheme.feedback.operands


def tallies_of(node: BaseNode) -> Iterator[Tally]:
    """The tallies that a node is built on itself."""
    return (operand for operand in operands(node) if isinstance(operand, Tally))


def attribute_of(tally: Tally) -> tuple[str, str]:
    """Table and column of an ``attribute``. Raises Misuse."""
    table, dot, column = (tally.attribute or "").partition(".")
    if not dot:
        raise Misuse("attribute 应写成“表.列”", "write attribute as TABLE.COLUMN")
    return table, column


def feedback_nodes(scheme: Scheme) -> dict[str, SurveyNode]:
    """For every question of the questionnaire its mean over all ballots that count."""
    feedback = scheme.feedback
    if feedback is None or feedback.at_least is None or scheme.questionnaire is None:
        return {}
    return {
        question: SurveyNode(
            kind="survey",
            label=body.label,
            max=scheme.questionnaire.full,
            questions=(question,),
            min_sample=feedback.at_least,
        )
        for question, body in scheme.questionnaire.questions.items()
    }


def _rows(node: BaseNode, table: str, where: tuple[Condition, ...], ground: Ground) -> Measure:
    """A count of rows within the node's period, by the column that says whose they are."""
    named: str | None = getattr(node, "subject_column", None)
    every = dict.fromkeys((*ground.in_period(table, node.during), *where))
    return Measure(table, ground.subject_column(table, named), Take.ROWS, where=tuple(every))


def _taking(rows: Measure, take: Take, columns: tuple[str, ...], scale: int = 1) -> Measure:
    return Measure(rows.table, rows.subject, take, columns, rows.where, scale)


def _survey_measures(node: SurveyNode, scheme: Scheme, ground: Ground) -> Named:
    questionnaire = scheme.questionnaire
    if questionnaire is None:
        raise Misuse("survey 需要声明 questionnaire", "survey needs a questionnaire")
    asked = node.questions or tuple(questionnaire.questions)
    return {
        **_ballot_measures(node, asked, questionnaire, ground),
        **_totals_measures(node, asked, questionnaire, ground),
    }


def _ballot_measures(
    node: SurveyNode, asked: tuple[str, ...], questionnaire: Questionnaire, ground: Ground
) -> Named:
    table = questionnaire.ballots
    every = tuple(questionnaire.questions)
    columns = {ground.column(table, question).type for question in every}
    counts = FilledAtLeast(every, questionnaire.answered_at_least)
    rows = _rows(node, table, (*conditions(node.where, table, ground), counts), ground)
    measures = {
        "ballots": rows,
        "answered": _taking(rows, Take.FILLED, asked),
    }
    if columns == {"choice"}:
        for question in asked:
            for code in questionnaire.answers:
                picked = _rows(node, table, (*rows.where, OneOf(question, (code,))), ground)
                measures[f"picked:{question}:{code}"] = picked
        return measures
    scales = {scale_of(table, question, ground) for question in asked}
    if len(scales) != 1:
        raise Misuse("各题列的小数位数应相同", "question columns must have the same places")
    measures["points"] = _taking(rows, Take.SUM, asked, scales.pop())
    return measures


def _totals_measures(
    node: SurveyNode, asked: tuple[str, ...], questionnaire: Questionnaire, ground: Ground
) -> Named:
    totals = questionnaire.totals
    if totals is None:
        return {}
    whole = set(asked) == set(questionnaire.questions)
    codes = (*asked, totals.all_questions) if whole else asked
    selected = conditions(node.where, totals.table, ground)
    rows = _rows(node, totals.table, (*selected, OneOf(totals.question, codes)), ground)
    scale = scale_of(totals.table, totals.points, ground)
    measures = {
        "totals_answered": _taking(rows, Take.SUM, (totals.answered,)),
        "totals_points": _taking(rows, Take.SUM, (totals.points,), scale),
    }
    if not whole:
        unsplit = (*selected, OneOf(totals.question, (totals.all_questions,)))
        measures["totals_unsplit"] = _taking(
            _rows(node, totals.table, unsplit, ground), Take.SUM, (totals.answered,)
        )
    return measures


def _ratio_measures(node: RatioNode, ground: Ground) -> Named:
    below = (
        *conditions(node.among, node.table, ground),
        *conditions(node.denominator, node.table, ground),
    )
    above = (*below, *conditions(node.numerator, node.table, ground))
    return {
        "numerator": _rows(node, node.table, above, ground),
        "denominator": _rows(node, node.table, below, ground),
    }


def _marks_measures(node: MarksNode, ground: Ground) -> Named:
    measures: dict[str, AnyMeasure] = {}
    scale = scale_of(node.table, node.mark, ground)
    for scorer in node.scorers:
        where = (
            *conditions(node.where, node.table, ground),
            *conditions({node.scorer: scorer}, node.table, ground),
        )
        rows = _rows(node, node.table, where, ground)
        measures[f"marked:{scorer}"] = rows
        measures[f"mark:{scorer}"] = _taking(rows, Take.SUM, (node.mark,), scale)
    return measures


def rows_measure(node: RowsNode, ground: Ground) -> Measure:
    """The number of rows with a filled cell."""
    where = conditions(node.where, node.table, ground)
    filled = Blank(node.column, negated=True)
    ground.column(node.table, node.column)
    return _rows(node, node.table, (*where, filled), ground)


def _cells_grouping(node: RowsNode, ground: Ground) -> Grouping:
    """How many rows have each cell; with their dates where the latest or the first is wanted."""
    rows = rows_measure(node, ground)
    columns: tuple[str, ...] = (node.column,)
    where = rows.where
    if node.take in ("latest", "first"):
        if node.by is None:
            raise Misuse(f"take: {node.take} 需要 by（日期列）", f"{node.take} needs a date: by")
        if ground.column(node.table, node.by).type != "date":
            raise Misuse(f"{node.by} 不是日期列", f"{node.by} is no date column")
        columns = (node.column, node.by)
        where = (*where, Blank(node.by, negated=True))
    scale = scale_of(node.table, node.column, ground)
    return Grouping(rows.table, rows.subject, columns, where, scale)


def kinds_of(node: LedgerNode) -> Mapping[str, EventKind]:
    """The kinds of events of a ledger by code; a fixed number of points is one kind, ``""``.

    What the ledger states for all holds for every kind that does not state its own.
    """
    if isinstance(node.points, str):
        return {}
    plain = {"": node.points} if not isinstance(node.points, PointsByKind) else node.points.each
    return {
        code: points
        if isinstance(points, EventKind)
        else EventKind(points=points, free=node.free, repeat=node.repeat, lasts=node.lasts)
        for code, points in plain.items()
    }


def adds_a_column(node: LedgerNode, ground: Ground) -> bool:
    """Whether an engine's sum or greatest cell of the column of points is what the ledger wants.

    The highest of what may be negative goes by its size, which is no greatest cell.
    """
    if not isinstance(node.points, str) or node.per or node.times is not None:
        return False
    column = ground.column(node.table, node.points)
    least = column.minimum if isinstance(column.minimum, Decimal) else column.above
    return node.accumulate == "sum" or (least is not None and least >= 0)


def counts_kinds(node: LedgerNode) -> bool:
    """Whether the events of each kind need only be counted."""
    return not isinstance(node.points, str) and not node.per and node.times is None


def _ledger_measures(node: LedgerNode, ground: Ground) -> Named:
    where = conditions(node.where, node.table, ground)
    rows = _rows(node, node.table, where, ground)
    measures: dict[str, AnyMeasure] = {"events": rows}
    if isinstance(node.points, str):
        if adds_a_column(node, ground):
            scale = scale_of(node.table, node.points, ground)
            lasting = (*where, *_lasting(node, node.lasts, ground))
            every = _rows(node, node.table, lasting, ground)
            measures["events"] = every
            measures["sum"] = _taking(every, Take.SUM, (node.points,), scale)
            measures["highest"] = _taking(every, Take.GREATEST, (node.points,), scale)
        return measures
    if not node.per and node.times is None:
        for code, kind in kinds_of(node).items():
            selected = (*where, *_of_kind(node, code, ground), *_lasting(node, kind.lasts, ground))
            measures[f"events:{code}"] = _rows(node, node.table, selected, ground)
    return measures


def _of_kind(node: LedgerNode, code: str, ground: Ground) -> tuple[Condition, ...]:
    if not isinstance(node.points, PointsByKind):
        return ()
    column = ground.column(node.table, node.points.by)
    return conditions({node.points.by: code_cell(code, column)}, node.table, ground)


def _lasting(node: LedgerNode, lasts: str | None, ground: Ground) -> tuple[Condition, ...]:
    if lasts is None:
        return ()
    if node.dated is None:
        raise Misuse("lasts 需要 dated（日期列）", "lasts needs a date column: dated")
    if ground.column(node.table, node.dated).type != "date":
        raise Misuse(f"{node.dated} 不是日期列", f"{node.dated} is no date column")
    return (Between(node.dated, *ground.since(lasts, node.during)),)


def _ledger_groupings(node: LedgerNode, ground: Ground) -> Mapping[str, Grouping]:
    """Events by what they have in common, where groups or factors matter; kind by kind."""
    if adds_a_column(node, ground) or counts_kinds(node):
        return {}
    where = conditions(node.where, node.table, ground)
    factor = (node.times.by,) if node.times is not None else ()
    for name in (*node.per, *factor):
        ground.column(node.table, name)
    if node.times is not None:
        column = ground.column(node.table, node.times.by)
        for code in node.times.each:
            conditions({node.times.by: code_cell(code, column)}, node.table, ground)
    if isinstance(node.points, str):
        rows = _rows(node, node.table, (*where, *_lasting(node, node.lasts, ground)), ground)
        scale = scale_of(node.table, node.points, ground)
        columns = (node.points, *factor, *node.per)
        return {"": Grouping(rows.table, rows.subject, columns, rows.where, scale)}
    found: dict[str, Grouping] = {}
    for code, kind in kinds_of(node).items():
        selected = (*where, *_of_kind(node, code, ground), *_lasting(node, kind.lasts, ground))
        rows = _rows(node, node.table, selected, ground)
        found[code] = Grouping(rows.table, rows.subject, (*factor, *node.per), rows.where)
    return found
