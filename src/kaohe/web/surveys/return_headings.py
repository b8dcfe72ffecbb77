"""What the columns of the third party's file mean, whichever program exported it.

ODK Central puts the groups of a form before a name (``questions-section1-q2``), KoboToolbox puts
them before a name or a label (``questions/section1/q2``); 问卷星 numbers the wording
(``2、您对…满意？``) and tells the rows of a matrix in brackets or after a dash (``第1题(…)``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kaohe.scheme.asking import Asked
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_headings import NOWHERE, as_it_looks
from kaohe.web.surveys.vendor_fields import FIELDS, form_name

Mapped = Mapping[str, str]
"""What a column is, by its heading: a field, something asked, or ``NOWHERE``."""

# All of them are matched against headings as they look: half-width, small, without white space.
_NUMBERED = re.compile(r"(?:第\d+题|\d+[、.:：．)])[、.:]?(?=.)")
_LAST_BRACKET = re.compile(r"\(([^()]+)\)$")
_KIND = re.compile(r"\[[^\[\]]*题\]$|【[^【】]*题】$")
_REMARK = re.compile(r"(?<=.)\([^()]*[^()\d][^()]*\)$")
_DASHES = re.compile(r"[—–]+")
_PERSONAL = re.compile(
    r"姓名|名字|称呼|昵称|电话|手机|联系方式|身份证|证件|微信|openid|qq|邮箱|email|e-mail|住址|地址"
    r"|经度|纬度|定位|位置|坐标|录音|音频|照片|图片|拍照|签名|设备号|ip$|ip地址|省份|城市"
    r"|gps|geopoint|latitude|longitude|altitude|precision|phone|mobile|audio|photo|image|signature"
    r"|deviceid|subscriberid|simserial|imei|username|submittername|submitterid|submitted_by"
    r"|(?:^|[-_/])name$|firstname|lastname|fullname"
)


def mapped(asked: Sequence[Asked], headings: Iterable[str], said: Mapped) -> dict[str, str]:
    """What each heading means: as somebody said, else by its wording, its name or its number.

    ``said`` of headings that the file lacks and of fields that there are no more counts for
    nothing. A heading of which nothing is known is not in it, nor a second one for the same thing
    unless somebody said so.
    """
    known = known_fields(asked)
    here = dict.fromkeys(heading for heading in headings if heading)
    found = {one: said[one] for one in here if said.get(one) in known or said.get(one) == NOWHERE}
    taken = set(found.values())
    meant = _Meant(asked)
    for heading in here:
        if heading in found:
            continue
        field = meant.by(heading)
        if field is not None and field not in taken:
            found[heading] = field
            taken.add(field)
    return found


def known_fields(asked: Iterable[Asked]) -> dict[str, Text]:
    """Everything that a column can be, with what it is called."""
    labels = {name: field.label for name, field in FIELDS.items()}
    return labels | {one.name: one.label for one in asked}


def is_personal(heading: str) -> bool:
    """Whether a column by its heading tells who or where somebody is."""
    return _PERSONAL.search(as_it_looks(heading)) is not None


class _Meant:
    """Names, wordings and numbers, and what each of them means if it means one thing only."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._names = _of_one({one.name: _names_of(one.name) for one in asked} | _field_names())
        self._wordings = _of_one({one.name: _wordings_of(one) for one in asked})
        self._numbers = _of_one(_numbers_of(asked))

    def by(self, heading: str) -> str | None:
        """What a heading means, if it means one thing."""
        looks = as_it_looks(heading)
        readings = list(_readings(looks))
        found = {self._wordings[_plain(one)] for one in readings if _plain(one) in self._wordings}
        if not found:
            found = {self._names[one] for one in readings if one in self._names}
        if not found and looks in self._numbers:
            found = {self._numbers[looks]}
        return found.pop() if len(found) == 1 else None


def _readings(looks: str) -> Iterator[str]:
    """The heading, and what is left of it without groups, number, kind of question and brackets."""
    for edge in (0, *(sign.end() for sign in re.finditer(r"[/-]", looks))):
        rest = looks[edge:]
        while rest:
            yield rest
            shorter = _REMARK.sub("", _KIND.sub("", rest.rstrip("*")))
            if shorter == rest:
                number = _NUMBERED.match(rest)
                shorter = rest[number.end() :] if number else ""
            rest = shorter
    row = _LAST_BRACKET.search(looks)
    if row is not None:
        yield row[1]
    yield _DASHES.split(looks)[-1]


def _plain(text: str) -> str:
    """Letters and digits alone: quotation marks and stops differ from program to program."""
    return "".join(sign for sign in as_it_looks(text) if sign.isalnum())


def _of_one(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Each name with what it stands for, but for names that stand for several things."""
    meant: dict[str, set[str]] = {}
    for field, called in names.items():
        for one in called:
            if one:
                meant.setdefault(one, set()).add(field)
    return {name: fields.pop() for name, fields in meant.items() if len(fields) == 1}


def _field_names() -> dict[str, list[str]]:
    return {
        name: [
            as_it_looks(one) for one in (name, *field.label.model_dump().values(), *field.headings)
        ]
        for name, field in FIELDS.items()
    }


def _names_of(name: str) -> list[str]:
    return [as_it_looks(one) for one in (name, form_name(name))]


def _wordings_of(one: Asked) -> list[str]:
    return [_plain(text) for text in (one.label.zh, one.label.en)]


def _numbers_of(asked: Sequence[Asked]) -> dict[str, list[str]]:
    """Ways of telling a question by its place alone, a half by its place in it."""
    questions = list(dict.fromkeys(one.question for one in asked))
    found = {}
    for one in asked:
        number = questions.index(one.question) + 1
        halves = [other.name for other in asked if other.question == one.question]
        if len(halves) == 1:
            forms = [f"{number}", f"q{number}", f"第{number}题", f"题{number}", f"问题{number}"]
        else:
            half = halves.index(one.name) + 1
            ends = [f".{half}", f"_{half}", f"-{half}", f"({half})", f"_r{half}"]
            starts = [f"{number}", f"q{number}", f"第{number}题"]
            forms = [start + end for start in starts for end in ends]
        found[one.name] = forms
    return found
