"""Rules about what is declared and never used: a slip, or a rule that somebody forgot."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from kaohe.scheme import formulas
from kaohe.scheme.counting import outer_operands
from kaohe.scheme.decisions import DECIDE, WHEN
from kaohe.scheme.document import Document, child
from kaohe.scheme.graph import node_inputs, nodes_at, pay_inputs
from kaohe.scheme.linting.saying import Said, finding
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, Referred


def everything_is_used(scheme: Scheme, written: Scheme, document: Document) -> Iterator[Said]:
    """S211: decisions, nodes, scales and cohorts that are declared are used."""
    asked = set(_decisions_asked(document.root))
    for decision in scheme.decisions:
        if decision not in asked:
            zh = f"决定事项 {decision} 没有用在任何地方：请在有关之处写 decide 或 when"
            en = f"decision {decision} is used nowhere: write decide or when"
            yield finding("S211", ("decisions", decision), zh, en)
    if scheme.results.first or scheme.results.complete:
        used = set(_nodes_used(scheme))
        for node_id in scheme.nodes:
            if node_id not in used:
                zh = f"节点 {node_id} 没有任何依据它的节点，也不在 results 中：请列入或删去"
                en = f"nothing is built on {node_id} and no result shows it: list or remove it"
                yield finding("S211", ("nodes", node_id), zh, en)
    nodes = [one for _, one in nodes_at(written)]
    labels = [getattr(one, "labels", None) for one in nodes]
    scales = {one for one in labels if isinstance(one, str)}
    for scale in scheme.scales:
        if scale not in scales:
            zh, en = f"等次系列 {scale} 没有用到", f"scale {scale} is unused"
            yield finding("S211", ("scales", scale), zh, en)
    cohorts = {getattr(one, "within", None) for one in (*nodes, scheme.feedback)}
    for cohort in scheme.cohorts:
        if cohort not in cohorts:
            zh, en = f"分类 {cohort} 没有用到", f"cohort {cohort} is unused"
            yield finding("S211", ("cohorts", cohort), zh, en)


def _decisions_asked(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _decisions_asked(item)
    if isinstance(node, yaml.MappingNode):
        decision, when = child(node, DECIDE), child(node, WHEN)
        if isinstance(decision, yaml.ScalarNode):
            yield str(decision.value)
        if isinstance(when, yaml.MappingNode):
            yield from (str(key.value) for key, _ in when.value)
        for _, value in node.value:
            yield from _decisions_asked(value)


def _nodes_used(scheme: Scheme) -> Iterator[str]:
    results = scheme.results
    yield from (*results.first, *results.complete, *results.public)
    for block in results.blocks:
        yield from block.nodes
    for node in scheme.nodes.values():
        yield from node_inputs(node, scheme)
    for cohort in scheme.cohorts.values():
        yield cohort.by
    if scheme.feedback is not None:
        yield from scheme.feedback.nodes
    if scheme.pay is not None:
        yield from pay_inputs(scheme.pay, scheme)
    for operand in outer_operands(scheme):
        if isinstance(operand, str):
            yield operand
        elif isinstance(operand, Referred):
            yield operand.node
        elif isinstance(operand, BaseNode):
            yield from node_inputs(operand, scheme)
    for check in scheme.checks.values():
        span = check.span
        ends = (span.given, span.lower, span.upper) if span is not None else ()
        for text in (check.required, check.actual, *ends):
            yield from formulas.names(formulas.parse(text))
