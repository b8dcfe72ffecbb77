"""Flags without identity: straight lines, speed, and one interviewer against the others."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kaohe.web.surveys.durations import TOOK, took_of
from kaohe.web.surveys.quality import (
    REPEATED,
    STRAIGHT_LINE,
    TOO_FAST,
    Interview,
    Limits,
    Pattern,
    alike,
    flags_of,
    is_straight_line,
    is_too_fast,
    least_seconds,
    patterns,
)
from tests.web.asking import ASKED

pytestmark = pytest.mark.no_database

LIMITS = Limits(alike(ASKED), answered=6, seconds=Fraction(60))
ALL = {f"q{n}": "satisfied" for n in range(2, 11)}
HALVES = {"q1.1": "yes", "q1.2": "yes"}


@pytest.mark.parametrize(
    ("answers", "straight"),
    [
        (ALL, True),
        ({**ALL, "q1.1": "no", "q1.2": "yes"}, True),
        ({**ALL, "q7": "fair"}, False),
        ({f"q{n}": "satisfied" for n in range(2, 8)}, True),
        ({f"q{n}": "satisfied" for n in range(2, 7)}, False),
        ({**HALVES, **{f"q{n}": "satisfied" for n in range(2, 7)}}, False),
        ({}, False),
    ],
)
def test_a_straight_line_is_one_answer_to_enough_like_questions(
    answers: dict[str, str], straight: bool
) -> None:
    assert is_straight_line(answers, LIMITS) is straight


@given(some.integers(0, 100_000), some.integers(0, 5000))
def test_fast_is_only_what_is_surely_faster(taken: int, least: int) -> None:
    took = took_of(taken)
    if is_too_fast(took, Fraction(least)):
        assert taken < least
    assert is_too_fast(took, Fraction(10**9)) is (took in TOOK)
    assert not is_too_fast("", Fraction(least))


def test_how_fast_the_questions_can_be_read() -> None:
    """A fifth of a second for a Chinese character, three tenths for an English word."""
    signs = sum(sum(sign.isalnum() for sign in one.label.zh) for one in ASKED)
    words = sum(len(one.label.en.split()) for one in ASKED)
    assert least_seconds(ASKED) == Fraction(signs, 5)
    assert least_seconds(ASKED, "en") == Fraction(3 * words, 10)
    assert TOOK["under_30s"] < least_seconds(ASKED) < TOOK["under_3m"]


def test_flags_of_one_ballot_stand_side_by_side() -> None:
    assert flags_of(ALL, "under_30s", LIMITS) == (STRAIGHT_LINE, TOO_FAST)
    assert flags_of(ALL, "under_3m", LIMITS) == (STRAIGHT_LINE,)
    assert flags_of({**ALL, "q2": "fair"}, "", LIMITS) == ()


def varied(number: int) -> dict[str, str]:
    """Answers that nobody else gives, for each number."""
    codes = [choice.code for choice in ASKED[-1].choices]
    digits = [number // 5**place % 5 for place in range(9)]
    return {f"q{n}": codes[digit] for n, digit in enumerate(digits, start=2)}


def batch(copied: int) -> list[Interview]:
    """Four interviewers with 40 interviews each; F1 wrote so many from one sheet."""
    found = []
    for name, number in product(["F1", "F2", "F3", "F4"], range(40)):
        answers = varied(1000 + 40 * int(name[1]) + number)
        if name == "F1" and number < copied:
            answers = varied(7)
        found.append(Interview(name, "longer", answers))
    return found


def outstanding(interviews: Sequence[Interview]) -> list[tuple[str, str]]:
    found = patterns(ASKED, interviews, LIMITS)
    return [(one.interviewer, one.flag) for one in found if one.stands_out]


def test_copied_sheets_of_one_interviewer_stand_out() -> None:
    assert outstanding(batch(0)) == []
    assert outstanding(batch(2)) == []
    assert outstanding(batch(12)) == [("F1", REPEATED)]
    pairs = [one.flagged for one in patterns(ASKED, batch(2), LIMITS) if one.flag == REPEATED]
    assert pairs == [2, 0, 0, 0]
    (one,) = [p for p in patterns(ASKED, batch(12), LIMITS) if p.stands_out]
    counts = (one.flagged, one.interviews, one.flagged_by_others, one.interviews_of_others)
    assert counts == (12, 40, 0, 120)


def test_the_more_is_compared_the_less_is_left_to_chance() -> None:
    """Two short interviews of three: rare for this one, but not for one of thirty."""
    few = [Interview("F0", "under_30s", varied(n)) for n in range(3)]
    others = [Interview(f"F{n // 4}", "longer", varied(n)) for n in range(3, 120)]
    assert outstanding([*few, *others[:37]]) == [("F0", TOO_FAST)]
    last = Interview("F29", "under_30s", varied(200))
    found = patterns(ASKED, [*few[:2], last, *others], LIMITS)
    mine = next(one for one in found if one.interviewer == "F0" and one.flag == TOO_FAST)
    assert mine.chance <= LIMITS.chance < mine.chance * len(found)
    assert not mine.stands_out


def test_content_everywhere_makes_nobody_stand_out() -> None:
    everywhere = [Interview(f"F{n % 4}", "longer", ALL) for n in range(160)]
    assert outstanding(everywhere) == []
    straight = [one for one in patterns(ASKED, everywhere, LIMITS) if one.flag == STRAIGHT_LINE]
    assert [one.chance for one in straight] == [1] * 4
    assert [one.flagged for one in straight] == [40] * 4


def test_short_interviews_and_straight_lines_of_one_stand_out() -> None:
    hasty = [Interview("F1", "under_30s", ALL) for _ in range(15)]
    found = outstanding([*hasty, *batch(0)])
    assert found == [("F1", STRAIGHT_LINE), ("F1", TOO_FAST)]


def test_a_batch_of_one_interviewer_has_nobody_to_compare_with() -> None:
    alone = [Interview("F1", "under_30s", ALL) for _ in range(50)]
    assert outstanding(alone) == []
    unnamed = [Interview("", "under_30s", ALL) for _ in range(50)]
    assert patterns(ASKED, unnamed, LIMITS) == []


@given(some.lists(some.booleans(), min_size=2, max_size=9), some.data())
def test_the_chance_is_that_of_dealing_out_at_random(
    marks: list[bool], data: some.DataObject
) -> None:
    """Every way of giving an interviewer so many of the interviews, counted one by one."""
    own = data.draw(some.integers(1, len(marks)))
    interviews = [
        Interview("F1" if n < own else "F2", "under_30s" if flagged else "longer", varied(n))
        for n, flagged in enumerate(marks)
    ]
    (found,) = [
        one
        for one in patterns(ASKED, interviews, LIMITS)
        if (one.interviewer, one.flag) == ("F1", TOO_FAST)
    ]
    deals = [sum(marks[n] for n in deal) for deal in combinations(range(len(marks)), own)]
    assert found.chance == Fraction(sum(d >= found.flagged for d in deals), len(deals))
    assert isinstance(found, Pattern)


@pytest.mark.parametrize("copied", [0, 12, 40])
def test_the_order_of_a_batch_says_nothing(copied: int) -> None:
    interviews = batch(copied)
    mixed = sorted(interviews, key=lambda one: repr(one)[::-1])
    assert mixed != interviews
    assert patterns(ASKED, mixed, LIMITS) == patterns(ASKED, interviews, LIMITS)
