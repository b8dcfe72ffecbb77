"""Two schemes compared: entry by entry, under every option, grouped by clause."""

from __future__ import annotations

from collections.abc import Mapping

from kaohe.scheme.comparing.accounts import Accounts
from kaohe.scheme.comparing.pairing import Entry, Pair
from kaohe.scheme.comparing.report import Comparison, Part, Said
from kaohe.scheme.comparing.sides import Side
from kaohe.scheme.comparing.wording import beside, both, bracketed
from kaohe.scheme.loading import SchemeFile
from kaohe.values.text import Text

HEAD = Text(zh="方案概况", en="The scheme as a whole")
NO_CLAUSE = Text(zh="未注明条款", en="No clause")
CHECKS = Text(zh="检查项", en="Checks")
RESULTS = Text(zh="反馈与结果版式", en="Feedback and layout of results")
LATER: Mapping[str, Text] = {
    "decisions": Text(zh="决定事项", en="Decisions"),
    "readings": Text(zh="固定读法", en="Readings"),
    "tables": Text(zh="数据表", en="Tables"),
    "questionnaire": Text(zh="问卷", en="Questionnaire"),
    "checks": CHECKS,
    "waivers": CHECKS,
    "pay": Text(zh="绩效", en="Pay"),
    "feedback": RESULTS,
    "results": RESULTS,
}
"""Groups by field that come after the clauses."""


def compare(old: SchemeFile, new: SchemeFile) -> Comparison:
    """What the newer scheme changes."""
    pair = Pair(old, new)
    accounts = Accounts(pair)
    entries = list(pair.entries())
    fields = ("nodes", *LATER)
    order = [_group(entry) for field in fields for entry in entries if entry.field == field]
    groups: dict[Text, list[Part]] = {name: [] for name in (HEAD, *order)}
    for entry in entries:
        groups[_group(entry)].extend(accounts.parts(entry))
    moved = accounts.moving.sentence()
    if moved is not None:
        groups[HEAD].append(Part(None, (Said(moved),)))
    told = tuple((name, tuple(parts)) for name, parts in groups.items() if parts)
    return Comparison(_title(pair.old), _title(pair.new), told)


def _group(entry: Entry) -> Text:
    """Where an entry is told: a node under its clause, the pay with it, the rest by field."""
    if entry.field not in ("nodes", "pay"):
        return LATER.get(entry.field, HEAD)
    there = [case.new for case in entry.cases if case.new is not None]
    there = there or [case.old for case in entry.cases if case.old is not None]
    clause = next((one.clause for one in there if one.clause is not None), None)
    if entry.field == "nodes":
        return NO_CLAUSE if clause is None else both(clause)
    return LATER["pay"] if clause is None else beside(LATER["pay"], bracketed(both(clause)))


def _title(side: Side) -> Text:
    """A scheme by its title, id and version."""
    title, name, version = (side.read(field, None, {}) for field in ("title", "id", "version"))
    zh = f"{title.zh}（{name}，版本 {version}）"
    return Text(zh=zh, en=f"{title.en} ({name}, version {version})")
