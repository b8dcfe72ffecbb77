"""Every case of every chapter, on every engine that runs on one machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spec.cases import all_cases
from tests.spec.running import Prepared, differences, outcome_of, prepare

ENGINES = ("duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="module", params=all_cases(), ids=lambda case: case.name)
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Prepared]]:
    """The runs of one case; its facts are read once for all engines."""
    prepared = prepare(request.param, tmp_path_factory.mktemp("case"))
    yield prepared
    for one in prepared:
        if one.reading.facts is not None:
            one.reading.facts.close()


@pytest.fixture
def _engine_at_hand(
    engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "postgres":
        monkeypatch.setenv("KAOHE_POSTGRES_URL", request.getfixturevalue("server"))


@pytest.mark.usefixtures("_engine_at_hand")
@pytest.mark.parametrize("engine", ENGINES)
def test_case_comes_out_as_written(runs: list[Prepared], engine: str) -> None:
    found = [
        difference
        for prepared in runs
        for difference in differences(prepared.run, outcome_of(prepared, engine))
    ]
    assert not found, "\n".join(found)
