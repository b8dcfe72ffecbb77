"""Every acknowledged ballot is there once, every used code has one ballot, none is there twice:
whoever sends at the same moment, whatever is killed."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.web.races import race
from tests.worlds import servers


@pytest.mark.parametrize("households", [100, pytest.param(1000, marks=pytest.mark.soak)])
def test_of_two_devices_with_one_code_one_is_taken_and_the_other_told_so(
    environment: dict[str, str], households: int
) -> None:
    told = race("tests.web.killing:same_code", households, environment)
    assert told["pairs"] == {"200+409": households}
    assert told["told_so"] == households
    assert told["counted"] == [households] * 3
    assert told["those_acknowledged"]


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_ballots_survive_servers_that_are_killed(environment: dict[str, str], kills: int) -> None:
    _all_there(race("tests.web.killing:forked_servers", kills, environment), kills)


@pytest.mark.soak
def test_ballots_survive_the_real_server_killed_with_all_its_processes(
    environment: dict[str, str],
) -> None:
    _all_there(race("tests.web.killing:real_servers", 200, environment), 200)


if not os.environ["KAOHE_DATABASE_URL"].startswith("sqlite"):

    @pytest.mark.parametrize(
        ("mortal_server", "kills"),
        [
            (servers.WITHOUT_FSYNC, 20),
            pytest.param(servers.AS_INSTALLED, 200, marks=pytest.mark.soak),
        ],
        indirect=["mortal_server"],
    )
    def test_ballots_survive_a_database_server_that_is_killed(
        mortal_server: dict[str, str], kills: int
    ) -> None:
        told = race("tests.web.killing:killed_database", kills, mortal_server)
        _all_there(told, kills)
        assert "500" not in told["troubles"], "residents are told what to do"

    @pytest.mark.soak
    @pytest.mark.parametrize("mortal_server", [servers.LAZY], indirect=True)
    def test_ballots_do_not_survive_one_that_does_not_write_what_it_acknowledges(
        mortal_server: dict[str, str],
    ) -> None:
        told = race("tests.web.killing:killed_database", 3, mortal_server)
        assert told["lost"] != []


def _all_there(told: dict[str, Any], kills: int) -> None:
    assert told["sent"] > kills
    assert told["lost"] == []
    assert told["each_ballot_once"]
    assert told["each_household_once"]
    assert told["receipts"] == told["sent"]
    assert told["acknowledged"] + told["used_without_an_answer"] == told["sent"]


@pytest.mark.parametrize("rounds", [1, pytest.param(4, marks=pytest.mark.soak)])
def test_a_count_that_is_killed_is_made_good_and_never_half_done(
    environment: dict[str, str], rounds: int
) -> None:
    told = race("tests.web.killing:killed_while_counting", rounds, environment)
    assert told["wrong"] == []
    assert told["kills"] > rounds
    assert told["counted"] == 600 * rounds
