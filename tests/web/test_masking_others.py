"""How much the masks miss in complaints that were written without knowing their rules.

The texts of ``tests.worlds.complaints`` come from the hand that wrote the rules, and so flatter
them. These do not: what is missed here is nearer to what real complaints lose.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from kaohe.web.hotline.masking import MARKS, mask

pytestmark = pytest.mark.no_database
HERE = Path(__file__).parent
PLANTED = re.compile(r"\{([a-z])([^{}]*)\}")
KINDS = {
    "n": "names",
    "p": "phones",
    "i": "ID numbers",
    "c": "cars",
    "r": "rooms",
    "k": "cards",
    "m": "accounts",
}
MAY_GO = "a"
MISSED_AT_MOST = {"n": 88, "p": 3, "i": 0, "c": 0, "r": 3, "k": 0, "m": 0}
"""The phones are told in two pieces. Of the names most are words as well (黎明),
are no Chinese ones, or stand alone."""
SPOILT_AT_MOST = 13
"""So many of the texts may lose a word that is nobody's; most lose the 总 of 周总."""
HARMLESS_SPOILT_AT_MOST = 5
"""高先生路, 李先生牛肉面 and the like."""
BESIDE = frozenset(" \t　，,、-—–()（）号室楼栋幢座单元门房间#/·.老小阿转姓某")
"""What may go together with what stands beside it."""
NUMERALS = "零〇一二三四五六七八九十幺"


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def plain(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """A line without its marks, and where what was planted stands in it."""
    text, spans, last = "", [], 0
    for found in PLANTED.finditer(line):
        text += line[last : found.start()]
        spans.append((len(text), len(text) + len(found[2]), found[1]))
        text, last = text + found[2], found.end()
    return text + line[last:], spans


def gone(text: str) -> set[int]:
    """The places of a text that its masked form no longer shows."""
    kept = re.split("|".join(map(re.escape, MARKS.values())), mask(text).text)
    found = re.fullmatch("(.+?)".join(map(re.escape, kept)), text, re.DOTALL)
    assert found is not None
    return {place for one in range(1, len(kept)) for place in range(*found.span(one))}


def is_missed(kind: str, said: str, left: list[str]) -> bool:
    """Whether what is left of something planted still tells who somebody is."""
    if kind == "n":
        return any(one not in "老小阿大三" or len(said) == 1 for one in left)
    if kind == "r":
        telling = [one for one in said if one.isascii() and one.isalnum() or one in NUMERALS]
        return bool(left) and (telling or list(said))[-1] in left
    return 2 * len(left) > sum(one.isalnum() for one in said)


def missed_in(line: str) -> tuple[Counter[str], list[tuple[str, str]], str]:
    """What was planted, by kind; what of it is missed; what else is gone."""
    text, spans = plain(line)
    hidden = gone(text)
    missed = []
    for start, end, kind in spans:
        left = [text[at] for at in range(start, end) if text[at].isalnum() and at not in hidden]
        if kind != MAY_GO and is_missed(kind, text[start:end], left):
            missed.append((kind, text[start:end]))
    planted = {place for start, end, _kind in spans for place in range(start, end)}
    more = "".join(text[place] for place in sorted(hidden - planted) if text[place] not in BESIDE)
    return Counter(kind for *_place, kind in spans if kind != MAY_GO), missed, more


def test_what_is_missed_in_complaints_by_others(capsys: pytest.CaptureFixture[str]) -> None:
    texts = lines("complaints_marked.txt")
    planted, missed, spoilt = Counter[str](), Counter[str](), 0
    for line in texts:
        own, overlooked, more = missed_in(line)
        planted += own
        missed += Counter(kind for kind, _said in overlooked)
        spoilt += bool(more)
    with capsys.disabled():
        told = ", ".join(f"{KINDS[kind]} {missed[kind]} of {planted[kind]}" for kind in KINDS)
        print(f"\nmissed in {len(texts)} texts by others: {told}; spoilt: {spoilt}")
    assert set(planted) == set(KINDS)
    assert {kind: missed[kind] for kind in KINDS if missed[kind] > MISSED_AT_MOST[kind]} == {}
    assert spoilt <= SPOILT_AT_MOST


def test_what_only_looks_like_somebody_stays() -> None:
    changed = [line for line in lines("complaints_harmless.txt") if mask(line).text != line]
    assert len(changed) <= HARMLESS_SPOILT_AT_MOST, changed


def test_complaints_by_others_masked_twice_are_masked_once() -> None:
    for line in lines("complaints_marked.txt"):
        once = mask(plain(line)[0]).text
        assert mask(once).text == once


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("投訴人：張麗華，聯繫電話１３９００００１２３４", "投訴人：［姓名］，聯繫電話［电话］"),
        ("姓名：赵 子 龙", "姓名：［姓名］"),
        ("昨晚魏东明又来吵", "昨晚［姓名］又来吵"),
        ("张家浜、徐家汇、曹杨路、杨浦都有", None),
        ("一张桌子，行李，纸张，董事会", None),
        ("王家阿婆和老蒋家", "［姓名］家阿婆和老［姓名］家"),
        ("手机1390000OO12", "手机［电话］"),
        ("号码壹叁玖零零零柒零零壹伍", "号码［电话］"),
        ("沪 A 1 2 3 4 5，使馆车沪A·2345领", "［车牌］，使馆车［车牌］"),
        ("住址:3-501，5座18C，楼上1203", "住址:［室号］，［室号］，楼上［室号］"),
        ("楼上1200元，业主1380票，家住1321弄", None),
        ("座机65910010-8003", "座机［电话］"),
        ("护照P1234567A，台胞证12345678", "护照［证件号］，台胞证［证件号］"),
        ("群里@小陈家的 说了", "群里@［姓名］ 说了"),
    ],
)
def test_examples(text: str, masked: str | None) -> None:
    assert mask(text).text == (text if masked is None else masked)


@pytest.mark.parametrize("part", ["a", "1", "A1", "1-5", "李"])
def test_a_long_cell_is_masked_in_time_that_grows_with_its_length(part: str) -> None:
    """A pattern that goes over the rest of the text from every place would take minutes here."""
    text = part * (50_000 // len(part)) + "@"
    assert len(mask(text).text) <= len(text) * len(MARKS["id_number"])
