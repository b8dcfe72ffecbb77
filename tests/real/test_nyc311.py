"""Complaints to New York's 311 hotline: converted, scored, and counted again from the records."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.facts import Facts
from kaohe.pipeline import Assessment
from kaohe.scheme.loading import load_scheme
from tests.real.working import ENGINES, SCHEMES, percent, places, run_conversion
from tests.worlds.assessing import assessed, published, rows_of, valid_facts

SOURCE = SCHEMES / "nyc311" / "data" / "animals_2025q1.csv"
DIGITS = {"MANHATTAN": "1", "BRONX": "2", "BROOKLYN": "3", "QUEENS": "4", "STATEN ISLAND": "5"}
LAST_DAY = date(2025, 2, 27)

Results = dict[str, dict[str, str]]


@dataclass
class Complaint:
    """One record, as the recount needs it."""

    key: str
    board: str
    about: tuple[str, str]
    made: datetime
    days_open: int | None
    is_repeat: bool = False

    @property
    def day(self) -> date:
        return self.made.date()


def day_and_time(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %H:%M").replace(tzinfo=UTC)


def complaint(record: dict[str, str]) -> Complaint:
    number, _, borough = record["community_board"].partition(" ")
    known = borough in DIGITS and number != "Unspecified"
    made = day_and_time(record["created"])
    closed = day_and_time(record["closed"]) if record["closed"] else None
    return Complaint(
        key=record["unique_key"],
        board=DIGITS[borough] + number if known else "",
        about=(record["place"], record["complaint_type"]),
        made=made,
        days_open=None if closed is None else (closed.date() - made.date()).days,
    )


@pytest.fixture(scope="module")
def complaints() -> list[Complaint]:
    """The records; a repeat is found by looking back over all earlier ones about the same."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        found = [complaint(record) for record in csv.DictReader(file)]
    found.sort(key=lambda one: (one.made, one.key))
    earlier: dict[tuple[str, str], list[Complaint]] = defaultdict(list)
    for one in found:
        gaps = [(one.day - other.day).days for other in earlier[one.about]]
        one.is_repeat = bool(one.board) and any(gap <= 7 for gap in gaps)
        earlier[one.about].append(one)
    return found


@pytest.fixture(scope="module")
def counted(complaints: list[Complaint]) -> list[Complaint]:
    """The complaints of the period that name a board."""
    return [one for one in complaints if one.day <= LAST_DAY and one.board]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run_conversion("nyc311", tmp_path_factory.mktemp("nyc311"))


@pytest.fixture(scope="module")
def checked(facts: str) -> Facts:
    return valid_facts(facts, "nyc311")


@pytest.fixture(scope="module")
def assessment(checked: Facts) -> Assessment:
    return assessed(checked, scheme="nyc311")


@pytest.fixture(scope="module")
def results(assessment: Assessment) -> Results:
    return results_of(assessment)


def results_of(assessment: Assessment) -> Results:
    return {row["board_id"]: row for row in rows_of(published(assessment)["results.csv"])}


def shares(counted: list[Complaint], days: int, least: int = 30) -> dict[str, Decimal]:
    """Closed within so many days, in percent, for boards with at least so many cases."""
    every = Counter(one.board for one in counted)
    in_time = Counter(
        one.board for one in counted if one.days_open is not None and one.days_open <= days
    )
    return {
        board: percent(in_time[board], number) for board, number in every.items() if number >= least
    }


def without_repeats(counted: list[Complaint]) -> list[Complaint]:
    return [one for one in counted if not one.is_repeat]


def test_scheme_has_nothing_to_mend() -> None:
    findings = load_scheme(SCHEMES / "nyc311" / "scheme.yaml")[1]
    assert [one for one in findings if one.weight != "note"] == []


def test_conversion_drops_no_complaint(facts: str, complaints: list[Complaint]) -> None:
    with (Path(facts) / "cases.csv").open(encoding="utf-8", newline="") as file:
        cases = {row["case_id"]: row for row in csv.DictReader(file)}
    assert len(complaints) == 4969
    assert cases.keys() == {one.key for one in complaints}
    for one in complaints:
        row = cases[one.key]
        assert (row["board_id"], row["created_on"]) == (one.board, one.day.isoformat())
        assert row["excluded"] == ("repeat" if one.is_repeat else "")
        assert (row["closed_on"] == "") == (one.days_open is None)


def test_counts_are_those_of_the_records(results: Results, counted: list[Complaint]) -> None:
    eligible = Counter(one.board for one in counted if not one.is_repeat)
    repeats = Counter(one.board for one in counted if one.is_repeat)
    assert (len(results), eligible.total(), repeats.total()) == (65, 2973, 818)
    for board, row in results.items():
        assert row["cases.eligible"] == str(eligible[board])
        assert row["cases.repeats"] == str(repeats[board])


def test_shares_are_those_of_the_records(results: Results, counted: list[Complaint]) -> None:
    for days in (14, 3):
        expected = shares(without_repeats(counted), days)
        assert len(expected) == 51
        for board, row in results.items():
            assert row[f"closed.within_{days}"] == str(expected.get(board, ""))


def test_places_and_bands_follow_the_shares(results: Results, counted: list[Complaint]) -> None:
    first, second = (shares(without_repeats(counted), days) for days in (14, 3))
    expected = places({board: (first[board], second[board]) for board in first})
    assert list(expected.values()).count(1) == 3
    for board, row in results.items():
        place = expected.get(board)
        assert row["rank"] == ("" if place is None else str(place))
        assert row["band"] == ("" if place is None else band(place))


def band(place: int) -> str:
    if place <= 15:
        return "front"
    return "middle" if place <= 35 else "rear"


def test_boards_with_few_cases_are_apart(results: Results, counted: list[Complaint]) -> None:
    eligible = Counter(one.board for one in without_repeats(counted))
    few = {board for board in results if eligible[board] < 30}
    assert {board for board, row in results.items() if row["status"] == "apart"} == few
    assert {row["status"] for board, row in results.items() if board not in few} == {"complete"}
    assert len(few) == 14


def test_what_is_left_out_is_counted_in_the_warnings(
    assessment: Assessment, complaints: list[Complaint]
) -> None:
    young = sum(one.day > LAST_DAY for one in complaints)
    nobodys = sum(one.day <= LAST_DAY and not one.board for one in complaints)
    assert (young, nobodys) == (1133, 45)
    warned = {one.id: one.count for one in assessment.warnings}
    assert warned == {"cases.period": young, "cases.subject": nobodys, "cases.any": 1}


def test_unmet_warnings_are_named_and_the_result_is_final(
    assessment: Assessment, counted: list[Complaint]
) -> None:
    every = Counter(one.board for one in counted)
    repeats = Counter(one.board for one in counted if one.is_repeat)
    mostly_repeats = {
        (board, "repeats.half") for board in every if 2 * repeats[board] > every[board]
    }
    checks = rows_of(published(assessment)["checks.csv"])
    unmet = {(row["board_id"], row["check"]) for row in checks if row["met"] != "true"}
    assert unmet == mostly_repeats | {("228", "cases.any")}
    assert assessment.final


def test_decisions_do_what_they_say(checked: Facts, counted: list[Complaint]) -> None:
    taken = {"repeats": "counted", "least_cases": "ten"}
    found = results_of(assessed(checked, taken, "nyc311"))
    expected = shares(counted, 14, least=10)
    assert {
        board: row["closed.within_14"] for board, row in found.items() if row["status"] != "apart"
    } == {board: str(share) for board, share in expected.items()}


def test_engines_agree_to_the_byte(checked: Facts, assessment: Assessment) -> None:
    expected = published(assessment)
    for engine in ENGINES:
        assert published(assessed(checked, scheme="nyc311", engine=engine)) == expected


def test_command_line_scores_and_writes_the_template(facts: str, tmp_path: Path) -> None:
    assert main(["score", facts, "--scheme", "nyc311", "--out", str(tmp_path / "out")]) == 0
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "checks.csv",
        "results.csv",
        "results.json",
        "results.xlsx",
    }
    workbook = tmp_path / "template.xlsx"
    assert main(["template", "nyc311", "--out", str(workbook)]) == 0
    assert workbook.stat().st_size > 0
