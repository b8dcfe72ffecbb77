"""Errors of surveys, beside a second way in plain Python from the rows of the files."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from statistics import variance

import pytest

from kaohe.analysis.ballots import read_ballots
from kaohe.analysis.surveys import SurveyError, survey_errors
from kaohe.pipeline import Assessment
from tests.oracle import towns
from tests.unit.analysis.towns import Row, Town, ballot, plain_town
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv

QUESTIONS = [f"q{number}" for number in range(1, 11)]


def errors(folder: Path, town: Town) -> dict[str, list[SurveyError]]:
    write_csv(town, towns.COLUMNS, folder)
    assessment = assessed(str(folder))
    ballots = read_ballots(assessment.scheme, assessment.facts)
    assert ballots is not None
    return survey_errors(assessment.sheet, ballots)


def by_hand(samples: list[tuple[list[Row], int]]) -> float:
    """The error of 100 × points ÷ (10 × answers) from the ballots of each sample and its size."""

    def figures(row: Row) -> tuple[float, int]:
        given = [float(row[question]) for question in QUESTIONS if row.get(question)]
        return (sum(given), len(given)) if len(given) >= 6 else (0.0, 0)

    every = [[figures(row) for row in rows] for rows, _ in samples]
    answers = sum(count for rows in every for _, count in rows)
    ratio = sum(points for rows in every for points, _ in rows) / answers
    whole = 0.0
    for rows, (_, population) in zip(every, samples, strict=True):
        off = [points - ratio * count for points, count in rows]
        whole += len(rows) * (1 - len(rows) / population) * variance(off)
    return 10 * sqrt(whole) / answers


def test_third_party_is_a_simple_random_sample_with_its_correction(tmp_path: Path) -> None:
    """8, 8, 6 and 10 points of 10: mean 80, s² = 800 ÷ 3, √((1 - 4/20) × 800/3 ÷ 4)."""
    found = errors(tmp_path, plain_town())["survey.third_party"][0]
    assert found.at_random
    assert found.error == pytest.approx(sqrt(0.8 * (800 / 3) / 4))
    assert [(one.sample, one.ballots, one.population) for one in found.asked] == [
        ("third_party", 4, 20)
    ]


def test_two_panels_with_blanks_agree_with_the_second_way(tmp_path: Path) -> None:
    town = plain_town()
    more = [
        ballot("a1", "meeting", 4, answered=7, panel="party_member"),
        ballot("a1", "meeting", 9, panel="party_member"),
        ballot("a1", "meeting", 2, answered=5),
    ]
    town["answers"] += more
    meeting = [r for r in town["answers"] if (r["area_id"], r["channel"]) == ("a1", "meeting")]
    panels = [
        ([row for row in meeting if row.get("panel", "household") == panel], population)
        for panel, population in (("household", 20), ("party_member", 5))
    ]
    found = errors(tmp_path, town)["survey.meeting"][0]
    assert not found.at_random
    assert found.error == pytest.approx(by_hand(panels))


def test_totals_have_no_error_of_their_own(tmp_path: Path) -> None:
    town = plain_town()
    town["answers"] = [row for row in town["answers"] if row["channel"] != "third_party"]
    totals = {"area_id": "a1", "channel": "third_party", "question": "all"}
    town["answer_totals"] = [{**totals, "answered": "40", "points": "300"}]
    found = errors(tmp_path, town)["survey.third_party"][0]
    assert (found.error, found.from_totals, found.asked) == (None, 40, [])


def test_a_single_ballot_does_not_tell_its_error(tmp_path: Path) -> None:
    town = plain_town()
    first = next(row for row in town["answers"] if row["channel"] == "third_party")
    others = [row for row in town["answers"] if row["channel"] != "third_party"]
    town["answers"] = [*others, first]
    assert errors(tmp_path, town)["survey.third_party"][0].error is None


def test_ticked_answers_are_worth_their_points(villages: Assessment) -> None:
    """In every village, beside the second way: points of the codes, at least four answers."""
    assessment, scheme = villages, villages.scheme
    questionnaire = scheme.questionnaire
    assert questionnaire is not None
    ballots = read_ballots(scheme, assessment.facts)
    assert ballots is not None
    found = survey_errors(assessment.sheet, ballots)["survey.round.1"]
    names = list(questionnaire.questions)
    rows = assessment.facts.rows(questionnaire.ballots, ("village_id", "round", *names))
    households = dict(assessment.facts.rows("villages", ("village_id", "households")))
    for index, village in enumerate(assessment.sheet.ids):
        points, answers = [], []
        for own, number, *codes in rows:
            if (own, number) == (village, 1):
                given = [float(questionnaire.answers[code].points) for code in codes if code]
                counts = len(given) >= 4
                points.append(sum(given) if counts else 0.0)
                answers.append(len(given) if counts else 0)
        ratio = sum(points) / sum(answers)
        off = [one - ratio * other for one, other in zip(points, answers, strict=True)]
        left = max(0.0, 1 - len(off) / households[village])
        wanted = 10 * sqrt(left * len(off) * variance(off)) / sum(answers)
        assert found[index].error == pytest.approx(wanted)
