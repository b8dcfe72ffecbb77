"""The tree of reasons of one subject: every named node once, under the first that builds on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from kaohe.scheme.graph import goes_by_rank, node_inputs, operands, tells_rank
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    BaseNode,
)
from kaohe.scoring.operands import operand_label
from kaohe.scoring.reasons import ABSENT, Reason, printed, shown, worded
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.working import KINDS, limits_of, unlimited_column
from kaohe.values.numbers import Absence, Value
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


def forest(scheme: Scheme, kind: str | None = None) -> dict[str, tuple[str, ...]]:
    """Every node's children, and under ``""`` the roots: nodes put first, and those nobody uses.

    Of the nodes of one kind of subject. A node that several others build on stands under the first
    of them in the order of results; the others name it among their inputs.
    """
    columns = scheme.columns_of(kind)
    inputs = {
        node_id: [one for one in node_inputs(scheme.nodes[node_id], scheme) if one in columns]
        for node_id in columns
    }
    used = {below for one in inputs.values() for below in one}
    first = [node_id for node_id in scheme.results.first if node_id in columns]
    roots = [node_id for node_id in columns if node_id in first or node_id not in used]
    children: dict[str, list[str]] = {"": roots}
    placed = set(roots)

    def place(node_id: str) -> None:
        children[node_id] = []
        for below in inputs[node_id]:
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


def reason_of(node_id: str, sheet: Sheet, index: int) -> Reason:
    """Why one node has its value for one subject; told in public too where it goes by rank."""
    node = sheet.scheme.nodes[node_id]
    reason = _reason_of(node, node_id, sheet, index)

    def by_rank() -> bool:
        return goes_by_rank(node, sheet.scheme) or tells_rank(node_id, sheet.scheme)

    if reason.public is None and sheet.kept(node, "goes by rank", by_rank):
        return replace(reason, public=_public(node, node_id, sheet, index))
    return reason


def _public(node: BaseNode, node_id: str, sheet: Sheet, index: int) -> Text:
    """Only what came out, without place or distance; of a place or percentile not even that."""
    text = printed(sheet.scheme, node, sheet.values[node_id][index])
    if not text:
        return Text(zh="没有结果。", en="No result.")
    if tells_rank(node_id, sheet.scheme):
        return Text(zh="只供内部计算。", en="For internal use only.")
    zh, en = worded(node, text, "zh"), worded(node, text, "en")
    return Text(zh=f"结果：{zh}。", en=f"Result: {en}.")


def _reason_of(node: BaseNode, node_id: str, sheet: Sheet, index: int) -> Reason:
    text = printed(sheet.scheme, node, sheet.values[node_id][index])
    if not sheet.applies(node)[index]:
        kind = sheet.subject.label
        zh = f"本项不适用于这类{kind.zh}。"
        return Reason(Text(zh=zh, en=f"Does not apply to this kind of {kind.en}."))
    for needed, check in node.needs.items():
        absence = sheet.values[needed][index]
        waived = check is not None and sheet.is_waived(index, check)
        if isinstance(absence, Absence) and not waived:
            label = sheet.scheme.nodes[needed].label or Text(zh=needed, en=needed)
            why, accepted = ABSENT[absence], "" if check is None else "，也未经认可"
            not_waived = "" if check is None else ", which is not waived"
            zh = f"{label.zh}{why.zh}{accepted}，因此没有结果。"
            return Reason(Text(zh=zh, en=f"No result: {label.en} ({why.en}){not_waived}."))
    if sheet.values[node_id][index] is Absence.SUPPRESSED:
        return Reason(Text(zh="按规定不予显示。", en="Suppressed by rule."))
    return _with_inner_parts(node, sheet, index, text)


def _with_inner_parts(node: BaseNode, sheet: Sheet, index: int, text: str) -> Reason:
    """A node's own sentence, then those of the nodes without a name that it is built on."""
    reason = _within_limits(node, sheet, index, text)
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


def _within_limits(node: BaseNode, sheet: Sheet, index: int, text: str) -> Reason:
    """A node's own sentence; where its limits changed the value, first what it came to."""
    _, sentence_of = KINDS[type(node)]
    low, high = limits_of(node)
    if not text or (low is None and high is None):
        return sentence_of(node, sheet, index, text)
    value = unlimited_column(node, sheet)[index]
    below = _is_beyond(value, low, -1)
    if not below and not _is_beyond(value, high, 1):
        return sentence_of(node, sheet, index, text)
    reason = sentence_of(node, sheet, index, shown(value))
    limit = low if below else high
    assert limit is not None
    words = ("不低于", "At least") if below else ("不高于", "At most")
    zh = f"{reason.sentence.zh}{words[0]} {shown(limit)}，计 {text}。"
    en = f"{reason.sentence.en} {words[1]} {shown(limit)}: {text}."
    return Reason(Text(zh=zh, en=en), reason.inputs, reason.public)


def _is_beyond(value: Value, limit: Fraction | None, side: int) -> bool:
    if limit is None or isinstance(value, str | Absence):
        return False
    return side * (value - limit) > 0
