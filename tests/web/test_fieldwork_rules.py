"""Which reserve takes whose place, and what goes with what; without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kaohe.web.surveys.fieldwork_rules import Listed, releases, why_not_disposition
from kaohe.web.surveys.response_rates import DISPOSITIONS

pytestmark = pytest.mark.no_database


def listed(key: int, building: str, place: int, stands_by: int = 0) -> Listed:
    return Listed(key, building, place, stands_by > 0, stands_by)


LIST = [
    listed(1, "A", 1),
    listed(2, "A", 2),
    listed(3, "A", 3, stands_by=3),
    listed(4, "B", 1),
    listed(5, "B", 2, stands_by=1),
    listed(6, "B", 3, stands_by=2),
]


def ended(rows: list[Listed], **told: str) -> list[Listed]:
    keys = {int(key[1:]): code for key, code in told.items()}
    return [replace(one, disposition=keys.get(one.key, one.disposition)) for one in rows]


def released(rows: list[Listed]) -> list[Listed]:
    taken = releases(rows)
    return [replace(one, replaces=taken.get(one.key, one.replaces)) for one in rows]


def test_a_completed_case_and_an_open_one_release_nobody() -> None:
    assert releases(ended(LIST, k1="I")) == {}


def test_the_next_of_the_same_building_takes_the_place_though_others_stand_before_it() -> None:
    assert releases(ended(LIST, k1="R")) == {3: 1}


def test_where_the_building_has_none_left_the_first_of_the_area_takes_it() -> None:
    assert releases(ended(LIST, k1="R", k2="NC")) == {3: 1, 5: 2}


def test_a_released_reserve_that_fails_is_replaced_in_its_turn() -> None:
    rows = released(ended(LIST, k4="NE"))
    assert [one.key for one in rows if one.replaces] == [5]
    assert releases(ended(rows, k5="R")) == {6: 5}


def test_nobody_is_replaced_twice_and_what_was_released_stays() -> None:
    rows = released(ended(LIST, k4="NC"))
    assert releases(rows) == {}
    assert releases(ended(rows, k4="I")) == {}


def test_with_no_reserve_left_nobody_takes_the_place() -> None:
    rows = ended(LIST, k1="R", k2="R", k4="R")
    assert releases(rows) == {3: 1, 5: 2, 6: 4}
    assert releases(ended(released(rows), k3="R")) == {}


@given(some.lists(some.sampled_from(["", *DISPOSITIONS]), min_size=6, max_size=6))
def test_as_many_are_released_as_failed_as_far_as_there_are_reserves(codes: list[str]) -> None:
    rows = [replace(one, disposition=code) for one, code in zip(LIST, codes, strict=True)]
    rows = [one if not one.reserve else replace(one, disposition="") for one in rows]
    failed = sum(one.disposition not in ("", "I") for one in rows)
    found = releases(rows)
    assert len(found) == min(failed, 3)
    assert len(set(found.values())) == len(found)
    assert releases(rows[::-1]) == found


def test_a_completed_interview_has_answers() -> None:
    assert why_not_disposition("I", 0)
    assert why_not_disposition("P", 0)
    assert not why_not_disposition("I", 1)
    assert not why_not_disposition("R", 0)
