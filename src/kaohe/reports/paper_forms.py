"""The questionnaire on paper, in large print, for whoever has no telephone that scans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kaohe.reports.days import written
from kaohe.reports.notices import Notice
from kaohe.reports.typesetting import Content, pdf
from kaohe.scheme.asking import Asked, asked_of
from kaohe.scheme.model import Questionnaire
from kaohe.values.text import Language, Text


def paper_form_pdf(
    questionnaire: Questionnaire,
    notice: Notice,
    code_groups: Sequence[int],
    language: Language = "zh",
) -> bytes:
    """The form to tick, with boxes for a code of so many signs in each group; without groups, for
    the box in the room."""
    return pdf("paper_form.typ", paper_form_content(questionnaire, notice, code_groups, language))


def paper_form_content(
    questionnaire: Questionnaire,
    notice: Notice,
    code_groups: Sequence[int],
    language: Language = "zh",
) -> Content:
    """What stands on the form: no points, and nothing that tells who answers but the code."""
    return {
        "title": questionnaire.title[language],
        "subtitle": notice.heading,
        "language": language,
        "before": [line[language] for line in _before(bool(code_groups))],
        "code": Text(zh="答题码（照纸条抄）", en="Code (copy it from your slip)")[language],
        "code_groups": list(code_groups),
        "questions": list(_questions(asked_of(questionnaire), language)),
        "turn": Text(zh="背面还有，请翻过来", en="Please turn over")[language],
        "after": [line[language] for line in _after(notice)],
    }


def _before(coded: bool) -> list[Text]:
    nameless = (
        Text(
            zh="请不要写姓名。答题码只用来让每户算一次。",
            en="Do not write your name. The code only makes each household count once.",
        )
        if coded
        else Text(
            zh="请不要写姓名，也不要做记号。答好以后折起，投入票箱。",
            en="Do not write your name or make any mark. Fold the form and put it in the box.",
        )
    )
    return [
        Text(
            zh="每题选一个，在方框里打“√”。不清楚的题可以不答，空着就行。",
            en="Tick one box for each question. Leave open what you do not know.",
        ),
        nameless,
    ]


def _questions(asked: Sequence[Asked], language: Language) -> Iterator[dict[str, object]]:
    section = None
    by_question = groupby(asked, key=lambda one: one.question)
    for number, (_, ticks) in enumerate(by_question, start=1):
        first, *others = ticks
        new = None if first.section == section else first.section
        section = first.section
        yield {
            "section": new and new[language],
            "number": number,
            "label": (first.part_of or first.label)[language],
            "help": first.help and first.help[language],
            "ticks": [
                {
                    "label": one.part_of and one.label[language],
                    "choices": [choice.label[language] for choice in one.choices],
                }
                for one in (first, *others)
            ],
        }


def _after(notice: Notice) -> list[Text]:
    until = notice.closes_on
    where = notice.paper_at
    back = Text(
        zh=f"请在{written(until, 'zh')}以前折好，交到{where}。",
        en=f"Fold it and bring it by {written(until, 'en')} to {where}.",
    )
    free = Text(
        zh=f"任何人都不得看您的答卷，不得教您怎么答。投诉电话 {notice.complain_to}。",
        en="Nobody may look at your answers or tell you what to answer. "
        f"Complaints: {notice.complain_to}.",
    )
    return [back, free] if where else [free]
