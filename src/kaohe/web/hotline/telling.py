"""Names that tell themselves: by a surname that is hardly another word, by a pattern, by a chat."""

from __future__ import annotations

import re

from kaohe.web.hotline import beside
from kaohe.web.hotline.forms import HAN, LONGEST_GIVEN, SURNAMES_OF_ONE, Span, is_name
from kaohe.web.hotline.surnames import ENDING, FUNCTION, WORDS

_FEWEST_LINES = 2
_FAMILIAR = "老小阿"
_LATIN_LETTERS = re.compile("[A-Z][a-z]")
_PATTERNS = (
    ("姓", beside.SURNAMED),
    ("姓", beside.NAMED_APART),
    ("姓", beside.OF_SURNAME),
    ("单名", beside.SINGLY_NAMED),
    ("某", beside.ANONYMOUS),
    ("@", beside.MENTIONED),
    ('"', beside.NICKNAMED),
    ("“", beside.NICKNAMED),
    ("「", beside.NICKNAMED),
)


def telling_names(text: str) -> list[Span]:
    """Where they stand."""
    return [*_as_written(text), *_compound(text), *_telling(text), *_speaking(text)]


def _as_written(text: str) -> list[Span]:
    """Names that one pattern tells: where the sign stands without which it cannot be."""
    found = []
    for sign, pattern in _PATTERNS:
        if sign in text:
            found += [one.span(1) for one in pattern.finditer(text)]
    found += [one.span(1) for one in beside.FAMILIARLY.finditer(text)]
    found += [
        one.span(1)
        for one in beside.SHORTLY_ADDRESSED.finditer(text)
        if text[one.start(1) : one.end(1) + 1] not in WORDS
    ]
    found += [
        one.span(1)
        for one in beside.DEALT_WITH.finditer(text)
        if is_name(text, *one.span(1)) and one[1][-1] not in FUNCTION
    ]
    if _LATIN_LETTERS.search(text):
        found += [one.span(one.lastindex or 0) for one in beside.LATIN.finditer(text)]
    return found


def _compound(text: str) -> list[Span]:
    """Surnames of two characters that are nothing else: a name, whatever stands beside it."""
    found = []
    for surname in beside.COMPOUND.finditer(text):
        start, at = surname.span()
        ends = [end for end in (at + 1, at + 2) if is_name(text, start, end)]
        followed = [end for end in ends if beside.AFTER.match(text, end)]
        if ends:
            found.append((start, (followed or ends[::-1])[0]))
    return found


def _telling(text: str) -> list[Span]:
    """Names with a surname that is hardly anything else: 昨晚魏东明又来吵. After 老 and the like
    the surname alone."""
    found = []
    for surname in beside.TELLING_SURNAME.finditer(text):
        start, at = surname.span()
        if text[start : start + 2] in WORDS or text[start - 1 : at] in ENDING:
            continue
        place = not beside.OF_PLACES.isdisjoint(text[at : at + 3])
        if start and text[start - 1] in _FAMILIAR or (text[at] == "家" and not place):
            found.append((start, at))
        elif end := _end_of_telling(text, start, at):
            found.append((start, end))
    return found


def _end_of_telling(text: str, start: int, at: int) -> int:
    """Where such a name ends; 0 if a place begins so."""
    ends = [end for end in (at + 2, at + 1) if is_name(text, start, end)]
    followed = [end for end in ends if beside.AFTER.match(text, end)]
    end = (followed or ends[:1] or [0])[0]
    if not followed and end - at < LONGEST_GIVEN:
        return 0
    return 0 if not beside.OF_PLACES.isdisjoint(text[at : end + 1]) else end


def _speaking(text: str) -> list[Span]:
    """Who speaks in a chat that is quoted, if two lines of it are: 杜鹃：在吗 阮玲：在."""
    if text.count(":") < _FEWEST_LINES:
        return []
    found = []
    for line in beside.SPEAKS.finditer(text):
        start, end = line.span()
        start += not HAN.match(text[start])
        alone = end - start == 1 and text[start] in SURNAMES_OF_ONE
        if alone or is_name(text, start, end):
            found.append((start, end))
    return found if len(found) >= _FEWEST_LINES else []
