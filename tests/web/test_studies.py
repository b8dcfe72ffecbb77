"""Studies: when one can be made, on what it stands, and the job that makes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client

from kaohe.web.audit.models import Event
from kaohe.web.cycles.deciding import take_decisions
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run as do_job
from kaohe.web.registry.models import Area
from kaohe.web.results import study_actions
from kaohe.web.results.models import Study
from kaohe.web.results.study_actions import make_study
from tests.web.cast import NOW, Cast
from tests.web.preparing import in_stage
from tests.web.studying import PAGE, page

pytestmark = pytest.mark.either_database


def test_the_same_is_stored_once_with_one_event_and_another_decision_makes_another(
    cast: Cast,
) -> None:
    cycle, head = in_stage(cast, "prepare"), cast.person("group_head")
    before = Event.objects.count()
    first = make_study(cycle, by=head, at=NOW)
    assert make_study(cycle, by=cast.person("clerk"), at=NOW) == first
    events = list(Event.objects.all()[: Event.objects.count() - before])
    assert [event.act for event in events] == ["results.study_made"]
    assert "模拟数据" in events[0].told
    take_decisions(cycle, {"hotline_formula": ("weighted", "")}, by=cast.person("clerk"), at=NOW)
    again = cast.cycle
    assert "又有变动。要看现在的影响" in page(cast.client("clerk"))
    second = make_study(again, by=head, at=NOW)
    assert (first.number, second.number) == (1, 2)
    assert first.facts_sha256 == second.facts_sha256
    assert second.taken == first.taken | {"hotline_formula": "weighted"}
    assert "又有变动" not in page(cast.client("clerk"))
    assert f"{PAGE}{first.pk}/" in page(cast.client("clerk")), "earlier ones are kept"


def test_a_study_that_fails_leaves_nothing_behind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.web.results.study_actions.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_study(cast.cycle, by=cast.person("clerk"), at=NOW)
    assert list((Path(settings.MEDIA_ROOT) / "studies").iterdir()) == []
    assert not Study.objects.exists()


@pytest.mark.parametrize("stage", ["scoring", "review", "published", "archived"])
def test_from_scoring_on_a_study_needs_a_run(cast: Cast, stage: str) -> None:
    cycle, client = in_stage(cast, stage), cast.client("clerk")
    with pytest.raises(PermissionDenied, match="还没有计分"):
        make_study(cycle, by=cast.person("clerk"), at=NOW)
    assert "还没有计分。请先计分" in page(client)
    assert client.post(f"{PAGE}start", {"cycle": cycle.pk}).status_code == 403


def test_what_cannot_be_simulated_is_said_before_anybody_asks(cast: Cast) -> None:
    SchemeVersion.objects.filter(pk=cast.cycle.scheme_id).update(scheme_id="of-our-own")
    assert "没有模拟数据的做法" in page(cast.client("clerk"))
    with pytest.raises(PermissionDenied, match="没有模拟数据的做法"):
        make_study(cast.cycle, by=cast.person("clerk"), at=NOW)
    SchemeVersion.objects.filter(pk=cast.cycle.scheme_id).update(scheme_id="gaojing-2024")
    Area.objects.filter(town=cast.town).update(until_on="2024-06-30")
    assert "还没有登记居民区" in page(cast.client("clerk"))


def test_a_sentence_says_on_which_option_it_stands_once_another_is_taken(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    make_study(cycle, by=cast.person("clerk"), at=NOW)
    take_decisions(cycle, {"hotline_formula": ("weighted", "")}, by=cast.person("clerk"), at=NOW)
    client = cast.client("clerk")
    one = page(client, f"/cycles/decisions/hotline_formula/?cycle={cycle.pk}")
    assert "模拟数据下（分析时选的是“" in one
    other = page(client, f"/cycles/decisions/hotline_tie/?cycle={cycle.pk}")
    assert "模拟数据下：" in other


# -- the job --------------------------------------------------------------------------------------


def start(client: Client, cycle: Cycle, **given: Any) -> str:
    answer = client.post(f"{PAGE}start", {"cycle": cycle.pk, **given})
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize("username", ["clerk", "group_head"])
def test_a_study_is_made_in_the_background_and_its_page_comes_by_itself(
    cast: Cast, username: str
) -> None:
    client = cast.client(username)
    address = start(client, cast.cycle)
    job = Job.objects.get()
    assert address == f"/jobs/{job.pk}"
    assert "影响分析：2024年度考核" in page(client, address)
    do_job(job.pk)
    study = Study.objects.get()
    assert study.by == cast.user(username).name
    assert client.get(address).headers["Location"] == f"{PAGE}{study.pk}/"
    assert start(client, cast.cycle) == f"{PAGE}{study.pk}/", "there is one already"


def test_work_done_twice_comes_to_the_same_study(cast: Cast) -> None:
    start(cast.client("clerk"), cast.cycle)
    job = Job.objects.get()
    do_job(job.pk)
    Job.objects.update(state="running")
    do_job(job.pk)
    assert Study.objects.count() == 1
    assert Event.objects.filter(act="results.study_made").count() == 1
    assert Job.objects.get().state == "done"


def test_two_workers_at_once_store_it_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    really = study_actions._studied

    def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(study_actions, "_studied", really)
        make_study(cast.cycle, by=cast.person("group_head"), at=NOW)
        return really(*given)

    monkeypatch.setattr(study_actions, "_studied", overtaken)
    study = make_study(cast.cycle, by=cast.person("clerk"), at=NOW)
    assert Study.objects.get() == study
    assert Event.objects.filter(act="results.study_made").count() == 1


def test_what_has_moved_meanwhile_is_told_where_the_job_ends(cast: Cast) -> None:
    client = cast.client("clerk")
    address = start(client, cast.cycle)
    in_stage(cast, "scoring")
    do_job(Job.objects.get().pk)
    assert Job.objects.get().state == "refused"
    assert "还没有计分" in page(client, address)
    assert not Study.objects.exists()
