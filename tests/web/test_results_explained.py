"""A long run is made in the background, once; figures say what would move them."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaohe.facts import read_facts, write_snapshot
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Choice, Cycle, PolicyText
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import Mark, Waiver
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run as do_job
from kaohe.web.results import views
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.gathering import rows_to_gather, write_facts
from kaohe.web.results.models import Run
from kaohe.web.results.scoring_work import score_cycle
from kaohe.web.surveys.models import Ballot, Participation, Round
from tests.web.cast import NOW, TODAY, Cast
from tests.web.filling import hand_in
from tests.web.publishing import declare_published
from tests.web.rounds import VALUES

# -- in the background ----------------------------------------------------------------------------


@pytest.fixture
def long_year(run: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The year as if it had more rows than people wait for."""
    monkeypatch.setattr(views, "AT_ONCE", rows_to_gather(run.cycle) - 1)
    return cast


def test_what_is_short_is_scored_in_the_request_and_what_is_long_in_a_job(
    run: Run, long_year: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, form = long_year.client("clerk"), {"submission": str(uuid4())}
    for _ in range(2):
        answer = client.post("/results/score", form)
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}"
    assert Run.objects.count() == 1
    assert "提交复核时会核对" in client.get(f"/results/{run.pk}/").content.decode()
    assert "<progress" in client.get(f"/jobs/{job.pk}").content.decode()
    do_job(job.pk)
    second = Run.objects.first()
    assert second is not None
    assert second.number == 2
    assert client.get(f"/jobs/{job.pk}").headers["Location"] == f"/results/{second.pk}/"
    for name in ("results.json", "results.csv"):
        paths = [one.folder / "results" / name for one in (run, second)]
        assert paths[0].read_bytes() == paths[1].read_bytes()
    monkeypatch.setattr(views, "AT_ONCE", rows_to_gather(run.cycle))
    assert client.post("/results/score").headers["Location"].startswith("/results/")


def test_work_that_is_done_again_comes_to_the_same_run(run: Run, cast: Cast) -> None:
    """The worker died: after the run was stored, or with its folder in place but not its row."""
    given, heard = {"cycle": run.cycle_id, "asked": str(uuid4())}, list[float]()
    clerk = cast.person("clerk")
    orphan = run.folder.with_name(str(run.pk + 1))
    (orphan / "facts").mkdir(parents=True)
    (orphan / "facts" / "half.parquet").write_text("", encoding="utf-8")
    address = score_cycle(given, clerk, NOW, heard.append)
    assert score_cycle(given, clerk, NOW, heard.append) == address
    assert [one.number for one in Run.objects.all()] == [2, 1]
    second = Run.objects.get(number=2)
    assert not (second.folder / "facts" / "half.parquet").exists()
    assert heard == sorted(heard)
    assert len([one for one in heard if 0 < one < 1]) > 10
    run_scoring(run.cycle, by=clerk, at=NOW)
    assert Run.objects.count() == 3


def test_faults_of_a_long_year_are_told_without_values(
    run: Run, long_year: Cast, tmp_path: Path
) -> None:
    double = {
        "case_id": "hotline00",
        "area_id": "J01",
        "source": "petition",
        "received_on": "2024-06-01",
        "responsible": "true",
        "handled": "true",
    }
    Cycle.objects.update(stage="collecting")
    hand_in(long_year, "petition", "cases", [double], tmp_path, part="补报")
    Cycle.objects.update(stage="scoring")
    client = long_year.client("clerk")
    for address in ("/results/score", "/results/check"):
        client.post(address, {"submission": str(uuid4())})
        job = Job.objects.first()
        assert job is not None
        do_job(job.pk)
        page = client.get(f"/jobs/{job.pk}").content.decode()
        assert "共有 1 处错误" in page
        assert "第14行“办件编号”" in page
        assert "hotline00" not in page
    assert Run.objects.count() == 1


def test_a_long_year_that_can_be_read_says_so(run: Run, long_year: Cast) -> None:
    client = long_year.client("clerk")
    client.post("/results/check", {"submission": str(uuid4())})
    job = Job.objects.get()
    do_job(job.pk)
    page = client.get(f"/jobs/{job.pk}", follow=True).content.decode()
    assert "已收到的数据都能读取，没有错误。" in page


# -- what would move a figure ----------------------------------------------------------------------


def test_who_may_see_ranks_is_told_what_would_move_a_place_when_they_ask(
    run: Run, cast: Cast
) -> None:
    address = f"/results/{run.pk}/areas/J01/"
    for name in ("clerk", "group_head", "group_member", "auditor"):
        client = cast.client(name)
        page = client.get(address).content.decode()
        assert 'href="?distances"' in page
        assert "即列第" not in page
        asked = client.get(f"{address}?distances").content.decode()
        assert "总分再高" in asked
        assert "即列第 2 名（现在第 2 名" in asked


def test_those_assessed_are_told_the_way_to_stated_limits_only(run: Run, cast: Cast) -> None:
    declare_published(run)
    for query in ("", "?distances"):
        page = cast.client("secretary").get(f"/results/{run.pk}/areas/J01/{query}").content.decode()
        assert "，即为" in page, "from a grade by value to the next one"
        assert "即列第" not in page
        assert 'href="?distances"' not in page


def test_every_figure_of_the_overview_leads_to_its_reason(run: Run, cast: Cast) -> None:
    client = cast.client("clerk")
    page = client.get(f"/results/{run.pk}/").content.decode()
    for node in run.told["first"]:
        assert f'/results/{run.pk}/areas/J01/#node.{node}"' in page
        area = client.get(f"/results/{run.pk}/areas/J01/").content.decode()
        assert f'id="node.{node}"' in area


# -- two runs beside each other --------------------------------------------------------------------


def test_two_equal_runs_are_said_to_be_equal_and_led_to(run: Run, cast: Cast) -> None:
    second = run_scoring(run.cycle, by=cast.person("clerk"), at=NOW)
    client, address = cast.client("clerk"), f"/results/{second.pk}/against/{run.pk}"
    assert f'href="{address}"' in client.get(f"/results/{second.pk}/").content.decode()
    assert "/against/" not in client.get(f"/results/{run.pk}/").content.decode()
    assert "两次计分完全相同" in client.get(address).content.decode()
    assert client.get(f"/results/{run.pk}/against/{second.pk}").status_code == 404


def test_what_changed_is_told_with_where_it_begins_and_no_content(run: Run, cast: Cast) -> None:
    marks = Mark.objects.filter(area__area_id="J02", node="daily.party.1")
    assert marks.count() == 2
    marks.update(score="95")
    Waiver.objects.all().delete()
    Cycle.objects.filter(pk=run.cycle_id).update(stage="scoring")
    cycle = cast.cycle
    decision, old = next((one, option) for one, option in run.taken.items() if one == "tier_tie")
    choose = next(one for one in ("include", "exclude") if one != old)
    Choice.objects.update_or_create(
        town=cast.town, cycle=cycle, decision=decision, defaults={"option": choose, "at": NOW}
    )
    second = run_scoring(cast.cycle, by=cast.person("clerk"), at=NOW)
    address = f"/results/{second.pk}/against/{run.pk}"
    page = cast.client("group_head").get(address).content.decode()
    rows = page.partition("事实的变动")[2].partition("</table>")[0]
    figures = [int(one.partition("<")[0]) for one in rows.split('<td class="number">')[1:]]
    assert figures[:3] == [0, 0, 2], "two marks changed"
    assert 'aria-label="决定的变动"' in page
    assert "听澜坊居民区：不再认可" in page
    area = page.partition("<b>澄波里居民区</b>")[2].partition("</details>")[0]
    begins = area.partition("从这里开始")[2].partition("全部变动的数字")[0]
    assert "81.00 → 95.00" in begins
    assert "党群阵地提标升级" in begins
    assert "总分" not in begins
    assert "总分" in area
    for name in ("secretary", "leader", "finance", "scorer", "administrator", "stranger"):
        assert cast.client(name).get(address).status_code == 404, name


# -- the policy's own words ------------------------------------------------------------------------

POLICY = """四、考核
（二）内容
2.群众评价。群众评价占六十分。
附件1：框架
3 热线信访舆情按名次计分
9 没有规则引用的一项
"""


def test_the_words_of_a_clause_stand_beside_every_figure_that_cites_it(
    run: Run, cast: Cast
) -> None:
    clerk, area = cast.client("clerk"), f"/results/{run.pk}/areas/J01/"
    address = f"/cycles/schemes/{run.cycle.scheme_id}/policy"
    assert "还没有导入" in clerk.get(address).content.decode()
    assert "条款原文" not in clerk.get(area).content.decode()
    before = Event.objects.count()
    for wrong in (b"PK\x03\x04", "没有编号的一段话".encode()):
        answer = clerk.post(address, {"file": SimpleUploadedFile("原文.docx", wrong)})
        assert answer.status_code == 422
    assert Event.objects.count() == before
    for encoding in ("utf-8", "gb18030"):
        file = SimpleUploadedFile("原文.txt", POLICY.encode(encoding))
        assert clerk.post(address, {"file": file}).status_code == 302
    assert Event.objects.count() == before + 2
    assert PolicyText.objects.get().text == POLICY
    page = clerk.get(address).content.decode()
    assert "没有规则引用这一条：没有规则引用的一项" in page
    assert "没有条款 五(一)" in page
    shown = clerk.get(area).content.decode()
    assert "2.群众评价。群众评价占六十分。" in shown.partition("条款原文")[2]
    for name in ("secretary", "scorer", "auditor"):
        client = cast.client(name)
        assert "六十分" in client.get(address).content.decode()
        assert client.post(address, {"file": SimpleUploadedFile("a.txt", b"x")}).status_code == 404
    assert cast.client("stranger").get(address).status_code == 404


# -- what a snapshot holds -------------------------------------------------------------------------


def test_a_snapshot_tells_neither_whose_a_ballot_is_nor_what_came_when(
    run: Run, cast: Cast, tmp_path: Path
) -> None:
    """The same ballots and households in another order, or paired otherwise, are the same bytes."""
    scheme = scheme_of(run.cycle)
    wanted = {name: scheme.fact_tables[name] for name in ("areas", "answers", "participation")}
    said = [{"q10": answer} for answer in ("satisfied", "fair", "dissatisfied", "fair")]
    values = {name: value for name, value in VALUES.items() if not name.endswith("_on")}
    days = {"opens_on": TODAY, "closes_on": TODAY, "state": "counted"}
    held = Round.objects.create(town=cast.town, cycle=cast.cycle, tag="one", **values, **days)
    told = {"town": cast.town, "cycle": cast.cycle, "round": held, "sample": "online.2"}
    found = []
    for number, order in enumerate(((0, 1, 2, 3), (2, 0, 3, 1))):
        Ballot.objects.all().delete()
        Participation.objects.all().delete()
        for place, ballot in enumerate(order):
            household = f"H-{(5 * place + number) % 4}"
            Participation.objects.create(**told, area_id="J01", household_id=household)
            Ballot.objects.create(**told, area_id="J01", answers=said[ballot])
        folder = tmp_path / str(number)
        (folder / "csv").mkdir(parents=True)
        write_facts(run.cycle, scheme, folder / "csv")
        reading = read_facts(str(folder / "csv"), wanted, beside=scheme.fact_tables.keys())
        assert reading.facts is not None, reading.faults
        with reading.facts as facts:
            write_snapshot(facts, wanted, folder / "snapshot")
        found.append({one.name: one.read_bytes() for one in (folder / "snapshot").iterdir()})
    assert found[0] == found[1]
    ballots = tmp_path / "0" / "snapshot" / "answers.parquet"
    columns = {str(row[0]) for row in duckdb.sql(f"DESCRIBE FROM '{ballots}'").fetchall()}
    questions = set(scheme.questionnaire.questions) if scheme.questionnaire else set()
    assert columns <= {"area_id", "channel", "round", "panel", *questions}
    assert b"H-0" not in ballots.read_bytes()
