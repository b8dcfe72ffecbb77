"""Rules about the load that an assessment lays on those who are assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kaohe.scheme import formulas
from kaohe.scheme.formulas import Operation
from kaohe.scheme.graph import node_inputs, operands, tells_rank, with_inner
from kaohe.scheme.linting.relief import RELIEF
from kaohe.scheme.linting.saying import Said, finding, note
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import (
    AllocateNode,
    BandsNode,
    BaseNode,
    Effect,
    FormulaNode,
    LedgerNode,
    LookupNode,
    MarksNode,
    MeanNode,
    PickNode,
    RankNode,
    Rule,
    RulesNode,
    StatNode,
    SumNode,
    labels_of,
)
from kaohe.scheme.tallies import Tally
from kaohe.values.text import Text

DECIDING = (AllocateNode, BandsNode, LookupNode, PickNode, RankNode, RulesNode, StatNode)
"""Kinds that judge points instead of adding them up."""


def item_nodes(scheme: Scheme) -> dict[str, BaseNode]:
    """Items: what a total comes to when its sums and means are taken apart, in the file's order.

    A total is a node without which nobody is complete, else one that nothing is built on.
    """
    used = {one for node in scheme.nodes.values() for one in node_inputs(node, scheme)}
    tops = totals(scheme)
    waiting = tops or [one for one in scheme.nodes if one not in used]
    waiting, found, seen = list(waiting), set(), set(waiting)
    while waiting:
        node_id = waiting.pop()
        node = scheme.nodes[node_id]
        # A formula is a total at the top only; below, it makes points of a figure.
        below = _added(node) if node_id in tops or not isinstance(node, FormulaNode) else []
        parts = [one for one in below if _brings_points(one, scheme)]
        if not parts and _brings_points(node_id, scheme):
            found.add(node_id)
        waiting += [one for one in parts if one not in seen]
        seen.update(parts)
    return {node_id: node for node_id, node in scheme.nodes.items() if node_id in found}


def totals(scheme: Scheme) -> list[str]:
    """The nodes that points add up to, seen through the grades and places that rest on them."""
    found: dict[str, None] = {}
    waiting = [one for one in scheme.results.complete if one in scheme.nodes]
    seen = set(waiting)
    while waiting:
        node = scheme.nodes[node_id := waiting.pop(0)]
        if not isinstance(node, DECIDING):
            found[node_id] = None
            continue
        below = [one for one in node_inputs(node, scheme) if one in scheme.nodes]
        waiting += [one for one in below if one not in seen]
        seen.update(below)
    return list(found)


def _added(node: BaseNode) -> list[str]:
    """The named parts of a sum or mean, without what may stand in for them."""
    if isinstance(node, FormulaNode) and isinstance(formulas.parse(node.formula), Operation):
        return [one for one in formulas.names(formulas.parse(node.formula)) if one not in node.bind]
    parts = node.of if isinstance(node, SumNode | MeanNode) else ()
    return [one for one in parts if isinstance(one, str)]


def _brings_points(node_id: str, scheme: Scheme) -> bool:
    node = scheme.nodes.get(node_id)
    if isinstance(node, SumNode | MeanNode) and node.max is None:
        return any(_brings_points(one, scheme) for one in _added(node))
    return isinstance(node, LedgerNode) or (node is not None and node.max is not None)


def items_are_allowed(scheme: Scheme) -> Iterator[Said]:
    """S302, S303, S304: no forbidden responsibility, no counting of traces, no head counts.

    Asked of every assessment but one that says itself that it is not comprehensive: the rules are
    for those who assess grass-roots organisations, not for those who rate enterprises.
    """
    if scheme.burden is not None and not scheme.burden.comprehensive:
        return
    for node_id, node in scheme.nodes.items():
        if node.max is None and not isinstance(node, LedgerNode):
            continue
        told = list(_words(node, scheme))
        for words in RELIEF.words:
            found = [match[0] for one in told if (match := words.pattern.search(one))]
            if found:
                zh, en = f"“{found[0]}”{words.says.zh}", f"“{found[0]}” {words.says.en}"
                yield finding(words.code, ("nodes", node_id), zh, en)


def _words(node: BaseNode, scheme: Scheme) -> Iterator[str]:
    """What a node says it is about: its label, its tallies, its tables, who marks it."""
    for label in _labels(node, scheme):
        if label is not None:
            yield label.zh
            yield label.en


def _labels(node: BaseNode, scheme: Scheme) -> Iterator[Text | None]:
    for one in with_inner(node):
        yield one.label
        for operand in operands(one):
            if isinstance(operand, Tally):
                yield operand.label
        table = scheme.tables.get(getattr(one, "table", "") or "")
        if table is not None and isinstance(one, LedgerNode):
            yield table.label
        if table is not None and isinstance(one, MarksNode) and one.scorer in table.columns:
            choices = table.columns[one.scorer].choices
            for scorer in one.scorers:
                name = choices.get(scorer, scorer)
                yield Text(zh=name, en=name)


def vetoes_are_founded(scheme: Scheme) -> Iterator[Said]:
    """S305: a veto names the document that it rests on and the day on which it ends."""
    for node_id, node in scheme.nodes.items():
        if isinstance(node, RulesNode):
            order = list(labels_of(node))
            for index, rule in enumerate(node.rules):
                missing = [word for word in ("basis", "expires") if getattr(rule, word) is None]
                if missing and _only_lowers(rule.then, order) and not _is_cap(rule, node):
                    zh = f"“{rule.label.zh}”属于一票否决，请写明依据和期限：{'、'.join(missing)}"
                    en = f"“{rule.label.en}” is a veto: state {' and '.join(missing)}"
                    yield finding("S305", ("nodes", node_id, "rules", index), zh, en)
        if isinstance(node, RankNode) and node.last_if is not None and node.basis is None:
            zh = "排在最后属于一票否决：请在节点写 basis（依据）"
            yield finding("S305", ("nodes", node_id), zh, "last place is a veto: state its basis")


def _is_cap(rule: Rule, node: RulesNode) -> bool:
    """Whether a rule asks about nothing but what it changes: a ceiling, and no veto."""
    sides = (rule.given,) if isinstance(rule.given, Mapping) else rule.given
    return all(node.bind.get(name, name) == node.of for side in sides for name in side)


def _only_lowers(effect: Effect, order: list[str]) -> bool:
    """Whether an effect can only make a grade or a value worse."""
    match effect.taken:
        case "set":
            return effect.set == (order[-1] if order else 0)
        case "at_most":
            return True
        case "shift":
            return (effect.shift or 0) < 0
        case "times":
            return effect.times is not None and effect.times <= 0
    return False


def items_trace_to_lists(scheme: Scheme) -> Iterator[Said]:
    """S306: every item traces to one of the lists of duties."""
    burden = scheme.burden
    if burden is None or not burden.comprehensive:
        return
    if not burden.lists:
        zh = "没有声明事项清单，各项内容是否在清单之内无从核对：请写 burden.lists，各项写 basis"
        en = "no lists of duties are declared, so items cannot be traced: state burden.lists"
        yield note("S306", ("burden",), zh, en)
        return
    for node_id, node in item_nodes(scheme).items():
        if node.basis not in burden.lists:
            zh = f"这一项不在任何清单之内：请写 basis，可用 {'、'.join(burden.lists)}"
            en = f"the item traces to no list: state basis, one of {', '.join(burden.lists)}"
            yield finding("S306", ("nodes", node_id), zh, en)


def nobody_is_ranked_in_public(scheme: Scheme) -> Iterator[Said]:
    """S307: ranks, percentiles and what is reckoned from them are not published."""
    for index, node_id in enumerate(scheme.results.public):
        if tells_rank(node_id, scheme):
            zh = f"公开 {node_id} 就是公开排名：请从 public 中删去，或在 overrides 中写明理由"
            en = f"publishing {node_id} ranks in public: take it out, or override with a reason"
            yield finding("S307", ("results", "public", index), zh, en)


def places_stay_inside(scheme: Scheme) -> Iterator[Said]:
    """S310: where points or money go by place, ranks are for internal use only."""
    burden = scheme.burden
    if burden is None or not burden.comprehensive:
        return
    zh = "按名次给分或发放：名次只供内部计算，不得公开排名、通报"
    en = "points or money go by place: ranks are for internal use and are not published"
    for node_id, node in scheme.nodes.items():
        of = scheme.nodes.get(str(node.of)) if isinstance(node, BandsNode) else None
        if isinstance(of, RankNode) and node.max is not None:
            yield note("S310", ("nodes", node_id), zh, en)
    if scheme.pay is not None and isinstance(scheme.nodes.get(scheme.pay.by), AllocateNode):
        yield note("S310", ("pay", "by"), zh, en)
