"""Does a well-formed scheme mean something: every reference, every name, every cycle, every limit.

All findings at once, each with a stable code, its place and a cure. The codes stand in
``docs/reference/lint.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

from kaohe.scheme import formulas
from kaohe.scheme.counting import attribute_of, feedback_nodes, node_measures
from kaohe.scheme.document import Document
from kaohe.scheme.graph import FREE_NAMES, in_working_order, node_inputs, operands
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    Band,
    BandsNode,
    BaseNode,
    FormulaNode,
    RankNode,
    SurveyNode,
)
from kaohe.scheme.tallies import Misuse, Tally, conditions, measure_of
from kaohe.values.findings import Finding, Weight

Path = tuple[object, ...]
Said = tuple[str, Weight, Path, str, str]
"""Code, weight, path, Chinese and English message."""


def lint(scheme: Scheme, document: Document) -> list[Finding]:
    """All findings about the meaning of a scheme."""
    said: list[Said] = []
    for rule in RULES:
        said.extend(rule(scheme))
    return [document.finding(*one) for one in said]


def _error(code: str, path: Path, zh: str, en: str) -> Said:
    return (code, "error", path, zh, en)


def _tables(scheme: Scheme) -> Iterator[Said]:
    """S101: every column that a table, the subject or the waivers name is declared."""
    named: list[tuple[Path, str, str]] = []
    subject = scheme.subject
    for column in (subject.id, subject.name, *subject.show):
        named.append((("subject",), subject.table, column))
    if scheme.waivers is not None:
        waivers = scheme.waivers
        named += [(("waivers",), waivers.table, name) for name in (waivers.check, waivers.reason)]
    for name, table in scheme.tables.items():
        here: Path = ("tables", name)
        columns = [*table.key, *(alone.column for alone in table.alone)]
        columns += [column for alone in table.alone for column in alone.within]
        columns += [table.in_period] if table.in_period else []
        named += [(here, name, column) for column in columns]
        for column, body in table.columns.items():
            if body.refers_to is not None:
                other, _, key = body.refers_to.partition(".")
                named.append(((*here, "columns", column), other, key))
        for exclusion in table.excludes:
            named += [((*here, "excludes"), exclusion.table, name) for name in exclusion.match]
    for path, table_name, column in named:
        if table_name not in scheme.tables:
            yield _error("S101", path, f"没有声明事实表 {table_name}", f"no table {table_name}")
        elif column not in scheme.tables[table_name].columns:
            zh = f"事实表 {table_name} 没有列 {column}"
            yield _error("S101", path, zh, f"table {table_name} has no column {column}")


def _references(scheme: Scheme) -> Iterator[Said]:
    """S102: every node and check that something names is there."""
    for node_id, node in scheme.nodes.items():
        for name in node_inputs(node):
            if name not in scheme.nodes:
                yield _no_node(("nodes", node_id), name)
        for check in node.needs.values():
            if check is not None and check not in scheme.checks:
                zh = f"没有名为 {check} 的检查"
                yield _error("S102", ("nodes", node_id, "needs"), zh, f"there is no check {check}")
    named: list[tuple[Path, str]] = [(("results", "first"), name) for name in scheme.results.first]
    named += [(("results", "complete"), name) for name in scheme.results.complete]
    for block in scheme.results.blocks:
        named += [(("results", "blocks"), name) for name in block.nodes]
    if scheme.pay is not None:
        named.append((("pay", "by"), scheme.pay.by))
    for path, name in named:
        if name not in scheme.nodes and name not in _sometimes(scheme):
            yield _no_node(path, name)


def _sometimes(scheme: Scheme) -> frozenset[str]:
    """Blocks may name nodes that only a decision brings; they are shown when they are there."""
    return frozenset(name for block in scheme.results.blocks for name in block.nodes)


def _no_node(path: Path, name: str) -> Said:
    return _error(
        "S102",
        path,
        f"没有名为 {name} 的节点，请核对名称",
        f"there is no node {name}: check the name",
    )


def _cycles(scheme: Scheme) -> Iterator[Said]:
    """S103: no node is built on itself."""
    ordered = set(in_working_order(scheme))
    for node_id, node in scheme.nodes.items():
        known = all(name in scheme.nodes for name in node_inputs(node))
        if node_id not in ordered and known:
            zh = f"节点 {node_id} 直接或间接以自己为依据，请断开循环"
            yield _error("S103", ("nodes", node_id), zh, f"{node_id} is built on itself")


def _measures(scheme: Scheme) -> Iterator[Said]:
    """S104: whatever is counted can be counted: tables, columns, values and periods exist."""
    for node_id, node in scheme.nodes.items():
        yield from _misuses(("nodes", node_id), node, scheme)
    for check_id, check in scheme.checks.items():
        for operand in check.bind.values():
            yield from _operand_misuses(("checks", check_id), operand, scheme)
    for node in feedback_nodes(scheme).values():
        yield from _misuses(("feedback",), node, scheme)


def _misuses(path: Path, node: BaseNode, scheme: Scheme) -> Iterator[Said]:
    yield from _tried(path, lambda: node_measures(node, scheme))
    yield from _tried(
        path, lambda: conditions(node.only_where, scheme.subject.table, scheme.ground)
    )
    for operand in operands(node):
        yield from _operand_misuses(path, operand, scheme)


def _operand_misuses(path: Path, operand: object, scheme: Scheme) -> Iterator[Said]:
    if isinstance(operand, BaseNode):
        yield from _misuses(path, operand, scheme)
    elif isinstance(operand, Tally):
        if operand.attribute is None:
            yield from _tried(path, lambda: measure_of(operand, scheme.ground))
        else:
            yield from _tried(path, lambda: scheme.ground.column(*attribute_of(operand)))
            yield from _tried(path, lambda: _own_row(operand, scheme))


def _own_row(tally: Tally, scheme: Scheme) -> None:
    table, _ = attribute_of(tally)
    if scheme.ground.table(table).key != (scheme.ground.subject_column(table),):
        raise Misuse(
            f"{table} 不是每个对象一行的表（主键应只有对象编号一列）",
            f"{table} is no table with one row per subject (its key must be the subject alone)",
        )


def _tried(path: Path, attempt: Callable[[], object]) -> Iterator[Said]:
    try:
        attempt()
    except Misuse as misuse:
        yield _error("S104", path, misuse.zh, misuse.en)


def _questions(scheme: Scheme) -> Iterator[Said]:
    """S105: a survey asks questions that the questionnaire has."""
    known = scheme.questionnaire.questions if scheme.questionnaire else {}
    for node_id, node in scheme.nodes.items():
        if isinstance(node, SurveyNode):
            for question in node.questions or ():
                if question not in known:
                    zh = f"问卷没有题目 {question}"
                    here: Path = ("nodes", node_id, "questions")
                    yield _error("S105", here, zh, f"there is no question {question}")
            if node.max is None:
                here = ("nodes", node_id)
                yield _error("S105", here, "survey 需要 max（满分）", "a survey needs a max")


def _formula_names(scheme: Scheme) -> Iterator[Said]:
    """S106: a check's formula knows only nodes and the names it binds; ``full`` needs a max."""
    for check_id, check in scheme.checks.items():
        for text in _check_formulas(check):
            for name in formulas.names(formulas.parse(text)):
                if name not in check.bind and name not in scheme.nodes and name != "subjects":
                    zh = f"公式中的 {name} 没有定义，请在 with 中给出"
                    yield _error("S106", ("checks", check_id), zh, f"{name} is not defined")
    for node_id, node in scheme.nodes.items():
        yield from _full_without_max(("nodes", node_id), node)


def _check_formulas(check: Check) -> Iterator[str]:
    yield check.required
    yield check.actual
    if check.span is not None:
        yield from (check.span.given, check.span.lower, check.span.upper)


def _full_without_max(path: Path, node: BaseNode) -> Iterator[Said]:
    if isinstance(node, FormulaNode) and node.max is None:
        if "full" in formulas.names(formulas.parse(node.formula)):
            yield _error("S106", path, "公式用到 full，节点须有 max", "full needs a max")
    if isinstance(node, FormulaNode):
        for name in node.bind:
            if name in FREE_NAMES:
                yield _error("S106", path, f"{name} 是保留名", f"{name} is a reserved name")


def _labels(scheme: Scheme) -> Iterator[Said]:
    """S107: every label that is given out is declared; money goes to declared labels."""
    for node_id, node in scheme.nodes.items():
        given: list[str] = []
        if isinstance(node, AllocateNode):
            given = [places.label for places in node.places]
            bands = node.otherwise.bands if node.otherwise else ()
            given += [band.gives for band in bands if isinstance(band.gives, str)]
        elif isinstance(node, BandsNode):
            given = [band.gives for band in node.bands if isinstance(band.gives, str)]
        for label in given:
            if label not in getattr(node, "labels", {}):
                zh = f"标签 {label} 没有在 labels 中声明"
                yield _error("S107", ("nodes", node_id), zh, f"label {label} is not in labels")
        if isinstance(node, AllocateNode) and not _is_rank(node.by, scheme):
            zh = f"allocate 的 by 应为名次节点，{node.by} 不是"
            yield _error("S107", ("nodes", node_id, "by"), zh, f"{node.by} is no rank node")


def _is_rank(name: str, scheme: Scheme) -> bool:
    return isinstance(scheme.nodes.get(name), RankNode) or name not in scheme.nodes


def _bands(scheme: Scheme) -> Iterator[Said]:
    """S108: bands run one way, without gap or overlap, and the last one takes the rest."""
    for node_id, node in scheme.nodes.items():
        if isinstance(node, BandsNode):
            yield from _band_order(("nodes", node_id, "bands"), node.bands)
        elif isinstance(node, AllocateNode) and node.otherwise is not None:
            yield from _band_order(("nodes", node_id, "otherwise", "bands"), node.otherwise.bands)


def _band_order(path: Path, bands: tuple[Band, ...]) -> Iterator[Said]:
    *limited, rest = bands
    if rest.up_to is not None or rest.at_least is not None:
        zh = "最后一档不写 up_to 或 from，收下其余全部"
        yield _error("S108", path, zh, "the last band takes the rest: no up_to, no from")
    rising = [band.up_to for band in limited if band.up_to is not None]
    falling = [band.at_least for band in limited if band.at_least is not None]
    if len(rising) not in (0, len(limited)) or len(falling) not in (0, len(limited)):
        zh = "除最后一档外，各档应都写 up_to，或都写 from"
        yield _error("S108", path, zh, "all bands but the last have up_to, or all have from")
    elif not _strict(rising) or not _strict([-limit for limit in falling]):
        zh = "各档界限应依次变化（up_to 递增，from 递减），否则有的档永远轮不到"
        yield _error("S108", path, zh, "limits must run one way, else a band is never reached")


def _strict(limits: list[Decimal]) -> bool:
    return all(first < second for first, second in pairwise(limits))


def _named(scheme: Scheme) -> Iterator[Said]:
    """S109: every named node has a label and cites its clause."""
    for node_id, node in scheme.nodes.items():
        if node.label is None:
            yield _error("S109", ("nodes", node_id), "节点缺少 label（名称）", "no label")
        if not node.clause:
            yield _error("S109", ("nodes", node_id), "节点缺少 clause（条款）", "no clause")


def _rounding(scheme: Scheme) -> Iterator[Said]:
    """S110: how values are rounded is stated, once in the head or at the node."""
    if scheme.rounding is None:
        for node_id, node in scheme.nodes.items():
            if node.rounding is None:
                zh = "没有规定取舍：请在文件头或节点写 rounding（places 或 exact）"
                yield _error("S110", ("nodes", node_id), zh, "no rounding is stated")


RULES: tuple[Callable[[Scheme], Iterator[Said]], ...] = (
    _tables,
    _references,
    _cycles,
    _measures,
    _questions,
    _formula_names,
    _labels,
    _bands,
    _named,
    _rounding,
)
