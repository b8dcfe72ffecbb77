"""A shadow of a text: as long as the text, with odd ways of writing made plain.

Full-width signs, spelled-out digits, letters among digits that stand for one (O, l), and the
traditional characters of surnames and labels become what they mean, so that they are no way around
a rule.
"""

from __future__ import annotations

import re

from kaohe.web.hotline.shapes import DIGITS_OF_A_MOBILE, is_mobile

_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_PLAIN |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), ord("-"))
_PLAIN |= dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\t\u00a0\u2005"), ord(" "))
_PLAIN |= str.maketrans(
    "張劉陳楊趙黃吳孫馬許蔣馮鄧蕭葉盧蘇韓鄭羅謝賈呂鍾錢龔湯顧賀龍萬陸閻閆嚴喬賴鄒譚關藍龐顏畢華齊紀聶"
    "寧竇衛費簡歐諸遲鞏魯實趕錦溫莊鳳駱閔滬電話聯繫絡號證業戶訴報來說東車樓稱員師爺親屬醫護轉機賬區",
    "张刘陈杨赵黄吴孙马许蒋冯邓萧叶卢苏韩郑罗谢贾吕钟钱龚汤顾贺龙万陆阎闫严乔赖邹谭关蓝庞颜毕华齐纪聂"
    "宁窦卫费简欧诸迟巩鲁实赶锦温庄凤骆闵沪电话联系络号证业户诉报来说东车楼称员师爷亲属医护转机账区",
)
_NUMERAL = "[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_SPELLED = re.compile(f"{_NUMERAL}{{7,}}|{_NUMERAL}{{3,4}}(?:[ \\-]{{1,2}}{_NUMERAL}{{4}}){{1,2}}")
_DIGIT_OF = str.maketrans(
    "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1123456789"
)
_LOOKS_LIKE = re.compile(r"(?<=\d)[OoIl]+(?=\d)", re.ASCII)
_LIKE = str.maketrans("OoIl", "0011")


def shadow_of(text: str) -> str:
    """A text, plain."""
    plain = _SPELLED.sub(_spelled_out, text.translate(_PLAIN))
    return _LOOKS_LIKE.sub(lambda found: found[0].translate(_LIKE), plain)


def _spelled_out(run: re.Match[str]) -> str:
    """Spelled digits as digits; of a name that ends in 一 before a phone the 一 is left."""
    digits = run[0].translate(_DIGIT_OF)
    own = len(digits) - DIGITS_OF_A_MOBILE
    return run[0][:own] + digits[own:] if own == 1 and is_mobile(digits[own:]) else digits
