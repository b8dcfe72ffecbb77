"""Publishing: an untouched run and a list of overrides, in one act, with everything closed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.utils.html import escape

from kaohe.web.audit.models import Event
from kaohe.web.cycles.actions import propose_stage, sign_stage
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Waiver
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run as do_job
from kaohe.web.publication.contents import in_force
from kaohe.web.publication.letters import points_to_mend
from kaohe.web.publication.models import Publication, PublishedArea
from kaohe.web.publication.publishing import prepare
from kaohe.web.publication.ruling_actions import propose_labels, vote
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Run
from tests.web.cast import NOW, Cast
from tests.web.publishing import TERMS, propose_publishing, publish

KINDS = ("pdf", "docx")
PUBLIC = "/f/gaojing/2024/results"


def override(run: Run, cast: Cast, label: str = "basic", area: str = "J01") -> None:
    """The label of an area is decided otherwise."""
    ruling = propose_labels(
        run,
        "grade",
        {area: label},
        kind="override",
        reason="情况特殊",
        by=cast.person("clerk"),
        at=NOW,
    )
    for head in ("group_head", "other_group_head"):
        vote(ruling, by=cast.person(head), at=NOW)


def content_of(publication: Publication) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((publication.folder / "publication.json").read_bytes())
    return found


def test_what_is_published_is_the_run_and_the_overrides(reviewed: Run, cast: Cast) -> None:
    override(reviewed, cast)
    publication = publish(cast, reviewed.cycle)
    assert reviewed.cycle.stage == "published"
    content = content_of(publication)
    results = json.loads((reviewed.folder / "results" / "results.json").read_bytes())
    labels = {
        one["area_id"]: {node: one[node] or "" for node in ("grade", "tier")}
        for one in results["areas"]
    }
    for one in content["overrides"]:
        assert labels[one["subject"]][one["node"]] == one["was"]
        labels[one["subject"]][one["node"]] = one["becomes"]
    assert {one["id"]: one["labels"] for one in content["subjects"]} == labels
    assert labels["J01"]["grade"] == "basic"
    assert content["run"]["results"] == reviewed.results_sha256
    rows = PublishedArea.objects.filter(publication=publication)
    assert {row.subject_id: row.labels for row in rows} == labels
    (said,) = content["overrides"]
    assert (said["reason"], len(said["deciders"])) == ("情况特殊", 2)
    address = f"/publication/{publication.pk}/"
    assert "情况特殊" in cast.client("auditor").get(address).content.decode()
    for outside in ("finance", "inspection"):
        page = cast.client(outside).get(address).content.decode()
        assert "情况特殊" not in page
        assert "没有调整" not in page, "they are not told whether there is any"


def test_nobody_but_those_who_prepare_it_sees_it_before(reviewed: Run, cast: Cast) -> None:
    clerk, head = cast.client("clerk"), cast.client("group_head")
    assert "复核中：审定材料交领导小组" in clerk.get("/").content.decode()
    found = prepare(reviewed.cycle, TERMS, by=cast.person("clerk"), at=NOW)
    assert "公布已经准备，等待提请签署" in clerk.get("/").content.decode()
    change = propose_publishing(cast, reviewed.cycle)
    assert "请签署：2024年度考核 公布结果" in head.get("/").content.decode()
    asked = head.get(f"/cycles/{reviewed.cycle_id}/").content.decode()
    assert "等待签署：公布结果" in asked
    assert f'href="/publication/{found.pk}/"' in asked, "they read what they sign"
    sign_stage(change, by=cast.person("group_head"), at=NOW)
    assert Client().get(PUBLIC).status_code == 404
    assert not PublishedArea.objects.exists()
    assert "考核反馈" not in cast.client("secretary").get("/").content.decode()
    sign_stage(change, by=cast.person("other_group_head"), at=NOW)
    assert Client().get(PUBLIC).status_code == 200
    assert "2024年度考核反馈" in cast.client("secretary").get("/").content.decode()


def test_everybody_reads_grades_in_administrative_order_and_nothing_else(
    reviewed: Run, cast: Cast
) -> None:
    override(reviewed, cast)
    publication = publish(cast, reviewed.cycle)
    page = Client().get(PUBLIC).content.decode()
    names = ["云溪苑居民区", "澄波里居民区", "听澜坊居民区"]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    assert "<strong>基本合格</strong>" in page
    assert "等次分为优秀、合格、基本合格、不合格，依据《" in page
    assert publication.sha256 in page
    event = publication.event
    assert event is not None
    assert event.sha256 in page
    assert "A档" not in page
    for one in reviewed.subjects.all():
        assert one.entry["total"] not in page
    assert PUBLIC in Client().get("/f/gaojing/2024").content.decode()


def test_an_area_reads_its_own_and_says_so_once(reviewed: Run, cast: Cast) -> None:
    publish(cast, reviewed.cycle)
    mine = PublishedArea.objects.get(subject_id="J01")
    other = PublishedArea.objects.get(subject_id="J02")
    secretary = cast.client("secretary")
    page = secretary.get(f"/publication/letters/{mine.pk}/").content.decode()
    assert "名次" not in page
    assert secretary.get(f"/publication/letters/{other.pk}/").status_code == 404
    assert secretary.post(f"/publication/letters/{other.pk}/read").status_code == 404
    for _ in range(2):
        assert secretary.post(f"/publication/letters/{mine.pk}/read").status_code == 302
    mine.refresh_from_db()
    assert mine.read_at is not None
    assert Event.objects.filter(act="publication.letter_read").count() == 1
    tree = f"/results/{reviewed.pk}/areas/J01/"
    assert secretary.get(tree).status_code == 200
    assert tree in page
    assert "的考核反馈还没有阅读" not in secretary.get("/").content.decode()
    unread = cast.client("other_secretary").get("/").content.decode()
    assert "澄波里居民区的考核反馈还没有阅读" in unread


# -- nothing is published while anything that bars is open ----------------------------------------


def barred(cast: Cast, cycle: Cycle, told: str) -> None:
    """Neither the page nor the action publishes, and nothing has changed."""
    with pytest.raises(PermissionDenied, match=told), transaction.atomic():
        propose_publishing(cast, cycle)
    clerk = cast.client("clerk")
    form = {"meeting_on": "2024-11-19", "meeting_number": "9号"}
    assert clerk.post(f"/cycles/{cycle.pk}/stage/published", form).status_code == 403
    cycle.refresh_from_db()
    assert cycle.stage == "review"
    assert in_force(cycle) is None


def test_nothing_is_published_that_was_not_prepared(reviewed: Run, cast: Cast) -> None:
    barred(cast, reviewed.cycle, "先在“审定与公布”中准备公布")


def test_an_open_decision_bars(reviewed: Run, cast: Cast) -> None:
    prepare(reviewed.cycle, TERMS, by=cast.person("clerk"), at=NOW)
    labels = {"J01": "basic"}
    given = {"kind": "override", "reason": "情况特殊", "by": cast.person("clerk"), "at": NOW}
    ruling = propose_labels(reviewed, "grade", labels, **given)  # type: ignore[arg-type]
    barred(cast, reviewed.cycle, "还有 1 项审定没有办完")
    with pytest.raises(PermissionDenied, match="还有 1 项审定没有办完"):
        prepare(reviewed.cycle, TERMS, by=cast.person("clerk"), at=NOW)
    for head in ("group_head", "other_group_head"):
        vote(ruling, by=cast.person(head), at=NOW)
    barred(cast, reviewed.cycle, "请重新准备公布")


def test_a_run_that_is_not_final_bars(reviewed: Run, cast: Cast) -> None:
    cycle = reviewed.cycle
    Cycle.objects.filter(pk=cycle.pk).update(stage="scoring")
    cycle.refresh_from_db()
    Waiver.objects.all().delete()
    run = run_scoring(cycle, by=cast.person("clerk"), at=NOW)
    assert not run.final
    propose_stage(cycle, "review", by=cast.person("clerk"), at=NOW)
    cycle.refresh_from_db()
    with pytest.raises(PermissionDenied, match="暂定结果"):
        prepare(run.cycle, TERMS, by=cast.person("clerk"), at=NOW)
    barred(cast, run.cycle, "暂定结果")


def test_facts_that_moved_bar_even_the_last_signature(reviewed: Run, cast: Cast) -> None:
    prepare(reviewed.cycle, TERMS, by=cast.person("clerk"), at=NOW)
    change = propose_publishing(cast, reviewed.cycle)
    sign_stage(change, by=cast.person("group_head"), at=NOW)
    waiver = Waiver.objects.first()
    assert waiver is not None
    waiver.delete()
    Event.objects.create(
        town="gaojing", number=10_000, at=NOW, act="evidence.waiver_removed", sha256="f" * 64
    )
    with pytest.raises(PermissionDenied, match="又有变动"), transaction.atomic():
        sign_stage(change, by=cast.person("other_group_head"), at=NOW)
    reviewed.cycle.refresh_from_db()
    assert reviewed.cycle.stage == "review"
    assert in_force(reviewed.cycle) is None


# -- corrections ----------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_and_tells_what_it_moves(reviewed: Run, cast: Cast) -> None:
    cycle = reviewed.cycle
    first = publish(cast, cycle)
    before = (first.folder / "publication.json").read_bytes()
    back = propose_stage(cycle, "scoring", by=cast.person("clerk"), at=NOW, reason="得分有误")
    for head in ("group_head", "other_group_head"):
        sign_stage(back, by=cast.person(head), at=NOW)
    cycle.refresh_from_db()
    secretary = cast.client("secretary")
    mine = PublishedArea.objects.get(subject_id="J01")
    assert secretary.get(f"/publication/letters/{mine.pk}/").status_code == 200
    again = run_scoring(cycle, by=cast.person("clerk"), at=NOW)
    propose_stage(cycle, "review", by=cast.person("clerk"), at=NOW)
    cycle.refresh_from_db()
    override(again, cast)
    with pytest.raises(PermissionDenied, match="请写明理由"):
        prepare(cycle, TERMS, reason=" ", by=cast.person("clerk"), at=NOW)
    second = publish(cast, cycle, "复核后更正")
    assert second.number == 2
    assert in_force(cycle) == second
    (moved,) = second.differences
    assert (moved["subject"], moved["node"], moved["becomes"]) == ("J01", "grade", "basic")
    assert (first.folder / "publication.json").read_bytes() == before
    page = Client().get(PUBLIC).content.decode()
    assert "第 2 版" in page
    assert "复核后更正" in page
    newer = secretary.get(f"/publication/letters/{mine.pk}/").content.decode()
    assert "结果已经更正" in newer
    assert secretary.get(f"/results/{again.pk}/areas/J01/").status_code == 200
    assert secretary.get(f"/results/{reviewed.pk}/areas/J01/").status_code == 404
    clerk = cast.client("clerk").get(f"/publication/{second.pk}/").content.decode()
    assert "云溪苑居民区：等次由“" in clerk


def test_a_letter_for_every_area_is_made_in_the_background_and_read_by_its_own(
    reviewed: Run, cast: Cast
) -> None:
    clerk = cast.client("clerk")
    form = {"dated": "2024-11-20", "objections_to": "镇党建办", "until": "2024-11-19"}
    address = f"/publication/prepare?cycle={reviewed.cycle_id}"
    assert clerk.post(address, form).status_code == 422
    job = clerk.post(address, form | {"until": "2024-11-27"})
    assert job.status_code == 302
    do_job(Job.objects.get().pk)
    done = Job.objects.get()
    assert done.state == "done", done.told
    publication = Publication.objects.get()
    names = sorted(path.name for path in (publication.folder / "letters").iterdir())
    assert names == sorted(f"{one}.{kind}" for one in ("J01", "J02", "J03") for kind in KINDS)
    mine = f"/publication/{publication.pk}/letters/J01/pdf"
    secretary = cast.client("secretary")
    assert clerk.get(mine).getvalue().startswith(b"%PDF")
    assert secretary.get(mine).status_code == 404, "not before it is published"
    change = propose_publishing(cast, reviewed.cycle)
    for head in ("group_head", "other_group_head"):
        sign_stage(change, by=cast.person(head), at=NOW)
    assert secretary.get(mine).getvalue().startswith(b"%PDF")
    assert secretary.get(mine.replace("J01", "J02")).status_code == 404
    digest = sha256((publication.folder / "letters" / "J01.pdf").read_bytes()).hexdigest()
    assert PublishedArea.objects.get(subject_id="J01").letter_sha256 == digest
    points = points_to_mend(publication.folder, "J01")
    assert points
    page = secretary.get(f"/publication/letters/{PublishedArea.objects.get(subject_id='J01').pk}/")
    read = page.content.decode()
    assert "建议改进的方面" in read
    assert all(escape(point) in read for point in points)
    assert "<svg" in read
    assert "澄波里居民区" not in read
    offered = secretary.get("/publication/rectification/offers").content.decode()
    assert all(escape(point) in offered for point in points)
