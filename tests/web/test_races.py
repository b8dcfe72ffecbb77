"""Eight people do the same thing at the same moment: it happens once, and everybody is told so."""

from __future__ import annotations

import pytest

from tests.web.races import THREADS, race

ROUNDS = 2


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(100, marks=pytest.mark.soak)])
def test_one_form_sent_by_eight_at_once_is_one_delivery(
    environment: dict[str, str], rounds: int
) -> None:
    told = race("same_form", rounds, environment)
    assert told["results"] == {"v1": THREADS * rounds}
    assert told["deliveries"] == [1] * rounds
    assert told["acts"] == {"cycles.delivery_taken": rounds}
    assert not told["broken"]


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(100, marks=pytest.mark.soak)])
def test_a_version_put_in_force_and_signed_by_eight_at_once_is_so_once(
    environment: dict[str, str], rounds: int
) -> None:
    told = race("applied_at_once", rounds, environment)
    assert told["acts"] == {
        "cycles.delivery_taken": rounds,
        "cycles.delivery_applied": rounds,
        "cycles.delivery_signed": rounds,
    }
    assert told["applied"] == {"done": THREADS * rounds}, "in force already: nothing to do"
    assert told["signed"] == {"done": rounds, "Stale": (THREADS - 1) * rounds}
    assert not told["broken"]


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(30, marks=pytest.mark.soak)])
def test_eight_slips_at_once_give_no_more_ballots_than_people_came(
    environment: dict[str, str], rounds: int
) -> None:
    told = race("meeting_room", rounds, environment)
    assert told["ballots"] == [3 * number for number in range(1, rounds + 1)]
    assert told["results"] == {"200": 3 * rounds, "409": (THREADS - 3) * rounds}
    assert not told["broken"]


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(50, marks=pytest.mark.soak)])
def test_a_case_is_asked_about_once_and_spoken_on_by_two_whoever_is_first(
    environment: dict[str, str], rounds: int
) -> None:
    told = race("exclusions", rounds, environment)
    results, cases = told["results"], 2 * rounds
    assert results["asked"] == {"done": cases, "ValidationError": (THREADS - 1) * cases}
    assert results["spoken"] == {"done": 2 * rounds, "NotSpoken": (THREADS - 2) * rounds}
    assert results["by one"] == {"done": rounds, "NotSpoken": (THREADS - 1) * rounds}
    assert told["states"] == ["agreed"] * rounds + ["open"] * rounds
    assert told["acts"]["hotline.exclusion_asked"] == cases
    assert told["acts"]["hotline.exclusion_agreed"] == 3 * rounds
    assert not told["broken"]
