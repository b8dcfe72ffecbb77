"""Rules about letters: what they tell is there, and tells nobody's place."""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.scheme.graph import goes_by_rank, tells_rank
from kaohe.scheme.linting.nodes import misuses_of, named_in, no_node
from kaohe.scheme.linting.saying import Path, Said, error, tried
from kaohe.scheme.model import Scheme
from kaohe.scheme.nodes import labels_of

AT: Path = ("feedback",)


def letters_tell_what_is_there(scheme: Scheme) -> Iterator[Said]:
    """S102, S104: nodes, counts and classes that letters name are those of the main subject."""
    feedback = scheme.feedback
    if feedback is None:
        return
    named = [*feedback.nodes, *(one for it in feedback.operands for one in named_in(it, scheme))]
    for name in dict.fromkeys(named):
        if name not in scheme.nodes:
            yield no_node(AT, name, scheme.nodes)
        elif scheme.nodes[name].subject is not None:
            zh = f"{name} 不属于主要对象，反馈函中不能写"
            yield error("S119", AT, zh, f"{name} belongs to another subject than the letters'")
    for operand in feedback.operands:
        yield from misuses_of(AT, operand, scheme, scheme.ground)
    within = feedback.within
    if within is not None and within not in scheme.cohorts:
        table = scheme.ground.subject.table
        yield from tried("S104", AT, lambda: scheme.ground.column(table, within))


def letters_tell_no_place(scheme: Scheme) -> Iterator[Said]:
    """S125: the result is a label; points have a maximum; neither they nor others tell a place."""
    feedback = scheme.feedback
    if feedback is None:
        return
    nodes = {name: scheme.nodes[name] for name in feedback.nodes if name in scheme.nodes}
    if feedback.result in nodes and not labels_of(nodes[feedback.result]):
        zh = f"{feedback.result} 给的不是等次，不能作为公布的结果"
        en = f"{feedback.result} gives no labels: nothing to publish"
        yield error("S125", (*AT, "result"), zh, en)
    for name in feedback.points:
        if name in nodes and nodes[name].max is None:
            zh, en = f"{name} 没有满分（max），不能写进 points", f"{name} has no max: no points"
            yield error("S125", (*AT, "points"), zh, en)
    for name in nodes:
        by_place = tells_rank(name, scheme) or goes_by_rank(nodes[name], scheme)
        if tells_rank(name, scheme) or (by_place and name != feedback.result):
            zh = f"{name} 是名次或按名次得出，写进反馈函就看得出名次"
            en = f"{name} is a place or goes by one: a letter would tell it"
            yield error("S125", AT, zh, en)


def reminders_go_by_the_result(scheme: Scheme) -> Iterator[Said]:
    """S126: who may be reminded goes by labels of the result that is published."""
    feedback = scheme.feedback
    if feedback is None or feedback.remind is None:
        return
    node = scheme.nodes.get(feedback.result or "")
    known = labels_of(node) if node is not None else {}
    for code in feedback.remind.results:
        if code not in known:
            zh = f"{code} 不是公布结果（result）的等次，不能作为提醒的条件"
            en = f"{code} is no label of the published result: nobody is reminded by it"
            yield error("S126", (*AT, "remind", "results"), zh, en)
