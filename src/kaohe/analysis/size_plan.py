"""How many are to be asked in each subject, by each channel: what the scheme asks, and margins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from kaohe.analysis.asking import Ask
from kaohe.analysis.plan import (
    Plan,
    PlanColumn,
    PlanTable,
    explanation_columns,
    figure,
    subject_columns,
)
from kaohe.analysis.sizes import WORST_DEVIATION, margin_of, normal_value, whole_size
from kaohe.analysis.spread import Spread
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import sample_checks
from kaohe.values.numbers import PERCENT, Number, fixed, shortest
from kaohe.values.text import Text

MARGIN_PLACES = 2


@dataclass(frozen=True)
class Wishes:
    """What the clerk wants of samples and expects of people.

    ``margin`` in points of a hundred, held with ``confidence``; ``deviation`` of one household's
    score where ``spreads`` know none for a check; ``response`` is the share of those asked who
    answer.
    """

    margin: Fraction | None = None
    confidence: Fraction = Fraction(95, PERCENT)
    deviation: Fraction = WORST_DEVIATION
    response: Fraction = Fraction(1)
    spreads: Mapping[str, Spread | None] = field(default_factory=dict)

    @property
    def normal(self) -> Fraction:
        """The normal value of the confidence."""
        return normal_value(self.confidence)

    def deviation_for(self, check: str) -> Fraction:
        """The standard deviation taken for a check's sample."""
        spread = self.spreads.get(check)
        return self.deviation if spread is None else spread.deviation


@dataclass(frozen=True)
class Sized:
    """One subject's sample for one check.

    ``size`` is to be reached: what is ``required``, or more ``for_margin``; never beyond all.
    ``answers`` come from those ``to_ask`` at the expected response: fewer than ``size`` where even
    everybody asked does not suffice.
    """

    ask: Ask
    margin: Fraction
    for_margin: int | None
    size: int
    to_ask: int
    answers: int


def sized(ask: Ask, check: str, wishes: Wishes) -> Sized:
    """How large one subject's sample is to be."""
    deviation, normal = wishes.deviation_for(check), wishes.normal
    for_margin = None
    if wishes.margin is not None:
        for_margin = whole_size(ask.population, deviation, wishes.margin, normal)
    size = min(max(ask.required, for_margin or 0), ask.population)
    margin = margin_of(ask.population, size, deviation, normal) if size else Fraction(0)
    to_ask = min(ceil(size / wishes.response), ask.population)
    answers = floor(to_ask * wishes.response)
    return Sized(ask, margin, for_margin, size, to_ask, answers)


def size_plan(scheme: Scheme, asks: Mapping[str, Sequence[Ask]], wishes: Wishes) -> Plan:
    """Sizes of every sample that the scheme asks of every subject, subject by subject."""
    rows = []
    for place in range(max(map(len, asks.values()), default=0)):
        for check_id, asked in asks.items():
            one = sized(asked[place], check_id, wishes)
            rows.append([*_cells(scheme, check_id, one), *_told(scheme, check_id, one, wishes)])
    table = PlanTable("sizes", TITLE, _columns(scheme), rows)
    record = {"wanted": wishes_record(wishes), "deviations": deviation_record(wishes, asks)}
    says = (*deviation_says(scheme, asks, wishes), RANDOM_ONLY)
    return Plan("sizes", TITLE, says, (table,), record)


TITLE = Text(zh="样本量", en="Sample sizes")
RANDOM_ONLY = Text(
    zh="误差只对随机抽取的样本成立；由居民区组织或自愿参加的测评，人数再多也没有抽样误差可言。",
    en="A margin holds for a sample drawn at random; for people who were brought or came by"
    " themselves there is none, however many they are.",
)


def _cells(scheme: Scheme, check_id: str, one: Sized) -> Iterator[str]:
    ask = one.ask
    yield from (ask.subject.id, ask.subject.name, check_id, str(ask.population), str(ask.required))
    yield "" if one.for_margin is None else str(one.for_margin)
    yield from (str(one.size), fixed(one.margin, MARGIN_PLACES), str(one.to_ask))
    yield str(one.answers)


def _told(scheme: Scheme, check_id: str, one: Sized, wishes: Wishes) -> Iterator[str]:
    """The row as a sentence, in both languages."""
    ask = one.ask
    counted = population_heading(scheme, check_id)
    confidence = percent(wishes.confidence)
    if not ask.population:
        yield from (
            f"{counted.zh} 0：没有可以测评的。",
            f"{counted.en.capitalize()}: 0, nobody to ask.",
        )
        return
    zh = f"{counted.zh} {ask.population}，方案要求至少 {ask.required}"
    en = f"of {ask.population} ({counted.en}) the scheme asks for at least {ask.required}"
    if wishes.margin is not None:
        wanted = shortest(wishes.margin)
        zh += f"；误差不超过 {wanted} 分要 {one.for_margin}"
        en += f"; a margin of {wanted} points takes {one.for_margin}"
    margin = fixed(one.margin, MARGIN_PLACES)
    zh += f"。取 {one.size}，随机抽取时误差为 ±{margin} 分（置信度 {confidence}）"
    en += f". With {one.size}, drawn at random, the margin is ±{margin} points ({confidence})"
    if wishes.response < 1:
        response = percent(wishes.response)
        zh += f"；按应答率 {response} 要联系 {one.to_ask}"
        en += f"; at a response of {response}, {one.to_ask} are to be asked"
        if one.answers < one.size:
            zh += f"，即全部联系，也只能完成 {one.answers} 左右"
            en += f", which is everybody, and about {one.answers} answer"
    yield from (f"{zh}。", f"{en[0].upper()}{en[1:]}.")


def population_heading(scheme: Scheme, check_id: str) -> Text:
    """What the population is called: the heading of its column."""
    table, _, column = sample_checks(scheme)[check_id].attribute.partition(".")
    heading = scheme.fact_tables[table].columns[column].heading
    return Text(zh=heading, en=column.replace("_", " "))


def percent(share: Number) -> str:
    """A share as per cent, as short as it can be written."""
    return f"{shortest(Fraction(share) * PERCENT)}%"


def wishes_record(wishes: Wishes) -> dict[str, str | None]:
    """What was wanted, for the record."""
    return {
        "margin": None if wishes.margin is None else shortest(wishes.margin),
        "confidence": percent(wishes.confidence),
        "normal_value": shortest(wishes.normal),
        "response": percent(wishes.response),
    }


def deviation_record(wishes: Wishes, checks: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """The standard deviation taken for each check, and the ballots it comes from."""
    found = {}
    for check in checks:
        spread = wishes.spreads.get(check)
        found[check] = {"deviation": shortest(wishes.deviation_for(check))}
        if spread is not None:
            found[check] |= {"ballots": str(spread.ballots), "subjects": str(spread.subjects)}
    return found


def deviation_says(scheme: Scheme, checks: Mapping[str, object], wishes: Wishes) -> Iterator[Text]:
    """A sentence for each standard deviation that is taken."""
    kind = scheme.subject.label
    for check in checks:
        spread = wishes.spreads.get(check)
        if spread is not None:
            label, deviation = scheme.checks[check].label, fixed(spread.deviation, MARGIN_PLACES)
            zh = f"“{label.zh}”按上一年同一{kind.zh}内答卷的标准差 {deviation} 分计算"
            yield Text(
                zh=f"{zh}（{spread.subjects} 个{kind.zh}，{spread.ballots} 份答卷）。",
                en=f"“{label.en}” goes by the standard deviation of last year's ballots,"
                f" {deviation} points within a {kind.en} ({spread.ballots} ballots,"
                f" {spread.subjects} in all).",
            )
    if any(wishes.spreads.get(check) is None for check in checks):
        worst = shortest(wishes.deviation)
        if wishes.deviation == WORST_DEVIATION:
            zh = f"标准差按最坏情形 {worst} 分计算（一半人 0 分、一半人 100 分），实际误差更小。"
            en = (
                f"The standard deviation is the worst there can be, {worst} points (half give 0,"
                " half give 100): the true margin is smaller."
            )
        else:
            zh = f"标准差按给定的 {worst} 分计算。"
            en = f"The standard deviation is taken to be {worst} points, as given."
        others = "其余各项" if any(wishes.spreads.values()) else ""
        yield Text(zh=f"{others}{zh}", en=en)


def _columns(scheme: Scheme) -> list[PlanColumn]:
    checks = {name: check.label for name, check in scheme.checks.items()}
    asked = Text(zh="方案中对样本的要求", en="what the scheme asks of a sample")
    return [
        *subject_columns(scheme),
        PlanColumn("check", Text(zh="检查项", en="Check"), asked, labels=checks),
        figure("population", ("总数", "All"), ("从中抽取的总数", "how many can be drawn from")),
        figure(
            "required",
            ("方案要求", "Required"),
            ("方案要求至少完成的数", "the least that the scheme asks for"),
        ),
        figure(
            "for_margin",
            ("按误差需要", "For the margin"),
            (
                "达到所要误差需要完成的数；没有提出误差的为空",
                "how many the wanted margin takes; empty where none is wanted",
            ),
        ),
        figure(
            "size",
            ("样本量", "Size"),
            ("应完成的数：前两项中较大的一个", "how many to complete: the greater of those two"),
        ),
        figure(
            "margin",
            ("误差（±分）", "Margin (± points)"),
            (
                "随机抽取这么多时百分制得分的误差，已作有限总体校正",
                "of a score of a hundred with so many drawn at random, corrected for the finite"
                " population",
            ),
        ),
        figure(
            "to_ask",
            ("应联系", "To ask"),
            ("按预计应答率应联系的数", "how many to ask at the expected response"),
        ),
        figure(
            "answers",
            ("预计完成", "Answers"),
            (
                "照此联系预计能完成的数；少于样本量的，全部联系也不够",
                "how many of them answer; fewer than the size where asking everybody is not enough",
            ),
        ),
        *explanation_columns(Text(zh="这一行的意思", en="what the row says")),
    ]
