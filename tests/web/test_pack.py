"""The pack of the leading group: what is to be decided, the same on page, PDF and DOCX."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from kaohe.facts import read_facts
from kaohe.facts.generating import TownHints, generate
from kaohe.reports.documents import Document, Table
from kaohe.scoring.overriding import TiedCut
from kaohe.towns import hints_beside
from kaohe.web import clock
from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication import pack_documents, pack_facts
from kaohe.web.publication.pack_documents import pack_of
from kaohe.web.publication.pack_facts import Matter, Page, matters_of, pages_of
from kaohe.web.publication.pack_pay import pay_told
from kaohe.web.publication.pack_rules import PAGES
from kaohe.web.publication.pack_scorers import recusals_told, scorers_told
from kaohe.web.publication.pack_views import pack_file
from kaohe.web.publication.pay_models import PayLine
from kaohe.web.publication.pay_totals import sum_of
from kaohe.web.publication.ruling_actions import propose_labels, vote
from kaohe.web.publication.ruling_outcomes import outcomes_of
from kaohe.web.results import actions, cases_facts, robustness_actions
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.gathering import Gathered
from kaohe.web.results.models import Run
from kaohe.web.results.robustness_actions import make_robustness, robustness_of
from kaohe.web.results.robustness_presenters import content_of
from tests.web.cast import BEGIN, NOW, SCHEME, Cast
from tests.web.publishing import publish
from tests.worlds.assessing import rows_of
from tests.worlds.pdf import Pdf

pytestmark = pytest.mark.either_database

PAGE = "/publication/pack"
READERS = ("clerk", "group_head", "group_member", "auditor")
OTHERS = ("scorer", "department_head", "leader", "secretary", "worker", "provider", "finance")
OTHERS += ("inspection", "administrator", "max")


@pytest.fixture(autouse=True)
def _anew() -> None:
    """Rows that a test writes without an act are no event."""
    pack_documents._pack.cache_clear()


def tables(document: Document) -> Iterator[Table]:
    return (part for part in document.parts if isinstance(part, Table))


def text_of(document: Document) -> str:
    """All that it says."""
    found = []
    for part in document.parts:
        found.append(getattr(part, "lead", "") + getattr(part, "text", ""))
        if isinstance(part, Table):
            found += [cell for row in (part.headings, *part.rows) for cell in row]
    return "\n".join(found)


def address(run: Run, kind: str) -> str:
    return f"{PAGE}/{run.pk}.{kind}"


def propose(run: Run, cast: Cast) -> None:
    """A ruling that waits for two heads."""
    propose_labels(
        run,
        "grade",
        {"J01": "basic"},
        kind="override",
        reason="年中整村交付，情况特殊",
        by=cast.person("clerk"),
        at=NOW,
    )


# -- who reads it, and when -----------------------------------------------------------------------


@pytest.mark.parametrize("username", READERS)
def test_those_who_may_see_places_read_it_and_every_link_leads_somewhere(
    username: str, reviewed: Run, cast: Cast
) -> None:
    client = cast.client(username)
    page = client.get(PAGE).content.decode()
    assert "今天需要审定的事项" in page
    for one in pages_of(reviewed):
        assert one.address.replace("&", "&amp;") in page
        assert client.get(one.address).status_code == 200, one.address
    assert PAGE in client.get("/publication/rulings").content.decode()


@pytest.mark.parametrize("username", OTHERS)
def test_those_assessed_and_all_others_see_neither_page_nor_file(
    username: str, reviewed: Run, cast: Cast
) -> None:
    client = cast.client(username)
    for path in (PAGE, address(reviewed, "pdf"), address(reviewed, "docx")):
        assert client.get(path).status_code in (403, 404), path


def test_before_review_the_page_says_so_and_there_is_no_file(reviewed: Run, cast: Cast) -> None:
    Cycle.objects.filter(pk=reviewed.cycle_id).update(stage="scoring")
    client = cast.client("clerk")
    assert "进入复核以后，才有审定材料" in client.get(PAGE).content.decode()
    assert client.get(address(reviewed, "pdf")).status_code == 404


def test_there_is_none_of_a_run_that_was_replaced(reviewed: Run, cast: Cast) -> None:
    earlier = Run.objects.earliest("number")
    assert earlier != reviewed
    assert cast.client("clerk").get(address(earlier, "pdf")).status_code == 404


def test_the_clerk_of_another_town_has_no_file_of_it(reviewed: Run, cast: Cast) -> None:
    client = cast.client("stranger")
    assert "还没有计分" in client.get(PAGE).content.decode()
    assert client.get(address(reviewed, "pdf")).status_code == 404


# -- what is to be decided ------------------------------------------------------------------------


def test_nothing_is_to_be_decided_where_all_is_settled(reviewed: Run, cast: Cast) -> None:
    assert matters_of(reviewed) == ()
    assert "没有必须审定的事项" in text_of(pack_of(reviewed).document)


def test_what_bars_is_told_once_a_requirement_with_its_effect(reviewed: Run, cast: Cast) -> None:
    first = Run.objects.select_related("cycle__scheme", "cycle__town").earliest("number")
    (waiting,) = matters_of(first)
    assert "还没有算进去" in waiting.what, "all was accepted after the first run"
    assert "已登记认可，重新计分后算数：" in text_of(pack_of(first).document)
    Waiver.objects.filter(cycle=first.cycle).delete()
    matters = matters_of(first)
    unmet = {one["check"] for one in first.told["checks"] if not one["met"] and not one["waived"]}
    assert matters
    assert len(matters) <= len(unmet)
    for one in matters:
        assert "重新计分才算数" in one.effect
        assert one.clause
        assert cast.client("group_head").get(one.page.address).status_code == 200


def test_a_ruling_that_waits_is_told_with_what_it_changes(reviewed: Run, cast: Cast) -> None:
    propose(reviewed, cast)
    (matter,) = matters_of(reviewed)
    assert "年中整村交付" in matter.what
    assert "云溪苑居民区：由" in matter.effect
    page = cast.client("group_head").get(PAGE).content.decode()
    assert f'<a href="{matter.page.address}">{matter.page.name}</a>' in page


def test_a_ruling_that_holds_is_no_matter_any_more(reviewed: Run, cast: Cast) -> None:
    propose(reviewed, cast)
    for head in ("group_head", "other_group_head"):
        vote(reviewed.group_rulings.get(), by=cast.person(head), at=NOW)
    assert matters_of(reviewed) == ()
    assert "已经审定：云溪苑居民区：由" in text_of(pack_of(reviewed).document)


def test_equals_at_the_end_of_places_are_a_matter_until_a_ruling_is_on_them(
    reviewed: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = outcomes_of(reviewed)
    tie = TiedCut("grade", "excellent", ("J01",), really.nodes[0].given["J01"])
    tied = replace(really, nodes=(replace(really.nodes[0], ties=(tie,)), *really.nodes[1:]))
    monkeypatch.setattr(pack_facts, "outcomes_of", lambda _run: tied)
    (matter,) = matters_of(reviewed)
    assert "“优秀”的最后一名落在并列之间：云溪苑居民区" in matter.what
    assert "要分出先后" in matter.effect
    assert matter.clause == "五(一)"
    propose(reviewed, cast)
    assert [one.what.partition("：")[0] for one in matters_of(reviewed)] == ["个别调整"]


def test_other_subjects_add_what_they_have_open(
    reviewed: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = Matter("一件异议", "成立就重新计分", "五(一)", Page("异议", "/publication/rulings"))
    monkeypatch.setattr(pack_facts, "OPEN_MATTERS", [lambda run: [matter]])
    assert matters_of(reviewed) == (matter,)


def test_once_it_is_published_nothing_waits(reviewed: Run, cast: Cast) -> None:
    propose(reviewed, cast)
    Cycle.objects.filter(pk=reviewed.cycle_id).update(stage="published")
    reviewed.cycle.refresh_from_db()
    assert matters_of(reviewed) == ()


# -- what it says ---------------------------------------------------------------------------------


def test_waivers_are_told_with_their_reason_and_meeting(reviewed: Run, cast: Cast) -> None:
    found = text_of(pack_of(reviewed).document)
    for waiver in Waiver.objects.filter(cycle=reviewed.cycle):
        assert f"已认可：{waiver.reason}（{waiver.meeting_on}，{waiver.meeting_number}）" in found


def test_what_is_missing_says_how_to_get_it(reviewed: Run, cast: Cast) -> None:
    found = text_of(pack_of(reviewed).document)
    assert "还没有做稳健性分析" in found
    assert "还没有按这次计分的数据做影响分析" in found


def test_sums_without_ballots_are_not_told_as_certain(
    reviewed: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robustness_actions, "REPLICATES", 50)
    make_robustness(reviewed, by=cast.person("clerk"), at=NOW)
    found = text_of(pack_of(reviewed).document)
    assert "误差算不出" in found
    assert "±0" not in found


def test_heads_who_sit_in_the_group_and_leaders_of_areas_are_named(
    reviewed: Run, cast: Cast
) -> None:
    user = cast.user("party_head")
    given = {"town": cast.town, "user": user, "from_on": BEGIN}
    Post.objects.create(role="group_member", **given)
    Post.objects.create(role="leader", scope=["J02"], **given)
    rows = [row for part in scorers_told(reviewed) if isinstance(part, Table) for row in part.rows]
    told = "".join(getattr(part, "text", "") for part in recusals_told(reviewed))
    assert [row[-1] for row in rows if row[0] == "党建办"] == [user.name]
    assert all(row[-1] == "—" for row in rows if row[0] != "党建办")
    assert f"{user.name}：澄波里居民区" in told


# -- files ----------------------------------------------------------------------------------------


def test_the_same_run_gives_the_same_bytes_on_another_day(
    reviewed: Run, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {kind: pack_file(reviewed, kind) for kind in ("pdf", "docx")}
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    client = cast.client("auditor")
    for kind, content in before.items():
        answer = client.get(address(reviewed, kind))
        assert answer.content == content
        assert answer["Content-Disposition"].startswith("attachment")


def test_every_download_is_an_event_with_the_hash_of_what_was_taken(
    reviewed: Run, cast: Cast
) -> None:
    client = cast.client("group_member")
    client.get(PAGE)
    before = Event.objects.count()
    for kind in ("pdf", "docx"):
        client.get(address(reviewed, kind))
    events = list(Event.objects.order_by("number"))[before:]
    assert [one.act for one in events] == ["publication.pack_downloaded"] * 2
    assert [one.told.rpartition(".")[2] for one in events] == ["pdf", "docx"]
    assert len({one.after for one in events}) == 2


def test_the_file_is_in_chinese_whoever_takes_it(reviewed: Run, cast: Cast) -> None:
    client = cast.client("clerk")
    before = client.get(address(reviewed, "pdf")).content
    with override("en"):
        assert pack_file(reviewed, "pdf") == before
        assert "To be decided today" in text_of(pack_of(reviewed).document)


# -- a town of thirty-one -------------------------------------------------------------------------


@pytest.fixture
def large(reviewed: Run, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The run of a simulated town of 31 areas, ballot by ballot, its robustness worked out."""
    hints = hints_beside(SCHEME)
    assert isinstance(hints, TownHints)
    folder = tmp_path / "simulated"

    def gather(_cycle: Cycle, scheme: object, **_given: bool) -> Gathered:
        fact_tables = scheme.fact_tables  # type: ignore[attr-defined]
        size = {"subjects": 31, "seed": 2024, "households": 120}
        generate(fact_tables, hints, out=folder, file_format="csv", **size)
        return Gathered(read_facts(str(folder), fact_tables).facts, (), 0, ())

    def rows(table: str) -> list[dict[str, str]]:
        return rows_of((folder / f"{table}.csv").read_text(encoding="utf-8-sig"))

    monkeypatch.setattr(actions, "gather", gather)
    monkeypatch.setattr(robustness_actions, "REPLICATES", 50)
    monkeypatch.setattr(cases_facts, "told_cases", lambda _cycle, _scheme: rows("cases"))
    monkeypatch.setattr(cases_facts, "_areas", lambda _cycle: rows("areas"))
    monkeypatch.setattr(cases_facts, "_previous", lambda _cycle, _scheme: rows("previous"))
    cycle = reviewed.cycle
    Cycle.objects.filter(pk=cycle.pk).update(stage="scoring")
    cycle.refresh_from_db()
    made = run_scoring(cycle, by=cast.person("clerk"), at=NOW)
    Cycle.objects.filter(pk=cycle.pk).update(stage="review")
    run = Run.objects.select_related("cycle__scheme", "cycle__town").get(pk=made.pk)
    make_robustness(run, by=cast.person("clerk"), at=NOW)
    return run


def test_a_town_of_thirty_one_fits_on_ten_pages_and_nobody_stands_by_place(large: Run) -> None:
    document = pack_of(large).document
    ids = [one.subject_id for one in large.subjects.order_by("subject_id")]
    assert len(ids) == 31
    by_area = [
        [row[0] for row in table.rows] for table in tables(document) if table.headings[0] == "编号"
    ]
    assert [len(found) for found in by_area][0] == 31
    assert len(by_area) == 2, "totals, and cases left out"
    for found in by_area:
        assert found == [one for one in ids if one in found]
    places = [one.entry["rank"] for one in large.subjects.order_by("subject_id")]
    assert places != sorted(places, key=int), "else the order would say nothing"
    pdf = Pdf(pack_file(large, "pdf"))
    assert len(pdf.pages()) <= PAGES
    assert all(pdf.fonts.values())
    assert "今天需要审定的事项" in pdf.pages()[0]
    with zipfile.ZipFile(io.BytesIO(pack_file(large, "docx"))) as archive:
        words = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    assert all(name in words for name in large.subjects.values_list("name", flat=True))
    told_as_stored(large, document)


def told_as_stored(run: Run, document: Document) -> None:
    """Margins, possible places and shares are those that were worked out."""
    stored = robustness_of(run)
    assert stored is not None
    content = {one["area_id"]: one for one in content_of(stored)["areas"]}
    totals = next(one for one in tables(document) if "名次" in one.headings)
    for area, _name, total, rank, _grade, tier in totals.rows:
        (figure,) = (one for one in content[area]["figures"] if one["id"] == "total")
        (place,) = (one for one in content[area]["ranks"] if one["id"] == "rank")
        (label,) = (one for one in content[area]["outcomes"] if one["id"] == "tier")
        assert total == f"{figure['value']} ±{figure['margin']}"
        assert rank.startswith(place["value"])
        if place["best"] != place["worst"]:
            assert rank.endswith(f"（{place['best']}–{place['worst']}）")
        assert tier.count("%") == (len(label["shares"]) if len(label["shares"]) > 1 else 0)


# -- pay ------------------------------------------------------------------------------------------


def test_what_is_told_of_pay_is_what_the_publication_then_proposes(
    reviewed: Run, cast: Cast
) -> None:
    propose(reviewed, cast)
    for head in ("group_head", "other_group_head"):
        vote(reviewed.group_rulings.get(), by=cast.person(head), at=NOW)
    paragraph, table, after = pay_told(reviewed)
    publication = publish(cast, reviewed.cycle)
    lines = list(PayLine.objects.filter(publication=publication))
    every = sum_of(lines)
    assert paragraph.text == (
        f"按这次计分和已经审定的事项，建议 {every.persons} 人、共 {every.amount} 元，"
        f"其中暂缓 {every.waiting} 人、{every.held} 元。依据：五(二)1。"
    )
    found: dict[str, list[PayLine]] = {}
    for line in lines:
        for one in line.held:
            found.setdefault(one["zh"], []).append(line)
    assert {row[0]: row[2:] for row in table.rows} == {
        reason: [
            str(len(own)),
            str(len({line.subject_id for line in own})),
            str(sum(line.due for line in own)),
        ]
        for reason, own in found.items()
    }
    assert "逐人核定" in after.text
