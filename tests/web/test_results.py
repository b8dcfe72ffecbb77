"""Runs: what is scored is the snapshot, what pages show is what was stored, and who sees it."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kaohe.cli import main
from kaohe.scoring.reasons import printed
from kaohe.web.audit.actions import save_row
from kaohe.web.audit.models import Event
from kaohe.web.cycles.actions import propose_stage
from kaohe.web.cycles.models import Delivery, Exemption
from kaohe.web.cycles.rules import against, transition
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.cycles.standing import standing_of
from kaohe.web.publication.models import Publication
from kaohe.web.publication.pay_actions import propose_pay
from kaohe.web.registry.models import Area, StaffPost
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.cases_facts import cases_of
from kaohe.web.results.drift import moved_tables
from kaohe.web.results.models import Run, SubjectResult
from kaohe.web.results.presenters import decided_otherwise
from tests.web.cast import NOW, Cast
from tests.web.publishing import declare_published
from tests.web.workbooks import rows_of


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_stored_files_are_what_the_command_writes_from_the_exported_facts(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    decide = " ".join(decided_otherwise(run, scheme_of(run.cycle))).split()
    scheme = str(run.folder / "scheme.yaml")
    code = main(
        ["--lang", "zh", "score", str(run.folder / "facts"), "--scheme", scheme]
        + ["--out", str(out), *decide]
    )
    assert code == (0 if run.final else 3)
    assert contents(out) == contents(run.folder / "results")


def test_a_run_holds_what_every_part_of_the_town_observed(run: Run) -> None:
    result = json.loads((run.folder / "results" / "results.json").read_text(encoding="utf-8"))
    areas = {area["area_id"]: area for area in result["areas"]}
    assert areas.keys() == {"J01", "J02", "J03"}
    assert [areas[one]["survey"] for one in ("J01", "J02", "J03")] == ["70.00", "80.00", "90.00"]
    assert areas["J01"]["daily.party.1"] == "80.00"
    assert areas["J01"]["mass.visits"] == "11.60", "18 x 70% less one false visit"
    assert areas["J01"]["bonus"] == "2.00"
    assert areas["J02"]["deduction"] == "2.00"
    assert areas["J01"]["hotline.eligible"] == "4"
    waived = [one for one in result["checks"] if one["waived"]]
    assert [(one["area_id"], one["check"]) for one in waived] == [("J03", "sample.total")]
    assert result["facts"]["areas"]["rows"] == "3"


def test_the_block_of_cases_is_what_the_run_stored_cell_by_cell(run: Run) -> None:
    scheme = scheme_of(run.cycle)
    year = cases_of(run.cycle, scheme)
    sheet, nodes = year.decided, year.block.nodes
    assert len(nodes) == 7
    for node in nodes:
        told = [printed(scheme, scheme.nodes[node], value) for value in sheet.values[node]]
        stored = run.subjects.order_by("subject_id").values_list("entry", flat=True)
        assert told == [entry[node] for entry in stored], node


def test_a_run_is_one_event_and_equal_facts_give_an_equal_run(run: Run, cast: Cast) -> None:
    before = Event.objects.count()
    second = run_scoring(run.cycle, by=cast.person("clerk"), at=NOW)
    assert Event.objects.count() == before + 1
    assert (run.number, second.number) == (1, 2)
    assert run.facts_sha256 == second.facts_sha256
    assert contents(run.folder / "facts") == contents(second.folder / "facts")
    assert contents(run.folder / "results") == contents(second.folder / "results")


def test_facts_that_moved_after_the_run_bar_what_follows_until_it_is_scored_again(
    run: Run, cast: Cast
) -> None:
    """Staff posts, mergers and exemptions can still change while a cycle is scored."""
    cycle, clerk = cast.cycle, cast.person("clerk")
    client = cast.client("clerk")
    assert moved_tables(run) == ()
    assert "又有变动" not in client.get(f"/results/{run.pk}/").content.decode()
    person = StaffPost.objects.first()
    assert person is not None
    person.until_on = date(2024, 3, 31)
    save_row(person, by=clerk, at=NOW)
    assert moved_tables(run) == ("staff",)
    assert "又有变动：“居民区工作人员”" in client.get(f"/results/{run.pk}/").content.decode()
    with pytest.raises(PermissionDenied, match="又有变动：“居民区工作人员”"):
        propose_stage(cycle, "review", by=clerk, at=NOW)
    again = run_scoring(cycle, by=clerk, at=NOW)
    propose_stage(cycle, "review", by=clerk, at=NOW)
    cycle.refresh_from_db()
    area = Area.objects.get(town=cast.town, area_id="J02")
    head = cast.person("group_head")
    row = Exemption(town=cast.town, cycle=cycle, area=area, reason="新建")
    assert moved_tables(again) == ()
    save_row(row, by=head, at=NOW)
    assert "areas" in moved_tables(again)
    step = transition("review", "published")
    assert step is not None
    reasons = against(step, standing_of(cycle), cycle)
    assert any("又有变动" in reason for reason in reasons)


def test_what_a_run_pays_is_proposed_by_its_publication_after_its_overrides(run: Run) -> None:
    listed = (run.folder / "results" / "pay.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    rows = {line.partition(",")[0]: line.split(",") for line in listed}
    assert rows, "the run pays somebody"
    staff_id, area_id, _role, tier, _amount = next(iter(rows.values()))
    override = {"subject": area_id, "node": "tier", "was": tier, "becomes": ""}
    amounts = []
    for number, overrides in enumerate(([], [override]), start=1):
        publication = Publication.objects.create(
            town=run.town,
            cycle=run.cycle,
            run=run,
            number=number,
            overrides=overrides,
            prepared_at=NOW,
            effective_at=NOW,
        )
        propose_pay(publication)
        amounts.append(dict(publication.pay_lines.values_list("staff_id", "amount")))
    assert amounts[0] == {person: row[-1] for person, row in rows.items()}
    assert amounts[1] == {person: one for person, one in amounts[0].items() if person != staff_id}


def test_the_page_shows_stored_figures_in_administrative_order(run: Run, cast: Cast) -> None:
    page = cast.client("clerk").get(f"/results/{run.pk}/").content.decode()
    places = [page.index(f"/areas/{one}/") for one in ("J01", "J02", "J03")]
    assert places == sorted(places)
    entry = SubjectResult.objects.get(run=run, subject_id="J03").entry
    assert entry["total"] in page
    Delivery.objects.all().update(state="withdrawn")
    again = cast.client("clerk").get(f"/results/{run.pk}/").content.decode()
    assert entry["total"] in again


def test_the_tree_goes_down_to_the_facts_and_cites_clauses(run: Run, cast: Cast) -> None:
    page = cast.client("clerk").get(f"/results/{run.pk}/areas/J01/").content.decode()
    for told in ("总分", "群众评价", "四(二)2", "名次", "市级"):
        assert told in page
    assert page.count("仅用于并列时排序") == 3, "the keys of the rank after the first"
    assert cast.client("clerk").get(f"/results/{run.pk}/areas/J99/").status_code == 404


def test_whoever_may_see_the_result_of_an_area_is_led_to_it_once_it_is_published(
    run: Run, cast: Cast
) -> None:
    address, area = f"/results/{run.pk}/areas/J01/", cast.area("J01")
    pages = {
        "secretary": ("/", "/registry/own-area", f"/registry/areas/{area.pk}/"),
        "leader": ("/", f"/registry/areas/{area.pk}/"),
    }
    shown = [(name, page) for name, found in pages.items() for page in found]
    for name, page in shown:
        assert address not in cast.client(name).get(page).content.decode()
    declare_published(run)
    for name, page in shown:
        text = cast.client(name).get(page).content.decode()
        assert address in text, (name, page)
        assert "2024年度结果" in text
        assert cast.client(name).get(address).status_code == 200
    assert address not in cast.client("worker").get("/").content.decode()
    other = cast.area("J02")
    assert "年度结果" not in cast.client("worker").get("/").content.decode()
    assert cast.client("leader").get(f"/registry/areas/{other.pk}/").status_code == 404


def test_checks_read_as_people_say_them(run: Run, cast: Cast) -> None:
    for check in run.told["checks"]:
        if check["check"] == "sample.meeting.ceiling" and check["subject"] == "J01":
            check.update(required="100", actual="104", met=False)
    run.save()
    page = cast.client("clerk").get(f"/results/{run.pk}/areas/J01/").content.decode()
    _label, _told, ceiling = page.partition("座谈会测评一般不超过100户")
    ceiling = ceiling.partition("</tr>")[0]
    assert ">上限 100<" in ceiling
    assert ">104<" in ceiling
    assert ">超出（仅提醒）<" in ceiling
    assert "人月" in page.partition("每名社工每月走访（人月）")[2].partition("</tr>")[0]
    data = page.partition("热线信访舆情数据已提供")[2].partition("</tr>")[0]
    assert ">有<" in data
    assert ">0<" not in data


def test_an_area_sees_its_own_result_without_places_once_it_is_published(
    run: Run, cast: Cast
) -> None:
    mine, others = f"/results/{run.pk}/areas/J01/", f"/results/{run.pk}/areas/J02/"
    secretary = cast.client("secretary")
    assert secretary.get(mine).status_code == 404
    earlier = f"/results/{run.pk}/areas/J01/"
    run = run_scoring(run.cycle, by=cast.person("clerk"), at=NOW)
    mine, others = f"/results/{run.pk}/areas/J01/", f"/results/{run.pk}/areas/J02/"
    declare_published(run)
    page = secretary.get(mine)
    assert page.status_code == 200
    assert secretary.get(others).status_code == 404
    assert secretary.get(earlier).status_code == 404
    text = page.content.decode()
    assert "名次" not in text.replace("名次只供", "")
    assert "并列" not in text
    assert "个居民区中列第" not in text
    entry = SubjectResult.objects.get(run=run, subject_id="J01").entry["scores"]
    marks, survey = _below(entry, "daily.party.1"), _below(entry, "survey.meeting")
    assert "由社建办、党服中心评分，各自的评分不列出。" in text
    assert marks["explanation"] not in text
    assert marks["explanation"] in cast.client("clerk").get(mine).content.decode()
    assert survey["inputs"][0]["value"] == "0"
    assert "有效答卷" not in text
    rates = ("hotline.composite", "hotline.handled", "hotline.resolved", "hotline.satisfied")
    assert [name for name in rates if f'id="node.{name}"' not in text] == []
    assert 'id="node.hotline.rank"' not in text
    assert secretary.get(f"/results/{run.pk}/").status_code == 404


def test_what_three_people_said_is_withheld_from_the_area_and_told_to_the_clerk(
    run: Run, cast: Cast
) -> None:
    declare_published(run)
    result = SubjectResult.objects.get(run=run, subject_id="J01")
    meeting = _below(result.entry["scores"], "survey.meeting")
    meeting["inputs"][0]["value"], meeting["inputs"][1]["value"] = "3", "30"
    meeting["explanation"] = "有效答卷 3 份，得 71.23。"
    result.save()
    pages = {
        name: cast.client(name).get(f"/results/{run.pk}/areas/J01/").content.decode()
        for name in ("secretary", "leader", "clerk", "auditor", "group_member")
    }
    for name, page in pages.items():
        of_the_area = name in ("secretary", "leader")
        assert ("71.23" in page) is not of_the_area, name
        assert ("答卷不足 5 份" in page) is of_the_area, name
    assert SubjectResult.objects.get(pk=result.pk).entry == result.entry


def _below(nodes: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    for node in nodes:
        if node["id"] == wanted:
            return node
    return _below([one for node in nodes for one in node["children"]], wanted)


FILES = {
    "clerk": {"results.csv", "checks.csv", "workbook.xlsx", "scheme.yaml"},
    "group_head": {"results.csv", "checks.csv", "workbook.xlsx", "scheme.yaml"},
    "finance": set(),
    "auditor": {
        *("results.csv", "checks.csv", "pay.csv", "results.json", "results.xlsx"),
        *("scheme.yaml", "facts.zip"),
    },
    "secretary": set(),
    "scorer": set(),
    "provider": set(),
    "administrator": set(),
    "stranger": set(),
}


def test_files_go_to_those_who_may_have_them_and_leave_a_trace(run: Run, cast: Cast) -> None:
    every = sorted(set().union(*FILES.values()))
    for username, wanted in FILES.items():
        client, got = cast.client(username), set()
        for name in every:
            before = Event.objects.count()
            answer = client.get(f"/results/{run.pk}/files/{name}")
            if answer.status_code == 200:
                got.add(name)
                assert b"".join(answer.streaming_content)
                assert Event.objects.count() == before + 1
            else:
                assert answer.status_code == 404, (username, name)
                assert Event.objects.count() == before
        assert got == wanted, username
        assert client.get(f"/results/{run.pk}/files/../scheme.yaml").status_code == 404


def test_whoever_has_the_facts_reads_how_to_score_them_again(run: Run, cast: Cast) -> None:
    scheme = scheme_of(run.cycle)
    name, decision = next(iter(scheme.decisions.items()))
    other = next(option for option in decision.options if option != decision.default)
    assert decided_otherwise(run, scheme) == []
    run.taken = {**run.taken, name: other}
    assert decided_otherwise(run, scheme) == [f"--decide {name}={other}"]
    for username in ("auditor", "clerk"):
        page = cast.client(username).get(f"/results/{run.pk}/").content.decode()
        assert ("kaohe score" in page) == (username == "auditor")


def test_the_workbook_of_the_clerk_names_nobody_who_is_paid(run: Run, cast: Cast) -> None:
    answer = cast.client("clerk").get(f"/results/{run.pk}/files/workbook.xlsx")
    content = b"".join(answer.streaming_content)
    names = zipfile.ZipFile(BytesIO(content)).read("xl/workbook.xml").decode()
    assert "绩效" not in names
    assert "检查" in names
    paid = b"".join(
        cast.client("auditor").get(f"/results/{run.pk}/files/results.xlsx").streaming_content
    )
    assert "绩效" in zipfile.ZipFile(BytesIO(paid)).read("xl/workbook.xml").decode()
    assert rows_of(content)


def test_pages_of_results_cost_a_bounded_number_of_queries(
    run: Run, cast: Cast, django_assert_max_num_queries
) -> None:
    client = cast.client("clerk")
    with django_assert_max_num_queries(20):
        client.get(f"/results/{run.pk}/")
    with django_assert_max_num_queries(14):
        client.get(f"/results/{run.pk}/areas/J01/")
    with django_assert_max_num_queries(60):
        client.get("/results/")


def test_a_file_that_the_run_does_not_have_is_neither_offered_nor_recorded(
    run: Run, cast: Cast
) -> None:
    (run.folder / "results" / "pay.csv").unlink()  # as under a scheme without a rule of pay
    before, client = Event.objects.count(), cast.client("auditor")
    assert "pay.csv" not in client.get(f"/results/{run.pk}/").content.decode()
    assert client.get(f"/results/{run.pk}/files/pay.csv").status_code == 404
    assert Event.objects.count() == before
