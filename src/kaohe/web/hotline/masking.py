"""What tells who somebody is, masked in a text: names, phones, ID numbers, plates, rooms, accounts.

The rules look at a shadow of the text: as long as the text, with full-width and spelled-out digits
made plain, so that odd ways of writing are no way around them. What was masked is blanked in the
shadow; a rule sees that something of a kind stood there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kaohe.web.hotline import shapes
from kaohe.web.hotline.naming import names_in
from kaohe.web.hotline.shadow import shadow_of

MARKS: Final = {
    "name": "［姓名］",
    "phone": "［电话］",
    "id_number": "［证件号］",
    "plate": "［车牌］",
    "room": "［室号］",
    "account": "［账号］",
    "card": "［卡号］",
}
"""What stands in a masked text, kind by kind."""

_BLANK: Final = {
    "phone": "\x03",
    "name": "\x04",
    "id_number": "\x05",
}
_OTHER, _KEPT = "\x01", "\x02"
_MARK = re.compile("|".join(map(re.escape, MARKS.values())))
_KIND_OF_MARK = {mark: kind for kind, mark in MARKS.items()}

_NO_DIGIT = re.compile(r"\D+", re.ASCII)
_FEWEST_DIGITS = 4
"""A number that is masked has as many, but for rooms and plates."""
_DIGIT = re.compile("[0-9零〇一二三四五六七八九十]")


@dataclass(frozen=True)
class Masked:
    """A text without what tells who somebody is, and how often what kind was masked."""

    text: str
    counts: Mapping[str, int]


Wanted = Callable[["re.Match[str]"], bool]


def mask(text: str) -> Masked:
    """Mask a text. What was masked before stays as it is: twice is the same as once.

    Case numbers, dates, amounts and the numbers of lanes (弄) and buildings stay; of an address
    only what leads to a door goes. A name without any context mostly stays: see ``naming``.
    """
    work = _Work(text)
    work.find(shapes.WECHAT, "account", lambda one: not shapes.is_mobile(one[1]), group=1)
    if _DIGIT.search(work.shadow):
        work.numbers()
    if "@" in work.shadow:
        work.find(shapes.EMAIL, "account")
    work.named(names_in(work.shadow))
    return work.done()


def masked(text: str) -> str:
    """The text alone, masked."""
    return mask(text).text


def unmarked(text: str) -> str:
    """A masked text without the marks of what was masked."""
    return _MARK.sub("", text)


def has_phone(cell: str) -> bool:
    """Whether a cell is a phone number and nothing else."""
    plain = shadow_of(cell).strip()
    is_mobile = shapes.OF_A_PHONE.fullmatch(plain) and shapes.is_mobile(shapes.digits_of(plain))
    return bool(is_mobile or shapes.WITH_AREA_CODE.fullmatch(plain))


def has_id_number(cell: str) -> bool:
    """Whether a cell is an ID number, its last digit checked, and nothing else."""
    digits = re.sub(r"[\s\-]", "", shadow_of(cell)).upper()
    return (
        len(digits) == 18 and shapes.is_id(digits) and shapes.check_digit(digits[:17]) == digits[17]
    )


class _Work:
    """A text while it is masked."""

    def __init__(self, text: str) -> None:
        self.text, self.shadow = text, shadow_of(text)
        self.spans: list[tuple[int, int, str]] = []
        for mark in _MARK.finditer(text):
            self._blank(*mark.span(), _BLANK.get(_KIND_OF_MARK[mark[0]], _OTHER))

    def numbers(self) -> None:
        """Whatever has digits, the most certain first."""
        if self._has_digits(_FEWEST_DIGITS):
            self._labelled_numbers()
        if self._has_digits(shapes.DIGITS_OF_AN_ID):
            self._long_numbers()
        self._plates()
        self._phones()
        self._rooms()

    def _has_digits(self, count: int) -> bool:
        """Whether as many digits are left."""
        return len(_NO_DIGIT.sub("", self.shadow)) >= count

    def _labelled_numbers(self) -> None:
        self.find(shapes.LABELLED_ID, "id_number", group=1)
        self._keep_case_numbers()
        self.find(shapes.LABELLED_CARD, "card", lambda one: not shapes.is_mobile(one[1]), group=1)
        self.find(shapes.QQ, "account", lambda one: not shapes.is_mobile(one[1]), group=1)

    def _long_numbers(self) -> None:
        self.find(shapes.ID_18, "id_number", lambda one: shapes.is_id(shapes.digits_of(one[0])))
        self.find(shapes.CARD, "card", lambda one: shapes.is_card(shapes.digits_of(one[0])))
        self.find(shapes.ID_15, "id_number", lambda one: shapes.is_id(shapes.digits_of(one[0])))

    def _plates(self) -> None:
        self.find(shapes.PLATE, "plate", lambda one: shapes.is_plate(one[0]))
        self.find(shapes.LABELLED_PLATE, "plate", group=1)
        self.find(shapes.VEHICLE, "plate", group=1)

    def _phones(self) -> None:
        if self._has_digits(shapes.DIGITS_OF_A_MOBILE):
            self.find(shapes.EVEN_MOBILE, "phone")
            self.find(shapes.USUAL_MOBILE, "phone")
        if self._has_digits(shapes.DIGITS_OF_A_MOBILE):
            whole = shapes.LABELLED_MOBILE
            self.find(whole, "phone", lambda one: shapes.is_together(one[1]), group=1)
            self.find(shapes.MOBILE, "phone", lambda one: shapes.is_together(one[0]))
        if self._has_digits(shapes.DIGITS_OF_A_LANDLINE):
            self.find(shapes.WITH_AREA_CODE, "phone")
            self.find(
                shapes.EIGHT_DIGITS, "phone", lambda one: not shapes.YEARS_OR_DAY.match(one[0])
            )

    def _rooms(self) -> None:
        self.find(shapes.ROOM, "room")
        self.find(shapes.LABELLED_ROOM, "room", group=1)
        self.find(shapes.ROOM_OF_SOMEBODY, "room", group=1)
        if any(kind == "room" for _start, _end, kind in self.spans):
            self.find(shapes.ANOTHER_ROOM, "room", group=1)

    def find(
        self,
        pattern: re.Pattern[str],
        kind: str,
        wanted: Wanted = lambda _found: True,
        group: int = 0,
    ) -> None:
        """Mask what a pattern finds where it is what it looks like."""
        start = 0
        while found := pattern.search(self.shadow, start):
            start = found.start() + 1
            if wanted(found):
                start = max(start, found.end())
                self._mask(*found.span(group), kind)

    def named(self, found: list[tuple[int, int]]) -> None:
        """Mask names, when nothing looks at the shadow any more."""
        self.spans += [(start, end, "name") for start, end in found]

    def done(self) -> Masked:
        """The text with marks in the place of what was masked."""
        if not self.spans:
            return Masked(self.text, {})
        parts, last = [], 0
        for start, end, kind in sorted(self.spans):
            parts += [self.text[last:start], MARKS[kind]]
            last = end
        parts.append(self.text[last:])
        return Masked("".join(parts), Counter(kind for _start, _end, kind in self.spans))

    def _keep_case_numbers(self) -> None:
        for found in shapes.CASE_NUMBER.finditer(self.shadow):
            if not shapes.is_mobile(found[1]) and not has_id_number(found[1]):
                self._blank(*found.span(1), _KEPT)

    def _mask(self, start: int, end: int, kind: str) -> None:
        if self.shadow[start] == "(" and ")" not in self.shadow[start:end]:
            start += 1  # it opens what closes behind the number
        self.spans.append((start, end, kind))
        self._blank(start, end, _BLANK.get(kind, _OTHER))

    def _blank(self, start: int, end: int, sign: str) -> None:
        self.shadow = self.shadow[:start] + sign * (end - start) + self.shadow[end:]
