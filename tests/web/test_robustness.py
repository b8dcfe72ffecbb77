"""How far sampling decides, in the browser: on a run's own snapshot, once, for those who decide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.web.audit.models import Event
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run as do_job
from kaohe.web.results import robustness_actions
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Robustness, Run
from kaohe.web.results.robustness_actions import make_robustness
from tests.web.cast import NOW, Cast
from tests.web.filling import begin_scoring, fill_cycle

READERS = ("clerk", "group_head", "group_member", "auditor")
OTHERS = ("scorer", "department_head", "leader", "secretary", "provider", "finance", "inspection")


@pytest.fixture(autouse=True)
def _few_replicates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness_actions, "REPLICATES", 100)


@pytest.fixture
def run(cast: Cast, tmp_path: Path) -> Run:
    fill_cycle(cast, tmp_path)
    return run_scoring(begin_scoring(cast), by=cast.person("clerk"), at=NOW)


def test_what_is_stored_is_what_the_command_writes_from_the_snapshot(
    run: Run, cast: Cast, tmp_path: Path
) -> None:
    stored = make_robustness(run, by=cast.person("group_head"), at=NOW)
    decide = [f"--decide={name}={option}" for name, option in run.taken.items()]
    code = main(
        ["--lang", "zh", "robustness", str(run.folder / "facts")]
        + ["--scheme", str(run.folder / "scheme.yaml"), "--out", str(tmp_path / "again")]
        + ["--replicates", "100", "--seed", "2024", *decide]
    )
    assert code in (0, 3)
    for name in ("robustness.json", "robustness.xlsx"):
        assert (tmp_path / "again" / name).read_bytes() == (stored.folder / name).read_bytes()


def test_it_is_made_in_the_background_once_as_one_event(run: Run, cast: Cast) -> None:
    client, address = cast.client("group_head"), f"/results/{run.pk}/robustness"
    assert "还没有做稳健性分析" in client.get(address).content.decode()
    before = Event.objects.count()
    answer = client.post(f"{address}/start")
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}"
    do_job(job.pk)
    assert Event.objects.count() == before + 1
    assert client.get(f"/jobs/{job.pk}").headers["Location"] == address
    assert client.post(f"{address}/start").headers["Location"] == address
    make_robustness(run, by=cast.person("clerk"), at=NOW)
    assert Robustness.objects.count() == 1
    assert Event.objects.count() == before + 1


def test_the_page_says_what_every_figure_means_and_ranks_nobody(run: Run, cast: Cast) -> None:
    stored = make_robustness(run, by=cast.person("clerk"), at=NOW)
    page = cast.client("group_member").get(f"/results/{run.pk}/robustness").content.decode()
    content = json.loads((stored.folder / "robustness.json").read_text(encoding="utf-8"))
    for sentence in content["cautions"]:
        assert sentence["text"].replace('"', "&quot;") in page
    assert "方案没有这样规定" in page
    assert "误差范围" in page
    margins = [one["margin"] for one in content["areas"][0]["figures"] if one["id"] == "total"]
    assert f"± {margins[0]}" in page
    places = [page.index(f"{area} ") for area in ("J01", "J02", "J03")]
    assert places == sorted(places)


def test_who_sees_it_and_takes_it_along(run: Run, cast: Cast) -> None:
    make_robustness(run, by=cast.person("clerk"), at=NOW)
    address = f"/results/{run.pk}/robustness"
    for username in READERS:
        client = cast.client(username)
        assert client.get(address).status_code == 200
        assert client.get("/results/robustness/").headers["Location"] == address
        answer = client.get(f"{address}/files/robustness.xlsx")
        assert answer.status_code == 200
        answer.close()
        assert client.get(f"{address}/files/results.json").status_code == 404
    assert Event.objects.filter(act="results.downloaded").count() == len(READERS)
    for username in (*OTHERS, "stranger", "max"):
        client = cast.client(username)
        for path in (address, f"{address}/files/robustness.json"):
            assert client.get(path).status_code == 404
    for username in OTHERS:
        assert cast.client(username).get("/results/robustness/").status_code == 404
    for username in ("group_member", "auditor"):
        assert cast.client(username).post(f"{address}/start").status_code == 404


def test_before_there_is_a_run_nothing_can_be_told(cast: Cast) -> None:
    page = cast.client("group_head").get("/results/robustness/").content.decode()
    assert "计分以后才能看抽样误差" in page


def test_a_page_costs_a_bounded_number_of_queries(
    run: Run, cast: Cast, django_assert_max_num_queries
) -> None:
    make_robustness(run, by=cast.person("clerk"), at=NOW)
    client = cast.client("clerk")
    with django_assert_max_num_queries(12):
        client.get(f"/results/{run.pk}/robustness")
