"""What a Chinese name looks like: a surname, and a given name of one or two characters."""

from __future__ import annotations

import re

from kaohe.web.hotline import beside
from kaohe.web.hotline.surnames import DOUBLE, SINGLE, WORDS

Span = tuple[int, int]

SURNAMES_OF_ONE, _DOUBLE = frozenset(SINGLE), frozenset(DOUBLE)
FIRST = SURNAMES_OF_ONE | {one[0] for one in DOUBLE}
HAN = re.compile("[\u3400-\u9fff]")
_HANS = re.compile("[\u3400-\u9fff]+")
LONGEST_GIVEN = 2


def surname_at(text: str, at: int) -> int:
    """How long the surname is that stands there; 0 if none does."""
    if text[at : at + 1] not in FIRST:
        return 0
    if text[at : at + 2] in _DOUBLE:
        return 2
    return 1 if text[at : at + 1] in SURNAMES_OF_ONE else 0


def is_name(text: str, start: int, end: int, *, sure: bool = False) -> bool:
    """Whether a name may stand here: a surname and a given name that is no other word."""
    surname = surname_at(text, start)
    if not surname:
        return False
    given = text[start + surname : end]
    if not 1 <= len(given) <= LONGEST_GIVEN or not is_han(given):
        return False
    if beside.ADDRESSED.fullmatch(given):
        return False
    return sure or (text[start : start + 2] not in WORDS and beside.NEVER.isdisjoint(given))


def may_be_strange(text: str) -> bool:
    """Whether somebody without a Chinese surname may be called so."""
    known = text in WORDS or text[:2] in WORDS or text[-1] in beside.NO_PERSON
    return not known and not beside.ADDRESSED.search(text)


def is_han(text: str) -> bool:
    return _HANS.fullmatch(text) is not None
