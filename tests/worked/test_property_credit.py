"""`property-credit`: invented districts, every cell of the results worked out once more by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kaohe.cli import main
from tests.worked import property_credit, property_facts

# Between them they take every option that is no default.
MIXES = (
    {name: options[0] for name, options in property_credit.OPTIONS.items()},
    {name: options[1] for name, options in property_credit.OPTIONS.items() if len(options) > 1},
)


def scored(facts: Path, out: Path, decisions: dict[str, str]) -> dict[str, object]:
    """What the command writes for these facts."""
    taken = [f"--decide={name}={option}" for name, option in decisions.items()]
    code = main(["score", str(facts), "--scheme", "property-credit", "--out", str(out), *taken])
    assert code in (0, 3)
    found: dict[str, object] = {"final": code == 0}
    for name in ("results.csv", "results_estates.csv", "checks.csv"):
        with (out / name).open(encoding="utf-8-sig", newline="") as file:
            found[name] = list(csv.DictReader(file))
    return found


def assert_same(facts: Path, out: Path, decisions: dict[str, str]) -> None:
    """Every cell, the order of rows and columns, and whether the result is final."""
    found, wanted = scored(facts, out, decisions), property_credit.assess(facts, decisions)
    for name in ("results.csv", "results_estates.csv", "checks.csv"):
        assert list(found[name][0]) == list(wanted[name][0])
        for one, other in zip(found[name], wanted[name], strict=True):
            assert one == other
    assert found["final"] == wanted["final"]


@pytest.mark.parametrize("seed", [7, 11])
def test_demonstration_district_gives_the_figures_worked_by_hand(seed: int, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    call = ["--scheme", "property-credit", "--areas", "20", "--seed", str(seed)]
    assert main(["generate", *call, "--out", str(facts)]) == 0
    assert_same(facts, tmp_path / "out", {})


def test_dense_facts_give_the_figures_worked_by_hand_under_every_option(tmp_path: Path) -> None:
    facts = property_facts.write_facts(1, tmp_path / "facts")
    for number, decisions in enumerate(({}, *MIXES)):
        assert_same(facts, tmp_path / f"out-{number}", decisions)
