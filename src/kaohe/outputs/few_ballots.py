"""What those assessed are not shown: figures that rest on few ballots, and what would tell them.

A panel or a channel of an area with fewer than five ballots would say what single residents said.
Its figure is withheld; so is one beside it where the sum of both would give it away, and every
sentence that cites either. What points are made of is told in any case, and so is how many took
part, which says nothing of how. The stored result stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from typing import Any

from kaohe.scheme.graph import keys_among_equals, node_inputs, operands
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import BaseNode, Operand, SurveyNode
from kaohe.scoring.counting import ANSWERS, BALLOTS
from kaohe.values.text import Text

Entry = Mapping[str, Any]
FEWEST_TOLD = 5
"""Of fewer ballots no figures are told: they would be what single residents said."""

FEW = Text(
    zh=f"这一项的答卷不足 {FEWEST_TOLD} 份，得分和算式不列出，以免看出某一户怎样作答。",
    en=f"Fewer than {FEWEST_TOLD} ballots: figure and reckoning are withheld, so that nobody can"
    " tell what a single household said.",
)
BESIDE = Text(
    zh=f"列出这一项，就能推算出答卷不足 {FEWEST_TOLD} 份的另一项，所以也不列出。",
    en=f"This figure would give away another one that rests on fewer than {FEWEST_TOLD} ballots:"
    " withheld as well.",
)
CITING = Text(
    zh=f"算式不列出：其中有答卷不足 {FEWEST_TOLD} 份的项，列出就能推算出来。",
    en=f"The reckoning is withheld: a part of it rests on fewer than {FEWEST_TOLD} ballots.",
)


def is_of_ballots(part: Operand, scheme: Scheme) -> bool:
    """Whether a part of a node is made of nothing but ballots."""
    node = scheme.nodes[part] if isinstance(part, str) else part
    if not isinstance(node, BaseNode):
        return False
    parts = list(operands(node))
    return isinstance(node, SurveyNode) or (
        bool(parts) and all(is_of_ballots(one, scheme) for one in parts)
    )


def without_few(nodes: Iterable[Entry], scheme: Scheme) -> tuple[Entry, ...]:
    """The stored tree of a subject as those assessed may see it."""
    nodes = tuple(nodes)
    reasons = withheld(nodes, scheme)
    return tuple(_shown(node, scheme, reasons) for node in nodes)


def _shown(node: Entry, scheme: Scheme, reasons: Mapping[str, Text]) -> Entry:
    shown = {**node, "children": [_shown(one, scheme, reasons) for one in node["children"]]}
    why = reasons.get(node["id"])
    if why is not None:
        shown["value"] = None
    elif _few(ballots_of(node, scheme)) or any(one["id"] in reasons for one in node["inputs"]):
        why = CITING if node["value"] else None
        shown["inputs"] = []
    if why is not None:
        shown.pop("explanation_public", None)
        shown |= {"explanation": why.zh, "explanation_en": why.en, "inputs": []}
    return shown


def ballots_of(node: Entry, scheme: Scheme) -> int:
    """The least number of ballots that a stored node itself rests on, 0 where it tells of none.

    Totals tell answers only; no ballot has more of them than the questionnaire has questions, and
    figures on some questions rest on no more ballots than there are answers.
    """
    told = {one["label_en"]: one["value"] for one in node["inputs"]}
    ballots, answers = (int(told.get(one.en) or 0) for one in (BALLOTS, ANSWERS))
    questionnaire = scheme.questionnaire
    questions = len(questionnaire.questions) if questionnaire is not None else 1
    return min(max(ballots, ceil(answers / questions)), answers) if answers else ballots


def _few(ballots: int) -> bool:
    return 0 < ballots < FEWEST_TOLD


def withheld(nodes: tuple[Entry, ...], scheme: Scheme) -> dict[str, Text]:
    """The nodes whose figures are withheld, and why each is."""
    parts = _parts(nodes, scheme)
    ballots = _ballots(nodes, parts, scheme)
    told_anyway = _making_points(parts, scheme)
    found: dict[str, Text] = {}

    def withhold(node_id: str, why: Text) -> None:
        if node_id not in told_anyway and ballots.get(node_id) and node_id not in found:
            found[node_id] = FEW if _few(ballots[node_id]) else why
            for below in parts[node_id]:
                withhold(below, why)

    for node_id, number in ballots.items():
        if _few(number):
            withhold(node_id, FEW)
    while (beside := _telling(parts, ballots, found, told_anyway)) is not None:
        withhold(beside, BESIDE)
    return found


def _telling(
    parts: Mapping[str, list[str]],
    ballots: Mapping[str, int],
    withheld: Iterable[str],
    told_anyway: frozenset[str],
) -> str | None:
    """The part with the fewest ballots that, with its whole, gives a withheld one away; or none."""
    hidden = set(withheld)
    for node_id in ballots:
        there = [one for one in parts[node_id] if ballots.get(one)]
        rest = [one for one in there if one not in hidden and one not in told_anyway]
        if len(hidden & set(there)) == 1 and rest:
            return min(rest, key=lambda one: ballots[one])
    return None


def _walk(nodes: Iterable[Entry]) -> Iterator[Entry]:
    for node in nodes:
        yield node
        yield from _walk(node["children"])


def _parts(nodes: tuple[Entry, ...], scheme: Scheme) -> dict[str, list[str]]:
    """Every stored node with those that it is built on."""
    stored = {node["id"] for node in _walk(nodes)}
    return {
        node_id: [one for one in node_inputs(scheme.nodes[node_id], scheme) if one in stored]
        for node_id in (node["id"] for node in _walk(nodes))
    }


def _ballots(
    nodes: tuple[Entry, ...], parts: Mapping[str, list[str]], scheme: Scheme
) -> dict[str, int]:
    """The ballots that each node of ballots rests on, those of its parts included."""
    own = {node["id"]: ballots_of(node, scheme) for node in _walk(nodes)}

    def resting_on(node_id: str) -> int:
        return own[node_id] or sum(resting_on(one) for one in parts[node_id])

    return {one: resting_on(one) for one in own if is_of_ballots(one, scheme)}


def _making_points(parts: Mapping[str, list[str]], scheme: Scheme) -> frozenset[str]:
    """What is built on by something that is not of ballots, unless to part those who are equal."""
    return frozenset(
        below
        for node_id, found in parts.items()
        if not is_of_ballots(node_id, scheme)
        for below in found
        if below not in keys_among_equals(scheme, node_id)
    )
