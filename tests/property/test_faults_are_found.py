"""A fault planted anywhere in a valid town is found at its table, row and column."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest

from kaohe.facts import read_facts
from kaohe.values.tables import Column
from tests.oracle import towns
from tests.worlds.assessing import scheme_file
from tests.worlds.files import write_csv
from tests.worlds.soaking import first_of

TABLES = scheme_file().under({}).fact_tables
BAD = {
    "whole": "1.5",
    "decimal": "1e3",
    "boolean": "maybe",
    "date": "2024-02-30",
    "choice": "nonsense",
}


def bad_cell(column: Column) -> str | None:
    """A text that the column cannot hold; None where it holds any text."""
    if column.refers_to is not None:
        return "no such one"
    if column.type in BAD:
        return BAD[column.type]
    return "" if column.required is True else None


def plant(
    town: dict[str, list[dict[str, str]]], dice: random.Random
) -> tuple[str, int, str] | None:
    """Spoil one cell; the table, the row as a spreadsheet counts it, and the column."""
    table = dice.choice([name for name, rows in town.items() if rows])
    column = dice.choice(list(TABLES[table].columns))
    bad = bad_cell(TABLES[table].columns[column])
    if bad is None or (table == "visits" and column == "staff_id" and "staff" not in town):
        return None
    row = dice.randrange(len(town[table]))
    town[table][row][column] = bad
    return table, row + 2, column


@pytest.mark.parametrize("seed", first_of(range(40), 20))
def test_planted_fault_is_found(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    town = copy.deepcopy(towns.random_town(seed))
    planted = plant(town, dice)
    while planted is None:
        planted = plant(town, dice)
    reading = read_facts(write_csv(town, towns.COLUMNS, tmp_path), TABLES)
    assert reading.facts is None
    assert planted in {(fault.table, fault.row, fault.column) for fault in reading.faults}
    for language in ("zh", "en"):
        for fault in reading.faults:
            assert fault.expected[language].strip()


@pytest.mark.parametrize("seed", first_of(range(100, 110), 4))
def test_valid_town_has_no_fault(seed: int, tmp_path: Path) -> None:
    reading = read_facts(write_csv(towns.random_town(seed), towns.COLUMNS, tmp_path), TABLES)
    assert reading.faults == ()
    assert reading.facts is not None
