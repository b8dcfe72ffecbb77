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

from kaohe.web.hotline.naming import names_in

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

_BLANK: Final = {"phone": "\x03", "name": "\x04"}
_OTHER, _KEPT = "\x01", "\x02"
_MARK = re.compile("|".join(map(re.escape, MARKS.values())))
_KIND_OF_MARK = {mark: kind for kind, mark in MARKS.items()}

_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_PLAIN |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), ord("-"))
_PLAIN |= dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\t\u00a0"), ord(" "))
_SPELLED = re.compile("[零〇一二三四五六七八九幺]{7,}")
_DIGIT_OF = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_NO_DIGIT = re.compile(r"\D+", re.ASCII)
_FEWEST_DIGITS = 4
"""A number that is masked has as many, but for rooms and plates."""
_DIGIT = re.compile("[0-9零〇一二三四五六七八九十]")

# -- numbers --------------------------------------------------------------------------------------

_GAP = r"[\s\-.·•_/~*()]{0,2}"
_MOST_GAPS = 5
_MOBILE = re.compile(
    rf"(?<!\d)(?:\(?(?:\+|00)?\(?86\)?[\s\-]{{0,2}})?(?:1[3-9]\d{{9}}){{1,3}}(?!\d)"
    rf"|(?<!\d)(?:\(?(?:\+|00)?\(?86\)?[\s\-]{{0,2}})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
)
_USUAL_MOBILE = re.compile(
    rf"(?<!\d)(?:\(?(?:\+|00)?\(?86\)?[\s\-]{{0,2}})?\(?1[3-9]\d(?:\d{{8}}|"
    rf"{_GAP}\d{{4}}{_GAP}\d{{4}})(?!\d)"
)
"""Before others, so that the end of a room and the beginning of a phone are no phone."""
_EVEN_MOBILE = re.compile(r"(?<!\d)1([ \-.·_])[3-9](?:\1\d){9}(?!\d)")
_LABELLED_MOBILE = re.compile(
    rf"(?:电话|手机|联系方式|来电|回电|致电|号码|tel)[\s:是为]{{0,3}}\(?(1{_GAP}[3-9](?:{_GAP}\d)"
    rf"{{9}})",
    re.IGNORECASE,
)
_DIGITS_OF_A_MOBILE = 11
_OF_A_PHONE = re.compile(r"[\d\s\-.·•_/~*()+]{11,30}")
_EXTENSION = r"(?:[\s\-]{0,2}(?:转|分机|ext\.?)\s*\d{1,6})?"
_AREA_CODE = r"(?:10|2\d|[3-9]\d\d)"
_LOCAL = rf"[\s\-]{{0,2}}[2-9](?:[\s\-]?\d){{6,7}}(?!\d){_EXTENSION}"
_WITH_AREA_CODE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)86[\s\-]{{0,2}})?\(?0?{_AREA_CODE}\){_LOCAL}"
    rf"|(?<!\d)(?:(?:\+|00)86[\s\-]{{0,2}}0?|0){_AREA_CODE}{_LOCAL}"
)
_UNIT = r"\s*(?:元|万|亿|块|件|户|平|米|弄|号|年|月|日|次|人|个|%|分|吨|度|千|公里|路|步|天)"
_EIGHT_DIGITS = re.compile(
    rf"(?<![\dA-Za-z.\-¥￥])[2-9]\d{{3}}[\s\-]?\d{{4}}(?![\dA-Za-z\-]|\.\d|{_UNIT}){_EXTENSION}"
)
_YEARS_OR_DAY = re.compile(
    r"(?:19|20)\d\d[\s\-]?(?:(?:19|20)\d\d|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
)

_ID_18 = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])")
_ID_15 = re.compile(r"(?<!\d)[1-8]\d{5}[\s\-]?\d{6}[\s\-]?\d{3}(?!\d)")
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
    " 71 81 82 83".split()
)
_BORN = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_LABELLED_ID = re.compile(
    r"(?:身份证|证件|护照|通行证|居住证|社保卡|医保卡|军官证|士官证|驾驶证|"
    r"残疾证)(?:件)?(?:编?号码?)?"
    r"[\s:是为]{0,4}([A-Za-z]?\d(?:[\s\-]?\d){5,17}[Xx]?)(?![\dA-Za-z])"
)
_CARD = re.compile(r"(?<!\d)(?:\d{16,19}|\d{4}(?:[ \-]\d{4}){3}(?:[ \-]?\d{1,3})?)(?!\d)")
_LABELLED_CARD = re.compile(
    r"(?:银行卡|卡号|账号|帐号|账户|帐户)(?:号码?)?[\s:是为]{0,4}(\d(?:[\s\-]?\d){7,20})(?!\d)"
)
_CASE_NUMBER = re.compile(
    r"(?:工单|编号|单号|案号|受理号|诉求号|件号|文号|订单|运单|票号|流水号|批号)(?:编?号码?)?"
    r"[\s:为是]{0,3}((?=[A-Za-z\-]*\d)[A-Za-z\d\-]{5,})"
)

# -- accounts, plates, rooms ----------------------------------------------------------------------

_EMAIL = re.compile(r"[A-Za-z0-9][\w.+\-]*@[A-Za-z0-9][\w\-]*(?:\.[A-Za-z0-9\-]+)+", re.ASCII)
_WECHAT = re.compile(
    r"(?:微信|威信|薇信|v信|vx|wx|wechat|抖音|小红书|支付宝)(?:账?号|id)?[\s:是为]{0,4}"
    r"([a-z\d][\w\-]{4,19})",
    re.IGNORECASE | re.ASCII,
)
_QQ = re.compile(r"(?:qq|扣扣|企鹅)群?(?:账?号码?)?[\s:是为]{0,4}(\d{5,12})(?!\d)", re.IGNORECASE)

_PLACE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGN = r"[A-HJ-NP-Za-hj-np-z\d]"
_PLATE = re.compile(
    rf"[{_PLACE}]\s?牌?\s?[A-Za-z][\s·.•\-]{{0,2}}"
    rf"(?:{_SIGN}{{2,3}}[\s·.•\-]{_SIGN}{{2,3}}|{_SIGN}{{4,5}}[挂学警港澳]|"
    rf"{_SIGN}{{5,6}})(?![A-Za-z\d])"
)
_LABELLED_PLATE = re.compile(
    rf"(?:车牌|牌照|号牌)(?:号码?)?[\s:是为]{{0,3}}([A-HJ-Za-hj-z][\s·.•\-]{{0,2}}{_SIGN}{{5,6}})"
    rf"(?![A-Za-z\d])"
)
_DIGITS_OF_A_PLATE = 2

_SPELLED_NUMBER = "[零〇一二三四五六七八九十百]{1,5}"
_NUMBER = rf"(?:\d{{1,5}}[A-Za-z甲乙丙丁]?|{_SPELLED_NUMBER})"
_BLOCK = rf"(?:{_NUMBER}(?:号楼?|栋|幢|座|#)[\s\-,]{{0,2}})"
_STAIR = rf"(?:(?:{_NUMBER}|[东西南中])(?:单元|门|楼|层)[\s\-,]{{0,2}})"
_NOT_A_ROOM = (
    r"(?![\d元弄号年月日点时分人次件个%米平吨辆度块栋幢户天岁名家套起条]|公[交里斤]|线(?![路缆])|"
    r"路(?![灯面口边])"
    r"|楼(?![道上下组梯里内宇]))"
)
_ROOM = re.compile(
    rf"(?<![月\d]){_BLOCK}?{_STAIR}{{0,2}}(?:\d{{2,5}}[A-Za-z]?|"
    rf"{_SPELLED_NUMBER})(?:[\-~、和至]\d{{2,5}})?(?:室|房间?(?![屋产东租]))"
    rf"|(?<![月\d]){_BLOCK}{_STAIR}{{0,2}}(?:\d{{3,4}}[A-Za-z]?|"
    rf"[零〇一二三四五六七八九]{{3,4}}){_NOT_A_ROOM}"
    rf"|(?<!\d){_NUMBER}单元[\s\-,]{{0,2}}\d{{3,4}}{_NOT_A_ROOM}"
    rf"|(?<=[\u3400-\u9fff])(?<![约共达计为在从至到第近超于每])\s?\d{{1,3}}[\-#/](?:\d{{1,2}}[\-/"
    rf"])?\d{{3,4}}{_NOT_A_ROOM}"
)


@dataclass(frozen=True)
class Masked:
    """A text without what tells who somebody is, and how often what kind was masked."""

    text: str
    counts: Mapping[str, int]


Wanted = Callable[["re.Match[str]"], bool]


def mask(text: str) -> Masked:
    """Mask a text. What was masked before stays as it is: twice is the same as once.

    Case numbers, dates, amounts and the numbers of lanes (弄) and buildings stay; of an address
    only what leads to a door goes. A name without any context stays: see ``naming``.
    """
    work = _Work(text)
    work.find(_WECHAT, "account", lambda one: not _is_mobile(one[1]), group=1)
    if _DIGIT.search(work.shadow):
        work.numbers()
    if "@" in work.shadow:
        work.find(_EMAIL, "account")
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
    plain = _shadow_of(cell).strip()
    is_mobile = _OF_A_PHONE.fullmatch(plain) and _is_mobile(_digits(plain))
    return bool(is_mobile or _WITH_AREA_CODE.fullmatch(plain))


def has_id_number(cell: str) -> bool:
    """Whether a cell is an ID number, its last digit checked, and nothing else."""
    digits = re.sub(r"[\s\-]", "", _shadow_of(cell)).upper()
    return len(digits) == 18 and _is_id(digits) and _check_digit(digits[:17]) == digits[17]


def _shadow_of(text: str) -> str:
    plain = text.translate(_PLAIN)
    return _SPELLED.sub(_spelled_out, plain)


def _spelled_out(run: re.Match[str]) -> str:
    """Spelled digits as digits; of a name that ends in 一 before a phone the 一 is left."""
    digits = run[0].translate(_DIGIT_OF)
    own = len(digits) - _DIGITS_OF_A_MOBILE
    return run[0][:own] + digits[own:] if own == 1 and _is_mobile(digits[own:]) else digits


class _Work:
    """A text while it is masked."""

    def __init__(self, text: str) -> None:
        self.text, self.shadow = text, _shadow_of(text)
        self.spans: list[tuple[int, int, str]] = []
        for mark in _MARK.finditer(text):
            self._blank(*mark.span(), _BLANK.get(_KIND_OF_MARK[mark[0]], _OTHER))

    def numbers(self) -> None:
        """Whatever has digits, the most certain first."""
        if len(_NO_DIGIT.sub("", self.shadow)) >= _FEWEST_DIGITS:
            self._long_numbers()
        self.find(_PLATE, "plate", lambda one: len(_digits(one[0])) >= _DIGITS_OF_A_PLATE)
        self.find(_LABELLED_PLATE, "plate", group=1)
        self.find(_ROOM, "room")

    def _long_numbers(self) -> None:
        self.find(_LABELLED_ID, "id_number", group=1)
        self._keep_case_numbers()
        self.find(_ID_18, "id_number", lambda one: _is_id(_digits(one[0])))
        self.find(_LABELLED_CARD, "card", lambda one: not _is_mobile(one[1]), group=1)
        self.find(_CARD, "card", lambda one: _is_card(_digits(one[0])))
        self.find(_QQ, "account", lambda one: not _is_mobile(one[1]), group=1)
        self.find(_ID_15, "id_number", lambda one: _is_id(_digits(one[0])))
        self.find(_PLATE, "plate", lambda one: len(_digits(one[0])) >= _DIGITS_OF_A_PLATE)
        self.find(_EVEN_MOBILE, "phone")
        self.find(_USUAL_MOBILE, "phone")
        self.find(_LABELLED_MOBILE, "phone", lambda one: _gaps(one[1]) <= _MOST_GAPS, group=1)
        self.find(_MOBILE, "phone", lambda one: _gaps(one[0]) <= _MOST_GAPS)
        self.find(_WITH_AREA_CODE, "phone")
        self.find(_EIGHT_DIGITS, "phone", lambda one: not _YEARS_OR_DAY.fullmatch(one[0]))

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
            start = max(found.start() + 1, found.end() if wanted(found) else 0)
            if wanted(found):
                self._mask(*found.span(group), kind)

    def named(self, found: list[tuple[int, int]]) -> None:
        """Mask names."""
        for start, end in found:
            self._mask(start, end, "name")

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
        for found in _CASE_NUMBER.finditer(self.shadow):
            if not _is_mobile(found[1]) and not has_id_number(found[1]):
                self._blank(*found.span(1), _KEPT)

    def _mask(self, start: int, end: int, kind: str) -> None:
        if self.shadow[start] == "(" and ")" not in self.shadow[start:end]:
            start += 1  # it opens what closes behind the number
        self.spans.append((start, end, kind))
        self._blank(start, end, _BLANK.get(kind, _OTHER))

    def _blank(self, start: int, end: int, sign: str) -> None:
        self.shadow = self.shadow[:start] + sign * (end - start) + self.shadow[end:]


def _digits(text: str) -> str:
    return re.sub(r"[^\dXx]", "", text)


def _is_mobile(text: str) -> bool:
    return _MOBILE.fullmatch(text) is not None


def _gaps(text: str) -> int:
    return len(re.findall(r"[^\d+]+", text.removeprefix("+").strip("() ")))


def _is_id(digits: str) -> bool:
    """Whether the place and the birthday of an ID number of 18 or 15 digits can be."""
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    return digits[:2] in _PROVINCES and _BORN.fullmatch(born) is not None


def _check_digit(digits: str) -> str:
    """The last digit of an ID number by GB 11643-1999."""
    weighed = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits))
    return "10X98765432"[weighed % 11]


def _is_card(digits: str) -> bool:
    """UnionPay's cards begin with 62; others hold by their check digit."""
    if digits.startswith("62"):
        return True
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return (
        digits[0] in "3456"
        and len(digits) == 16
        and sum(one - 9 * (one > 9) for one in doubled) % 10 == 0
    )
