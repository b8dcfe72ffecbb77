"""Eight people do the same thing at the same moment: it happens once, and everybody is told so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.web.races import THREADS, race

ROUNDS = 2


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty database of the kind that the tests run on."""
    given = os.environ["KAOHE_DATABASE_URL"]
    own = {**os.environ, "KAOHE_DATA": str(tmp_path / "data"), "PYTHONUTF8": "1"}
    (tmp_path / "data").mkdir()
    if given.startswith("sqlite"):
        yield own | {"KAOHE_DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}"}
        return
    import psycopg

    name = f"race_{uuid4().hex}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield own | {"KAOHE_DATABASE_URL": urlsplit(given)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
