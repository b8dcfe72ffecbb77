"""Ballots read one by one add up to what engines count, and are put into the right samples."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.analysis.ballots import Ballots, read_ballots
from kaohe.pipeline import Assessment
from kaohe.scheme.model import Scheme
from tests.oracle import towns
from tests.unit.analysis.towns import plain_town, random_assessment
from tests.worlds.assessing import assessed
from tests.worlds.files import shuffled, write_csv


def ballots_of(assessment: Assessment) -> Ballots:
    found = read_ballots(assessment.scheme, assessment.facts)
    assert found is not None
    return found


def assert_they_add_up(assessment: Assessment) -> None:
    ballots = ballots_of(assessment)
    (counts,) = ballots.counts(1, [one.members.sum(axis=0)[None] for one in ballots.strata])
    for measure, by_subject in counts.items():
        counted = {subject: number for subject, number in by_subject.items() if number}
        assert counted == dict(assessment.sheet.figures.counts[measure]), measure


@pytest.mark.parametrize("seed", range(5))
def test_ballots_of_odd_towns_add_up_to_what_is_counted(tmp_path: Path, seed: int) -> None:
    decisions = towns.DECISIONS
    chosen = {name: options[seed % len(options)] for name, options in decisions.items()}
    assessment = random_assessment(tmp_path / "town", seed, chosen)
    if read_ballots(assessment.scheme, assessment.facts) is not None:
        assert_they_add_up(assessment)


def test_ticked_answers_add_up(villages: Assessment) -> None:
    assert_they_add_up(villages)


def test_ballots_that_name_two_kinds_of_subjects_add_up(companies: Assessment) -> None:
    assert_they_add_up(companies)


def test_samples_are_drawn_from_the_populations_that_the_scheme_names(plain: Assessment) -> None:
    ballots = ballots_of(plain)
    own = {one.sample: one for one in ballots.strata if one.ids == ("a1",)}
    sizes = {name: len(one.members) for name, one in own.items()}
    assert sizes == {"meeting.household": 2, "third_party": 4, "online.1": 3, "online.2": 3}
    assert {one.population for one in own.values()} == {20}
    assert own["third_party"].drawn == Fraction(4, 20)
    assert own["online.2"].drawn == Fraction(3, 20)


def test_members_hold_what_each_ballot_adds(plain: Assessment) -> None:
    """Each of four ballots counts once, has ten answers, and so many tenths of points."""
    ballots = ballots_of(plain)
    (third,) = [s for s in ballots.strata if s.sample == "third_party" and s.ids == ("a1",)]
    takes = [ballots.measures[number].take.value for number in third.columns]
    rows = [dict(zip(takes, row, strict=True)) for row in third.members.tolist()]
    assert sorted(row["sum"] for row in rows) == [600, 800, 800, 1000]
    assert {(row["rows"], row["filled"]) for row in rows} == {(1, 10)}


def test_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    town = towns.random_town(3, areas=3)
    write_csv(town, towns.COLUMNS, tmp_path / "one")
    write_csv(shuffled(town, 9), towns.COLUMNS, tmp_path / "other")
    one, other = (ballots_of(assessed(str(tmp_path / name))) for name in ("one", "other"))
    assert len(one.strata) == len(other.strata)
    for left, right in zip(one.strata, other.strata, strict=True):
        assert (left.sample, left.ids, left.drawn) == (right.sample, right.ids, right.drawn)
        assert (left.members == right.members).all()


def without_samples(scheme: Scheme) -> Scheme:
    questionnaire = scheme.questionnaire
    assert questionnaire is not None
    plain = questionnaire.model_copy(update={"samples": {}})
    return scheme.model_copy(update={"questionnaire": plain})


def test_without_declared_samples_every_survey_is_one_of_very_many(tmp_path: Path) -> None:
    write_csv(plain_town(), towns.COLUMNS, tmp_path)
    assessment = assessed(str(tmp_path), {"online_rounds": "pooled"})
    found = read_ballots(without_samples(assessment.scheme), assessment.facts)
    assert found is not None
    own = {one.sample: one for one in found.strata if one.ids == ("a1",)}
    # The narrower survey of each round comes before the one that pools them.
    rounds = {"survey.online.1", "survey.online.2"}
    assert set(own) == {"survey.meeting", "survey.third_party", *rounds}
    assert {(one.population, one.drawn) for one in own.values()} == {(None, 0)}


def test_a_scheme_without_ballots_has_none(hotline: Assessment) -> None:
    assert read_ballots(hotline.scheme, hotline.facts) is None
