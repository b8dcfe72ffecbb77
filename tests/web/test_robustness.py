"""How far sampling decides, in the browser: on a run's own snapshot, once, for those who decide."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from kaohe.cli import main
from kaohe.web.audit.models import Event
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run as do_job
from kaohe.web.results import robustness_actions
from kaohe.web.results.models import Robustness, Run
from kaohe.web.results.robustness_actions import make_robustness
from kaohe.web.results.robustness_presenters import Shown
from tests.web.cast import NOW, Cast
from tests.worlds.assessing import scheme_file

pytestmark = pytest.mark.either_database

READERS = ("clerk", "group_head", "group_member", "auditor")
OTHERS = ("scorer", "department_head", "leader", "secretary", "provider", "finance", "inspection")


@pytest.fixture(autouse=True)
def _few_replicates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness_actions, "REPLICATES", 100)


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
    form = {"submission": str(uuid4())}
    assert 'name="submission"' in client.get(address).content.decode()
    client.post(f"{address}/start", form)
    answer = client.post(f"{address}/start", form)
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
    assert "有的测评只报合计，没有单张答卷" in page, "the files hold sums only"
    assert "请提供单位报送逐张答卷" in page
    assert "只报合计，误差算不出" in page
    assert "±" not in page.partition("<tbody>")[2], "no error of nought for what is not known"
    places = [page.index(f"{area} ") for area in ("J01", "J02", "J03")]
    assert places == sorted(places)


def test_with_ballots_there_are_margins_shares_and_sets_of_ranks(tmp_path: Path) -> None:
    town, out = str(tmp_path / "town"), tmp_path / "out"
    size = ["--areas", "6", "--seed", "3", "--households", "80"]
    assert main(["generate", *size, "--out", town]) == 0
    scheme = ["--scheme", "gaojing-2024", "--out", str(out)]
    assert main(["robustness", town, *scheme, "--replicates", "100", "--seed", "5"]) in (0, 3)
    content = json.loads((out / "robustness.json").read_text(encoding="utf-8"))
    shown = Shown(content, scheme_file("gaojing-2024").under({}))
    assert not shown.lacks_ballots
    table = shown.results()
    assert [heading.zh for heading in table.headings] == ["总分", "名次", "等次", "档次"]
    assert [name[:5] for name, _cells in table.lines] == [f"J000{n}" for n in range(1, 7)]
    by_id = {area["area_id"]: area for area in content["areas"]}
    for name, (total, rank, grade, _tier) in table.lines:
        area = by_id[name[:5]]
        margin = next(one["margin"] for one in area["figures"] if one["id"] == "total")
        assert (total.under, Decimal(margin) > 0) == (f"± {margin}", True)
        (places,) = area["ranks"]
        assert rank.open == (places["best"] != places["worst"])
        assert not rank.open or f"第 {places['best']} 至第 {places['worst']} 名" in rank.under
        shares = next(one["shares"] for one in area["outcomes"] if one["id"] == "grade")
        assert grade.open == (len(shares) > 1)
        assert grade.value in ("优秀", "良好", "合格", "不合格")
    assert any(rank.open for _name, (_total, rank, *_rest) in table.lines)
    assert all("/" in cell.under for _name, cells in shown.surveys().lines for cell in cells)
    assert {cell.under[-1:] for _name, cells in shown.rates().lines for cell in cells} != {""}


def test_who_sees_it_and_takes_it_along(run: Run, cast: Cast) -> None:
    make_robustness(run, by=cast.person("clerk"), at=NOW)
    address = f"/results/{run.pk}/robustness"
    for username in READERS:
        client = cast.client(username)
        assert client.get(address).status_code == 200
        assert client.get("/results/robustness/").headers["Location"] == address
        answer = client.get(f"{address}/files/robustness.xlsx")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"PK")
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


def test_a_page_costs_a_bounded_number_of_queries(
    run: Run, cast: Cast, django_assert_max_num_queries
) -> None:
    make_robustness(run, by=cast.person("clerk"), at=NOW)
    client = cast.client("clerk")
    with django_assert_max_num_queries(12):
        client.get(f"/results/{run.pk}/robustness")
