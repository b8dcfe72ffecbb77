"""The letter as a document: one subject's result in sentences and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day
from fractions import Fraction
from typing import Final

from kaohe.outputs.few_ballots import FEWEST_TOLD
from kaohe.outputs.letter_content import CheckTold, Figure, Letter, SurveyTold, quoted
from kaohe.outputs.papers.naming import (
    addressed,
    assessment_name,
    mark_of,
    period_name,
    scheme_name,
)
from kaohe.pipeline import APART, INCOMPLETE
from kaohe.reports.charts import GREY, Bar, Series, bar_chart
from kaohe.reports.days import written
from kaohe.reports.documents import (
    Document,
    Heading,
    Paragraph,
    Part,
    Picture,
    Signature,
    Table,
)
from kaohe.scheme.model import Scheme

PAGES: Final = 2
GAP: Final = "________"
"""What a clerk fills in."""
NONE: Final = "—"
NOT_AT_RANDOM: Final = "*"


@dataclass(frozen=True)
class Terms:
    """What no figure tells: who sends a letter on which day, where and until when one may object.

    ``mark`` stands on every page; None marks it as a draft. What is empty is left to be filled in.
    """

    sender: str = ""
    day: Day | None = None
    number: str = ""
    objections_to: str = ""
    until: Day | None = None
    mark: str | None = None


def letter_document(letter: Letter, scheme: Scheme, terms: Terms) -> Document:
    """The letter: made to fit on ``PAGES`` pages."""
    issuer = scheme.issuer.zh if scheme.issuer is not None else ""
    return Document(
        title=f"关于{assessment_name(scheme)}结果的反馈函",
        addressee=letter.name,
        parts=list(_parts(letter, scheme, terms)),
        signature=Signature(terms.sender or issuer or GAP, terms.day),
        number=terms.number,
        mark=mark_of(letter.final) if terms.mark is None else terms.mark,
    )


def _parts(letter: Letter, scheme: Scheme, terms: Terms) -> Iterator[Part]:
    yield from _opening(letter, scheme)
    yield from _result(letter, scheme)
    yield from _points(letter, scheme)
    yield from _questions(letter)
    yield from _surveys(letter)
    if any(one.value for one in letter.questions):
        yield _chart(letter.questions)
    yield from _last_year(letter, scheme)
    yield from _checks(letter, scheme)
    yield from _to_mend(letter, scheme)
    yield from _objections(terms)


def _opening(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    when = period_name(scheme)
    period = f"考核期为{when}。" if when else ""
    provisional = (
        "" if letter.final else "考核尚有未落实的事项，本函所列为暂定情况，以正式公布为准。"
    )
    yield Paragraph(
        f"根据{scheme_name(scheme)}，现将{addressed(scheme)}在{assessment_name(scheme)}中的"
        f"有关情况反馈如下。{period}{provisional}"
    )


def _result(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    yield Heading("考核结果")
    whom = addressed(scheme)
    if letter.result:
        result = f"经考核，{whom}的{letter.result_name}为{quoted(letter.result)}。"
    elif letter.status == INCOMPLETE:
        result = f"{whom}的数据不完整，暂无结果。"
    elif letter.status == APART:
        result = f"按照规定，{whom}单列，不评定等次。"
    else:
        result = f"{whom}的考核数据完整，具体情况见下。"
    yield Paragraph(result)
    if letter.strong:
        yield Paragraph(f"{'；'.join(one.told for one in letter.strong)}。", lead="较好的方面：")


def _points(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    if not (letter.points or letter.apart or letter.progress):
        return
    yield Heading("各项得分")
    if letter.points:
        yield _figures("项目", letter.points)
        yield from _whose_mean(letter, scheme)
    told = [f"{one.label} {one.value} 分" for one in letter.apart if one.value]
    told += [f"{one.label} {one.value or '没有可比数据，未计算'}" for one in letter.progress]
    if told:
        yield Paragraph(f"{'，'.join(told)}。")
    for one in letter.progress:
        if one.made_of:
            yield Paragraph(f"注：{one.label}是{one.made_of}。", small=True)


def _figures(name: str, figures: Sequence[Figure]) -> Table:
    """Figures beside the means of the class, as far as any is told."""
    headings, widths = [name, "得分", "满分"], [11, 2, 2]
    with_mean = any(one.mean for one in figures)
    asked = any(one.answers is not None for one in figures)
    if with_mean:
        headings, widths = [*headings, "同类平均"], [*widths, 3]
    if asked:
        headings, widths = [*headings, "作答数"], [*widths, 3]
    rows = []
    for number, one in enumerate(figures, start=1):
        label = f"{number}. {one.label}" if asked else one.label
        row = [label, _or_few(one.value, one.withheld), one.full]
        row += [one.mean or NONE] if with_mean else []
        row += [_or_few("" if one.answers is None else str(one.answers), True)] if asked else []
        rows.append(row)
    return Table(headings, rows, widths, frozenset(range(1, len(headings))))


def _or_few(text: str, withheld: bool) -> str:
    return text or (f"不足{FEWEST_TOLD}份" if withheld else NONE)


def _whose_mean(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    feedback = scheme.feedback
    if feedback is None or feedback.mean_of is None:
        return
    label = scheme.subject.label.zh
    whose = f"{letter.peers}的{label}" if letter.peers else f"全部{label}"
    lacks = any(not one.mean for one in (*letter.points, *letter.questions))
    few = f"；有数据的不足 {feedback.mean_of} 个时，为不显露其他{label}的情况，不列平均数"
    yield Paragraph(f"注：“同类”指{whose}{few if lacks else ''}。", small=True)


def _questions(letter: Letter) -> Iterator[Part]:
    if not letter.questions:
        return
    yield Heading("群众评价")
    known = [one for one in letter.questions if one.share is not None]
    if known:
        yield _figures("题目", letter.questions)
    else:
        yield Paragraph("答卷不足，各题得分不列出，以免看出单份答卷怎样作答。")
    if letter.weak:
        weak = "、".join(quoted(one.label) for one in letter.weak)
        yield Paragraph(f"{weak}。", lead="得分较低的题目：")


def _chart(questions: Sequence[Figure]) -> Picture:
    """One's own figures; means stand in the table above."""
    names = [f"第{number}题" for number in range(1, len(questions) + 1)]
    says = "；".join(
        f"{name} {one.value or NONE}" for name, one in zip(names, questions, strict=True)
    )
    own = Series("得分", [_bar(one.value) for one in questions])
    full = questions[0].full
    svg = bar_chart("各题得分", says, names, [own], Fraction(full), GREY)
    return Picture(svg, says, width=84, caption=f"各题得分（满分 {full}）")


def _bar(figure: str) -> Bar | None:
    return Bar(Fraction(figure), figure) if figure else None


def _surveys(letter: Letter) -> Iterator[Part]:
    if not letter.surveys:
        return
    rows = [
        [
            one.label,
            _or_few(one.value, one.withheld),
            str(one.ballots) if one.ballots >= FEWEST_TOLD else f"不足{FEWEST_TOLD}份",
            _margin(one),
        ]
        for one in letter.surveys
    ]
    headings = ["测评方式", "得分", "有效答卷", "抽样误差"]
    yield Table(headings, rows, [8, 3, 3, 3], frozenset({1, 2, 3}))
    by_lot = all(one.at_random for one in letter.surveys if one.margin)
    chosen = "" if by_lot else f"标“{NOT_AT_RANDOM}”的不是随机抽取，误差按随机抽取推算，只作参考。"
    yield Paragraph(
        "注：抽样误差是只问一部分人带来的偶然出入，一百次中约有九十五次在所列范围以内；"
        f"只报合计的测评算不出。{chosen}",
        small=True,
    )


def _margin(one: SurveyTold) -> str:
    if not one.margin:
        return NONE
    return f"±{one.margin}{'' if one.at_random else NOT_AT_RANDOM}"


def _last_year(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    if not letter.last_year:
        return
    yield Heading("与上年比较")
    if not any(one.before for one in letter.last_year):
        yield Paragraph(f"{addressed(scheme)}没有上年数据，不作比较。")
        return
    rows = [
        [one.label, one.before or NONE, one.now or NONE, one.change or NONE]
        for one in letter.last_year
    ]
    yield Table(["项目", "上年", "本年", "增减"], rows, [8, 3, 3, 3], frozenset({1, 2, 3}))


def _checks(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    if not scheme.checks:
        return
    yield Heading("有关要求的落实情况")
    if not letter.checks:
        yield Paragraph("规定的各项要求均已达到。")
        return
    rows = [
        [one.label, _demanded(one), one.actual.replace("..", "～") or NONE, _how(one)]
        for one in letter.checks
    ]
    yield Table(["要求", "应达到", "实际", "情况"], rows, [8, 3, 3, 4], frozenset({1, 2}))


def _demanded(check: CheckTold) -> str:
    return f"不超过 {check.required}" if check.is_limit else check.required


def _how(check: CheckTold) -> str:
    missed = "超出" if check.is_limit else "未达到"
    if check.waived:
        return f"{missed}，已认可"
    state = missed if check.actual and ".." not in check.actual else "无法判断"
    return f"{state}（提醒）" if check.is_warning else state


def _to_mend(letter: Letter, scheme: Scheme) -> Iterator[Part]:
    mend = scheme.feedback.mend if scheme.feedback is not None else None
    if mend is None or not letter.to_mend:
        return
    yield Heading("建议改进的方面")
    for number, sentence in enumerate(letter.to_mend, start=1):
        yield Paragraph(f"{number}. {sentence}。")
    counts = "应当没有而仍有的事项在前；" if mend.counts else ""
    yield Paragraph(
        f"注：按统一规则列出，不作评判：{counts}其次是低于同类平均的项目，得分占满分比例低的在前；"
        f"不足 {mend.at_least} 项的，按得分占满分的比例由低到高补足。",
        small=True,
    )


def _objections(terms: Terms) -> Iterator[Part]:
    yield Heading("异议和咨询")
    until = written(terms.until, "zh") if terms.until is not None else GAP
    yield Paragraph(
        f"对本函所列事实有异议或者疑问的，请于{until}前向{terms.objections_to or GAP}提出，"
        "写明是哪一项、事实如何。"
    )
