"""The hotline scorecard scored by the program, and worked out a second time from the policy."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kaohe.cli import main
from tests.worked.hotline_checks import checks
from tests.worked.hotline_scorecard import Scorecard

SCHEME = "hotline-scorecard"
SCORED = (0, 3)
"""Exit codes of a result that is final, or provisional."""

# Two districts, and every option that is no default, in as few runs as can hold them.
RUNS = (
    (7, {}),
    (7, {"small_survey": "zero"}),
    (
        11,
        {
            "fair_answers": "not_counted",
            "resolved_par": "district",
            "least_cases": "ten",
            "small_survey": "apart",
            "equal_places": "worse",
        },
    ),
)


@pytest.fixture(scope="module")
def districts(tmp_path_factory: pytest.TempPathFactory):
    """A generated district for a seed, made once."""
    made: dict[int, Path] = {}

    def district(seed: int) -> Path:
        if seed not in made:
            made[seed] = tmp_path_factory.mktemp("district") / "facts"
            command = ["generate", "--scheme", SCHEME, "--areas", "20", "--seed", str(seed)]
            assert main([*command, "--out", str(made[seed])]) == 0
        return made[seed]

    return district


def scored(facts: Path, out: Path, taken: dict[str, str]) -> Path:
    decided = [word for one in taken.items() for word in ("--decide", "=".join(one))]
    command = ["score", str(facts), "--scheme", SCHEME, "--out", str(out), "--engine", "sqlite"]
    assert main([*command, *decided]) in SCORED
    return out


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def assert_same(facts: Path, out: Path, taken: dict[str, str]) -> None:
    expected = Scorecard(facts, **taken)
    found = {row.pop("unit_id"): row for row in rows_of(out / "results.csv")}
    assert found.keys() == expected.units.keys()
    for unit, row in found.items():
        own = expected.units[unit]
        assert row == {"name": own["name"], "type": own["type"], **expected.row(unit)}
    columns = ("unit_id", "check", "required", "actual", "met", "waived")
    listed = [tuple(row[column] for column in columns) for row in rows_of(out / "checks.csv")]
    assert sorted(listed) == sorted(checks(expected))


@pytest.mark.parametrize(("seed", "taken"), RUNS)
def test_generated_district_has_the_figures_of_the_policy(districts, tmp_path, seed, taken) -> None:
    facts = districts(seed)
    assert_same(facts, scored(facts, tmp_path / "out", taken), taken)


def test_generated_district_touches_every_rule(districts) -> None:
    units = [Scorecard(districts(seed)) for seed in (7, 11)]
    rows = [one.row(unit) for one in units for unit in one.units]
    assert {row["status"] for row in rows} == {"complete", "incomplete", "apart"}
    assert {row["commended"] for row in rows} == {"commended", ""}
    assert {row["direction.on_time"] for row in rows} >= {"up", "down", ""}
    assert {row["grade"] for row in rows} == {"excellent", "good", "fair", "poor", ""}
    assert {row["class"] for row in rows} >= {"local_many", "local_middle", "bureau_few", "utility"}
    for level in ("sign", "on_time", "resolved", "satisfied", "returns"):
        assert {row[f"level.{level}"] for row in rows} == {"green", "yellow", "red", ""}
    met = {row[4] for one in units for row in checks(one) if row[1] == "coverage"}
    assert met >= {"true", "false"}
