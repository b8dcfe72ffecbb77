"""The same facts give the same bytes, whatever the row order, the file format or the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import towns
from tests.worlds.assessing import assessed, published
from tests.worlds.files import FORMATS, shuffled

SEEDS = (3, 8, 21)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", FORMATS)
def test_order_and_format_change_no_byte(kind: str, seed: int, tmp_path: Path) -> None:
    town, decisions = towns.random_town(seed), towns.random_decisions(seed)
    plain = FORMATS["csv"](town, towns.COLUMNS, tmp_path / "plain")
    other = FORMATS[kind](shuffled(town, seed), towns.COLUMNS, tmp_path / "other")
    assert published(assessed(other, decisions)) == published(assessed(plain, decisions))


@pytest.mark.parametrize("seed", range(40, 52))
def test_engine_changes_no_byte(seed: int, tmp_path: Path) -> None:
    town, decisions = towns.random_town(seed), towns.random_decisions(seed)
    source = FORMATS["csv"](town, towns.COLUMNS, tmp_path)
    on_duckdb = published(assessed(source, decisions, engine="duckdb"))
    assert published(assessed(source, decisions, engine="sqlite")) == on_duckdb
