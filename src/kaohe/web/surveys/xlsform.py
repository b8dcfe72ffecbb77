"""The questionnaire as an XLSForm: what ODK Collect and KoboToolbox put on interviewers' phones.

No question has to be answered: 不清楚 leaves it empty. The form asks for no name, number, place or
picture of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from kaohe.outputs.forms import Rows, form_workbook
from kaohe.scheme.asking import Asked, Choice
from kaohe.values.text import Text
from kaohe.web.surveys.response_rates import (
    COMPLETE,
    DISPOSITIONS,
    OTHER,
    PARTIAL,
    REFUSED,
)
from kaohe.web.surveys.vendor_fields import (
    AREA,
    DISPOSITION,
    END,
    FIELDS,
    HOUSEHOLD,
    INTERVIEWER,
    START,
    form_name,
)

MOST_LISTED = 5000
"""A longer list of households is not carried by the form: its number is typed."""

ZH, EN = "中文 (zh)", "English (en)"
SURVEY = (
    *("type", "name", f"label::{ZH}", f"label::{EN}", f"hint::{ZH}", f"hint::{EN}", "required"),
    *("relevant", "constraint", f"constraint_message::{ZH}", f"constraint_message::{EN}"),
    *("choice_filter", "appearance"),
)
CHOICES = ("list_name", "name", f"label::{ZH}", f"label::{EN}", AREA, "asked", "unasked")
YES, NO = "yes", "no"

HOW_TO_READ = Text(
    zh="照原话念。对方说不清楚或不想答的，不选，直接到下一题。",
    en="Read it out as it stands. Where somebody does not know or will not say, leave it open and"
    " go on.",
)

Row = Mapping[str, str]
Lists = Mapping[tuple[Choice, ...], str]
"""The names of lists of answers."""


@dataclass(frozen=True)
class Form:
    """What a form is called, and whom it is for: grown-ups who have lived there long enough."""

    form_id: str
    title: Text
    adult_years: int
    resident_months: int


@dataclass(frozen=True)
class ToVisit:
    """A household on the interviewers' list; ``label`` is what they find it by."""

    area: str
    household: str
    label: str


def xlsform(
    form: Form, asked: Sequence[Asked], areas: Mapping[str, str], households: Sequence[ToVisit]
) -> bytes:
    """The workbook with survey, choices and settings; ``areas`` are names by id.

    The same questionnaire and list give the same bytes, and another version number if anything is
    another: the programs tell versions of a form apart by it.
    """
    listed = len(households) <= MOST_LISTED
    survey = _lines(
        SURVEY, [*_opening(listed), *_eligibility(form), *_questions(asked), _outcome()]
    )
    choices = _lines(CHOICES, _choices(asked, areas, households if listed else ()))
    settings = _settings(form, survey, choices)
    sheets: dict[str, Rows] = {"survey": survey, "choices": choices, "settings": settings}
    return form_workbook(form.title.zh, sheets)


def _lines(columns: Sequence[str], rows: Sequence[Row]) -> list[list[str]]:
    return [list(columns), *([row.get(column, "") for column in columns] for row in rows)]


def _settings(form: Form, survey: Rows, choices: Rows) -> list[list[str]]:
    content = [form.form_id, form.title.zh, form.title.en, survey, choices]
    settings = {
        "form_title": form.title.zh,
        "form_id": form.form_id,
        "version": sha256(json.dumps(content).encode()).hexdigest()[:10],
        "default_language": ZH,
    }
    ids = [name for list_name, name, *_ in choices if list_name == HOUSEHOLD]
    if len(set(ids)) < len(ids):
        # The same id may stand for a household in each of two areas.
        settings["allow_choice_duplicates"] = YES
    return [list(settings), list(settings.values())]


def _said(text: Text, what: str = "label") -> dict[str, str]:
    """A text in both languages, with nothing that a form takes for a reference."""
    plain = {ZH: text.zh, EN: text.en}
    return {f"{what}::{name}": one.replace("${", "$ {") for name, one in plain.items()}


def _opening(listed: bool) -> list[Row]:
    """When, where and by whom; start and end are kept as a coarse duration only."""
    household: dict[str, str] = {
        "name": HOUSEHOLD,
        **_said(FIELDS[HOUSEHOLD].label),
        "required": YES,
    }
    if listed:
        household |= {
            "type": f"select_one {HOUSEHOLD}",
            "choice_filter": f"{AREA} = ${{{AREA}}}",
            "appearance": "autocomplete",
            **_said(Text(zh="只能选样本清单里的户", en="Only households on your list"), "hint"),
        }
    else:
        household |= {
            "type": "text",
            "constraint": r"regex(., '^\S+$')",
            **_said(Text(zh="照样本清单填写，不要有空格", en="As on your list"), "hint"),
            **_said(Text(zh="编号里不能有空格", en="The id holds no space"), "constraint_message"),
        }
    interviewer = {
        "type": "text",
        "name": INTERVIEWER,
        "required": YES,
        "constraint": "string-length(.) <= 20",
        **_said(FIELDS[INTERVIEWER].label),
        **_said(Text(zh="填编号，不填姓名", en="Your number, not your name"), "hint"),
        **_said(Text(zh="最多 20 个字符", en="At most 20 characters"), "constraint_message"),
    }
    area = {"type": f"select_one {AREA}", "name": AREA, "required": YES}
    return [
        {"type": "start", "name": START},
        {"type": "end", "name": END},
        interviewer,
        area | _said(FIELDS[AREA].label) | {"appearance": "minimal"},
        household,
    ]


def _eligibility(form: Form) -> list[Row]:
    """Each asked only after a yes to the one before."""
    years, months = form.adult_years, form.resident_months
    questions = {
        "met": Text(zh="见到这一户的人了吗？", en="Did you meet somebody of this household?"),
        "consent": Text(
            zh="我们想了解居民对居民区工作的看法。自愿参加，不记姓名，随时可以停。您愿意吗？",
            en="We ask what residents think of the work in this area. You need not take part, no"
            " name is kept, and you may stop at any time. Do you agree?",
        ),
        "adult": Text(zh=f"您满 {years} 周岁了吗？", en=f"Are you {years} or older?"),
        "resident": Text(
            zh=f"您在这里住满 {months} 个月了吗？",
            en=f"Have you lived here for {months} months or longer?",
        ),
    }
    rows: list[Row] = []
    before = ""
    for name, label in questions.items():
        relevant = f"${{{before}}} = '{YES}'" if before else ""
        row = {"type": "select_one yes_no", "name": name, "required": YES, "relevant": relevant}
        rows.append(row | _said(label))
        before = name
    return rows


def _questions(asked: Sequence[Asked]) -> list[Row]:
    """A group for each section, one within it for a question that is asked in halves."""
    lists = _lists(asked)
    rows: list[Row] = [
        {"type": "begin group", "name": "questions", "relevant": f"${{resident}} = '{YES}'"}
        | _said(Text(zh="问卷", en="Questionnaire")),
        {"type": "note", "name": "read_aloud"} | _said(HOW_TO_READ),
    ]
    for number, (section, within) in enumerate(groupby(asked, lambda one: one.section), start=1):
        if section is not None:
            rows.append({"type": "begin group", "name": f"section{number}", **_said(section)})
        for _, parts in groupby(within, lambda one: one.question):
            rows += _one(list(parts), lists)
        if section is not None:
            rows.append({"type": "end group"})
    return [*rows, {"type": "end group"}]


def _one(parts: Sequence[Asked], lists: Lists) -> list[Row]:
    """A question, or its halves below its wording."""
    rows: list[Row] = [
        {
            "type": f"select_one {lists[one.choices]}",
            "name": form_name(one.name),
            **_said(one.label),
            **(_said(one.help, "hint") if one.help is not None else {}),
        }
        for one in parts
    ]
    whole = parts[0].part_of
    if whole is None:
        return rows
    return [
        {"type": "begin group", "name": f"{parts[0].question}_parts", **_said(whole)},
        *rows,
        {"type": "end group"},
    ]


def _outcome() -> Row:
    """How it ended: complete or partial only where the questions were reached."""
    reached = f"${{resident}} = '{YES}'"
    there, not_there = f"asked = '{YES}' and {reached}", f"unasked = '{YES}' and not({reached})"
    return {
        "type": f"select_one {DISPOSITION}",
        "name": DISPOSITION,
        "required": YES,
        "choice_filter": f"({there}) or ({not_there})",
        **_said(FIELDS[DISPOSITION].label),
    }


def _lists(asked: Sequence[Asked]) -> Lists:
    """Questions with the same answers share a list, named after the first of them."""
    lists: dict[tuple[Choice, ...], str] = {}
    for one in asked:
        lists.setdefault(one.choices, f"answers_{form_name(one.name)}")
    return lists


def _choices(
    asked: Sequence[Asked], areas: Mapping[str, str], households: Sequence[ToVisit]
) -> list[Row]:
    yes_no = (YES, Text(zh="是", en="Yes")), (NO, Text(zh="否", en="No"))
    rows: list[Row] = [
        {"list_name": "yes_no", "name": code, **_said(label)} for code, label in yes_no
    ]
    for choices, name in _lists(asked).items():
        rows += [{"list_name": name, "name": one.code, **_said(one.label)} for one in choices]
    when_asked = {COMPLETE, PARTIAL, REFUSED, OTHER}
    for code, label in DISPOSITIONS.items():
        when = {
            "asked": YES if code in when_asked else NO,
            "unasked": NO if code in (COMPLETE, PARTIAL) else YES,
        }
        rows.append({"list_name": DISPOSITION, "name": code, **_said(label), **when})
    for area, name in areas.items():
        rows.append({"list_name": AREA, "name": area, **_said(Text(zh=name, en=name))})
    for one in households:
        label = Text(zh=one.label, en=one.label)
        rows.append({"list_name": HOUSEHOLD, "name": one.household, **_said(label), AREA: one.area})
    return rows
