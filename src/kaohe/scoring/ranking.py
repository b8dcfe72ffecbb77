"""Ranks: a place for every subject, apart for each class."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from kaohe.scheme.nodes import RankNode
from kaohe.scoring.cohorts import Class, class_name, classes
from kaohe.scoring.demands import asked, holds
from kaohe.scoring.operands import operand_input, operand_label
from kaohe.scoring.reasons import Reason, why_absent
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.numbers import NUMBERS, Absence, Number, Value, weightiest
from kaohe.values.text import Text

Key = tuple[bool, tuple[tuple[bool, Number], ...]]
"""Whether a subject is put behind all others, then what it is sorted by."""


@dataclass(frozen=True)
class Standing:
    """What a place is given by: the class, the key, or why there is none."""

    group: Class
    key: Key
    absent: Absence | None
    left_out: bool = False


def standings(node: RankNode, sheet: Sheet) -> list[Standing]:
    """For every subject what its place is given by."""
    return sheet.kept(node, "standings", lambda: _standings(node, sheet))


def _standings(node: RankNode, sheet: Sheet) -> list[Standing]:
    groups, applies = classes(node.within, sheet), sheet.applies(node)
    return [
        _standing(node, sheet, index, groups[index], applies=applies[index])
        for index in range(sheet.size)
    ]


def _standing(node: RankNode, sheet: Sheet, index: int, group: Class, *, applies: bool) -> Standing:
    first = sheet.values[node.by[0].node][index]
    left_out = _asked(node, "left_out_if", sheet, index)
    last = _asked(node, "last_if", sheet, index)
    reasons = [one for one in (first, group, left_out, last) if isinstance(one, Absence)]
    absent = weightiest(reasons) if reasons else None
    if not applies or (absent is None and left_out is True):
        absent = Absence.NOT_APPLICABLE
    key = (last is True, tuple(_part(key.node, key.order, sheet, index) for key in node.by))
    return Standing(group, key, absent, left_out is True)


def _asked(node: RankNode, name: str, sheet: Sheet, index: int) -> bool | Absence:
    given = getattr(node, name)
    return False if given is None else holds(given, node.bind, sheet, index)


def _part(node_id: str, order: str, sheet: Sheet, index: int) -> tuple[bool, Number]:
    """One key: the best first, what is absent last."""
    value = sheet.values[node_id][index]
    if isinstance(value, NUMBERS):
        return False, -value if order == "high_first" else value
    return True, 0


def ties_of(node: RankNode, sheet: Sheet) -> str:
    """How full equals share places: as the node says, else the scheme's head."""
    ties = sheet.scheme.ties
    return node.ties or (ties.rank if ties is not None else None) or "first"


def rank_column(node: RankNode, sheet: Sheet) -> Column:
    """Places by the keys, apart for each class; subjects without the first key have none."""
    standing, ties = standings(node, sheet), ties_of(node, sheet)
    column: Column = [one.absent or 0 for one in standing]
    for group in sorted({one.group for one in standing if isinstance(one.group, str)}):
        members = [
            index for index, one in enumerate(standing) if one.group == group and one.absent is None
        ]
        members.sort(key=lambda index: standing[index].key)
        place = 1
        for _, equal in groupby(members, key=lambda index: standing[index].key):
            equals = list(equal)
            last = place + len(equals) - 1
            for index in equals:
                column[index] = last if ties == "last" else place
            place = place + 1 if ties == "dense" else last + 1
    return column


def groups_of(node: RankNode, sheet: Sheet) -> list[tuple[int, int, int]]:
    """For every subject: how many are ranked with it, share its first key, share all its keys."""
    return sheet.kept(node, "groups", lambda: _groups(node, sheet))


def _groups(node: RankNode, sheet: Sheet) -> list[tuple[int, int, int]]:
    standing = standings(node, sheet)
    ranked = [one for one in standing if one.absent is None]
    sizes = Counter(one.group for one in ranked)
    alike = Counter((one.group, one.key[0], one.key[1][0]) for one in ranked)
    equal = Counter((one.group, one.key) for one in ranked)
    return [
        (
            sizes[one.group],
            alike[one.group, one.key[0], one.key[1][0]],
            equal[one.group, one.key],
        )
        for one in standing
    ]


def equals_of(node: RankNode, sheet: Sheet) -> list[int]:
    """For every subject how many share its place, itself included."""
    return sheet.kept(node, "equals", lambda: [equal for _, _, equal in groups_of(node, sheet)])


def last_of_group(node: RankNode, place: Value, size: int, sheet: Sheet) -> Number:
    """The last place that a group of equals takes up."""
    assert not isinstance(place, str | Absence)
    first = ties_of(node, sheet) == "first"
    return place + size - 1 if first else place


def explain_rank(node: RankNode, sheet: Sheet, index: int, text: str) -> Reason:
    """The place among how many, with how many equals; in public only what it is ranked by."""
    inputs = tuple(operand_input(key.node, sheet, index) for key in node.by)
    labels = [operand_label(key.node, sheet) for key in node.by]
    zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
    public = Text(
        zh=f"依次按{zh}比较，只供内部计算。", en=f"Compared by {en}; for internal use only."
    )
    if not text:
        return Reason(_no_place(node, sheet, index, labels[0]), inputs, public)
    ranked, alike, equals = groups_of(node, sheet)[index]
    kind = sheet.subject.label.zh
    named = class_name(node.within, sheet, index)
    within = Text(zh="", en="") if named is None else Text(zh=f"{named.zh}的", en=f" in {named.en}")
    zh = f"{labels[0].zh} {inputs[0].value}，在{within.zh} {ranked} 个{kind}中列第 {text} 名"
    en = f"{labels[0].en} {inputs[0].value}: place {text} of {ranked}{within.en}"
    last = standings(node, sheet)[index].key[0]
    if last and node.last_if is not None:
        why, figures = asked(node.last_if, node.bind, sheet, index)
        zh, en = f"{zh}；{why.zh}，列在其他{kind}之后", f"{en}; {why.en}: behind all others"
        inputs = (*inputs, *figures)
    if alike > equals:
        others = [f"{one.label.zh} {one.value}" for one in inputs[1 : len(labels)]]
        others_en = [f"{one.label.en} {one.value}" for one in inputs[1 : len(labels)]]
        zh += f"；{alike} 个{labels[0].zh}相同，依次再比{'、'.join(others)}"
        en += f"; {alike} have the same {labels[0].en}, compared further by {', '.join(others_en)}"
    if equals > 1:
        zh, en = f"{zh}（与另外 {equals - 1} 个并列）", f"{en}, equal with {equals - 1} more"
    return Reason(Text(zh=f"{zh}。", en=f"{en}."), inputs, public)


def _no_place(node: RankNode, sheet: Sheet, index: int, label: Text) -> Text:
    standing = standings(node, sheet)[index]
    if standing.left_out and node.left_out_if is not None:
        why, _ = asked(node.left_out_if, node.bind, sheet, index)
        return Text(zh=f"{why.zh}，不参加排名。", en=f"{why.en}: not ranked.")
    first = sheet.values[node.by[0].node][index]
    if isinstance(first, Absence):
        return why_absent([(label, first)], first)
    absent = standing.absent or Absence.NOT_APPLICABLE
    return why_absent([], absent)
