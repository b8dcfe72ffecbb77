"""Work that takes longer than a page: queued with what it is about, told how far, done once."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django_q.models import OrmQ

from kaohe.web.audit.models import Event
from kaohe.web.cycles import delivery_work
from kaohe.web.cycles.delivering import take_delivery
from kaohe.web.cycles.delivery_work import UNMASKED
from kaohe.web.cycles.models import Cycle, Delivery, Mapping
from kaohe.web.jobs import working
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run
from tests.web.cast import NOW, Cast
from tests.web.deliveries import as_csv, as_workbook, case, hand_in, send

PLACES = (0, 1, 2, 3, 4, 6)
"""Where the columns of a case stand in the declaration."""
CONTENT = as_csv([case(f"A{number}") for number in range(50)])


@pytest.fixture(autouse=True)
def _every_file_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_work, "LONG", 100)


def test_a_long_file_is_queued_told_and_leads_to_its_page(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    client = cast.client("provider")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = send(client, CONTENT, part="2024-11")
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}"
    assert OrmQ.objects.count() == 1
    page = client.get(f"/jobs/{job.pk}").content.decode()
    assert "已收到，正在排队" in page
    assert "热线、信访、舆情办件 2024-11 cases.csv" in page
    assert not Delivery.objects.exists()
    run(job.pk)
    delivery = Delivery.objects.get()
    assert delivery.rows == 50
    assert delivery.part == "2024-11"
    assert client.get(f"/jobs/{job.pk}").headers["Location"] == f"/cycles/deliveries/{delivery.pk}/"
    assert [event.act for event in Event.objects.all()] == ["cycles.delivery_taken"]
    assert not list((Path(settings.MEDIA_ROOT) / UNMASKED).iterdir())


def test_work_done_twice_comes_to_the_same_end(cast: Cast) -> None:
    """What the queue does with a worker that died: it hands the job out again."""
    send(cast.client("provider"), CONTENT)
    job = Job.objects.get()
    run(job.pk)
    run(job.pk)
    Job.objects.update(state="running")
    run(job.pk)
    assert Delivery.objects.count() == 1
    assert Event.objects.count() == 1


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_one_does_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(cast.client("provider"), CONTENT)
    job = Job.objects.get()

    def dies(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("kaohe.web.cycles.delivering.check_file", dies)
        patched.setattr(Path, "unlink", lambda *_, **__: None)  # nobody tidies up after a kill
        with pytest.raises(SystemExit):
            run(job.pk)
    assert Job.objects.get().state == "running"
    assert not Delivery.objects.exists()
    run(job.pk)
    assert Delivery.objects.get().rows == 50


def test_the_same_form_sent_twice_is_one_job(cast: Cast) -> None:
    client, key = cast.client("provider"), str(uuid4())
    first = send(client, CONTENT, submission=key)
    second = send(client, CONTENT, submission=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.count() == 1
    assert len(list((Path(settings.MEDIA_ROOT) / UNMASKED).iterdir())) == 1


def test_another_persons_form_key_leads_to_a_job_of_ones_own(cast: Cast) -> None:
    key = str(uuid4())
    send(cast.client("provider"), CONTENT, submission=key)
    headings = ["居民区编号", "住户编号", "人员编号", "走访日期"]
    visits = as_csv([["J01", f"H{n}", "S1", "2024-05-06"] for n in range(20)], headings)
    send(cast.client("other_provider"), visits, what="cloud:visits", submission=key)
    assert sorted(job.user.username for job in Job.objects.all()) == ["other_provider", "provider"]


def test_a_file_with_faults_leads_to_its_faults_and_one_without_headings_to_its_columns(
    cast: Cast,
) -> None:
    client = cast.client("provider")
    send(client, as_csv([case(f"A{n}", "J77") for n in range(9)]))
    faulty = Job.objects.get()
    run(faulty.pk)
    assert client.get(f"/jobs/{faulty.pk}", follow=True).status_code == 200
    assert Delivery.objects.get().faults == 9
    send(client, as_csv([case(f"A{n}") for n in range(9)], [f"列{n}" for n in range(6)]))
    unclear = Job.objects.exclude(pk=faulty.pk).get()
    run(unclear.pk)
    assert client.get(f"/jobs/{unclear.pk}").headers["Location"].endswith("/columns")


def test_columns_of_a_long_file_are_checked_in_the_background_too(
    cast: Cast, tmp_path: Path
) -> None:
    content = as_csv([case(f"A{n}") for n in range(9)], [f"列{n}" for n in range(6)])
    delivery = hand_in(cast, content, tmp_path)
    form = {f"column-{place}": f"列{number}" for number, place in enumerate(PLACES)}
    client, address = cast.client("provider"), f"/cycles/deliveries/{delivery.pk}/columns"
    client.post(address, {**form, "seen": "1"})
    job = Job.objects.get()
    run(job.pk)
    assert Job.objects.get().state == "done", Job.objects.get().told
    assert Delivery.objects.get().state == "checked"
    assert Mapping.objects.count() == 1
    Job.objects.all().delete()
    Delivery.objects.update(state="faulty")
    client.post(address, {**form, "seen": "1"})
    late = Job.objects.get()
    run(late.pk)
    assert "其间别人已办理过" in client.get(f"/jobs/{late.pk}").content.decode()


def test_what_stands_against_a_work_is_told_to_whoever_asked_in_their_language(
    cast: Cast,
) -> None:
    client = cast.client("provider")
    client.cookies["language"] = "en"
    send(client, CONTENT)
    job = Job.objects.get()
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="scoring")
    run(job.pk)
    page = client.get(f"/jobs/{job.pk}").content.decode()
    assert Job.objects.get().state == "refused"
    assert "not collecting" in page or "collect" in page
    assert not Delivery.objects.exists()


def test_a_file_that_is_gone_must_be_sent_again(cast: Cast) -> None:
    send(cast.client("provider"), CONTENT)
    for path in (Path(settings.MEDIA_ROOT) / UNMASKED).iterdir():
        path.unlink()
    run(Job.objects.get().pk)
    assert "请重新上传" in Job.objects.get().told


def test_a_fault_of_the_program_changes_nothing_and_is_logged(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("what only the log may say")

    monkeypatch.setattr(delivery_work, "take_delivery", breaks)
    client = cast.client("provider")
    send(client, CONTENT)
    job = Job.objects.get()
    run(job.pk)
    page = client.get(f"/jobs/{job.pk}").content.decode()
    assert "程序出错，什么也没有改变" in page
    assert "what only the log may say" not in page
    assert "what only the log may say" in caplog.text


def test_how_far_a_work_is_rises_to_the_end(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.facts.readers.workbooks.TOLD_EVERY", 5)
    path = tmp_path / "cases.xlsx"
    path.write_bytes(as_workbook([case(f"A{n}") for n in range(50)]))
    heard: list[float] = []
    take_delivery(
        cycle=cast.cycle,
        source=cast.source("hotline"),
        table="cases",
        part="",
        path=path,
        name=path.name,
        by=cast.person("provider"),
        at=NOW,
        tell=heard.append,
    )
    assert heard == sorted(heard)
    assert len(set(heard)) > 10
    assert 0 <= heard[0] < heard[-1] <= 1


def test_it_is_noted_how_far_a_work_is_but_not_more_often_than_anybody_looks(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BETWEEN", 0)
    shares = []

    def halfway(given: object, by: object, at: object, tell: working.Tell) -> str:
        tell(0.5)
        shares.append(Job.objects.get().share)
        monkeypatch.setattr(working, "BETWEEN", 1000)
        tell(0.9)
        shares.append(Job.objects.get().share)
        return "/"

    monkeypatch.setattr(delivery_work, "halfway", halfway, raising=False)
    send(cast.client("provider"), CONTENT)
    Job.objects.update(work="cycles.delivery_work.halfway")
    run(Job.objects.get().pk)
    assert shares == [50, 50]


def test_a_job_is_seen_by_whoever_asked_and_by_the_administrator(cast: Cast) -> None:
    send(cast.client("provider"), CONTENT)
    address = f"/jobs/{Job.objects.get().pk}"
    assert cast.client("administrator").get(address).status_code == 200
    assert "等待办理" in cast.client("administrator").get("/jobs/").content.decode()
    for username in ("other_provider", "clerk", "auditor", "stranger"):
        assert cast.client(username).get(address).status_code == 404
