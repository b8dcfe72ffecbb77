"""The draw itself: the same for everybody who has frame and seed, and fair to every household."""

from __future__ import annotations

import doctest
from fractions import Fraction
from hashlib import sha256
from math import ceil
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.analysis import sampling, sizes, unions
from kaohe.analysis.sampling import (
    digest,
    drawn,
    drawn_by_building,
    frame_of,
    frame_text,
    read_frame,
    shared_by_lot,
)

FRAME = frame_of(("J01", f"H{number}") for number in range(200))


@pytest.mark.parametrize("module", [sampling, sizes, unions])
def test_what_docstrings_show_is_so(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_draw_is_what_its_description_says() -> None:
    by_hand = sorted(
        (sha256(f"s|J01|H{number}".encode()).hexdigest(), f"H{number}") for number in range(200)
    )
    assert drawn(FRAME, "s", 20) == {"J01": [household for _, household in by_hand[:20]]}


def test_another_seed_draws_others_and_a_longer_draw_goes_on_in_the_same_order() -> None:
    assert drawn(FRAME, "s", 20) != drawn(FRAME, "t", 20)
    assert drawn(FRAME, "s", 30)["J01"][:20] == drawn(FRAME, "s", 20)["J01"]


def test_over_many_seeds_every_household_is_drawn_about_equally_often() -> None:
    frame = frame_of(("J01", f"H{number}") for number in range(20))
    times = dict.fromkeys(frame["J01"], 0)
    for seed in range(400):
        for household in drawn(frame, str(seed), 10)["J01"]:
            times[household] += 1
    assert all(150 < count < 250 for count in times.values()), times


def test_a_frame_has_one_text_and_comes_back_from_it() -> None:
    claims = [("J02", "b,c"), ("J01", 'a"'), ("J01", "户1"), ("J02", "b,c")]
    text = frame_text(frame_of(claims))
    assert text == frame_text(frame_of(reversed(claims)))
    assert read_frame(text) == frame_of(claims)
    assert len(digest(text)) == 64


def test_a_building_has_its_share_rounded_down_or_up_and_in_the_mean_exactly_that() -> None:
    """Hermite's identity: over all starts, each building's number has its exact share as mean."""
    sizes, count = {"1": 7, "2": 1, "3": 12, "4": 3}, 5
    every = sum(sizes.values())
    times: dict[int, dict[str, int]] = {}
    for seed in map(str, range(2000)):
        start = int(digest(f"{seed}|J01"), 16) % every
        times[start] = shared_by_lot(sizes, count, seed, "J01")
    assert len(times) == every, "every start occurred"
    for building, size in sizes.items():
        numbers = [shares[building] for shares in times.values()]
        assert sum(numbers) == count * size
        assert {size * count // every, ceil(Fraction(size * count, every))} >= set(numbers)


@given(
    st.dictionaries(st.text("abc|号", min_size=1, max_size=3), st.integers(1, 40), max_size=12),
    st.integers(0, 60),
    st.text(max_size=3),
)
def test_shares_add_up_and_no_building_gives_more_than_it_has(
    sizes: dict[str, int], count: int, seed: str
) -> None:
    every = sum(sizes.values())
    count = min(count, every)
    shares = shared_by_lot(sizes, count, seed, "J01")
    assert sum(shares.values()) == count
    assert list(shares) == sorted(sizes)
    for building, share in shares.items():
        assert 0 <= share <= sizes[building]
        assert abs(share - Fraction(sizes[building] * count, every)) < 1


BUILDINGS = {
    f"{number}号": [f"H{number}-{one}" for one in range(4 + number)] for number in range(9)
}


def test_over_many_seeds_small_buildings_are_no_worse_off() -> None:
    times: dict[str, int] = {}
    for seed in range(3000):
        for one in drawn_by_building(BUILDINGS, str(seed), "J01", 9, Fraction(1)):
            times[one.household] = times.get(one.household, 0) + 1
    # Nine of 72 households, an eighth; 375 each in the mean, deviation 18: six of them either way.
    assert len(times) == 72
    assert all(375 - 6 * 18 < count < 375 + 6 * 18 for count in times.values()), times


def test_main_list_stays_whatever_stands_by() -> None:
    def main(response: str) -> list[str]:
        drawn = drawn_by_building(BUILDINGS, "s", "J01", 20, Fraction(response))
        return [one.household for one in drawn if not one.reserve]

    assert len(main("1")) == 20
    assert main("1") == main("0.5") == main("0.01")


def test_reserves_stand_by_in_their_building_and_in_the_area() -> None:
    drawn = drawn_by_building(BUILDINGS, "s", "J01", 20, Fraction("0.4"))
    shares = shared_by_lot({one: len(BUILDINGS[one]) for one in BUILDINGS}, 20, "s", "J01")
    for building, share in shares.items():
        own = [one for one in drawn if one.building == building]
        assert [one.place for one in own] == list(range(1, len(own) + 1))
        assert [one.reserve for one in own] == [one.place > share for one in own]
        assert len(own) == min(ceil(share / Fraction("0.4")), len(BUILDINGS[building]))
        numbers = [digest(f"s|J01|{one.household}") for one in own]
        assert numbers == sorted(numbers)
    reserves = sorted((one for one in drawn if one.reserve), key=lambda one: one.stands_by)
    assert [one.stands_by for one in reserves] == list(range(1, len(reserves) + 1))
    numbers = [digest(f"s|J01|{one.household}") for one in reserves]
    assert numbers == sorted(numbers)
