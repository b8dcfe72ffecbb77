"""The villages of Tongting: every cell of every result worked out a second time."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from kaohe.cli import main
from tests.worked.village_results import (
    DEFAULTS,
    checks,
    everybody,
    pay,
    printed,
    status_of,
)
from tests.worked.village_targets import Facts, Row, Values

SCHEME = str(Path(__file__).parents[2] / "schemes" / "village-targets")
SEEDS = (7, 11)
OTHERS = {
    "equal_places": "worse",
    "new_improvement": "none",
    "survey_rounds": "mean",
    "repeated_conduct": "plain",
    "unfilled_excellent": "next",
    "part_year": "half_year",
}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    return {seed: made(seed, tmp_path_factory.mktemp("town")) for seed in SEEDS}


def made(seed: int, folder: Path) -> Path:
    asked = ["generate", "--scheme", SCHEME, "--areas", "20", "--seed", str(seed)]
    assert main([*asked, "--out", str(folder / "facts")]) == 0
    return folder / "facts"


def scored(facts: Path, decided: Mapping[str, str], out: Path) -> Path:
    """The folder of results; 3 says that something bars a final result."""
    taken = [word for pair in decided.items() for word in ("--decide", "=".join(pair))]
    assert main(["score", str(facts), "--scheme", SCHEME, "--out", str(out), *taken]) in (0, 3)
    return out


def outcome(facts: Facts, decided: Mapping[str, str]) -> tuple[object, object]:
    found = everybody(facts, decided)
    return found, pay(facts, found[0], decided)


def rows_of(file: Path) -> list[Row]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def assert_alike(rows: list[Row], key: str, own: int, found: Mapping[str, Values]) -> None:
    """Every cell of the nodes, which stand after the first ``own`` columns and the status."""
    assert {row[key] for row in rows} == set(found)
    nodes = list(rows[0])[own:]
    expected = {
        one: {node: printed(node, values[node]) for node in nodes} for one, values in found.items()
    }
    assert {row[key]: {node: row[node] for node in nodes} for row in rows} == expected


def assert_all_alike(town: Path, decided: Mapping[str, str], out: Path) -> None:
    facts, taken = Facts(town), {**DEFAULTS, **decided}
    results = scored(town, decided, out)
    villages, cadres, departments = everybody(facts, taken)
    rows = rows_of(results / "results.csv")
    assert_alike(rows, "village_id", 4, villages)
    assert {row["village_id"]: row["status"] for row in rows} == {
        village: status_of(values["total"]) for village, values in villages.items()
    }
    assert_alike(rows_of(results / "results_cadres.csv"), "cadre_id", 4, cadres)
    assert_alike(rows_of(results / "results_departments.csv"), "department_id", 3, departments)
    found = {
        (row.pop("village_id"), row.pop("check")): row for row in rows_of(results / "checks.csv")
    }
    assert found == checks(facts, villages)
    assert rows_of(results / "pay.csv") == pay(facts, villages, taken)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_of_a_town_is_as_worked_out(
    towns: dict[int, Path], seed: int, tmp_path: Path
) -> None:
    assert_all_alike(towns[seed], {}, tmp_path / "out")


def test_every_cell_under_the_other_options_is_as_worked_out(
    towns: dict[int, Path], tmp_path: Path
) -> None:
    """Each decision with the option that is not its default; no two of them meet in one rule."""
    assert OTHERS.keys() == DEFAULTS.keys()
    assert_all_alike(towns[SEEDS[0]], OTHERS, tmp_path / "out")


@pytest.mark.parametrize("decision", OTHERS)
def test_the_other_option_of_a_decision_changes_something(
    towns: dict[int, Path], decision: str
) -> None:
    facts, taken = Facts(towns[SEEDS[0]]), {**DEFAULTS, decision: OTHERS[decision]}
    assert outcome(facts, taken) != outcome(facts, DEFAULTS)
