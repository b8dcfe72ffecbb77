"""Where Chinese personal names stand in a text, as far as what stands beside them tells.

Beside: 先生 and other ways to address people, 姓名： and other labels, who somebody is (业主), a
phone, a sex, a verb of telling at the beginning of a sentence, another name. A name that stood in
such a place is found again anywhere in the text. A name without any of that is found by ``telling``
alone, if its surname is hardly another word: no list tells 高明 the man from 高明 the adjective.
"""

from __future__ import annotations

import re

from kaohe.web.hotline import beside
from kaohe.web.hotline.forms import (
    FIRST,
    HAN,
    LONGEST_GIVEN,
    SURNAMES_OF_ONE,
    Span,
    is_han,
    is_name,
    may_be_strange,
    surname_at,
)
from kaohe.web.hotline.surnames import FUNCTION, WORDS
from kaohe.web.hotline.telling import telling_names

_MASKED = "\x04"


def names_in(text: str) -> list[Span]:
    """Where names stand, none twice. ``\\x03`` stands for each character of a phone."""
    found: dict[int, int] = {}
    for start, end in [
        *_labelled(text),
        *_addressed(text),
        *_introduced(text),
        *_before_more(text),
        *_listed(text),
        *_beginning(text),
        *telling_names(text),
    ]:
        found[start] = max(end, found.get(start, 0))
    spans = _apart(found)
    return _again(text, _beside(text, spans)) if spans else []


def is_bare_name(text: str) -> bool:
    """Whether a cell may be somebody's name and nothing else."""
    name = text.strip()
    return is_name(name, 0, len(name)) and not beside.PLACE_END.search(name)


def _name_at(text: str, at: int, *, sure: bool) -> int:
    """Where a name ends that begins here and after which something stands that follows names; 0
    if none does. ``sure``: a name is expected here, whatever follows."""
    surname = surname_at(text, at)
    if not surname or (not sure and surname == 1 and text[at] in FUNCTION):
        if text[at : at + 1] not in beside.RATHER_NAMES or not beside.COMMON.isdisjoint(
            text[at + 1 : at + 3]
        ):
            return 0
    ends = [
        end
        for end in (at + surname + 2, at + surname + 1)
        if end <= len(text) and is_name(text, at, end, sure=sure)
    ]
    for end in ends:
        if beside.AFTER.match(text, end) and not _ends_with_on(text, end):
            return end
    return ends[0] if sure and ends else 0


def _ends_with_on(text: str, end: int) -> bool:
    """Whether 于 before a date belongs to the date."""
    return text[end - 1] == "于" and text[end : end + 1].isdigit()


def _labelled(text: str) -> list[Span]:
    """After 姓名： and the like whatever looks like a name is one."""
    found = []
    for label in beside.LABEL.finditer(text):
        at = label.end()
        sure = label[0].rstrip('【[("“ ').endswith((":", "="))
        spaced = beside.SPACED.match(text, at) if sure else None
        foreign = beside.FOREIGN.match(text, at)
        strange = beside.STRANGE.match(text, at) if sure else None
        if sure and foreign:
            found.append(foreign.span())
        elif spaced:
            found.append(spaced.span())
        elif end := _name_at(text, at, sure=sure):
            found.append((at, end))
        elif strange and may_be_strange(strange[0]):
            found.append(strange.span())
    return found


def _addressed(text: str) -> list[Span]:
    """Before 先生 and the like: as many characters as make a name."""
    found = []
    for address in beside.ADDRESSED.finditer(text):
        end = address.start()
        if text[end - 1 : end] == "家" and text[end - 2 : end - 1] in SURNAMES_OF_ONE | {_MASKED}:
            end -= 1  # 张家伯伯
        start = _before(text, end, address["address"] is not None)
        alone = start is not None and surname_at(text, start) == end - start
        if start is not None and (alone or end == address.start()):
            found.append((start, end))
    return found


def _before(text: str, end: int, is_address: bool) -> int | None:
    """Where a name or a surname alone begins that ends here."""
    if not beside.DOTS.isdisjoint(text[max(0, end - 16) : end]):
        foreign = beside.FOREIGN.search(text, max(0, end - 16), end)
        if foreign and foreign.end() == end and not beside.DOTS.isdisjoint(foreign[0]):
            return foreign.start()
    for start in range(max(0, end - 4), end):
        if text[start] not in FIRST:
            continue
        if not is_han(text[start:end]):
            continue
        alone = surname_at(text, start) == end - start
        if not alone and not is_name(text, start, end):
            continue
        if text[start] in FUNCTION and _may_be_a_word(text, start, end):
            continue
        if _within_a_word(text, start) or _ends_a_word(text, start, end, is_address):
            continue
        return start
    return None


def _may_be_a_word(text: str, start: int, end: int) -> bool:
    """Whether 和 or 于 is rather a word of the sentence than a surname."""
    if start + 1 < end:  # 和张先生 is 张先生, 和女士 is somebody
        return surname_at(text, start + 1) > 0
    before = text[start - 1 : start]
    if text[start] in beside.RATHER_NAMES and text[max(0, start - 2) : start] in beside.PERSONS:
        return False
    if text[start] == "于":
        return before in beside.BEFORE_YU and bool(before)
    return bool(before) and HAN.match(before) is not None


def _ends_a_word(text: str, start: int, end: int, is_address: bool) -> bool:
    """Whether a surname alone is the end of another word: 保安队长."""
    alone = end - start == 1
    if alone and not is_address and text[start:end] in beside.ENDS:
        return True
    sizes = (2, 3) if alone else (2,)
    return any(text[max(0, end - size) : end] in beside.ENDS for size in sizes)


def _within_a_word(text: str, start: int) -> bool:
    """Whether a word ends here that is no name: 公司 before 队长."""
    word = text[start - 1 : start + 1] if start else ""
    return word in WORDS or word in beside.ENDS


def _introduced(text: str) -> list[Span]:
    """After 我叫, 业主, 儿子 and the like, where what follows goes on as after a name."""
    found = []
    for pattern in (beside.SELF, beside.WHO):
        for label in pattern.finditer(text):
            at = label.end()
            end = _name_at(text, at, sure=False)
            foreign = beside.FOREIGN.match(text, at) if not end else None
            if foreign and not beside.DOTS.isdisjoint(foreign[0]):
                end = foreign.end()
            if label[0] in beside.WHERE and end - at - surname_at(text, at) < LONGEST_GIVEN:
                end = 0
            strange = label[0].rstrip(" :") in beside.STRANGELY_CALLED
            if not end and strange and (called := beside.STRANGE.match(text, at)):
                said = called[0]
                unlike = beside.NEVER.isdisjoint((said[0], said[-1])) and may_be_strange(said)
                end = called.end() if unlike else 0
            if end:
                found.append((at, end))
    return found


def _before_more(text: str) -> list[Span]:
    """A name whose phone, sex or call follows."""
    found: list[Span | None] = []
    if "\x03" in text or "\x05" in text:
        found += [_ending(text, one) for one in beside.BEFORE_NUMBERS.finditer(text)]
    if "男" in text or "女" in text:
        found += [_ending(text, one) for one in beside.SEX.finditer(text)]
    found += [_ending(text, one) for one in beside.ACTS.finditer(text)]
    if "(" in text:
        found += [_ending(text, one) for one in beside.IN_BRACKETS.finditer(text)]
    if "收" in text:
        found += [_standing_alone(text, one) for one in beside.RECEIVES.finditer(text)]
    return [one for one in found if one is not None]


def _ending(text: str, after: re.Match[str]) -> Span | None:
    """The name that ends where something begins; after a comma only one that stands alone."""
    end = after.start()
    start = _suffix(text, end)
    if start is None or (after[0][:1] in ",，、" and start and HAN.match(text[start - 1])):
        return None
    return start, end


def _standing_alone(text: str, after: re.Match[str]) -> Span | None:
    """The name that ends where something begins and before which no other word stands."""
    start = _suffix(text, after.start())
    if start is None or (start and HAN.match(text[start - 1])):
        return None
    return start, after.start()


def _suffix(text: str, end: int) -> int | None:
    """Where a name of at least two characters begins that ends here."""
    for start in range(max(0, end - 4), end - 1):
        if text[start] in FIRST and is_name(text, start, end) and not _within_a_word(text, start):
            if not (text[start] in FUNCTION and surname_at(text, start + 1)):
                return start
    return None


def _beginning(text: str) -> list[Span]:
    """A name with which a sentence begins that goes on as when somebody tells something."""
    found = []
    for start in beside.STARTS.finditer(text):
        at = start.end()
        if text[at : at + 1] not in FIRST:
            continue
        surname = surname_at(text, at)
        for end in (at + surname + 2, at + surname + 1) if surname else ():
            if end <= len(text) and is_name(text, at, end) and beside.TELLS.match(text, end):
                found.append((at, end))
                break
    return found


def _listed(text: str) -> list[Span]:
    """Names in a row: 张三、李四、王五."""
    found = []
    for comma in beside.COMMA.finditer(text):
        first, last = _suffix(text, comma.start()), _name_at(text, comma.end(), sure=False)
        alone = first is not None and (not first or not HAN.match(text[first - 1]))
        if first is not None and last and alone:
            found += [(first, comma.start()), (comma.end(), last)]
    return found


def _apart(found: dict[int, int]) -> list[Span]:
    """Without those that lie within others."""
    spans: list[Span] = []
    for start, end in sorted(found.items()):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def _beside(text: str, spans: list[Span]) -> list[Span]:
    """With names that are told in a row with a name: 张三、李四."""
    found = dict(spans)
    for start, end in spans:
        joined = beside.AND.match(text, end)
        if joined and end - start > 1:
            last = _name_at(text, joined.end(), sure=False)
            if last:
                found[joined.end()] = last
        if start and end - start > 1 and beside.AND.match(text, start - 1):
            first = _suffix(text, start - 1)
            if first is not None:
                found[first] = start - 1
    return _apart(found)


def _again(text: str, spans: list[Span]) -> list[Span]:
    """With every other place where the same names stand."""
    found = dict(spans)
    for name in {text[start:end] for start, end in spans if end - start > 1}:
        at = text.find(name)
        while at >= 0:
            found.setdefault(at, at + len(name))
            at = text.find(name, at + len(name))
    return _apart(found)
