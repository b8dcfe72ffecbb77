"""The product and the second implementation agree cell by cell, on towns nobody has seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.facts import Facts
from kaohe.outputs.delimited import check_rows, pay_rows, result_rows
from kaohe.pipeline import Assessment
from kaohe.values.text import safe
from tests.oracle import gaojing, towns
from tests.oracle.town_facts import Facts as Town
from tests.worlds.assessing import as_rows, assessed, valid_facts
from tests.worlds.files import write_csv
from tests.worlds.soaking import first_of

TEXTS = ("area_id", "name", "staff_id")


def guarded(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The oracle's rows with its texts kept from being formulas, as CSV prints them."""
    return [
        {name: safe(cell) if name in TEXTS else cell for name, cell in row.items()} for row in rows
    ]


def assert_agreement(assessment: Assessment, expected: gaojing.Assessment) -> None:
    """Every cell of every file, the headings' order, and whether the result is final."""
    pairs = (
        (as_rows(result_rows(assessment)), expected.results),
        (as_rows(check_rows(assessment)), expected.checks),
        (as_rows(pay_rows(assessment)), expected.pay),
    )
    for found, wanted in pairs:
        assert found == guarded(wanted)
        assert [list(row) for row in found[:1]] == [list(row) for row in wanted[:1]]
    assert assessment.final == expected.final


def assert_same_warnings(assessment: Assessment, expected: gaojing.Warnings) -> None:
    """What was left out, who has no cases, which posts were too short."""
    told = {warned.id: warned for warned in assessment.warnings}
    outside = {
        "cases.period": expected.cases_out_of_year,
        "visits.period": expected.visits_out_of_year,
    }
    for name, number in outside.items():
        assert (told[name].count if name in told else 0) == number
    named = told["hotline.data"].named if "hotline.data" in told else ()
    assert named == expected.areas_without_cases
    posts = [warned.named for warned in assessment.warnings if warned.id == "pay.months"]
    assert sorted(posts) == sorted(expected.staff_below_six_months)


def compare(seed: int, folder: Path, engine: str) -> None:
    town = towns.random_town(seed)
    decisions = towns.random_decisions(seed)
    source = write_csv(town, towns.COLUMNS, folder / str(seed))
    expected = gaojing.assess(town, decisions)
    assessment = assessed(source, decisions, engine=engine)
    assert_agreement(assessment, expected)
    assert_same_warnings(assessment, expected.warnings)


@pytest.mark.parametrize("seed", first_of(range(60), 12))
def test_random_town_agrees(seed: int, tmp_path: Path) -> None:
    compare(seed, tmp_path, "duckdb" if seed % 3 else "sqlite")


@pytest.fixture(scope="module")
def two_towns(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Town, Facts]]:
    """Two towns, each as its tables and as facts that are read once for all decisions."""
    folder = tmp_path_factory.mktemp("towns")
    found = {seed: towns.random_town(seed) for seed in (1001, 1002)}
    return [
        (town, valid_facts(write_csv(town, towns.COLUMNS, folder / str(seed))))
        for seed, town in found.items()
    ]


@pytest.mark.parametrize(
    ("decision", "option"),
    [(name, option) for name, options in towns.DECISIONS.items() for option in options],
)
def test_every_option_of_every_decision_agrees(
    decision: str, option: str, two_towns: list[tuple[Town, Facts]]
) -> None:
    for town, facts in two_towns:
        expected = gaojing.assess(town, {decision: option})
        assert_agreement(assessed(facts, {decision: option}), expected)


@pytest.mark.soak
@pytest.mark.parametrize("block", range(20))
def test_thousands_of_towns_agree(block: int, tmp_path: Path) -> None:
    for seed in range(10_000 + 100 * block, 10_100 + 100 * block):
        compare(seed, tmp_path, "duckdb" if seed % 3 else "sqlite")
