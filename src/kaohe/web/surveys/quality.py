"""Flags on ballots that need no identity. A flag deletes nothing: it asks two people to look.

Many residents are content with everything, and some answer fast: a flag is no proof. What is
compared among interviewers are counts; interviewers work in different areas, which may differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from kaohe.scheme.asking import Answers, Asked, Choice
from kaohe.values.text import Language, Text
from kaohe.web.surveys.durations import TOOK

STRAIGHT_LINE, TOO_FAST, REPEATED = "straight_line", "too_fast", "repeated"

FLAGS: Mapping[str, Text] = {
    STRAIGHT_LINE: Text(zh="从头到尾选同一项", en="The same answer throughout"),
    TOO_FAST: Text(zh="快得读不完题目", en="Faster than the questions can be read"),
    REPEATED: Text(zh="与别的答卷逐题相同", en="Every answer as on another ballot"),
}

SECONDS_PER_WORD = Fraction(3, 10)
"""Faster than this nobody reads a question: the threshold of C. Zhang, F. G. Conrad, "Speeding in
web surveys", Survey Research Methods 8 (2014), 127–135."""

SIGNS_PER_WORD = Fraction(3, 2)
"""Chinese characters that read like one English word: F. Sun, M. Morita, L. W. Stark, "Comparative
patterns of reading eye movement in Chinese and English", Perception & Psychophysics 37 (1985)."""

CHANCE = Fraction(1, 20)
"""How often chance alone may put an interviewer on the list, in a whole batch without any fault:
one in twenty (R. A. Fisher, Statistical Methods for Research Workers, 1925), shared among all
comparisons that are made (O. J. Dunn, Journal of the American Statistical Association 56, 1961)."""


@dataclass(frozen=True)
class Limits:
    """What is flagged.

    ``answered`` of the questions that are ``alike`` must at least be answered before a straight
    line means anything; ``seconds`` are the fewest in which the questions can be read.
    """

    alike: frozenset[str]
    answered: int
    seconds: Fraction
    chance: Fraction = CHANCE


def least_seconds(asked: Iterable[Asked], language: Language = "zh") -> Fraction:
    """The fewest seconds in which all questions can be read; answering not counted."""
    if language == "en":
        return SECONDS_PER_WORD * sum(len(one.label.en.split()) for one in asked)
    signs = sum(sum(map(str.isalnum, one.label.zh)) for one in asked)
    return SECONDS_PER_WORD * signs / SIGNS_PER_WORD


def alike(asked: Iterable[Asked]) -> frozenset[str]:
    """The most questions that offer the same answers; those with others say nothing of a line."""
    lists: dict[tuple[Choice, ...], set[str]] = {}
    for one in asked:
        lists.setdefault(one.choices, set()).add(one.name)
    return frozenset(max(lists.values(), key=len, default=()))


def is_straight_line(answers: Answers, limits: Limits) -> bool:
    """Whether all that was answered of the questions that are alike is one and the same."""
    given = [answer for name, answer in answers.items() if name in limits.alike]
    return len(given) >= limits.answered and len(set(given)) == 1


def is_too_fast(took: str, seconds: Fraction) -> bool:
    """Whether a coarse duration, by its name, is surely shorter than so many seconds."""
    return took in TOOK and TOOK[took] <= seconds


def flags_of(answers: Answers, took: str, limits: Limits) -> tuple[str, ...]:
    """The flags of a single ballot."""
    raised = {
        STRAIGHT_LINE: is_straight_line(answers, limits),
        TOO_FAST: is_too_fast(took, limits.seconds),
    }
    return tuple(flag for flag, is_so in raised.items() if is_so)


@dataclass(frozen=True)
class Interview:
    """A ballot of the third party: who took it, how long it took, what was answered."""

    interviewer: str
    took: str
    answers: Answers


@dataclass(frozen=True)
class Pattern:
    """One interviewer's interviews against all of the batch, for one flag.

    ``chance`` is the probability that dealing out the batch at random gives this interviewer so
    many flagged interviews or more (the hypergeometric distribution, exact).
    """

    interviewer: str
    flag: str
    flagged: int
    interviews: int
    flagged_by_others: int
    interviews_of_others: int
    chance: Fraction
    stands_out: bool


def patterns(
    asked: Sequence[Asked], interviews: Sequence[Interview], limits: Limits
) -> list[Pattern]:
    """Every interviewer's counts for every flag, and which of them chance hardly explains.

    An interviewer stands out for a flag if its ``chance`` times the number of comparisons made is
    at most ``limits.chance``. With a single interviewer there is nobody to compare with.
    """
    flagged = _flagged(asked, interviews, limits)
    taken = Counter(one.interviewer for one in interviews)
    names = sorted(name for name in taken if name)
    found = []
    for flag, raised in flagged.items():
        by_interviewer = Counter(interviews[place].interviewer for place in raised)
        for name in names:
            mine, own = by_interviewer[name], taken[name]
            chance = _so_many_or_more(mine, own, len(raised), len(interviews))
            stands_out = chance * len(names) * len(flagged) <= limits.chance
            others = (len(raised) - mine, len(interviews) - own)
            found.append(Pattern(name, flag, mine, own, *others, chance, stands_out))
    return found


def _flagged(
    asked: Sequence[Asked], interviews: Sequence[Interview], limits: Limits
) -> dict[str, list[int]]:
    """The places of flagged interviews; straight lines are alike anyway and are no repetition."""
    found: dict[str, list[int]] = {STRAIGHT_LINE: [], TOO_FAST: [], REPEATED: []}
    alike: dict[tuple[str | None, ...], list[int]] = {}
    for place, one in enumerate(interviews):
        flags = flags_of(one.answers, one.took, limits)
        for flag in flags:
            found[flag].append(place)
        if STRAIGHT_LINE not in flags and len(one.answers) >= limits.answered:
            alike.setdefault(tuple(one.answers.get(q.name) for q in asked), []).append(place)
    for places in alike.values():
        if len(places) > 1:
            found[REPEATED] += places
    return found


def _so_many_or_more(mine: int, own: int, flagged: int, every: int) -> Fraction:
    """How likely ``own`` interviews of ``every`` hold ``mine`` or more of the ``flagged`` ones.

    >>> _so_many_or_more(2, 2, 2, 4)
    Fraction(1, 6)
    """
    ways = sum(
        comb(flagged, some) * comb(every - flagged, own - some)
        for some in range(mine, min(own, flagged) + 1)
    )
    return Fraction(ways, comb(every, own))
