"""An assessment beside others: no heavier than last year's, and the only one of its year."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kaohe.scheme.linting.burden import item_nodes
from kaohe.scheme.linting.saying import Path, Said, finding
from kaohe.scheme.model import Scheme

Others = Callable[[str], Scheme | None]
"""Finds another scheme by the name or path that a scheme gives."""


def beside_others(scheme: Scheme, others: Others) -> Iterator[Said]:
    """S308, S309: no more is asked than last year, and there is one comprehensive assessment."""
    burden = scheme.burden
    if burden is None:
        return
    if burden.follows is not None:
        last = others(burden.follows)
        path: Path = ("burden", "follows")
        if last is None:
            yield _not_found("S308", path, burden.follows)
        else:
            yield from _lighter(path, scheme, last)
    for index, name in enumerate(burden.beside):
        other = others(name)
        if other is None:
            yield _not_found("S309", ("burden", "beside", index), name)
        elif _both_comprehensive(scheme, other) and _same_time(scheme, other):
            zh = f"同一年还有综合性考核 {other.id}：一年只开展一次"
            en = f"{other.id} is a second comprehensive assessment in the same year: hold one"
            yield finding("S309", ("burden", "beside", index), zh, en)


def _not_found(code: str, path: Path, name: str) -> Said:
    zh = f"找不到方案 {name}，无法比较：请核对名称或路径"
    return finding(code, path, zh, f"cannot find {name} to compare with: check its name or path")


def _lighter(path: Path, scheme: Scheme, last: Scheme) -> Iterator[Said]:
    for place, zh_name, en_name, count in (
        ("items", "考核项目", "items", _items),
        ("fields", "要求考核对象提供的内容", "things asked of those assessed", asked_of_subjects),
    ):
        now, before = count(scheme), count(last)
        if now > before:
            zh = f"{zh_name}由 {before} 个增加到 {now} 个：请精简，或在 overrides 中写明理由"
            en = f"{en_name}: {now}, last year {before}; ask for less, or override with a reason"
            yield finding("S308", (*path, place), zh, en)


def _items(scheme: Scheme) -> int:
    return len(item_nodes(scheme))


def asked_of_subjects(scheme: Scheme) -> int:
    """Columns of the tables that those assessed hand in, and nodes that ask something of them."""
    own = scheme.subject.label.zh
    fields = sum(
        len(table.columns)
        for table in scheme.tables.values()
        if table.provider is not None and table.provider.zh.endswith(own)
    )
    return fields + sum(node.asks_area is not None for node in scheme.nodes.values())


def _both_comprehensive(one: Scheme, other: Scheme) -> bool:
    return all(side.burden is not None and side.burden.comprehensive for side in (one, other))


def _same_time(one: Scheme, other: Scheme) -> bool:
    if one.period is None or other.period is None:
        return True
    return one.period.first <= other.period.last and other.period.first <= one.period.last
