"""How much of an assessment is residents' judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from kaohe.scheme.graph import node_inputs, with_inner
from kaohe.scheme.linting.burden import totals
from kaohe.scheme.linting.relief import RELIEF
from kaohe.scheme.linting.saying import Path, Said, finding, note
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import FormulaNode, LedgerNode, MeanNode, SumNode, SurveyNode
from kaohe.values.numbers import cut_off, shortest

Points = tuple[Fraction, Fraction, Fraction]
"""Points of surveys, of other residents' judgement, and all points."""


def voice_of_residents(scheme: Scheme) -> Iterator[Said]:
    """S301: residents' judgement weighs enough, and how much of it is no survey.

    Points of surveys, of what is built on them, and of nodes with ``voice: residents``, out of all
    points of the total (the first node without which nobody is complete). Ledgers stand outside.
    """
    total = next(iter(totals(scheme)), None)
    if total is None or scheme.burden is None or not scheme.burden.comprehensive:
        return
    if isinstance(scheme.nodes[total], FormulaNode):
        zh = "总分由公式得出，群众评价占多少无从核算：请改用 sum 或 mean"
        en = "the total is a formula, so the weight of residents cannot be told: use sum or mean"
        yield note("S301", ("nodes", total), zh, en)
        return
    surveys, others, every = _points(total, scheme)
    if not every:
        return
    path: Path = ("nodes", total)
    heard, asked = 100 * (surveys + others) / every, 100 * surveys / every
    if heard < RELIEF.residents_percent:
        least = RELIEF.residents_percent
        zh = f"群众评价只占 {_shown(heard)}%，应不低于 {least}%：请提高权重"
        en = f"residents' judgement is {_shown(heard)}%, at least {least}% is wanted: give it more"
        yield finding("S301", path, zh, en)
    elif others:
        zh = f"群众评价占 {_shown(heard)}%，其中测评占 {_shown(asked)}%，其余是客观数据"
        en = (
            f"residents' judgement is {_shown(heard)}%, surveys are {_shown(asked)}%, the rest data"
        )
        yield note("S301", path, zh, en)


def _shown(percent: Fraction) -> str:
    return shortest(cut_off(percent, 1))


def _points(node_id: str, scheme: Scheme) -> Points:
    """What a node's points are made of; nothing where it is no item and no sum of items."""
    node, nothing = scheme.nodes.get(node_id), Fraction(0)
    if node is None or isinstance(node, LedgerNode):
        return nothing, nothing, nothing
    full = Fraction(node.max or 0)
    if node.voice == "residents":
        return nothing, full, full
    if isinstance(node, SumNode | MeanNode):
        below = _below(node, scheme)
        if below[2]:
            scale = full / below[2] if full else Fraction(1)
            return below[0] * scale, below[1] * scale, below[2] * scale
    if any(isinstance(one, SurveyNode) for one in with_inner(node)) or _on_survey(node_id, scheme):
        return full, nothing, full
    return nothing, nothing, full


def _below(node: SumNode | MeanNode, scheme: Scheme) -> Points:
    parts = [part for part in node.of if isinstance(part, str)]
    weights: Mapping[str, Decimal | int] = (
        node.of if isinstance(node.of, Mapping) else dict.fromkeys(parts, 1)
    )
    surveys = others = every = whole = Fraction(0)
    for part, weight in weights.items():
        if weight > 0:
            found = _points(part, scheme)
            surveys += found[0] * Fraction(weight)
            others += found[1] * Fraction(weight)
            every += found[2] * Fraction(weight)
            whole += Fraction(weight)
    share = 1 / whole if isinstance(node, MeanNode) and whole else Fraction(1)
    return surveys * share, others * share, every * share


def _on_survey(node_id: str, scheme: Scheme) -> bool:
    """Whether a survey is anywhere below a node."""
    waiting, seen = [node_id], {node_id}
    while waiting:
        node = scheme.nodes.get(waiting.pop())
        if isinstance(node, SurveyNode):
            return True
        inputs = node_inputs(node, scheme) if node is not None else []
        waiting += [one for one in inputs if one not in seen]
        seen.update(inputs)
    return False
