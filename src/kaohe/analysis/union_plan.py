"""Whether the channels together will reach as many different households as the scheme asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kaohe.analysis.asking import Ask
from kaohe.analysis.plan import (
    Plan,
    PlanColumn,
    PlanTable,
    explanation_columns,
    figure,
    subject_columns,
)
from kaohe.analysis.size_plan import percent
from kaohe.analysis.unions import Union, greatest_overlap, union_of
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import SampleCheck, sample_checks
from kaohe.values.numbers import PERCENT, Number, cut_off, fixed, round_half_up, shortest
from kaohe.values.text import Text

LIKELY = 95
"""From so many chances in a hundred on it is likely; with as few the other way, unlikely."""
REQUIRED = "required"
VERDICTS = {
    "certain": Text(zh="必能达到", en="certain"),
    "likely": Text(zh="很可能达到", en="likely"),
    "open": Text(zh="难以预料", en="open"),
    "unlikely": Text(zh="很可能达不到", en="unlikely"),
    "impossible": Text(zh="不可能达到", en="impossible"),
}


@dataclass(frozen=True)
class Expectations:
    """How many take part by each check: a ``share`` of all, or a number; else what is required.

    ``overlap`` is the share of a later round's households that took part before; None draws the
    rounds independently.
    """

    shares: Mapping[str, Fraction] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    overlap: Fraction | None = None

    def of(self, check: str, ask: Ask) -> int:
        """The households expected of one subject; never more than there are."""
        if check in self.numbers:
            expected = self.numbers[check]
        elif check in self.shares:
            expected = int(round_half_up(self.shares[check] * ask.population, 0))
        else:
            expected = ask.required
        return min(expected, ask.population)


@dataclass(frozen=True)
class _Expected:
    """One subject: what is asked, what each part is expected to reach, what all reach together."""

    ask: Ask
    parts: Mapping[str, int]
    union: Union
    overlap: Fraction | None
    """The greatest overlap of the rounds with which it is still expected."""

    @property
    def chance(self) -> int:
        return self.union.percent_chance(self.ask.required)

    @property
    def verdict(self) -> str:
        return verdict_of(self.chance)


def verdict_of(chance: int) -> str:
    """The name of a verdict, by the chances in a hundred."""
    if chance in (0, PERCENT):
        return "certain" if chance else "impossible"
    if chance >= LIKELY:
        return "likely"
    return "unlikely" if chance <= PERCENT - LIKELY else "open"


def union_plan(
    scheme: Scheme,
    check_id: str,
    channels: Sequence[Sequence[SampleCheck]],
    asks: Mapping[str, Sequence[Ask]],
    expectations: Expectations,
) -> Plan:
    """The expected union of every subject; ``asks`` has the whole's check and those of its parts.

    ``channels`` are the parts, rounds of one channel together.
    """
    expected = [
        _expected(ask, place, channels, asks, expectations)
        for place, ask in enumerate(asks[check_id])
    ]
    parts = part_names(scheme, check_id, channels)
    rows = [[*_cells(one), *_told(one)] for one in expected]
    label = scheme.checks[check_id].label
    return Plan(
        name="union",
        title=Text(zh=f"预计：{label.zh}", en=f"Expected: {label.en}"),
        says=tuple(_says(scheme.subject.label, parts, channels, expected, expectations)),
        tables=(PlanTable("union", label, _columns(scheme, parts), rows),),
        record={
            "check": check_id,
            "expected": {part: _written(part, expectations) for part in parts},
            "overlap": None if expectations.overlap is None else percent(expectations.overlap),
            "verdicts": {
                verdict: str(sum(one.verdict == verdict for one in expected))
                for verdict in VERDICTS
            },
        },
    )


def part_names(
    scheme: Scheme, check_id: str, channels: Sequence[Sequence[SampleCheck]]
) -> dict[str, Text]:
    """What the parts of a union are called, by their checks, in the order of the channels."""
    whole = sample_checks(scheme)[check_id]
    return {one.check: _name(scheme, one, whole) for rounds in channels for one in rounds}


def _name(scheme: Scheme, part: SampleCheck, whole: SampleCheck) -> Text:
    """What tells a part from the whole, such as its channel and round."""
    columns = scheme.fact_tables[part.counted.partition(".")[0]].columns
    zh, en = [], []
    for name, value in part.where:
        if (name, value) in whole.where:
            continue
        column, choice = columns[name], columns[name].choices.get(value)
        zh.append(choice or f"{column.heading} {value}")
        en.append(value.replace("_", " ") if choice else f"{name.replace('_', ' ')} {value}")
    return Text(zh="、".join(zh), en=", ".join(en))


def _expected(
    ask: Ask,
    place: int,
    channels: Sequence[Sequence[SampleCheck]],
    asks: Mapping[str, Sequence[Ask]],
    expectations: Expectations,
) -> _Expected:
    numbers = [
        [expectations.of(part.check, asks[part.check][place]) for part in rounds]
        for rounds in channels
    ]
    names = [part.check for rounds in channels for part in rounds]
    flat = [number for rounds in numbers for number in rounds]
    return _Expected(
        ask,
        dict(zip(names, flat, strict=True)),
        union_of(ask.population, numbers, expectations.overlap),
        greatest_overlap(ask.population, numbers, ask.required),
    )


def _written(part: str, expectations: Expectations) -> str:
    if part in expectations.numbers:
        return str(expectations.numbers[part])
    share = expectations.shares.get(part)
    return REQUIRED if share is None else percent(share)


def _told_part(part: str, expectations: Expectations) -> Text:
    written = _written(part, expectations)
    if written == REQUIRED:
        return Text(zh="正好达到要求", en="just as required")
    return Text(zh=f"{written}{'' if '%' in written else ' 户'}", en=written)


def _cells(one: _Expected) -> Iterator[str]:
    union, required = one.union, one.ask.required
    yield from (one.ask.subject.id, one.ask.subject.name, str(one.ask.population))
    yield from map(str, one.parts.values())
    yield from (str(required), fixed(union.expected, 1), str(union.least), str(union.most))
    yield from (str(one.chance), one.verdict, str(union.new_ones_needed(required)))
    yield str(union.random_ones_needed(required))
    yield "" if one.overlap is None else shortest(cut_off(one.overlap * PERCENT, 1))


def _told(one: _Expected) -> Iterator[str]:
    """The row as a sentence, in both languages."""
    union, ask = one.union, one.ask
    expected, share = fixed(union.expected, 0), _share(union.expected, ask.population)
    zh = f"预计不重复 {expected} 户（{share}），要求 {ask.required} 户：{VERDICTS[one.verdict].zh}"
    en = (
        f"{expected} different households ({share}) are expected and {ask.required} required:"
        f" {VERDICTS[one.verdict].en}"
    )
    new, more = union.new_ones_needed(ask.required), union.random_ones_needed(ask.required)
    if new:
        zh += f"。还差 {new} 户没有参加过的；随机邀请的话约需 {more} 户"
        en += f". {new} more that took no part are needed, or some {more} asked at random"
    if one.overlap is not None and one.verdict not in ("certain", "impossible"):
        limit = shortest(cut_off(one.overlap * PERCENT, 1))
        zh += f"。第二轮参加的住户中，参加过第一轮的不超过 {limit}% 才够"
        en += f". It is enough while at most {limit}% of the second round took part in the first"
    yield from (f"{zh}。", f"{en}.")


def _share(number: Number, population: int) -> str:
    return f"{fixed(Fraction(number) * PERCENT / max(population, 1), 1)}%"


def _says(
    kind: Text,
    parts: Mapping[str, Text],
    channels: Sequence[Sequence[SampleCheck]],
    expected: Sequence[_Expected],
    expectations: Expectations,
) -> Iterator[Text]:
    tally = {verdict: sum(one.verdict == verdict for one in expected) for verdict in VERDICTS}
    told = [(VERDICTS[verdict], number) for verdict, number in tally.items() if number]
    yield Text(
        zh=f"{len(expected)} 个{kind.zh}中：{'，'.join(f'{one.zh} {n} 个' for one, n in told)}。",
        en=f"Enough are reached: {', '.join(f'{one.en} in {n}' for one, n in told)} of"
        f" {len(expected)}.",
    )
    listed = [(name, _told_part(part, expectations)) for part, name in parts.items()]
    zh = "；".join(f"{one.zh} {how.zh}" for one, how in listed)
    en = "; ".join(f"{one.en} {how.en}" for one, how in listed)
    yield Text(zh=f"预计参加：{zh}。", en=f"Expected to take part: {en}.")
    if any(len(rounds) > 1 for rounds in channels):
        if expectations.overlap is None:
            yield Text(
                zh="各方式、各轮次参加的住户视为互不影响。同一批人两轮都来的，实际会少于预计："
                "可以写明第二轮中参加过第一轮的比例（重复比例）再算。",
                en="Channels and rounds are taken to be independent. Where the same people come"
                " twice there are fewer: tell which share of a later round came before (the"
                " overlap).",
            )
        else:
            overlap = percent(expectations.overlap)
            yield Text(
                zh=f"后一轮参加的住户中 {overlap} 参加过前一轮；不同方式之间视为互不影响。",
                en=f"{overlap} of a later round came before; the channels are taken to be"
                " independent.",
            )
    yield Text(
        zh="最少、最多是无论怎样重复都成立的界限。",
        en="Least and most hold however they overlap.",
    )


def _columns(scheme: Scheme, parts: Mapping[str, Text]) -> list[PlanColumn]:
    return [
        *subject_columns(scheme),
        figure("population", ("总户数", "All"), ("登记的总户数", "on record")),
        *(
            figure(part, (one.zh, one.en), ("预计参加的户数", "households expected to take part"))
            for part, one in parts.items()
        ),
        figure(
            "required", ("要求", "Required"), ("不重复的户数至少", "the least of different ones")
        ),
        figure("expected", ("预计", "Expected"), ("不重复户数的均值", "different ones, the mean")),
        figure("least", ("最少", "Least"), ("重复最多时的户数", "if they overlap the most")),
        figure("most", ("最多", "Most"), ("重复最少时的户数", "if they overlap the least")),
        figure(
            "chance",
            ("把握（%）", "Chance (%)"),
            ("在上述假定下达到要求的可能性", "that enough are reached, if all is as assumed"),
        ),
        PlanColumn(
            "verdict",
            Text(zh="判断", en="Verdict"),
            Text(
                zh=f"把握 {LIKELY}% 以上为很可能；界限之外的为必能或不可能",
                en=f"likely from {LIKELY}% on; certain and impossible by the bounds",
            ),
            labels=VERDICTS,
        ),
        figure(
            "new_needed",
            ("还差（新）", "Short (new)"),
            ("还差多少没有参加过的住户", "households needed that took no part so far"),
        ),
        figure(
            "random_needed",
            ("随机邀请约需", "Short (at random)"),
            ("不知道谁参加过时，随机邀请约需多少户", "households needed if asked at random"),
        ),
        figure(
            "overlap_at_most",
            ("重复不超过（%）", "Overlap at most (%)"),
            (
                "第二轮中参加过第一轮的比例不超过这个数，预计就能达到；为空则无法达到或不适用",
                "the share of the second round that may have come before; empty where it cannot be",
            ),
        ),
        *explanation_columns(Text(zh="这一行的意思", en="what the row says")),
    ]
