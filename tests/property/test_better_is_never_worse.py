"""A better answer, mark or case never lowers the total of its area."""

from __future__ import annotations

import copy
import random
from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import towns
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv

Row = dict[str, str]


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


def total_of(source: str, decisions: dict[str, str], area: str) -> Decimal | None:
    assessment = assessed(source, decisions)
    printed = assessment.printed("total", assessment.sheet.ids.index(area))
    return Decimal(printed) if printed else None


@pytest.mark.parametrize("change", [better_answer, better_mark, better_case])
@pytest.mark.parametrize("seed", range(300, 312))
def test_better_never_lowers_the_total(change, seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    town, decisions = towns.random_town(seed), towns.random_decisions(seed)
    improved = copy.deepcopy(town)
    area = change(improved, dice)
    if area is None:
        return
    before = total_of(write_csv(town, towns.COLUMNS, tmp_path / "before"), decisions, area)
    after = total_of(write_csv(improved, towns.COLUMNS, tmp_path / "after"), decisions, area)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after >= before
