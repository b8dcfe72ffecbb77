"""Two hundred random towns: they are valid, and what the oracle makes of them obeys the laws."""

import csv
import random
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from tests.oracle.checking import CHECK_ORDER
from tests.oracle.decisions import with_defaults
from tests.oracle.gaojing import Assessment, assess
from tests.oracle.town_facts import Facts, Row
from tests.oracle.towns import COLUMNS, DECISIONS, random_decisions, random_town, write_csv

SEEDS = range(200)

KEYS = {
    "areas": ("area_id",),
    "staff": ("staff_id", "area_id", "role"),
    "ratings": ("area_id", "item", "department"),
    "answer_totals": ("area_id", "channel", "round", "panel", "question"),
    "participation": COLUMNS["participation"],
    "participation_counts": ("area_id", "channel", "round"),
    "spot_checks": ("area_id", "household_id"),
    "cases": ("case_id",),
    "previous": ("area_id",),
    "waivers": ("area_id", "check"),
}

FIRST_AND_DEFAULT_COLUMNS = (
    "area_id name category status total rank grade tier"
    " survey.meeting survey.third_party survey.online.1 survey.online.2 survey.online survey"
    " mass.visits mass.livelihood hotline.eligible hotline.handled hotline.resolved"
    " hotline.satisfied hotline.composite hotline.rank mass.hotline mass"
    " daily.party.1 daily.party.2 daily.party.3 daily.party.4"
    " daily.service.1 daily.service.2 daily.service.3 daily.service.4 daily.service.5"
    " daily.service.6 daily.stability.1 daily.stability.2"
    " daily.party daily.service daily.stability daily bonus deduction progress"
).split()


@cache
def assessed(seed: int) -> Assessment:
    """A random town under random decisions."""
    return assess(random_town(seed), random_decisions(seed))


def complete_rows(assessment: Assessment) -> list[Row]:
    """The lines of complete areas."""
    return [row for row in assessment.results if row["status"] == "complete"]


# The towns are valid -----------------------------------------------------------


def source_of(row: Row) -> tuple[str, str, str, str]:
    """Area, channel, round and panel, the default filled in."""
    return (row["area_id"], row["channel"], row["round"], row.get("panel") or "household")


@pytest.mark.parametrize("seed", SEEDS)
def test_town_is_valid(seed: int) -> None:
    town = random_town(seed)
    assert {"areas", "ratings"} <= town.keys()
    assert town.keys() & {"answers", "answer_totals"}
    assert town["areas"]
    assert_cells_and_keys(town)
    assert_places(town)
    assert_no_double_reports(town)


def assert_cells_and_keys(town: Facts) -> None:
    """All columns in order, no space around a value, known references, unique keys."""
    area_ids = {row["area_id"] for row in town["areas"]}
    staff_ids = {row["staff_id"] for row in town.get("staff", [])}
    for table, rows in town.items():
        for row in rows:
            assert tuple(row) == COLUMNS[table]
            assert all(value == value.strip() for value in row.values())
            assert row["area_id"] in area_ids
            if table == "visits" and "staff" in town:
                assert row["staff_id"] in staff_ids
        if table in KEYS:
            keys = [
                tuple(
                    row[column] or ("household" if column == "panel" else "")
                    for column in KEYS[table]
                )
                for row in rows
            ]
            assert len(set(keys)) == len(keys)


def assert_places(town: Facts) -> None:
    """A round only online, party members only at meetings, numbers in range."""
    for table in ("answers", "answer_totals", "participation", "participation_counts"):
        for row in town.get(table, []):
            assert row["round"] in (("1", "2") if row["channel"] == "online" else ("",))
            if row.get("panel") == "party_member":
                assert row["channel"] == "meeting"
    for row in town.get("answers", []):
        for number in range(1, 11):
            points = Fraction(row[f"q{number}"] or 0)
            assert 0 <= points <= 10
            assert (points * 10).denominator == 1
    for row in town.get("answer_totals", []):
        assert 0 <= Fraction(row["points"]) <= 10 * int(row["answered"])
        assert (Fraction(row["points"]) * 10).denominator == 1
    for row in town["ratings"]:
        assert 0 <= Fraction(row["score"]) <= 100
        assert (Fraction(row["score"]) * 100).denominator == 1
    households = {row["area_id"]: int(row["households"]) for row in town["areas"]}
    for row in town.get("participation_counts", []):
        assert 0 <= int(row["households"]) <= households[row["area_id"]]


def assert_no_double_reports(town: Facts) -> None:
    """Ballots or totals, single questions or `all`, linked households or a count."""
    totals = town.get("answer_totals", [])
    assert not {source_of(row) for row in town.get("answers", [])} & {
        source_of(row) for row in totals
    }
    of_all = {source_of(row) for row in totals if row["question"] == "all"}
    assert not of_all & {source_of(row) for row in totals if row["question"] != "all"}
    linked = {source_of(row) for row in town.get("participation", [])}
    assert not linked & {source_of(row) for row in town.get("participation_counts", [])}


def test_towns_are_reproducible_and_differ() -> None:
    assert random_town(7) == random_town(7)
    assert random_town(7) != random_town(8)
    assert len(random_town(3, areas=17)["areas"]) == 17


def test_towns_survive_csv(tmp_path: Path) -> None:
    town = random_town(11)
    write_csv(town, tmp_path)
    read = {}
    for path in tmp_path.iterdir():
        with open(path, encoding="utf-8", newline="") as file:
            read[path.stem] = list(csv.DictReader(file))
    assert read == town


# What the oracle makes of them -------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_every_area_stands_once_and_in_order(seed: int) -> None:
    assessment = assessed(seed)
    area_ids = sorted(row["area_id"] for row in random_town(seed)["areas"])
    assert sorted(row["area_id"] for row in assessment.results) == area_ids
    assert len({tuple(row) for row in assessment.results}) == 1
    order = [
        (row["status"] == "incomplete", int(row["rank"] or 0), row["area_id"])
        for row in assessment.results
    ]
    assert order == sorted(order)
    checks = [(row["area_id"], row["check"]) for row in assessment.checks]
    assert checks == [(area_id, check) for area_id in area_ids for check in CHECK_ORDER]


@pytest.mark.parametrize("seed", SEEDS)
def test_ranks_are_complete(seed: int) -> None:
    ranks = [int(row["rank"]) for row in complete_rows(assessed(seed))]
    # Competition ranking: a place in the order, or the place of the area just before.
    assert all(rank == 1 + sum(other < rank for other in ranks) for rank in ranks)
    totals = [Fraction(row["total"]) for row in complete_rows(assessed(seed))]
    assert totals == sorted(totals, reverse=True)
    for row in assessed(seed).results:
        if row["status"] == "incomplete":
            assert (row["total"], row["rank"], row["grade"], row["tier"]) == ("",) * 4


@pytest.mark.parametrize("seed", SEEDS)
def test_quotas_are_kept(seed: int) -> None:
    options = with_defaults(random_decisions(seed))
    assessment = assessed(seed)
    rows = complete_rows(assessment)
    excellent = sum(row["grade"] == "excellent" for row in rows)
    assert excellent <= min(9, 3 * len(assessment.results) // 10)
    tiers = [row["tier"] for row in rows]
    if options["tier_tie"] == "exclude":
        assert tiers.count("A") <= 5
        assert tiers.count("A") + tiers.count("B") <= 12
    else:
        assert tiers.count("A") >= min(5, len(rows))
        assert tiers.count("A") + tiers.count("B") >= min(12, len(rows))


@pytest.mark.parametrize("seed", SEEDS)
def test_published_figures_re_add(seed: int) -> None:
    for row in complete_rows(assessed(seed)):
        figures = {name: Fraction(text) for name, text in row.items() if is_figure(text)}
        assert figures["daily"] == (
            figures["daily.party"] + figures["daily.service"] + figures["daily.stability"]
        )
        assert figures["mass"] == (
            figures["mass.visits"] + figures["mass.livelihood"] + figures["mass.hotline"]
        )
        assert figures["total"] == (
            figures["daily"] + figures["mass"] + figures["bonus"] - figures["deduction"]
        )
        assert 0 <= figures["daily"] <= 40
        assert 16 <= figures["mass"] <= 60


def is_figure(text: str) -> bool:
    """Whether it is a number with two places, as nodes are printed."""
    whole, point, decimals = text.lstrip("-").partition(".")
    return (
        point == "."
        and len(decimals) == 2
        and f"{whole}{decimals}".isascii()
        and (f"{whole}{decimals}".isdigit())
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_paid_twice(seed: int) -> None:
    assessment = assessed(seed)
    people = [row["staff_id"] for row in assessment.pay]
    assert people == sorted(set(people))
    tier_of = {row["area_id"]: row["tier"] for row in assessment.results}
    for row in assessment.pay:
        assert row["tier"] == tier_of[row["area_id"]] != ""
        assert 0 < Fraction(row["amount"]) <= 5000


@pytest.mark.parametrize("seed", SEEDS)
def test_final_means_complete_and_nothing_unmet(seed: int) -> None:
    assessment = assessed(seed)
    options = with_defaults(random_decisions(seed))
    barring = {
        "sample.meeting.households",
        "sample.meeting.party_members",
        "sample.third_party",
        "sample.online.1",
        "sample.online.2",
        "sample.total",
        "spot_check.size",
        "hotline.data",
    }
    if options["visit_coverage"] == "year":
        barring.add("visits.year")
    else:
        barring |= {f"visits.quarter.{number}" for number in range(1, 5)}
    unmet = [
        row
        for row in assessment.checks
        if row["check"] in barring and row["met"] != "true" and row["waived"] == "false"
    ]
    is_complete = all(row["status"] == "complete" for row in assessment.results)
    assert assessment.final == (is_complete and not unmet)


@pytest.mark.parametrize("seed", SEEDS[::10])
def test_order_of_rows_is_of_no_matter(seed: int) -> None:
    town = random_town(seed)
    for rows in town.values():
        random.Random(seed).shuffle(rows)
    assert assess(town, random_decisions(seed)) == assessed(seed)


def test_a_missing_decision_is_its_default() -> None:
    town = random_town(5)
    named = {decision: options[0] for decision, options in DECISIONS.items()}
    assert assess(town, named) == assess(town, {})


def test_columns_stand_in_the_order_of_the_contract() -> None:
    assert list(assess(random_town(1), {}).results[0]) == FIRST_AND_DEFAULT_COLUMNS


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(ValueError, match="no decision"):
        assess(random_town(1), {"hotline_tie": "dense"})


def test_random_towns_and_decisions_reach_what_matters() -> None:
    everything = [assessed(seed) for seed in SEEDS]
    assert {assessment.final for assessment in everything} == {True, False}
    rows = [row for assessment in everything for row in assessment.results]
    assert {row["grade"] for row in rows} == {"", "excellent", "qualified", "basic", "unqualified"}
    assert {row["tier"] for row in rows} == {"", "A", "B"}
    assert {"85.00", "70.00", "60.00"} <= {row["total"] for row in rows}
    assert {"24.00", "22.00", "20.00", "18.00", "16.00"} == {row["mass.hotline"] for row in rows}
    checks = [row for assessment in everything for row in assessment.checks]
    for met in ("true", "false", ""):
        assert any(row["met"] == met and ".." in row["actual"] for row in checks)
    chosen = {item for seed in SEEDS for item in random_decisions(seed).items()}
    assert chosen == {(name, option) for name, options in DECISIONS.items() for option in options}
