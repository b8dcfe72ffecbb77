"""Outcomes of cases, AAPOR's response rates 1 and 2, and back-checks drawn by lot."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kaohe.analysis.sampling import draw_number
from kaohe.web.surveys.back_checks import (
    Agreement,
    Interviewed,
    agreement_of,
    to_check_again,
)
from kaohe.web.surveys.response_rates import (
    DISPOSITIONS,
    counts_of,
    response_rate_1,
    response_rate_2,
)

pytestmark = pytest.mark.no_database

WORKED = {"I": 620, "P": 30, "R": 180, "NC": 90, "O": 25, "UH": 40, "UO": 15, "NE": 200}
"""Out of a thousand households that may be eligible, so that the rates can be read off."""


def test_a_worked_example() -> None:
    assert response_rate_1(WORKED) == Fraction(620, 1000)
    assert response_rate_2(WORKED) == Fraction(650, 1000)


@given(some.fixed_dictionaries({code: some.integers(0, 5000) for code in DISPOSITIONS}))
def test_the_published_formulas(n: dict[str, int]) -> None:
    """Standard Definitions: RR1 = I/((I+P)+(R+NC+O)+(UH+UO)); RR2 has I+P above."""
    below = (n["I"] + n["P"]) + (n["R"] + n["NC"] + n["O"]) + (n["UH"] + n["UO"])
    if not below:
        assert response_rate_1(n) is response_rate_2(n) is None
        return
    assert response_rate_1(n) == Fraction(n["I"], below)
    assert response_rate_2(n) == Fraction(n["I"] + n["P"], below)


def test_households_left_out_of_the_report_lower_the_rate() -> None:
    counts = counts_of(["I"] * 60 + ["R"] * 20 + ["NE"] * 20, to_ask=120)
    assert counts["UH"] == 20
    assert response_rate_1(counts) == Fraction(60, 100)
    assert response_rate_1(counts_of(["I"] * 60 + ["R"] * 20 + ["NE"] * 20, 100)) == Fraction(3, 4)


INTERVIEWS = some.sets(
    some.builds(
        Interviewed,
        some.sampled_from(["J01", "J02"]),
        some.integers(0, 60).map("H{}".format),
        some.sampled_from(["F1", "F2", "F3"]),
    ),
    max_size=80,
).map(lambda found: list({(one.area, one.household): one for one in found}.values()))


@given(INTERVIEWS, some.fractions(0, 1), some.text(max_size=5))
def test_each_area_has_its_share_checked_again(
    interviews: list[Interviewed], share: Fraction, seed: str
) -> None:
    checked = to_check_again(interviews, share, seed)
    assert set(checked) <= set(interviews)
    assert len(set(checked)) == len(checked)
    for area, own in groupby(sorted(interviews), lambda one: one.area):
        assert sum(one.area == area for one in checked) == ceil(share * len(list(own)))


def test_within_an_interviewer_the_lowest_draw_numbers_are_checked() -> None:
    """By the rule of docs/reference/drawing.md, written out once more."""
    interviews = [Interviewed("J01", f"H{n}", f"F{n % 2}") for n in range(60)]
    checked = to_check_again(interviews, Fraction(1, 10), "2024")
    for name in ("F0", "F1"):
        own = [one.household for one in interviews if one.interviewer == name]
        own.sort(key=lambda household: draw_number("2024", "J01", household))
        assert {one.household for one in checked if one.interviewer == name} == set(own[:3])
    assert to_check_again(reversed(interviews), Fraction(1, 10), "2024") == checked
    assert to_check_again(interviews, Fraction(1, 10), "2025") != checked


def test_how_many_back_checks_agree() -> None:
    found = agreement_of([True, True, True, False, None])
    assert found == Agreement(agreed=3, differing=1, open=1)
    assert found.share == Fraction(3, 4)
    assert agreement_of([None]).share is None
