"""Studies: what hangs on the decisions, on simulated facts before scoring, then on a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kaohe import readings
from kaohe.cli import main
from kaohe.web.audit.models import Event
from kaohe.web.cycles.deciding import take_decisions
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.jobs.models import Job
from kaohe.web.jobs.working import run as do_job
from kaohe.web.registry.models import Area
from kaohe.web.results import study_actions, study_presenters
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Run, Study
from kaohe.web.results.study_actions import make_study
from kaohe.web.results.study_contents import seen_by
from kaohe.web.results.study_facts import Basis
from tests.web.cast import NOW, Cast
from tests.web.filling import begin_scoring, fill_cycle

PAGE = "/results/readings/"
READERS = ("clerk", "group_head", "group_member", "auditor")
FILES = (
    *("without-pay.xlsx", "totals.xlsx", "totals.json", "sensitivity.xlsx", "sensitivity.json"),
    *("scheme.yaml", "town.yaml"),
)
PAY = "绩效"


REALLY = study_actions._studied


@cache
def studied_before() -> dict[str, readings.Study]:
    """What this worker has worked out already."""
    return {}


@pytest.fixture(autouse=True)
def _worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same facts under the same decisions are scored under every reading by one test only."""

    def studied(basis: Basis, scheme: Path, tell: Callable[[float], None]) -> readings.Study:
        facts = basis.simulated or (basis.run and basis.run.facts_sha256)
        key = f"{facts} {basis.taken}"
        if key not in studied_before():
            studied_before()[key] = REALLY(basis, scheme, tell)
        return studied_before()[key]

    monkeypatch.setattr(study_actions, "_studied", studied)


@pytest.fixture
def simulated(cast: Cast) -> Study:
    """A study of the year while it is collecting: 3 areas that nobody lives in."""
    return make_study(cast.cycle, by=cast.person("group_head"), at=NOW)


@pytest.fixture
def scored(cast: Cast, tmp_path: Path) -> Study:
    """A study of the year on its run."""
    fill_cycle(cast, tmp_path)
    cycle = begin_scoring(cast)
    run_scoring(cycle, by=cast.person("clerk"), at=NOW)
    return make_study(cycle, by=cast.person("clerk"), at=NOW)


def page(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def in_stage(cast: Cast, stage: str) -> Cycle:
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    return cast.cycle


def written(study: Study, facts: list[str], out: Path) -> bytes:
    """What the command writes for the same facts and decisions."""
    decide = [f"--decide={name}={option}" for name, option in study.taken.items()]
    scheme = ["--scheme", str(study.folder / "scheme.yaml")]
    code = main(["--lang", "zh", "sensitivity", *facts, *scheme, "--out", str(out), *decide])
    assert code == 0
    return (out / "sensitivity.json").read_bytes()


def test_simulated_facts_are_those_that_the_command_simulates_byte_for_byte(
    simulated: Study, tmp_path: Path
) -> None:
    asked = ["--simulate", "3", "--seed", "2024"]
    assert written(simulated, asked, tmp_path) == stored(simulated)
    assert (simulated.subjects, simulated.seed, simulated.run) == (3, 2024, None)
    again = (tmp_path / "sensitivity.xlsx").read_bytes()
    assert (simulated.folder / "sensitivity.xlsx").read_bytes() == again


def test_a_study_of_a_run_is_what_the_command_makes_of_its_snapshot_byte_for_byte(
    scored: Study, tmp_path: Path
) -> None:
    assert scored.run is not None
    assert scored.facts_sha256 == scored.run.facts_sha256
    assert written(scored, [str(scored.run.folder / "facts")], tmp_path) == stored(scored)
    assert not (scored.folder / "town.yaml").exists()


def stored(study: Study) -> bytes:
    return (study.folder / "sensitivity.json").read_bytes()


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


def test_before_scoring_nothing_that_was_collected_is_looked_at(cast: Cast, tmp_path: Path) -> None:
    fill_cycle(cast, tmp_path)
    run = run_scoring(begin_scoring(cast), by=cast.person("clerk"), at=NOW)
    for stage in ("prepare", "adopted", "collecting"):
        study = make_study(in_stage(cast, stage), by=cast.person("clerk"), at=NOW)
        assert study.run is None
        assert study.facts_sha256 != run.facts_sha256


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


# -- who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["clerk", "group_head", "group_member", "auditor"])
def test_readers_see_every_page_and_only_two_may_start(
    cast: Cast, simulated: Study, username: str
) -> None:
    client = cast.client(username)
    page(client)
    page(client, f"{PAGE}{simulated.pk}/")
    page(client, f"{PAGE}{simulated.pk}/decisions/hotline_formula/")
    assert client.get(f"{PAGE}{simulated.pk}/decisions/nothing/").status_code == 404
    Study.objects.filter(pk=simulated.pk).update(program="0")
    answer = client.post(f"{PAGE}start", {"cycle": cast.cycle.pk})
    assert answer.status_code == (302 if username in ("clerk", "group_head") else 404)


OTHERS = (
    *("scorer", "department_head", "leader", "secretary", "worker", "provider", "inspection"),
    *("finance", "administrator", "monitor", "statistics", "survey_manager", "interviewer"),
    *("max", "stranger"),
)


def test_nobody_else_sees_a_page_a_file_or_a_sentence(cast: Cast, simulated: Study) -> None:
    paths = [f"{simulated.pk}/", f"{simulated.pk}/decisions/hotline_formula/"]
    paths += [f"{simulated.pk}/files/{name}" for name in FILES]
    paths += [f"?cycle={cast.cycle.pk}"]
    for username in OTHERS:
        client = cast.client(username)
        for path in paths:
            assert client.get(PAGE + path).status_code == 404, (username, path)
        answer = client.post(f"{PAGE}start", {"cycle": cast.cycle.pk})
        assert answer.status_code == 404, username
        beside = client.get(f"/cycles/decisions/?cycle={cast.cycle.pk}")
        assert "看影响" not in beside.content.decode(), username


FILES_OF = {
    "clerk": {"without-pay.xlsx", "scheme.yaml", "town.yaml"},
    "group_head": {"totals.xlsx", "totals.json", "scheme.yaml", "town.yaml"},
    "group_member": {"totals.xlsx", "totals.json", "scheme.yaml", "town.yaml"},
    "auditor": set(FILES) - {"without-pay.xlsx"},
}


@pytest.mark.parametrize("username", READERS)
def test_each_file_goes_to_its_roles_and_leaves_a_trace(
    cast: Cast, simulated: Study, username: str
) -> None:
    client = cast.client(username)
    shown = page(client)
    for name in FILES:
        answer = client.get(f"{PAGE}{simulated.pk}/files/{name}")
        allowed = name in FILES_OF[username]
        assert answer.status_code == (200 if allowed else 404), name
        assert (f"files/{name}" in shown) is allowed, name
        if allowed:
            assert b"".join(answer.streaming_content) == (simulated.folder / name).read_bytes()
    acts = Event.objects.filter(act="results.downloaded")
    assert acts.count() == len(FILES_OF[username])


def test_pay_is_in_no_page_or_file_of_the_clerk_and_persons_in_the_auditors_files_only(
    cast: Cast, simulated: Study
) -> None:
    from tests.web.workbooks import rows_of

    content = json.loads(stored(simulated))
    persons = {one["staff_id"] for one in content["pay"]}
    assert persons, "somebody is paid under some reading"
    cells = {
        name: {str(cell) for row in rows_of((simulated.folder / name).read_bytes()) for cell in row}
        for name in ("without-pay.xlsx", "totals.xlsx", "sensitivity.xlsx")
    }
    assert not any(PAY in cell for cell in cells["without-pay.xlsx"])
    totals = (simulated.folder / "totals.json").read_text("utf-8")
    assert '"pay"' in totals
    assert not any(f'"{one}"' in totals for one in persons)
    for username, sees in (("clerk", False), ("group_member", True), ("auditor", True)):
        client = cast.client(username)
        shown = page(client) + page(client, f"{PAGE}{simulated.pk}/decisions/hotline_formula/")
        assert ("绩效（元）" in shown) is sees, username
        assert not any(one in shown for one in persons), username


# -- what pages tell ------------------------------------------------------------------------------


def test_simulated_facts_are_labelled_on_every_page_and_beside_every_decision(
    cast: Cast, simulated: Study
) -> None:
    client = cast.client("group_head")
    for path in ("", f"{simulated.pk}/", f"{simulated.pk}/decisions/hotline_formula/"):
        shown = page(client, PAGE + path)
        assert "不是任何人的真实成绩" in shown
        assert "与本镇同编号的居民区无关" in shown
    beside = page(client, f"/cycles/decisions/?cycle={cast.cycle.pk}")
    assert beside.count("模拟数据下：") == beside.count("看影响") == 14


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


def test_a_sentence_says_on_which_option_it_stands_once_another_is_taken(cast: Cast) -> None:
    cycle = in_stage(cast, "prepare")
    make_study(cycle, by=cast.person("clerk"), at=NOW)
    take_decisions(cycle, {"hotline_formula": ("weighted", "")}, by=cast.person("clerk"), at=NOW)
    client = cast.client("clerk")
    one = page(client, f"/cycles/decisions/hotline_formula/?cycle={cycle.pk}")
    assert "模拟数据下（分析时选的是“" in one
    other = page(client, f"/cycles/decisions/hotline_tie/?cycle={cycle.pk}")
    assert "模拟数据下：" in other


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


def test_pages_cost_no_more_queries_the_more_areas_and_decisions_there_are(
    cast: Cast, simulated: Study
) -> None:
    client = cast.client("group_head")
    for path, most in (
        (PAGE, 16),
        (f"{PAGE}{simulated.pk}/decisions/hotline_formula/", 10),
        (f"/cycles/decisions/?cycle={cast.cycle.pk}", 16),
    ):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, path)
        assert len(queries) <= most, [one["sql"][:90] for one in queries]


def test_every_page_cites_its_clause_and_leads_to_help_and_complaints(
    cast: Cast, simulated: Study
) -> None:
    client = cast.client("group_member")
    for path in ("", f"{simulated.pk}/decisions/hotline_formula/"):
        shown = page(client, PAGE + path)
        assert "依据条款：" in shown
        assert "021-00000000" in shown
        assert "投诉与建议" in shown


def test_a_run_that_was_studied_stays(scored: Study) -> None:
    assert scored.run is not None
    with pytest.raises(ProtectedError):
        Run.objects.get(pk=scored.run.pk).delete()
