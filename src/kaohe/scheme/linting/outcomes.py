"""Rules about labels, bands, money, layout, and what every named node must say of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial

from kaohe.scheme.conditions import own_conditions
from kaohe.scheme.document import Document, child
from kaohe.scheme.graph import nodes_at
from kaohe.scheme.linting.nodes import gives_labels, no_node
from kaohe.scheme.linting.saying import Path, Said, error, tried
from kaohe.scheme.model import Pay, Rate, Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    BandsNode,
    BaseNode,
    LookupNode,
    MeanNode,
    PickNode,
    RankNode,
    RulesNode,
    SumNode,
    labels_of,
)


def labels_exist(scheme: Scheme) -> Iterator[Said]:
    """S107: every label that is given out is declared, and every scale that is named."""
    for path, node in nodes_at(scheme):
        named = getattr(node, "labels", {})
        if isinstance(named, str):
            zh = f"没有名为 {named} 的等次系列，请在 scales 中声明"
            yield error("S107", (*path, "labels"), zh, f"there is no scale {named}: declare it")
            continue
        known = labels_of(node)
        for label in _labels_given(node):
            if label not in known:
                zh = f"标签 {label} 没有在 labels 中声明"
                yield error("S107", path, zh, f"label {label} is not in labels")
        if known and _gives_numbers(node):
            zh, en = "一个节点只能都给标签，或都给分", "a node gives labels or numbers, not both"
            yield error("S107", path, zh, en)


def _labels_given(node: BaseNode) -> list[str]:
    given: list[object] = []
    match node:
        case BandsNode():
            given = [band.gives for band in node.bands]
        case AllocateNode():
            given = [places.label for places in node.places]
            given += [band.gives for band in node.otherwise.bands] if node.otherwise else []
        case LookupNode():
            given = [node.otherwise, *looked_up(node)]
        case RulesNode():
            for rule in node.rules:
                given += [rule.then.set, rule.then.at_most, rule.then.at_least]
    return [label for label in given if isinstance(label, str)]


def looked_up(node: LookupNode) -> list[Decimal | str]:
    """Everything that a lookup gives."""
    found: list[Decimal | str] = []
    for gives in node.gives.values():
        found += gives.values() if isinstance(gives, Mapping) else [gives]
    return found


def _gives_numbers(node: BaseNode) -> bool:
    match node:
        case BandsNode():
            return any(isinstance(band.gives, Decimal) for band in node.bands)
        case AllocateNode():
            bands = node.otherwise.bands if node.otherwise else ()
            return any(isinstance(band.gives, Decimal) for band in bands)
        case LookupNode():
            return any(isinstance(one, Decimal) for one in (node.otherwise, *looked_up(node)))
        case RulesNode():
            return any(
                isinstance(one, Decimal)
                for rule in node.rules
                for one in (rule.then.set, rule.then.at_most, rule.then.add, rule.then.times)
            )
    return False


def nodes_are_named(scheme: Scheme) -> Iterator[Said]:
    """S109: every named node has a label and cites its clause."""
    for node_id, node in scheme.nodes.items():
        if node.label is None:
            yield error("S109", ("nodes", node_id), "节点缺少 label（名称）", "no label")
        if not node.clause:
            yield error("S109", ("nodes", node_id), "节点缺少 clause（条款）", "no clause")


def rounding_is_stated(scheme: Scheme) -> Iterator[Said]:
    """S110: how values are rounded is stated, once in the head or at the node."""
    if scheme.rounding is None:
        for node_id, node in scheme.nodes.items():
            if node.rounding is None and not isinstance(node, RankNode):
                zh = "没有规定小数怎样取舍：请在文件头或节点写 rounding（places 或 exact）"
                yield error("S110", ("nodes", node_id), zh, "no rounding is stated")


def ties_are_stated(scheme: Scheme) -> Iterator[Said]:
    """S116: how equals share a place, and a cut among equals, is stated."""
    head = scheme.ties
    for path, node in nodes_at(scheme):
        if isinstance(node, RankNode) and node.ties is None and (head is None or head.rank is None):
            zh = "没有规定并列怎样排名：请在节点写 ties，或在文件头写 ties: {rank: …}"
            yield error("S116", path, zh, "no rule for ties: state ties")
        if isinstance(node, AllocateNode) and (head is None or head.cut is None):
            for index, places in enumerate(node.places):
                if places.ties is None:
                    where = (*path, "places", index)
                    zh = "没有规定最后一个名额遇到并列时怎么办：请写 ties，或在文件头写 ties.cut"
                    yield error("S116", where, zh, "no rule for ties at the cut: state ties")


def missing_is_stated(scheme: Scheme) -> Iterator[Said]:
    """S117: what becomes of a part without data is stated, once in the head or at the node."""
    if scheme.missing is not None:
        return
    for path, one in nodes_at(scheme):
        if isinstance(one, SumNode | MeanNode | PickNode) and one.missing is None:
            zh = "没有规定缺数据时怎样计：请在文件头或节点写 missing（如 absent）"
            en = "no rule for missing data: state missing in the head or here, such as absent"
            yield error("S117", path, zh, en)


def pay_fits(scheme: Scheme) -> Iterator[Said]:
    """S115: money goes to labels that the node gives out, for rows that there can be."""
    pay = scheme.pay
    if pay is None or pay.by not in scheme.nodes or pay.table not in scheme.tables:
        return
    node = scheme.nodes[pay.by]
    labels = labels_of(node)
    by_label = any(rate.amount is None for rate in pay.rates)
    if by_label and not gives_labels(node):
        zh = f"pay 的 by 应为给出标签的节点，{pay.by} 不是"
        yield error("S115", ("pay", "by"), zh, f"{pay.by} gives no labels")
    for index, rate in enumerate(pay.rates):
        path: Path = ("pay", "rates", index)
        attempt = partial(own_conditions, rate.where, pay.table, scheme.ground)
        yield from tried("S115", path, attempt)
        if (rate.amount is None) == (not rate.amounts) and not _pays_nothing(rate, pay):
            zh = "每个标准写 amounts（按标签）或 amount（公式）中的一个"
            yield error("S115", path, zh, "a rate has amounts by label, or an amount by formula")
        for label in rate.amounts:
            if labels and label not in labels:
                zh = f"{pay.by} 没有标签 {label}，这笔钱发不出去"
                yield error("S115", path, zh, f"{pay.by} has no label {label}: nobody is paid")
    for index, hold in enumerate(pay.hold):
        path = ("pay", "hold", index)
        attempt = partial(own_conditions, hold.where, pay.table, scheme.ground)
        yield from tried("S115", path, attempt)
        if not (hold.where or hold.given or hold.several):
            zh = "暂缓的情形没有写条件，会暂缓所有人：请写 where、if 或 several"
            yield error("S115", path, zh, "this holds everybody: state where, if or several")
    role = scheme.tables[pay.table].columns.get(pay.role)
    if role is not None and role.type != "choice":
        zh, en = f"列 {pay.role} 应为 choice", f"{pay.role} must be a choice column"
        yield error("S115", ("pay", "role"), zh, en)


def _pays_nothing(rate: Rate, pay: Pay) -> bool:
    """Whether a rate says on purpose that its rows get nothing: ``amounts: {}``."""
    return rate.amount is None and "amounts" in rate.model_fields_set


def layout_names_nodes(scheme: Scheme, document: Document) -> Iterator[Said]:
    """S102: the layout of results names nodes of the document, be it under another option."""
    nodes = child(document.root, "nodes")
    written = {key.value for key, _ in nodes.value} if nodes is not None else set()
    written |= set(scheme.nodes)
    results = scheme.results
    named: list[tuple[Path, str]] = [(("results", "first"), name) for name in results.first]
    named += [(("results", "complete"), name) for name in results.complete]
    named += [(("results", "public"), name) for name in results.public]
    for index, block in enumerate(results.blocks):
        named += [(("results", "blocks", index, "nodes"), name) for name in block.nodes]
    for path, name in named:
        if name not in written:
            yield no_node(path, name, sorted(written))
