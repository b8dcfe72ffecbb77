"""Engines that cannot be used say why; a real PostgreSQL gives the same numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.cli import main
from tests.oracle import towns
from tests.worlds.assessing import assessed, published, valid_facts
from tests.worlds.files import write_csv


def score(town: Path, out: Path, engine: str) -> int:
    call = ["score", str(town), "--scheme", "gaojing-2024", "--out", str(out), "--lang", "en"]
    return main([*call, "--engine", engine])


@pytest.fixture
def town(tmp_path: Path) -> Path:
    write_csv(towns.random_town(5), towns.COLUMNS, tmp_path / "town")
    return tmp_path / "town"


@pytest.mark.parametrize(
    ("engine", "told"), [("postgres", "KAOHE_POSTGRES_URL"), ("spark", "duckdb")]
)
def test_engine_that_is_not_there_is_refused_with_a_cure(
    engine: str,
    told: str,
    town: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("KAOHE_POSTGRES_URL", raising=False)
    assert score(town, tmp_path / "out", engine) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "foo", "postgresql://x:y/z"])
def test_server_that_does_not_answer_is_refused(
    url: str,
    town: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KAOHE_POSTGRES_URL", url)
    assert score(town, tmp_path / "out", "postgres") == 2
    assert "cannot reach PostgreSQL" in capsys.readouterr().err


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(60, 66))
def test_postgres_changes_no_byte(
    seed: int, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOHE_POSTGRES_URL", server)
    decisions = towns.random_decisions(seed)
    facts = valid_facts(write_csv(towns.random_town(seed), towns.COLUMNS, tmp_path))
    on_postgres = published(assessed(facts, decisions, engine="postgres"))
    assert on_postgres == published(assessed(facts, decisions))
