"""Ledgers: points of events, by kind, with ladders of repeats, groups, factors and caps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe.scheme.conditions import stored
from kaohe.scheme.counting import adds_a_column, counts_kinds, kinds_of
from kaohe.scheme.nodes import EventKind, Factors, LedgerNode, PointsByKind
from kaohe.scoring.reasons import Input, Reason, shown
from kaohe.scoring.sheet import Column, Sheet
from kaohe.values.measures import Stored
from kaohe.values.text import Text

FIXED = ""
"""The one kind of a ledger whose events all have the same points."""


@dataclass(frozen=True)
class Entry:
    """Events of one kind that have the factor and the group in common."""

    kind: str
    points: Fraction
    factor: Fraction
    group: tuple[Stored | None, ...]
    number: int


@dataclass(frozen=True)
class Account:
    """A ledger for one subject: how many events there were, what each kind came to, the whole."""

    events: int
    by_kind: Mapping[str, tuple[int, Fraction]]
    whole: Fraction


def ledger_column(node: LedgerNode, sheet: Sheet) -> Column:
    """Points of events added up, or the highest of them, within the cap."""
    return [capped(_account(node, sheet, index).whole, node) for index in range(sheet.size)]


def capped(points: Fraction, node: LedgerNode) -> Fraction:
    """Points within the cap, on whichever side of 0 they lie."""
    return points if node.cap is None else _within(points, Fraction(node.cap))


def _within(points: Fraction, cap: Fraction) -> Fraction:
    return max(-abs(cap), min(points, abs(cap)))


def _account(node: LedgerNode, sheet: Sheet, index: int) -> Account:
    accounts = sheet.kept(node, "accounts", lambda: _accounts(node, sheet))
    return accounts[index]


def _accounts(node: LedgerNode, sheet: Sheet) -> list[Account]:
    if adds_a_column(node, sheet.scheme.ground_of(sheet.kind)):
        counted = sheet.counted(node)
        return [
            Account(
                counted["events"].numbers[index],
                {},
                Fraction(counted[node.accumulate].amount(index)),
            )
            for index in range(sheet.size)
        ]
    kinds = kinds_of(node)
    events = sheet.counted(node)["events"].numbers
    return [
        _summed(node, kinds, events[index], _entries(node, sheet, index))
        for index in range(sheet.size)
    ]


def _entries(node: LedgerNode, sheet: Sheet, index: int) -> list[Entry]:
    """The events of one subject, put together as far as they are alike."""
    kinds = kinds_of(node)
    if counts_kinds(node):
        counted = sheet.counted(node)
        return [
            Entry(code, Fraction(kind.points), Fraction(1), (), number)
            for code, kind in kinds.items()
            if (number := counted[f"events:{code}"].numbers[index])
        ]
    factors = _factors(node.times, node.table, sheet)
    found: list[Entry] = []
    for code, (grouping, groups) in sheet.groups(node).items():
        for cells, number in groups[index]:
            rest = list(cells)
            if code in kinds:
                points = Fraction(kinds[code].points)
            else:
                points = Fraction(int(rest.pop(0) or 0), grouping.scale)
            factor = factors.get(rest.pop(0), Fraction(1)) if node.times else Fraction(1)
            found.append(Entry(code, points, factor, tuple(rest), number))
    return found


def _factors(times: Factors | None, table: str, sheet: Sheet) -> dict[Stored | None, Fraction]:
    """Factors by the stored cell of their code."""
    if times is None:
        return {}
    column = sheet.scheme.fact_tables[table].columns[times.by]
    truths = {"true": True, "false": False}
    return {
        stored(truths.get(code, code) if column.type == "boolean" else code, times.by, column): (
            Fraction(factor)
        )
        for code, factor in times.each.items()
    }


def _summed(
    node: LedgerNode, kinds: Mapping[str, EventKind], events: int, entries: Sequence[Entry]
) -> Account:
    if node.keep == "highest":
        entries = [_highest(group) for group in _by_group(entries).values()]
    by_kind: dict[str, tuple[int, Fraction]] = {}
    for code in dict.fromkeys(entry.kind for entry in entries):
        mine = [entry for entry in entries if entry.kind == code]
        points = _points(node, kinds.get(code), mine)
        by_kind[code] = (sum(entry.number for entry in mine), points)
    if node.accumulate == "highest":
        whole = max((points for _, points in by_kind.values()), key=abs, default=Fraction(0))
    else:
        whole = sum((points for _, points in by_kind.values()), Fraction(0))
    return Account(events, by_kind, whole)


def _by_group(entries: Iterable[Entry]) -> dict[tuple[Stored | None, ...], list[Entry]]:
    found: dict[tuple[Stored | None, ...], list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.group, []).append(entry)
    return found


def _highest(entries: Sequence[Entry]) -> Entry:
    """Of a group the one event that counts."""
    best = max(entries, key=lambda entry: abs(entry.points * entry.factor))
    return Entry(best.kind, best.points, best.factor, best.group, 1)


def _points(node: LedgerNode, kind: EventKind | None, entries: Sequence[Entry]) -> Fraction:
    """What the events of one kind come to, within the kind's cap."""
    free = kind.free if kind is not None else node.free
    repeat = [Fraction(one) for one in (kind.repeat if kind is not None else node.repeat)]
    groups = _by_group(entries).values()
    counting = [one for group in groups for one in _counting(group, free, repeat)]
    if node.accumulate == "highest":
        points = max((points for points, _ in counting), key=abs, default=Fraction(0))
    else:
        points = sum((points * count for points, count in counting), Fraction(0))
    if kind is None or kind.cap is None:
        return points
    return _within(points, Fraction(kind.cap))


def _counting(
    group: Sequence[Entry], free: int, repeat: Sequence[Fraction]
) -> list[tuple[Fraction, Fraction]]:
    """Points with how often they count: the free events first, then the ladder of repeats.

    Events that weigh least are the free ones and stand first on the ladder, so that no order of
    rows can change the result.
    """
    each = sorted(
        (entry.points * entry.factor for entry in group for _ in range(entry.number)), key=abs
    )[free:]
    if not repeat:
        return [(points, Fraction(count)) for points, count in Counter(each).items()]
    return [
        (points, repeat[min(position, len(repeat) - 1)]) for position, points in enumerate(each)
    ]


def explain_ledger(node: LedgerNode, sheet: Sheet, index: int, text: str) -> Reason:
    """Which events, what they come to by kind, and whether the cap cut them."""
    account = _account(node, sheet, index)
    label = sheet.scheme.fact_tables[node.table].label
    inputs = [Input(label, str(account.events))]
    if not account.events:
        return Reason(
            Text(zh=f"没有{label.zh}，{text} 分。", en=f"{label.en}: none, {text}."), tuple(inputs)
        )
    kinds = kinds_of(node)
    for code, (number, _) in account.by_kind.items():
        if isinstance(node.points, PointsByKind):
            inputs.append(Input(_kind_label(node, kinds[code], code, sheet), str(number)))
    listed_zh = "，".join(f"{figure.label.zh} {figure.value} 项" for figure in inputs)
    listed_en = ", ".join(f"{figure.label.en}: {figure.value}" for figure in inputs)
    besides = _in_brackets([*_besides(node, kinds), *_expired(node, kinds, account)])
    highest = node.accumulate == "highest"
    earned = shown(account.whole)
    zh = f"{listed_zh}{besides.zh}；{'取最高一项' if highest else '合计'} {earned} 分"
    en = f"{listed_en}{besides.en}; {'the highest is' if highest else 'together'} {earned}"
    if node.cap is not None:
        zh, en = f"{zh}，最多 {shown(Fraction(node.cap))} 分", f"{en}, at most {node.cap}"
    return Reason(Text(zh=f"{zh}，得 {text}。", en=f"{en}: {text}."), tuple(inputs))


def _kind_label(node: LedgerNode, kind: EventKind, code: str, sheet: Sheet) -> Text:
    """A kind with its points and what holds for it alone."""
    assert isinstance(node.points, PointsByKind)
    choices = sheet.scheme.fact_tables[node.table].columns[node.points.by].choices
    points = shown(Fraction(kind.points))
    words = _in_brackets([Text(zh=f"每项 {points} 分", en=f"{points} each"), *_ladder(kind)])
    return Text(zh=f"{choices.get(code, code)}{words.zh}", en=f"{code}{words.en}")


def _in_brackets(words: Sequence[Text]) -> Text:
    if not words:
        return Text(zh="", en="")
    zh, en = "，".join(word.zh for word in words), ", ".join(word.en for word in words)
    return Text(zh=f"（{zh}）", en=f" ({en})")


def _ladder(kind: EventKind) -> list[Text]:
    """Free events, the factors of repeats, and the cap of a kind."""
    words = []
    if kind.free:
        words.append(Text(zh=f"前 {kind.free} 项不计", en=f"the first {kind.free} free"))
    if kind.repeat:
        factors = [f"×{shown(Fraction(one))}" for one in kind.repeat]
        words.append(Text(zh=f"重复依次{'、'.join(factors)}", en=f"repeats {', '.join(factors)}"))
    if kind.cap is not None:
        cap = shown(Fraction(kind.cap))
        words.append(Text(zh=f"最多 {cap} 分", en=f"at most {cap}"))
    return words


def _expired(node: LedgerNode, kinds: Mapping[str, EventKind], account: Account) -> list[Text]:
    """How many events count no more, where records run out."""
    counted = sum(number for number, _ in account.by_kind.values())
    left_out = account.events - counted
    if node.per or not left_out or not any(kind.lasts is not None for kind in kinds.values()):
        return []
    return [Text(zh=f"其中 {left_out} 项已过有效期或不计", en=f"{left_out} of them run out")]


def _besides(node: LedgerNode, kinds: Mapping[str, EventKind]) -> list[Text]:
    """What else was at work on the whole: groups, factors, the ladder of a fixed number."""
    words = []
    if isinstance(node.points, Decimal):
        points = shown(Fraction(node.points))
        words = [Text(zh=f"每项 {points} 分", en=f"{points} each"), *_ladder(kinds[FIXED])]
    if node.keep == "highest":
        words.append(Text(zh="同一件只计最高一项", en="of one matter only the highest"))
    if node.times is not None:
        words.append(Text(zh="按情节加权", en="weighted by circumstances"))
    return words
