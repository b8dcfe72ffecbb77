"""Rules about the graph: every node, name, measure and label that is named is there and fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from kaohe.scheme import formulas
from kaohe.scheme.conditions import own_conditions
from kaohe.scheme.counting import (
    attribute_of,
    feedback_nodes,
    node_groupings,
    node_measures,
)
from kaohe.scheme.graph import (
    FREE_NAMES,
    condition_operands,
    formula_operands,
    in_working_order,
    node_inputs,
    nodes_at,
    operands,
)
from kaohe.scheme.ground import Ground, Misuse
from kaohe.scheme.linting.saying import Path, Said, error, tried
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    BandsNode,
    BaseNode,
    CurveNode,
    FormulaNode,
    MarksNode,
    MeanNode,
    Operand,
    PickNode,
    RankNode,
    Referred,
    SlopeNode,
    StatNode,
    SumNode,
    SurveyNode,
    labels_of,
)
from kaohe.scheme.tallies import Tally, measure_of

NODE_ID = re.compile(r"[^\W\d]\w*(\.\w+)*")
OWN_COLUMNS = ("status",)
"""Columns that results have besides the subject's own."""


def names_fit(scheme: Scheme) -> Iterator[Said]:
    """S113: a node's id can stand in a formula and is not taken by something else."""
    taken = {*OWN_COLUMNS, *FREE_NAMES}
    for subject in (scheme.subject, *scheme.subjects.values()):
        taken.update((subject.id, subject.name, *subject.show))
    for node_id in scheme.nodes:
        if not NODE_ID.fullmatch(node_id):
            zh = "节点名由字母、数字、下划线和点组成，不以数字开头"
            yield error("S113", ("nodes", node_id), zh, "ids are words joined by points")
        elif node_id in taken:
            zh = f"{node_id} 已另有所指，请换一个节点名"
            yield error("S113", ("nodes", node_id), zh, f"{node_id} is taken: choose another id")


def references_exist(scheme: Scheme) -> Iterator[Said]:
    """S102: every node and check that a node, a check or pay names is there."""
    for node_id, node in scheme.nodes.items():
        for name in node_inputs(node, scheme):
            if name not in scheme.nodes:
                yield no_node(("nodes", node_id), name, scheme.nodes)
        for check in node.needs.values():
            if check is not None and check not in scheme.checks:
                zh = f"没有名为 {check} 的检查"
                yield error("S102", ("nodes", node_id, "needs"), zh, f"there is no check {check}")
    for check_id, body in scheme.checks.items():
        for name, operand in body.bind.items():
            for one in named_in(operand, scheme):
                if one not in scheme.nodes:
                    yield no_node(("checks", check_id, "with", name), one, scheme.nodes)
    if scheme.pay is not None:
        named: list[tuple[Path, str]] = [(("pay", "by"), scheme.pay.by)]
        for name, operand in scheme.pay.bind.items():
            named += [(("pay", "with", name), one) for one in named_in(operand, scheme)]
        for index, hold in enumerate(scheme.pay.hold):
            asked = condition_operands(hold.given, scheme.pay.bind)
            named += [(("pay", "hold", index), one) for one in asked if isinstance(one, str)]
        for path, one in named:
            if one not in scheme.nodes:
                yield no_node(path, one, scheme.nodes)


def named_in(operand: object, scheme: Scheme) -> list[str]:
    """The nodes that an operand names."""
    if isinstance(operand, str):
        return [operand]
    if isinstance(operand, Referred):
        return [operand.node]
    return node_inputs(operand, scheme) if isinstance(operand, BaseNode) else []


def no_node(path: Path, name: str, known: Iterable[str]) -> Said:
    """That a node is named which is not there, and which ones are near."""
    listed = list(known)
    near = [one for one in listed if one.startswith(f"{name}.")][:1]
    near = near or get_close_matches(name, listed, n=3, cutoff=0.7)
    zh, en = f"没有名为 {name} 的节点，请核对名称", f"there is no node {name}: check the name"
    if near:
        zh, en = f"{zh}（相近的有 {'、'.join(near)}）", f"{en} (near: {', '.join(near)})"
    return error("S102", path, zh, en)


def nothing_on_itself(scheme: Scheme) -> Iterator[Said]:
    """S103: no node is built on itself."""
    ordered = set(in_working_order(scheme))
    for node_id, node in scheme.nodes.items():
        known = all(name in scheme.nodes for name in node_inputs(node, scheme))
        if node_id not in ordered and known:
            zh = f"节点 {node_id} 直接或间接以自己为依据，请断开循环"
            yield error("S103", ("nodes", node_id), zh, f"{node_id} is built on itself")


def measures_fit(scheme: Scheme) -> Iterator[Said]:
    """S104: whatever is counted can be counted: tables, columns, values and periods exist."""
    for node_id, node in scheme.nodes.items():
        yield from _misuses(("nodes", node_id), node, scheme, scheme.ground_of(node.subject))
    for check_id, check in scheme.checks.items():
        for operand in check.bind.values():
            yield from misuses_of(("checks", check_id), operand, scheme, scheme.ground)
    if scheme.pay is not None:
        for operand in scheme.pay.bind.values():
            yield from misuses_of(("pay", "with"), operand, scheme, scheme.ground)
    for node in feedback_nodes(scheme).values():
        yield from _misuses(("feedback",), node, scheme, scheme.ground)


def _misuses(path: Path, node: BaseNode, scheme: Scheme, ground: Ground) -> Iterator[Said]:
    yield from tried("S104", path, lambda: node_measures(node, scheme, ground))
    yield from tried("S104", path, lambda: node_groupings(node, ground))
    table = ground.subject.table
    yield from tried("S104", path, lambda: own_conditions(node.only_where, table, ground))
    within = getattr(node, "within", None)
    if within is not None and within not in scheme.cohorts:
        yield from tried("S104", path, lambda: ground.column(table, within))
    if isinstance(node, MarksNode):
        yield from tried("S104", path, lambda: _one_mark_each(node, ground))
    for operand in operands(node):
        yield from misuses_of(path, operand, scheme, ground)


def _one_mark_each(node: MarksNode, ground: Ground) -> None:
    """A scorer has one mark at most in a period, because the table's key says so."""
    declared = ground.table(node.table)
    single = {ground.subject_column(node.table, node.subject_column), node.scorer}
    single.update(name for name, test in node.where.items() if isinstance(test, str | int))
    if node.during is not None:
        single.update(declared.numbered_by.values())
    if not declared.key or not set(declared.key) <= single:
        raise Misuse(
            f"{node.table} 的主键应保证每个评价者只有一个评分（只含对象、评价者和 where 的列）",
            f"the key of {node.table} must allow one mark a scorer: subject, scorer, where columns",
        )


def misuses_of(path: Path, operand: object, scheme: Scheme, ground: Ground) -> Iterator[Said]:
    """What cannot be counted of an operand."""
    if isinstance(operand, BaseNode):
        yield from _misuses(path, operand, scheme, ground)
    elif isinstance(operand, Tally) and operand.attribute is None:
        yield from tried("S104", path, lambda: measure_of(operand, ground))
    elif isinstance(operand, Tally):
        yield from tried("S104", path, lambda: _own_row(operand, ground))


def _own_row(tally: Tally, ground: Ground) -> None:
    table, column = attribute_of(tally)
    ground.column(table, column)
    if ground.table(table).key != (ground.subject_column(table),):
        raise Misuse(
            f"{table} 不是每个对象一行的表（主键应只有对象编号一列）",
            f"{table} is no table with one row per subject (its key must be the subject alone)",
        )


def questions_exist(scheme: Scheme) -> Iterator[Said]:
    """S105: surveys ask what the questionnaire has, and every answer has its points."""
    known = scheme.questionnaire.questions if scheme.questionnaire else {}
    for node_id, node in scheme.nodes.items():
        if isinstance(node, SurveyNode):
            for question in node.questions or ():
                if question not in known:
                    zh, en = f"问卷没有题目 {question}", f"there is no question {question}"
                    yield error("S105", ("nodes", node_id, "questions"), zh, en)
            if node.max is None or node.max <= 0:
                path: Path = ("nodes", node_id)
                zh, en = "survey 需要 max（满分），且大于 0", "a survey needs a max above 0"
                yield error("S105", path, zh, en)
    feedback = scheme.feedback
    if feedback is not None and feedback.at_least is not None and scheme.questionnaire is None:
        zh, en = "feedback 的 at_least 需要声明 questionnaire", "feedback needs a questionnaire"
        yield error("S105", ("feedback",), zh, en)
    yield from _answers_have_points(scheme)


def _answers_have_points(scheme: Scheme) -> Iterator[Said]:
    questionnaire = scheme.questionnaire
    if questionnaire is None or questionnaire.ballots not in scheme.tables:
        return
    if questionnaire.answered_at_least > len(questionnaire.questions):
        zh, en = "要求的答题数超过了题目数", "more answers are demanded than there are questions"
        yield error("S105", ("questionnaire", "answered_at_least"), zh, en)
    columns = scheme.tables[questionnaire.ballots].columns
    for question in questionnaire.questions:
        column = columns.get(question)
        for code in column.choices if column is not None and column.type == "choice" else ():
            if code not in questionnaire.answers:
                zh = f"题目 {question} 的回答 {code} 没有分值，请在 answers 中给出"
                en = f"answer {code} of {question} has no points: give them in answers"
                yield error("S105", ("questionnaire", "answers"), zh, en)


def formulas_fit(scheme: Scheme) -> Iterator[Said]:
    """S106: formulas know only nodes and names they bind; ``full`` and scaling need a max."""
    for check_id, check in scheme.checks.items():
        texts = [check.required, check.actual]
        if check.span is not None:
            texts += [check.span.given, check.span.lower, check.span.upper]
        known = {*check.bind, *scheme.nodes, "subjects"}
        for text in texts:
            yield from _unknown_names(("checks", check_id), text, known)
            yield from _roots(("checks", check_id), text)
    if scheme.pay is not None:
        known = {*scheme.pay.bind, *scheme.nodes, "subjects"}
        for rate in scheme.pay.rates:
            if rate.amount is not None:
                yield from _unknown_names(("pay", "rates"), rate.amount, known)
                yield from _roots(("pay", "rates"), rate.amount)
    for path, node in nodes_at(scheme):
        yield from _formulas_of(path, node, scheme)


def _unknown_names(path: Path, text: str, known: set[str]) -> Iterator[Said]:
    for name in formulas.names(formulas.parse(text)):
        if name not in known:
            zh = f"公式中的 {name} 没有定义，请在 with 中给出"
            yield error("S106", path, zh, f"{name} is not defined")


def _roots(path: Path, text: str) -> Iterator[Said]:
    for places in formulas.root_places(formulas.parse(text)):
        if places is None:
            zh = "sqrt 的第二个参数应为 0 到 9 的整数（保留几位小数）"
            yield error("S106", path, zh, "sqrt needs its number of decimals, 0 to 9")


def _formulas_of(path: Path, node: BaseNode, scheme: Scheme) -> Iterator[Said]:
    allowed = {"full", "subjects"} if node.max is not None else {"subjects"}
    texts = _formula_texts(node)
    if isinstance(node, AllocateNode):
        allowed = {"subjects", "ranked"}
    for text in texts:
        for name in formulas.names(formulas.parse(text)):
            if name in FREE_NAMES and name not in allowed:
                zh = f"这里不能用 {name}" + ("：节点须有 max" if name == "full" else "")
                yield error("S106", path, zh, f"{name} is not known here")
        yield from _roots(path, text)
    bind = getattr(node, "bind", {})
    for name in bind:
        if name in FREE_NAMES or name in scheme.nodes:
            zh = f"with 中的 {name} 已是保留名或节点名，请换一个名字"
            yield error("S106", path, zh, f"{name} is taken: bind another name")
    if isinstance(node, MeanNode) and node.scaled_from is not None and not node.max:
        yield error("S106", path, "scaled_from 需要 max", "scaled_from needs a max")
    if isinstance(node, MeanNode) and node.scaled_from is not None and node.scaled_from <= 0:
        yield error("S106", path, "scaled_from 应大于 0", "scaled_from must be above 0")


def _formula_texts(node: BaseNode) -> list[str]:
    """The formulas that a node states itself."""
    match node:
        case FormulaNode():
            return [node.formula]
        case CurveNode():
            return [text for point in node.points for text in (point.at, point.gives)]
        case SlopeNode():
            return [node.par, node.gives]
        case AllocateNode():
            texts = [text for one in node.places for text in (one.to_rank, one.places)]
            return [text for text in texts if text is not None]
    return []


def ranked_by_numbers(scheme: Scheme) -> Iterator[Said]:
    """S114: ranks compare numbers, and numbers are made of numbers; allocate goes by a rank."""
    for path, one in nodes_at(scheme):
        for operand in _numbers_wanted(one):
            if _is_no_number(operand, scheme):
                name = operand if isinstance(operand, str) else "这一部分"
                name_en = operand if isinstance(operand, str) else "this part"
                zh = f"{name} 得出的不是数，不能拿来计算"
                en = f"{name_en} is no number and cannot be reckoned with"
                yield error("S114", path, zh, en)
    for path, node in nodes_at(scheme):
        if isinstance(node, RankNode):
            for key in node.by:
                if gives_labels(scheme.nodes.get(key.node)):
                    zh = f"{key.node} 得出的是标签，不能排名"
                    yield error("S114", (*path, "by"), zh, f"{key.node} gives labels")
        if isinstance(node, AllocateNode):
            by = scheme.nodes.get(node.by)
            if by is not None and not isinstance(by, RankNode):
                zh = f"allocate 的 by 应为名次节点，{node.by} 不是"
                yield error("S114", (*path, "by"), zh, f"{node.by} is no rank node")


def _numbers_wanted(node: BaseNode) -> Iterator[Operand]:
    """The operands of a node that must be numbers."""
    match node:
        case SumNode() | MeanNode() | FormulaNode() | CurveNode() | SlopeNode() | BandsNode():
            yield from operands(node)
        case StatNode(take=take) if take != "count":
            yield node.of
        case PickNode(take=("greatest" | "least" | "median")):
            yield from operands(node)
        case AllocateNode():
            for places in node.places:
                for formula in (places.to_rank, places.places):
                    if formula is not None:
                        yield from formula_operands(formula, node.bind)
            if node.otherwise is not None:
                yield node.otherwise.by


def _is_no_number(operand: Operand, scheme: Scheme) -> bool:
    if isinstance(operand, Tally):
        table, _, column = (operand.attribute or "").partition(".")
        declared = scheme.tables.get(table)
        found = None if declared is None else declared.columns.get(column)
        return found is not None and found.type in ("choice", "text", "id")
    named = operand.node if isinstance(operand, Referred) else operand
    node = scheme.nodes.get(named) if isinstance(named, str) else named
    return isinstance(node, BaseNode) and gives_labels(node)


def gives_labels(node: BaseNode | None) -> bool:
    """Whether a node comes to a label instead of a number."""
    if isinstance(node, BandsNode):
        return any(isinstance(band.gives, str) for band in node.bands)
    return isinstance(node, AllocateNode) or bool(node is not None and labels_of(node))
