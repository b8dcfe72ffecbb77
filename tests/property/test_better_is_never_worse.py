"""A better answer, mark or case never lowers the total of its area."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tests.oracle import towns
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv
from tests.worlds.soaking import first_of

Row = dict[str, str]
Change = Callable[[dict[str, list[Row]], random.Random], str | None]


def better_answer(town: dict[str, list[Row]], dice: random.Random) -> str | None:
    """Raise one answered question; the area it belongs to."""
    rows = [(row, f"q{number}") for row in town.get("answers", []) for number in range(1, 11)]
    rows = [(row, name) for row, name in rows if row.get(name) and Decimal(row[name]) < 10]
    if not rows:
        return None
    row, name = dice.choice(rows)
    row[name] = dice.choice(["10", str(min(Decimal(10), Decimal(row[name]) + 1))])
    return row["area_id"]


def better_mark(town: dict[str, list[Row]], dice: random.Random) -> str | None:
    """Raise one department's mark."""
    rows = [row for row in town["ratings"] if Decimal(row["score"]) < 100]
    if not rows:
        return None
    row = dice.choice(rows)
    row["score"] = dice.choice(["100", str(min(Decimal(100), Decimal(row["score"]) + 1))])
    return row["area_id"]


def better_case(town: dict[str, list[Row]], dice: random.Random) -> str | None:
    """One case that was not handled is handled."""
    rows = [row for row in town.get("cases", []) if row["handled"] == "false"]
    if not rows:
        return None
    row = dice.choice(rows)
    row["handled"] = "true"
    return row["area_id"]


Totals = dict[str, Decimal | None]


def totals(town: dict[str, list[Row]], seed: int, folder: Path) -> Totals:
    """The total of every area under the decisions of a seed."""
    source = write_csv(town, towns.COLUMNS, folder)
    assessment = assessed(source, towns.random_decisions(seed))
    printed = {area: assessment.printed("total", n) for n, area in enumerate(assessment.sheet.ids)}
    return {area: Decimal(text) if text else None for area, text in printed.items()}


@pytest.fixture(scope="module")
def totals_before(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Totals]:
    """The totals of a town as it is, worked out once for all its changes."""
    return cache(
        lambda seed: totals(towns.random_town(seed), seed, tmp_path_factory.mktemp("before"))
    )


@pytest.mark.parametrize("change", [better_answer, better_mark, better_case])
@pytest.mark.parametrize("seed", first_of(range(300, 312), 4))
def test_better_never_lowers_the_total(
    change: Change, seed: int, totals_before: Callable[[int], Totals], tmp_path: Path
) -> None:
    improved = towns.random_town(seed)
    area = change(improved, random.Random(seed))
    if area is None:
        return
    before, after = totals_before(seed)[area], totals(improved, seed, tmp_path)[area]
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before
