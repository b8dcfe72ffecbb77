"""A replicate is scored as any town is; its figures vary as sampling theory says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kaohe.analysis.ballots import Ballots, read_ballots
from kaohe.analysis.replicates import nodes_to_repeat, replicated
from kaohe.analysis.surveys import survey_errors
from kaohe.pipeline import Assessment
from kaohe.scheme.counting import nodes_counting
from kaohe.scheme.graph import nodes_above
from kaohe.scoring.working import work_out, work_out_again
from tests.oracle import towns
from tests.unit.analysis.towns import Town, ballot, plain_town, random_assessment
from tests.worlds.assessing import assessed
from tests.worlds.files import write_csv


def ballots_of(assessment: Assessment) -> Ballots:
    found = read_ballots(assessment.scheme, assessment.facts)
    assert found is not None
    return found


def assert_scored_as_a_whole(assessment: Assessment) -> None:
    """What rests on ballots and was worked out again equals the whole scoring of that town."""
    ballots, sheet = ballots_of(assessment), assessment.sheet
    nodes = nodes_above(nodes_counting(set(ballots.measures), sheet.scheme), sheet.scheme)
    for counts in ballots.counts(3, ballots.replicates(3, seed=8)):
        again = work_out_again(sheet, counts, nodes)
        every = {**sheet.figures.counts, **counts}
        figures = {kind: replace(one.figures, counts=every) for kind, one in sheet.sheets.items()}
        assert again.values == work_out(sheet.scheme, figures).values


@pytest.mark.parametrize("seed", range(4))
def test_nodes_worked_out_again_are_all_that_change(tmp_path: Path, seed: int) -> None:
    chosen = {name: options[seed % len(options)] for name, options in towns.DECISIONS.items()}
    assert_scored_as_a_whole(random_assessment(tmp_path / "town", seed + 50, chosen, areas=6))


def test_so_they_are_with_persons_beside_villages(villages: Assessment) -> None:
    assert_scored_as_a_whole(villages)


def test_so_they_are_with_estates_of_companies(companies: Assessment) -> None:
    assert_scored_as_a_whole(companies)


def assessment_of(folder: Path, town: Town) -> Assessment:
    write_csv(town, towns.COLUMNS, folder)
    return assessed(str(folder))


def test_only_what_results_rest_on_is_worked_out_again(plain: Assessment) -> None:
    assessment = plain
    nodes = nodes_to_repeat(assessment.scheme, ballots_of(assessment))
    assert {"survey.third_party", "survey", "mass", "total", "rank", "grade", "tier"} <= set(nodes)
    assert not {"progress", "daily", "mass.hotline"} & set(nodes)


def test_simulated_errors_agree_with_the_closed_form(plain: Assessment) -> None:
    """Within four standard errors of a simulated one, about 4 ÷ √(2 × replicates) of it, and half
    of a hundredth for the rounding of each survey."""
    assessment = plain
    ballots, replicates = ballots_of(assessment), 1000
    found = replicated(assessment.sheet, ballots, replicates, seed=5)
    for node, errors in survey_errors(assessment.sheet, ballots).items():
        for told, simulated in zip(errors, found.errors[node], strict=True):
            assert simulated == pytest.approx(told.error, rel=4 / (2 * replicates) ** 0.5, abs=5e-3)


def test_the_blend_has_the_error_of_its_weights(plain: Assessment) -> None:
    """√(0.2² m² + 0.4² t² + 0.2² o₁² + 0.2² o₂²) of the errors of its surveys."""
    assessment = plain
    ballots = ballots_of(assessment)
    found = replicated(assessment.sheet, ballots, 1000, seed=6)
    surveys = survey_errors(assessment.sheet, ballots)
    told = {node: one[0].error or 0 for node, one in surveys.items()}
    weights = {
        **{"survey.meeting": 0.2, "survey.third_party": 0.4},
        **{"survey.online.1": 0.2, "survey.online.2": 0.2},
    }
    wanted = sum((weight * told[node]) ** 2 for node, weight in weights.items()) ** 0.5
    assert found.errors["survey"][0] == pytest.approx(wanted, rel=0.1)
    # 18 × survey ÷ 100, twice.
    assert found.errors["total"][0] == pytest.approx(0.36 * wanted, rel=0.1)


def test_without_any_ballot_every_replicate_is_the_town_itself(tmp_path: Path) -> None:
    assessment = assessment_of(tmp_path, {**plain_town(), "answers": []})
    found = replicated(assessment.sheet, ballots_of(assessment), 100, seed=1)
    assert found.shares["grade"] == [{"": 100}] * 3
    assert found.ranks["rank"] == [None] * 3


def everybody_asked() -> Town:
    town = plain_town()
    for area in town["areas"]:
        area.update(households="2", party_members="1")
    return town


def test_nothing_moves_where_everybody_was_asked(tmp_path: Path) -> None:
    assessment = assessment_of(tmp_path, everybody_asked())
    found = replicated(assessment.sheet, ballots_of(assessment), 100, seed=1)
    assert set(found.errors["total"]) == {0.0}
    for node, shares in found.shares.items():
        printed = [assessment.printed(node, index) for index in range(3)]
        assert shares == [{value: 100} for value in printed]
    assert [one and (one.best, one.worst, one.alike) for one in found.ranks["rank"]] == [
        (1, 1, ()),
        (2, 2, ()),
        (3, 3, ()),
    ]


def twins() -> Town:
    """Two areas alike in everything, and one far behind."""
    town = plain_town()
    for name in ("ratings", "answers", "spot_checks"):
        town[name] = [row for row in town[name] if row["area_id"] != "a2"]
        town[name] += [{**row, "area_id": "a2"} for row in town[name] if row["area_id"] == "a1"]
    return town


def test_equals_cannot_be_told_apart_and_change_places(tmp_path: Path) -> None:
    assessment = assessment_of(tmp_path, twins())
    found = replicated(assessment.sheet, ballots_of(assessment), 400, seed=2)
    sets = [one and (one.best, one.worst, one.alike) for one in found.ranks["rank"]]
    assert sets == [(1, 2, (1,)), (1, 2, (0,)), (3, 3, ())]
    # 30% of three areas is no place for an excellent one, so the grade is that of the total.
    assert all(sum(shares.values()) == 400 for shares in found.shares["tier"])


def test_one_without_a_value_in_some_replicate_may_have_any_rank(tmp_path: Path) -> None:
    """Of three third-party ballots in the last area one alone is not blank: most draws lack it."""
    town = plain_town()
    others = [r for r in town["answers"] if (r["area_id"], r["channel"]) != ("a3", "third_party")]
    blank = {"area_id": "a3", "channel": "third_party"}
    town["answers"] = [*others, ballot("a3", "third_party", 5), blank, blank]
    assessment = assessment_of(tmp_path, town)
    found = replicated(assessment.sheet, ballots_of(assessment), 100, seed=1)
    sets = [one and (one.best, one.worst, one.alike) for one in found.ranks["rank"]]
    assert sets == [(1, 2, (2,)), (2, 3, (2,)), (1, 3, (0, 1))]
    assert found.errors["total"][2] is None
    assert 0 < found.shares["grade"][2][""] < 100


def test_the_seed_decides_everything(plain: Assessment) -> None:
    assessment = plain
    ballots = ballots_of(assessment)
    one, same, other = (replicated(assessment.sheet, ballots, 100, seed) for seed in (1, 1, 2))
    assert one == same
    assert one.errors != other.errors


def test_areas_do_not_disturb_each_other(tmp_path: Path, plain: Assessment) -> None:
    """What is drawn for an area is the same whoever else is in the town."""
    town = plain_town()
    alone = {name: [row for row in rows if row["area_id"] == "a1"] for name, rows in town.items()}
    apart = assessment_of(tmp_path, alone)
    errors = [
        replicated(one.sheet, ballots_of(one), 100, seed=1).errors["survey"][0]
        for one in (plain, apart)
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-12)
