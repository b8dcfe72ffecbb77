"""What the numbers, accounts, plates and rooms of people look like in a shadow of a text."""

from __future__ import annotations

import re

# -- numbers --------------------------------------------------------------------------------------

_GAP = r"[\s\-.·•_/~*()]{0,2}"
_WIDE_GAP = r"[\s\-.·•_/~*(),]{0,2}"
_MOST_GAPS = 5
MOBILE = re.compile(
    rf"(?<!\d)(?:\(?(?:\+|00)?\(?86\)?[\s\-]{{0,2}})?(?:1[3-9]\d{{9}}){{1,3}}(?!\d)"
    rf"|(?<!\d)(?:\(?(?:\+|00)?\(?86\)?[\s\-]{{0,2}})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
)
USUAL_MOBILE = re.compile(
    rf"(?<!\d)(?:\(?(?:\+|00)?\(?86\)?[\s\-]{{0,2}})?\(?1[3-9]\d(?:\d{{8}}|"
    rf"{_WIDE_GAP}\d{{4}}{_WIDE_GAP}\d{{4}})(?!\d)"
)
"""Before others, so that the end of a room and the beginning of a phone are no phone."""
EVEN_MOBILE = re.compile(r"(?<!\d)1([ \-.·_])[3-9](?:\1\d){9}(?!\d)")
LABELLED_MOBILE = re.compile(
    rf"(?:电话|手机|联系方式|来电|回电|致电|号码|tel)[\s:是为]{{0,3}}\(?(1{_GAP}[3-9](?:{_GAP}\d)"
    rf"{{9}})",
    re.IGNORECASE,
)
DIGITS_OF_A_MOBILE, DIGITS_OF_A_LANDLINE, DIGITS_OF_AN_ID = 11, 7, 15
"""At least so many."""
OF_A_PHONE = re.compile(r"[\d\s\-.·•_/~*()+]{11,30}")
_EXTENSION = r"(?:[\s\-]{0,2}(?:转|分机|ext\.?)\s*\d{1,6})?"
_AREA_CODE = r"(?:10|2\d|[3-9]\d\d)"
_LOCAL = rf"[\s\-/]{{0,2}}[2-9](?:[\s\-]?\d){{6,7}}(?!\d){_EXTENSION}"
WITH_AREA_CODE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)86[\s\-]{{0,2}})?\(?0?{_AREA_CODE}\){_LOCAL}"
    rf"|(?<!\d)(?:(?:\+|00)86[\s\-]{{0,2}}0?|0){_AREA_CODE}{_LOCAL}"
)
_UNIT = r"\s*(?:元|万|亿|块|件|户|平|米|弄|号|年|月|日|次|人|个|%|分|吨|度|千|公里|路|步|天)"
EIGHT_DIGITS = re.compile(
    rf"(?<![\dA-Za-z.\-¥￥])[2-9]\d{{3}}[\s\-]?\d{{4}}"
    rf"(?:-\d{{3,4}}(?![\dA-Za-z\-])|(?![\dA-Za-z\-]|\.\d|{_UNIT}){_EXTENSION})"
)
YEARS_OR_DAY = re.compile(
    r"(?:19|20)\d\d[\s\-]?(?:(?:19|20)\d\d|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
)

ID_18 = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])")
ID_15 = re.compile(r"(?<!\d)[1-8]\d{5}[\s\-]?\d{6}[\s\-]?\d{3}(?!\d)")
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
    " 71 81 82 83".split()
)
BORN = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
LABELLED_ID = re.compile(
    r"(?:身份证|证件|护照|通行证|居住证|社保卡|医保卡|军官证|士官证|驾驶证|残疾人?证|台胞证|回[乡鄉]证|"
    r"港澳证|学生证|敬老卡|老年卡)件?(?:编?号码?)?"
    r"[\s:是为]{0,4}([A-Za-z]{0,2}\d(?:[\s\-]?\d){5,19}[A-Za-z]?)(?![\dA-Za-z])"
)
CARD = re.compile(r"(?<!\d)(?:\d{16,19}|\d{4}(?:[ \-]\d{4}){3}(?:[ \-]?\d{1,3})?)(?!\d)")
LABELLED_CARD = re.compile(
    r"(?:银行卡|卡号|账号|帐号|账户|帐户)(?:号码?)?[\s:是为]{0,4}(\d(?:[\s\-]?\d){7,20})(?!\d)"
)
CASE_NUMBER = re.compile(
    r"(?:工单|编号|单号|案号|受理号|诉求号|件号|文号|订单|运单|票号|流水号|批号)(?:编?号码?)?"
    r"[\s:为是]{0,3}((?=[A-Za-z\-]*\d)[A-Za-z\d\-]{5,})"
)

# -- accounts, plates, rooms ----------------------------------------------------------------------

EMAIL = re.compile(
    r"(?<![\w.+\-])[A-Za-z0-9][\w.+\-]{0,63}(?: [\w.+\-]{1,20})?\s?@\s?[A-Za-z0-9][\w\-]{0,62}"
    r"(?:\s?\.\s?[A-Za-z0-9\-]{1,63}){1,4}",
    re.ASCII,
)
WECHAT = re.compile(
    r"(?:微\s?信|威信|薇信|v信|加[v微]|vx|wx|wechat|抖音|小红书|支付宝)(?:账?号|id)?[\s:是为]{0,4}"
    r"([a-z\d][\w\-]{4,19})",
    re.IGNORECASE | re.ASCII,
)
QQ = re.compile(r"(?:qq|扣扣|企鹅)群?(?:账?号码?)?[\s:是为]{0,4}(\d{5,12})(?!\d)", re.IGNORECASE)

_PLACE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGN = r"[A-HJ-NP-Za-hj-np-z\d]"
PLATE = re.compile(
    rf"[{_PLACE}]\s?牌?\s?[A-Za-z][\s·.•\-]{{0,3}}"
    rf"(?:{_SIGN}{{2,3}}[\s·.•\-]{_SIGN}{{2,3}}|{_SIGN}{{4,5}}[挂学警港澳领使试超]|"
    rf"{_SIGN}{{5,6}}|{_SIGN}(?:\s{_SIGN}){{4,5}})(?![A-Za-z\d])"
)
LABELLED_PLATE = re.compile(
    rf"(?:车牌|牌照|号牌|车号)(?:号码?)?[\s:是为]{{0,3}}([A-HJ-Za-hj-z][\s·.•\-]{{0,2}}{_SIGN}{{5,6}})"
    rf"(?![A-Za-z\d])"
)
_DIGITS_OF_A_PLATE = 2
VEHICLE = re.compile(r"(?:车架|发动机)号码?[\s:是为]{0,3}([A-Za-z\d]{6,17})(?![A-Za-z\d])")

_SPELLED_NUMBER = "[零〇幺一二三四五六七八九十百]{1,5}"
_NUMBER = rf"(?:\d{{1,5}}[A-Za-z甲乙丙丁]?|{_SPELLED_NUMBER})"
_BLOCK = rf"(?:{_NUMBER}(?:号楼?|栋|幢|座|#楼?)[\s\-,]{{0,2}})"
_STAIR = rf"(?:(?:{_NUMBER}|[东西南中底顶])(?:单元|门|楼|层)[\s\-,]{{0,2}})"
_NOT_A_ROOM = (
    r"(?![\d元弄号年月日点时分人次件个%米平吨辆度块栋幢户天岁名家套起条]|公[交里斤]|线(?![路缆])|"
    r"路(?![灯面口边])"
    r"|楼(?![道上下组梯里内宇]))"
)
_MORE_ROOMS = r"(?:[\-~、,和至]\d{2,4}(?!\d)){0,6}"
_TWO_STEPS = r"\d{1,3}[\-#/](?:\d{1,2}[\-/])?\d{3,4}"
"""1-501 and 3-1-501."""
ROOM = re.compile(
    rf"(?=[\s\d零〇幺一二三四五六七八九十百东西南中底顶])(?:(?<![月\d]){_BLOCK}?{_STAIR}{{0,2}}(?:\d{{2,5}}[A-Za-z]?|"
    rf"{_SPELLED_NUMBER}){_MORE_ROOMS}(?:室|号?房间?(?![屋产东租]))"
    rf"|(?<![月\d]){_BLOCK}{_STAIR}{{0,2}}(?:\d{{3,4}}[A-Za-z]?{_MORE_ROOMS}|\d{{1,2}}[A-Z]|"
    rf"[零〇幺一二三四五六七八九]{{3,4}}){_NOT_A_ROOM}"
    rf"|(?<![月\d]){_BLOCK}{_STAIR}{{1,2}}[东西南北左右中][手户间首套]"
    rf"|(?<!\d){_NUMBER}单元[\s\-,]{{0,2}}\d{{3,4}}{_NOT_A_ROOM}"
    rf"|(?:^|(?<=[\u3400-\u9fff]))(?<![约共达计为在从至到第近超于每])\s?{_TWO_STEPS}{_NOT_A_ROOM})"
)
LABELLED_ROOM = re.compile(
    rf"(?:住址|地址|[房室]号|门牌号?|房间号?|家住|我住|住在|住|家是|楼[上下]|隔壁|对门|漏到|业主|住户|"
    rf"[Rr]oom|[Uu]nit)"
    rf"[\s:是为在]{{0,3}}({_TWO_STEPS}|[A-Z]?\d{{3,4}}[A-Z]?)(?![A-Za-z\-/多余几票]){_NOT_A_ROOM}"
)
_ON_A_FLOOR = r"(?<!\d)\d{1,2}0[1-9]"
"""Doors are numbered by floor: 1203 is one, 1200 is a sum."""
ROOM_OF_SOMEBODY = re.compile(
    rf"(?<![约共达有超近计年第及.\-])({_ON_A_FLOOR})(?=的?(?:业主(?!大会|委)|住户|租客|租户|房东|邻居|那家|"
    rf"那户|家里)|门口|的[在!,。])"
)
ANOTHER_ROOM = re.compile(rf"(?<=[、和与到及跟])({_ON_A_FLOOR}){_NOT_A_ROOM}")
"""Where one room stood: 501室和302."""


def digits_of(text: str) -> str:
    """The digits of a number, and the X of an ID number."""
    return re.sub(r"[^\dXx]", "", text)


def is_mobile(text: str) -> bool:
    """Whether a text is a mobile number and nothing else."""
    return MOBILE.fullmatch(text) is not None


def is_together(text: str) -> bool:
    """Whether the digits of a phone are not torn apart as those of several numbers are."""
    return len(re.findall(r"[^\d+]+", text.removeprefix("+").strip("() "))) <= _MOST_GAPS


def is_plate(text: str) -> bool:
    """Whether a plate has digits and is no word in Latin letters."""
    return len(digits_of(text)) >= _DIGITS_OF_A_PLATE


def is_id(digits: str) -> bool:
    """Whether the place and the birthday of an ID number of 18 or 15 digits can be."""
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    return digits[:2] in PROVINCES and BORN.fullmatch(born) is not None


def check_digit(digits: str) -> str:
    """The last digit of an ID number by GB 11643-1999."""
    weighed = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits))
    return "10X98765432"[weighed % 11]


def is_card(digits: str) -> bool:
    """UnionPay's cards begin with 62; others hold by their check digit."""
    if digits.startswith("62"):
        return True
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return (
        digits[0] in "3456"
        and len(digits) == 16
        and sum(one - 9 * (one > 9) for one in doubled) % 10 == 0
    )
