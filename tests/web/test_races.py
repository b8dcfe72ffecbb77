"""Eight people do the same thing at the same moment: it happens once, and everybody is told so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.web.races import THREADS, races

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
def test_what_eight_do_at_once_is_done_once(environment: dict[str, str], rounds: int) -> None:
    told = races(rounds, environment)
    form, version = told["same_form"], told["applied_at_once"]
    assert form["results"] == {"v1": THREADS * rounds}
    assert form["deliveries"] == [1] * rounds
    assert form["acts"] == {"cycles.delivery_taken": rounds}
    assert version["acts"] == {
        "cycles.delivery_taken": rounds,
        "cycles.delivery_applied": rounds,
        "cycles.delivery_signed": rounds,
    }
    assert version["applied"] == {"done": THREADS * rounds}, "in force already: nothing to do"
    assert version["signed"] == {"done": rounds, "Stale": (THREADS - 1) * rounds}
    assert not told["broken"]
