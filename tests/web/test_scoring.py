"""Scoring a year: what is told before, what bars it, what a run that fails leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.web.cycles.actions import propose_stage
from kaohe.web.results.actions import FaultyFacts, run_scoring
from kaohe.web.results.completeness import open_points
from kaohe.web.results.models import Run, SubjectResult
from tests.web.cast import NOW, Cast
from tests.web.filling import begin_scoring, hand_in


def test_before_scoring_there_is_only_a_check_of_completeness(filled: Cast) -> None:
    client = filled.client("clerk")
    page = client.get("/results/").content.decode()
    assert "还缺什么" in page
    assert "收集阶段只核对完整性" in page
    assert client.post("/results/score").status_code == 403
    with pytest.raises(PermissionDenied):
        run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    checked = client.post("/results/check").content.decode()
    missing = len(open_points(filled.cycle))
    assert missing, "signatures at least"
    assert f"已收到的数据都能读取。还缺 {missing} 项，见“还缺什么”。" in checked
    assert "没有错误" not in checked
    assert not Run.objects.exists()


def test_where_nothing_is_missing_the_check_says_that_all_is_there(
    filled: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.web.results.views.open_points", lambda cycle: [])
    checked = filled.client("clerk").post("/results/check").content.decode()
    assert "全部数据都能读取，没有错误" in checked


def test_facts_that_contradict_each_other_are_named_and_nothing_is_stored(
    filled: Cast, tmp_path: Path
) -> None:
    double = {
        "case_id": "hotline00",
        "area_id": "J01",
        "source": "petition",
        "received_on": "2024-06-01",
        "responsible": "true",
        "handled": "true",
    }
    hand_in(filled, "petition", "cases", [double], tmp_path, part="补报")
    begin_scoring(filled)
    with pytest.raises(FaultyFacts):
        run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    page = filled.client("clerk").post("/results/score")
    assert page.status_code == 422
    text = page.content.decode()
    assert "办件编号" in text
    assert "hotline00" not in text, "what files hold is not for the clerk"
    assert not Run.objects.exists()
    assert not SubjectResult.objects.exists()


def test_what_was_not_scored_cannot_be_reviewed(filled: Cast) -> None:
    begin_scoring(filled)
    clerk = filled.person("clerk")
    with pytest.raises(PermissionDenied, match="还没有计分"):
        propose_stage(filled.cycle, "review", by=clerk, at=NOW)
    run_scoring(filled.cycle, by=clerk, at=NOW)
    propose_stage(filled.cycle, "review", by=clerk, at=NOW)
    assert filled.cycle.stage == "review"
    with pytest.raises(PermissionDenied, match="只在计分阶段计分"):
        run_scoring(filled.cycle, by=clerk, at=NOW)


def test_a_run_that_fails_leaves_no_folder_behind(
    filled: Cast, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_scoring(filled)
    monkeypatch.setattr("kaohe.web.results.actions.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_scoring(filled.cycle, by=filled.person("clerk"), at=NOW)
    assert list((settings.MEDIA_ROOT / "runs").iterdir()) == []
    assert not Run.objects.exists()


def test_before_there_is_a_run_nothing_can_be_told(filled: Cast) -> None:
    page = filled.client("group_head").get("/results/robustness/").content.decode()
    assert "计分以后才能看抽样误差" in page
