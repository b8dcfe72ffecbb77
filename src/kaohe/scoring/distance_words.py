"""Distances as sentences: how much more or less, and the place, label or points it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, RankNode
from kaohe.scoring.cohorts import classes
from kaohe.scoring.distances import Distance
from kaohe.scoring.operands import operand_label
from kaohe.scoring.reasons import printed, shown
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.valuing import given_text
from kaohe.values.numbers import Absence, Value, fixed
from kaohe.values.text import Text


def distance_in_words(distance: Distance, node_id: str, sheet: Sheet, index: int) -> Text:
    """A distance of one subject as a sentence.

    Of a rank it tells the figure that stands at the place now: only for those who see ranks.
    """
    scheme = sheet.scheme
    node = scheme.nodes[node_id]
    parts = [_move(distance, operand_label(distance.figure, sheet), scheme)]
    if distance.place is not None and not isinstance(distance.place, Absence):
        place = shown(distance.place)
        there = _figure_there(distance, node_id, sheet, index)
        now = Text(zh="", en="")
        if there:
            now = Text(zh=f"（现在第 {place} 名 {there}）", en=f" (now {there})")
        parts.append(Text(zh=f"即列第 {place} 名{now.zh}", en=f"place {place}{now.en}"))
    if not isinstance(node, RankNode):
        given = _given(distance.gives, node, scheme)
        parts.append(given if len(parts) > 1 else Text(zh=f"即{given.zh}", en=given.en))
    return _sentence(parts)


def fixed_in_words(distance: Distance, node_id: str, scheme: Scheme) -> Text:
    """A distance to a limit that the scheme states, as a sentence."""
    assert isinstance(distance.figure, str)
    label = scheme.nodes[distance.figure].label
    name = label or Text(zh=distance.figure, en=distance.figure)
    given = _given(distance.gives, scheme.nodes[node_id], scheme)
    return _sentence([_move(distance, name, scheme), Text(zh=f"即{given.zh}", en=given.en)])


def _move(distance: Distance, label: Text, scheme: Scheme) -> Text:
    """By how much the figure is to rise or fall, and to where."""
    node = scheme.nodes[distance.figure] if isinstance(distance.figure, str) else None
    to = _number(distance.to, node, scheme)
    if distance.beyond:
        words = ("高于", "above") if distance.rises else ("低于", "below")
        own = _number(distance.value, node, scheme)
        zh = f"{label.zh} {words[0]} {to}（现在 {own}）"
        return Text(zh=zh, en=f"{label.en} {words[1]} {to} (now {own})")
    by = _number(abs(distance.by), node, scheme)
    words = ("再高", "higher") if distance.rises else ("再低", "lower")
    return Text(zh=f"{label.zh}{words[0]} {by}，到 {to}", en=f"{label.en} {by} {words[1]}, at {to}")


def _number(value: Fraction, node: BaseNode | None, scheme: Scheme) -> str:
    places = None if node is None else scheme.places(node)
    return shown(value) if places is None else fixed(value, places)


def _figure_there(distance: Distance, node_id: str, sheet: Sheet, index: int) -> str:
    """The figure that stands at a place of a rank now; of other nodes, or if nobody does, none."""
    node = sheet.scheme.nodes[node_id]
    if not isinstance(node, RankNode) or not isinstance(distance.figure, str):
        return ""
    groups, places = classes(node.within, sheet), sheet.values[node_id]
    figures = sheet.values[distance.figure]
    for at, place in enumerate(places):
        if place == distance.place and groups[at] == groups[index]:
            return printed(sheet.scheme, sheet.scheme.nodes[distance.figure], figures[at])
    return ""


def _given(value: Value, node: BaseNode, scheme: Scheme) -> Text:
    """What a node would give: the words of a label, points, or nothing."""
    text = printed(scheme, node, value)
    return given_text(node, text) if text else Text(zh="不列档", en="none")


def _sentence(parts: Sequence[Text]) -> Text:
    zh, en = "，".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    return Text(zh=f"{zh}。", en=f"{en}.")
