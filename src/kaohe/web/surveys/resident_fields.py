"""What forms with answers send: names and values of one length each, whatever is ticked.

Encryption on the way hides what is sent, not how long it is. So answers have no names of their own
here but places, and with a script what is not ticked is sent too: then all requests are of one
length. Without one a request is as long as there are ticks, and no more is told. Where staff type
papers and interviews what is open is ticked from the beginning, so that all are of one length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe.scheme.asking import Asked
from kaohe.web.surveys.durations import LONGER, TOOK

OPEN = "00"
"""What is sent of a question that was left open on purpose, and of anything that says nothing."""
HELPED, TOOK_FIELD = "help", "took"
"""The fields that are no questions: whether somebody helped, and how long it took."""
DURATIONS = (*TOOK, LONGER)


def field_of(place: int) -> str:
    """The name under which what is asked at a place, the first at 1, is sent."""
    return f"q{place:03}"


def value_of(place: int) -> str:
    """What is sent for the choice at a place, the first at 1."""
    return f"{place:02}"


def given_in(asked: Sequence[Asked], sent: Mapping[str, str]) -> dict[str, str]:
    """The codes of the answers that were sent, by the names of what is asked; empty where somebody
    left it open on purpose. Anything else is not there."""
    found = {}
    for place, one in enumerate(asked, start=1):
        value = sent.get(field_of(place), "")
        codes = {value_of(number): choice.code for number, choice in enumerate(one.choices, 1)}
        if value == OPEN or value in codes:
            found[one.name] = codes.get(value, "")
    return found


def answers_in(asked: Sequence[Asked], sent: Mapping[str, str]) -> dict[str, str]:
    """The same, without what was left open."""
    return {name: code for name, code in given_in(asked, sent).items() if code}


def was_helped(sent: Mapping[str, str]) -> bool:
    """Whether somebody helped."""
    return sent.get(HELPED) == value_of(1)


def took_in(sent: Mapping[str, str]) -> str:
    """The name of how long it took; an empty text where nothing, or anything else, was sent."""
    names = {value_of(place): name for place, name in enumerate(DURATIONS, start=1)}
    return names.get(sent.get(TOOK_FIELD, ""), "")
