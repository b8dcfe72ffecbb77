"""The tree of reasons of one subject: every named node once, under the first that builds on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kaohe.scheme.graph import node_inputs, operands
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import AllocateNode, BandsNode, BaseNode, RankNode
from kaohe.scoring.operands import operand_label
from kaohe.scoring.reasons import Reason, printed, shown
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.working import KINDS
from kaohe.values.numbers import Absence
from kaohe.values.text import Text


@dataclass(frozen=True)
class Explained:
    """A node of one subject, its reason, what lies below it; ``value`` is empty if absent."""

    id: str
    node: BaseNode
    value: str
    reason: Reason
    children: tuple[Explained, ...]

    def walk(self) -> Iterator[Explained]:
        """This node, then all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def forest(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Every node's children, and under ``""`` the roots: nodes put first, and those nobody uses.

    A node that several others build on stands under the first of them in the order of results;
    the others name it among their inputs.
    """
    used = {below for node in scheme.nodes.values() for below in node_inputs(node)}
    first = scheme.columns[: len(scheme.results.first)]
    roots = [node_id for node_id in scheme.columns if node_id in first or node_id not in used]
    children: dict[str, list[str]] = {"": roots}
    placed = set(roots)

    def place(node_id: str) -> None:
        children[node_id] = []
        for below in node_inputs(scheme.nodes[node_id]):
            if below not in placed:
                placed.add(below)
                children[node_id].append(below)
                place(below)

    for node_id in roots:
        place(node_id)
    return {node_id: tuple(below) for node_id, below in children.items()}


def explain(sheet: Sheet, index: int, below: dict[str, tuple[str, ...]]) -> tuple[Explained, ...]:
    """The trees of reasons of one subject. ``below`` is the scheme's ``forest``."""
    return tuple(_explained(node_id, sheet, index, below) for node_id in below[""])


def _explained(
    node_id: str, sheet: Sheet, index: int, below: dict[str, tuple[str, ...]]
) -> Explained:
    node = sheet.scheme.nodes[node_id]
    value = printed(sheet.scheme, node, sheet.values[node_id][index])
    children = tuple(_explained(one, sheet, index, below) for one in below[node_id])
    return Explained(node_id, node, value, reason_of(node_id, sheet, index), children)


def goes_by_rank(node: BaseNode, scheme: Scheme) -> bool:
    """Whether a node is a place, or is given by place."""
    if isinstance(node, BandsNode):
        return isinstance(node.of, str) and isinstance(scheme.nodes[node.of], RankNode)
    return isinstance(node, RankNode | AllocateNode)


def reason_of(node_id: str, sheet: Sheet, index: int) -> Reason:
    """Why one node has its value for one subject; told in public too where it goes by rank."""
    node = sheet.scheme.nodes[node_id]
    reason = _reason_of(node, node_id, sheet, index)
    if reason.public is None and goes_by_rank(node, sheet.scheme):
        return replace(reason, public=Text(zh="没有结果。", en="No result."))
    return reason


def _reason_of(node: BaseNode, node_id: str, sheet: Sheet, index: int) -> Reason:
    text = printed(sheet.scheme, node, sheet.values[node_id][index])
    if not sheet.applies(node)[index]:
        kind = sheet.scheme.subject.label
        zh = f"本项不适用于这类{kind.zh}。"
        return Reason(Text(zh=zh, en=f"Does not apply to this kind of {kind.en}."))
    for needed, check in node.needs.items():
        absent = isinstance(sheet.values[needed][index], Absence)
        if absent and (check is None or not sheet.is_waived(index, check)):
            label = sheet.scheme.nodes[needed].label or Text(zh=needed, en=needed)
            zh = f"{label.zh}没有数据，也未经认可，因此没有结果。"
            return Reason(Text(zh=zh, en=f"No result: {label.en} has no data and is not waived."))
    return _with_inner_parts(node, sheet, index, text)


def _with_inner_parts(node: BaseNode, sheet: Sheet, index: int, text: str) -> Reason:
    """A node's own sentence, then those of the nodes without a name that it is built on."""
    _, sentence_of = KINDS[type(node)]
    reason = sentence_of(node, sheet, index, text)
    sentence, inputs = reason.sentence, reason.inputs
    for inner in operands(node):
        if isinstance(inner, BaseNode):
            value = sheet.column(inner)[index]
            told = "" if isinstance(value, Absence) else shown(value)
            part = _with_inner_parts(inner, sheet, index, told)
            label = operand_label(inner, sheet)
            sentence = Text(
                zh=f"{sentence.zh}其中{label.zh}：{part.sentence.zh}",
                en=f"{sentence.en} {label.en}: {part.sentence.en}",
            )
            inputs = (*inputs, *part.inputs)
    return Reason(sentence, inputs, reason.public)
