"""The same facts give the same bytes, whatever the row order, the file format or the engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.oracle import towns
from tests.worlds.assessing import assessed, published, valid_facts
from tests.worlds.files import FORMATS, shuffled
from tests.worlds.soaking import first_of

SEEDS = (3, 8, 21)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], dict[str, str]]:
    """What is published of a town as it is, worked out once for all formats."""

    def publish(seed: int) -> dict[str, str]:
        folder = tmp_path_factory.mktemp("plain")
        source = FORMATS["csv"](towns.random_town(seed), towns.COLUMNS, folder)
        return published(assessed(source, towns.random_decisions(seed)))

    return cache(publish)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", FORMATS)
def test_order_and_format_change_no_byte(
    kind: str, seed: int, plain: Callable[[int], dict[str, str]], tmp_path: Path
) -> None:
    other = FORMATS[kind](shuffled(towns.random_town(seed), seed), towns.COLUMNS, tmp_path)
    assert published(assessed(other, towns.random_decisions(seed))) == plain(seed)


@pytest.mark.parametrize("seed", first_of(range(40, 52), 8))
def test_engine_changes_no_byte(seed: int, tmp_path: Path) -> None:
    town, decisions = towns.random_town(seed), towns.random_decisions(seed)
    facts = valid_facts(FORMATS["csv"](town, towns.COLUMNS, tmp_path))
    on_duckdb = published(assessed(facts, decisions, engine="duckdb"))
    assert published(assessed(facts, decisions, engine="sqlite")) == on_duckdb
