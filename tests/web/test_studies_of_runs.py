"""Studies from scoring on: they stand on a run, and their pages count what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from kaohe.web.results import study_presenters
from kaohe.web.results.models import Run, Study
from kaohe.web.results.study_actions import make_study
from kaohe.web.results.study_contents import seen_by
from tests.web.cast import NOW, Cast
from tests.web.filling import files_in
from tests.web.preparing import in_stage
from tests.web.studying import PAGE, page, stored, written

pytestmark = pytest.mark.either_database


@pytest.fixture(scope="module")
def studied_year(scored_year: Path) -> Iterator[None]:
    """The year that is scored, its run studied."""
    with transaction.atomic():
        with files_in(scored_year):
            make_study(Cast().cycle, by=Cast().person("clerk"), at=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def scored(studied_year: None, run: Run) -> Study:
    """The study of the run."""
    return run.studies.get()


def test_a_study_of_a_run_is_what_the_command_makes_of_its_snapshot_byte_for_byte(
    scored: Study, tmp_path: Path
) -> None:
    assert scored.run is not None
    assert scored.facts_sha256 == scored.run.facts_sha256
    assert written(scored, [str(scored.run.folder / "facts")], tmp_path) == stored(scored)
    assert not (scored.folder / "town.yaml").exists()


def test_before_scoring_nothing_that_was_collected_is_looked_at(
    run: Run, scored: Study, cast: Cast
) -> None:
    for stage in ("prepare", "adopted", "collecting"):
        study = make_study(in_stage(cast, stage), by=cast.person("clerk"), at=NOW)
        assert study.run is None
        assert study.facts_sha256 not in (run.facts_sha256, scored.facts_sha256)


def test_a_study_of_a_run_names_the_run_and_is_not_called_simulated(
    cast: Cast, scored: Study
) -> None:
    client = cast.client("group_head")
    assert "第 1 次计分" in page(client)
    for path in (PAGE, f"{PAGE}{scored.pk}/decisions/hotline_formula/"):
        assert "模拟" not in page(client, path)
    beside = page(client, f"/cycles/decisions/?cycle={cast.cycle.pk}")
    assert beside.count("本年数据下：") == 14
    assert "本年数据下：没有影响" in beside


def test_areas_stand_by_id_and_ranks_are_for_those_who_may_see_them(
    cast: Cast, scored: Study
) -> None:
    shown = page(cast.client("clerk"))
    places = [shown.index(f"{one} ") for one in ("J01", "J02", "J03")]
    assert places == sorted(places)
    assert [one.id for one in seen_by(scored, {"secretary"}).outcomes][:3] == [
        *("total", "grade", "tier"),
    ]
    assert "rank" in [one.id for one in seen_by(scored, {"clerk"}).outcomes]


def test_pages_count_what_the_stored_study_says(scored: Study) -> None:
    content = json.loads(stored(scored))
    seen = seen_by(scored, {"auditor"})
    for entry, question in zip(
        content["questions"], study_presenters.questions_shown(seen), strict=True
    ):
        found = [one for effect in entry["effects"] for one in effect["outcomes"]]
        total = [one for one in found if (one["of"], one["id"]) == ("areas", "total")]
        areas = {change["area_id"] for one in total for change in one["changes"]}
        shown = next(one for one in question.effects if one.outcome.id == "total")
        assert shown.changed == len(areas)
        ends = [Decimal(one[end]) for one in total for end in ("least", "greatest")]
        assert abs(Decimal(shown.most or 0)) == max(map(abs, ends), default=Decimal(0))
        assert question.matters == entry["matters"]


def test_readings_are_counted_and_the_decisions_named_that_decide(scored: Study) -> None:
    content = json.loads(stored(scored))
    seen = seen_by(scored, {"auditor"})
    cells = {area_id: cells for area_id, _name, cells in study_presenters.areas_shown(seen)}
    every = content["readings"]["number"]
    for area in content["areas"]:
        for outcome, cell in zip(seen.outcomes, cells[area["area_id"]], strict=True):
            entry = next(one for one in area["outcomes"] if one["id"] == outcome.id)
            assert list(cell.decisions) == entry["decisions"]
            assert ("单独决定" in cell.hangs_on) is (entry["decided_by"] is not None)
            if entry["always"]:
                assert cell.over_all.startswith("始终")
                assert entry["taken"] is None or cell.over_all.endswith(cell.taken)
            elif outcome.kind in ("label", "state"):
                assert cell.over_all.startswith(f"{every} 种中有 ")
                for value in entry["values"]:
                    assert f"{value['readings']} 种" in cell.over_all
            else:
                assert cell.over_all.startswith(f"{entry['least']} – {entry['greatest']}")


def test_the_town_pays_what_its_areas_are_paid_before_and_after(scored: Study) -> None:
    content = json.loads(stored(scored))
    seen = seen_by(scored, {"group_head"})
    questions = study_presenters.questions_shown(seen)
    paid = {
        area["area_id"]: next(one for one in area["outcomes"] if one["id"] == "pay")["taken"]
        for area in content["areas"]
    }
    before = sum(Decimal(one) for one in paid.values())
    for entry, question in zip(content["questions"], questions, strict=True):
        for effect, option in zip(entry["effects"], question.options, strict=True):
            pay = next((one for one in effect["outcomes"] if one["id"] == "pay"), None)
            assert (option.pay is None) is (pay is None)
            if pay is not None and option.pay is not None:
                after = paid | {one["area_id"]: one["after"] for one in pay["changes"]}
                assert Decimal(option.pay[0]) == before
                assert Decimal(option.pay[1]) == sum(Decimal(one) for one in after.values())


def test_a_run_that_was_studied_stays(scored: Study) -> None:
    assert scored.run is not None
    with pytest.raises(ProtectedError):
        Run.objects.get(pk=scored.run.pk).delete()
