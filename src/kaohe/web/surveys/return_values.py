"""What a cell of the third party's file says: an answer, how a case ended, how long it took."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import Literal

from kaohe.scheme.asking import Asked
from kaohe.values.numbers import shortest
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_headings import as_it_looks
from kaohe.web.surveys.response_rates import DISPOSITIONS

Numbers = Literal["ordinal", "points"]
"""What a bare number or letter among the answers stands for, where somebody has said so: the place
of the answer in the list, the first being 1 or A, or its points."""


class Unclear(Enum):
    """A cell that is none of the answers."""

    UNCLEAR = 1


UNCLEAR = Unclear.UNCLEAR

Reader = Callable[[str], str | None | Unclear]
"""From a cell that is not empty to a code, None where it was left open."""

# What programs put where nothing was answered, and what people say who have no answer.
OPEN = frozenset(
    map(
        as_it_looks,
        ("(跳过)", "(空)", "不清楚", "说不清", "不了解", "不好说", "拒答", "未答", "n/a")
        + ("don't know", "dont know", "no answer"),
    )
)
SKIPPED = frozenset({"-2", "-3"})
"""问卷星 writes these in place of the number of an option: left empty, not shown."""

_PREFIX = re.compile(r"(?:\(?(?:[a-z]|[0-9]{1,2})\)?[.、:)]|[a-z](?=[\u3400-\u9fff]))(?=.)")
_BRACKET = re.compile(r"\([^()]*\)$")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{2})")
_ONE_DIGIT = re.compile(r"(?<!\d)(\d)(?=[-: T]|$)")
_UNITS = re.compile(
    r"(?:([0-9]{1,6})(?:小时|时|h))?(?:([0-9]{1,6})(?:分钟|分|min|m))?(?:([0-9]{1,6})(?:秒钟|秒|s))?"
)


def answer_reader(one: Asked, numbers: Numbers | None) -> Reader:
    """How cells are read in which something asked is answered.

    A label decides, whatever letter or number stands before it: options may be in another order on
    somebody else's form, and nobody would notice.
    """
    meant: dict[str, str] = {}
    for choice in one.choices:
        for text in (choice.code, choice.label.zh, choice.label.en):
            meant.setdefault(as_it_looks(text), choice.code)
    by_number = _by_number(one, numbers)

    def read(cell: str) -> str | None | Unclear:
        looks = as_it_looks(cell)
        for text in (looks, _PREFIX.sub("", looks, count=1)):
            for shorter in (text, _BRACKET.sub("", text)):
                if shorter in meant:
                    return meant[shorter]
            if text in OPEN:
                return None
        if numbers == "ordinal" and looks in SKIPPED:
            return None
        if _NUMBER.fullmatch(looks):
            looks = shortest(Fraction(looks))
        return by_number.get(looks, UNCLEAR)

    return read


def _by_number(one: Asked, numbers: Numbers | None) -> dict[str, str]:
    if numbers == "points":
        return {shortest(choice.points): choice.code for choice in one.choices}
    if numbers == "ordinal":
        places = list(enumerate(choice.code for choice in one.choices))
        letters = {chr(ord("a") + place): code for place, code in places}
        return letters | {str(place + 1): code for place, code in places}
    return {}


def answers_expected(one: Asked, numbers: Numbers | None, cell: str) -> Text:
    """What was expected of an answer; of a bare number also that somebody say what it is."""
    zh = f"应为{'、'.join(choice.label.zh for choice in one.choices)}之一，不清楚就留空"
    en = f"one of {', '.join(choice.label.en for choice in one.choices)}, or empty"
    if numbers == "points":
        points = [shortest(choice.points) for choice in one.choices]
        zh, en = f"{zh}；分数只能是 {'、'.join(points)}", f"{en}; as points {', '.join(points)}"
    elif numbers == "ordinal":
        zh, en = (
            f"{zh}；序号只能是 1 至 {len(one.choices)}",
            f"{en}; as a place 1 to {len(one.choices)}",
        )
    elif _NUMBER.fullmatch(cell) or re.fullmatch("[A-Za-z]", cell):
        zh += "；如果是选项序号或分数，请先在导入时说明是哪一种"
        en += "; if it is the place of an option or its points, say first which of the two"
    return Text(zh=zh, en=en)


def disposition_of(cell: str) -> str | Unclear:
    """The code of how a case ended, from the code or its label."""
    return _ENDED.get(_PREFIX.sub("", as_it_looks(cell), count=1), UNCLEAR)


def _ended() -> Mapping[str, str]:
    texts = {code: (code, label.zh, label.en) for code, label in DISPOSITIONS.items()}
    return {as_it_looks(text): code for code, several in texts.items() for text in several}


_ENDED = _ended()


def seconds_of(cell: str) -> int | Unclear:
    """A duration such as ``123秒``, ``2分3秒``, ``0:02:03`` or plain seconds."""
    looks = as_it_looks(cell)
    if _NUMBER.fullmatch(looks):
        return int(Fraction(looks))
    match = _CLOCK.fullmatch(looks) or (_UNITS.fullmatch(looks) if looks else None)
    if match is None:
        return UNCLEAR
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return int(timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds())


def instant_of(cell: str) -> datetime | None | Unclear:
    """A point of time; None for a day without a time, from which no duration can be told."""
    text = _ONE_DIGIT.sub(r"0\1", cell.strip().replace("/", "-"))
    if len(text) <= len("2024-01-01"):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return UNCLEAR


def seconds_between(start: datetime, end: datetime) -> int | None:
    """The seconds from start to end; None where a clock was put back or only one tells its zone."""
    if (start.tzinfo is None) != (end.tzinfo is None):
        return None
    seconds = int((end - start).total_seconds())
    return seconds if seconds >= 0 else None
