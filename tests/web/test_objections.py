"""Facts of an area as they were scored, and objections to them: what is shown, until when, who
decides, what stands against publication."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.scheme.loading import load_scheme
from kaohe.web import clock
from kaohe.web.accounts.models import Post
from kaohe.web.accounts.people import Person
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle, Deadline, StageChange
from kaohe.web.cycles.rules import against, transition
from kaohe.web.cycles.standing import standing_of
from kaohe.web.desk.waiting import waiting_for
from kaohe.web.evidence.models import Waiver
from kaohe.web.publication.models import FactsConfirmed, Objection, ObjectionTerms, ObjectionWord
from kaohe.web.publication.objection_actions import (
    Said,
    confirm_facts,
    decide_objection,
    keep_terms,
    object_to,
    settle_objection,
    withdraw_objection,
)
from kaohe.web.publication.objection_facts import facts_of, matters_of
from kaohe.web.publication.objection_tables import judging_tables, own_checks, own_tables
from kaohe.web.publication.objection_terms import terms_of
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.models import Run, SubjectResult
from tests.web.cast import NOW, TODAY, Cast
from tests.web.exclusions import another

SCHEMES = Path(__file__).parents[2] / "schemes"
FACTS, LIST = "/publication/facts/", "/publication/objections/"
LAST = date(2024, 11, 27)
"""Five working days after the day on which the year of the cast was scored."""
A_CASE = Said("cases", "办件编号：hotline00", "有责：否。是商铺的投诉。")


@pytest.fixture
def review(run: Run) -> Run:
    """The same year in review."""
    Cycle.objects.filter(pk=run.cycle_id).update(stage="review")
    return Run.objects.get(pk=run.pk)


def page(cast: Cast, username: str, address: str, status: int = 200) -> str:
    answer = cast.client(username).get(address)
    assert answer.status_code == status, (username, address)
    return str(answer.content.decode())


def post(cast: Cast, username: str, address: str, status: int = 302, **form: Any) -> str:
    answer = cast.client(username).post(address, form)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def asked(cast: Cast, said: Said = A_CASE, at: datetime = NOW) -> Objection:
    return object_to(cast.area("J01"), cast.cycle, said, by=cast.person("secretary"), at=at)


def said(cast: Cast, row: Objection, by: str | Person, agrees: bool = True) -> Objection:
    person = cast.person(by) if isinstance(by, str) else by
    return decide_objection(row, agrees, "" if agrees else "与来电记录相符", by=person, at=NOW)


def scored_again(run: Run) -> Run:
    """A newer run of the same facts."""
    newer = Run.objects.get(pk=run.pk)
    newer.pk, newer.number = None, run.number + 1
    newer.save(force_insert=True)
    shutil.copytree(run.folder, newer.folder)
    return newer


def desk_of(cast: Cast, username: str) -> list[str]:
    return [one.text for one in waiting_for(cast.person(username), cast.cycle, TODAY)]


def barred(cast: Cast, enters: str = "published") -> str:
    step = transition(cast.cycle.stage, enters)
    assert step is not None
    return " ".join(against(step, standing_of(cast.cycle), cast.cycle))


# -- what is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.parent.name for path in SCHEMES.glob("*/scheme.yaml")))
def test_no_scheme_has_marks_answers_or_rows_of_persons_shown(name: str) -> None:
    found, _findings = load_scheme(SCHEMES / name / "scheme.yaml")
    assert found is not None
    scheme = found.under({})
    shown = own_tables(scheme)
    assert scheme.subject.table in shown
    assert not judging_tables(scheme) & shown.keys()
    assert not {"participation", "participation_counts", "visits", "staff", "cadres"} & shown.keys()
    for one in shown.values():
        assert one.by not in one.columns
        others = {one.table.columns[column].refers_to for column in one.columns}
        assert others <= {None}, "no column that leads to somebody else"
    for check in own_checks(scheme).values():
        assert not any(table in str(check.bind) for table in judging_tables(scheme))


@pytest.mark.parametrize(
    ("scheme", "hidden"),
    [
        ("hotline-scorecard", {"callbacks", "answer_sums", "inspections", "reports"}),
        ("property-credit", {"audits", "inspections", "reviews"}),
        ("village-targets", {"observations", "ratings", "cadre_marks", "department_reviews"}),
    ],
)
def test_marks_of_other_schemes_are_known_by_their_scale(scheme: str, hidden: set[str]) -> None:
    found, _findings = load_scheme(SCHEMES / scheme / "scheme.yaml")
    assert found is not None
    under = found.under({})
    assert hidden <= under.fact_tables.keys()
    assert not hidden & own_tables(under).keys()


def test_an_area_sees_its_own_facts_as_scored_and_nothing_that_was_judged(
    cast: Cast, review: Run
) -> None:
    facts = facts_of(review, "J01")
    assert facts.rows["areas"] == (("102", "20", "ordinary"),)
    assert {row[0] for row in facts.rows["cases"]} == {
        "hotline00",
        "hotline01",
        "petition00",
        "petition01",
    }
    assert len(facts.rows["spot_checks"]) == 10
    assert facts.rows["honours"] == (("municipal", "市级表彰"),)
    assert "J02" in {row.subject_id for row in SubjectResult.objects.filter(run=review)}
    assert facts_of(review, "J02").rows["sanctions"] == (("2",),), "points, and no reference"
    text = page(cast, "secretary", FACTS)
    assert "市级表彰" in text
    assert "座谈会测评户数不少于总户数的5%" in text
    for hidden in ("听澜坊", "澄波里", "petition10", "镇纪", "总分", "评分部门", "名次"):
        assert hidden not in text
    for one in matters_of(review, "J01"):
        if not one.table:
            words = {"已达到", "没有达到", "无法判定", "领导小组已认可"}
            words |= {f"{word}（仅提醒）" for word in ("没有达到", "超出")}
            assert {row[-1] for row in one.rows} <= words, "reached or not, no figure"
    for check in review.told["checks"]:
        check |= {"met": False, "waived": False}
    told = {
        row[0]: row[-1] for one in matters_of(review, "J01") if not one.table for row in one.rows
    }
    assert told["第一季度走访全覆盖"] == "没有达到（仅提醒）"
    assert told["座谈会测评一般不超过100户"] == "超出（仅提醒）"
    assert told["第三方测评户数不少于总户数的5%"] == "没有达到"


def test_only_a_secretary_finds_the_page_and_only_in_review_anything_on_it(
    cast: Cast, run: Run
) -> None:
    assert "进入复核以后" in page(cast, "secretary", FACTS)
    Cycle.objects.update(stage="review")
    for username in ("worker", "leader", "clerk", "scorer", "provider", "finance", "max"):
        page(cast, username, FACTS, 404)
    page(cast, "secretary", f"{FACTS}J02/object", 404)
    assert "hotline00" not in page(cast, "other_secretary", FACTS)


# -- until when -----------------------------------------------------------------------------------


def test_an_area_has_the_working_days_of_the_calendar_from_review_on(
    cast: Cast, review: Run
) -> None:
    term = terms_of(cast.cycle)["J01"]
    assert (term.first_on, term.last_on) == (TODAY, LAST)
    asked(cast, at=NOW + timedelta(days=7))
    with pytest.raises(PermissionDenied, match="已经结束"):
        asked(cast, Said("honours", "漏登", "区级表彰"), at=NOW + timedelta(days=8))
    Deadline.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        step="objections",
        opens_on=date(2025, 1, 15),
        closes_on=date(2025, 1, 16),
    )
    assert terms_of(cast.cycle)["J01"].last_on == date(2024, 11, 22)


def test_the_clerk_may_set_a_later_day_with_a_reason(cast: Cast, review: Run) -> None:
    def terms(day: date) -> ObjectionTerms:
        return ObjectionTerms(town=cast.town, cycle=cast.cycle, last_on=day, reason="系统停机两天")

    clerk = cast.person("clerk")
    with pytest.raises(ValidationError, match="只能改到更晚"):
        keep_terms(terms(LAST), by=clerk, at=NOW)
    keep_terms(terms(LAST + timedelta(days=2)), by=clerk, at=NOW)
    assert terms_of(cast.cycle)["J01"].last_on == LAST + timedelta(days=2)
    event = Event.objects.latest("number")
    assert (event.act, event.reason) == ("publication.objections_extended", "系统停机两天")


def test_days_begin_anew_for_areas_whose_facts_another_run_tells_differently(
    cast: Cast, run: Run
) -> None:
    def enter_review(at: datetime) -> None:
        StageChange.objects.create(
            town=cast.town,
            cycle=cast.cycle,
            leaves="scoring",
            enters="review",
            proposed_by="某",
            proposer="clerk",
            proposed_at=at,
            done_at=at,
        )
        Cycle.objects.update(stage="review")

    enter_review(NOW)
    Waiver.objects.create(
        town=cast.town,
        cycle=cast.cycle,
        area=cast.area("J01"),
        check_id="visits.year",
        reason="领导小组认可",
        meeting_on=TODAY,
        meeting_number="4号",
    )
    later = NOW + timedelta(days=12)
    Cycle.objects.update(stage="scoring")
    run_scoring(cast.cycle, by=cast.person("clerk"), at=later)
    enter_review(later)
    terms = terms_of(cast.cycle)
    assert terms["J01"].first_on == TODAY + timedelta(days=12)
    assert terms["J02"].first_on == TODAY


# -- objecting ------------------------------------------------------------------------------------


def test_a_secretary_objects_to_one_fact_and_may_take_it_back(cast: Cast, review: Run) -> None:
    before = Event.objects.count()
    address = f"{FACTS}J01/object"
    form = page(cast, "secretary", f"{address}?table=cases&fact=hotline00")
    assert 'type="file"' not in form
    assert "hotline00" in form
    assert "平时成绩评分" not in form, "no kind of mark can be chosen"
    assert "请选择" in post(cast, "secretary", address, 422, table="ratings", fact="a", right="b")
    post(cast, "secretary", address, table="cases", fact="hotline00", right="应为无责")
    row = Objection.objects.get()
    assert (row.kind, row.run, row.state) == ("热线、信访、舆情办件", review, "open")
    assert "没有办结" in post(
        cast, "secretary", address, 422, table="cases", fact="hotline00", right="应为无责"
    )
    assert "应为无责" in page(cast, "secretary", FACTS)
    page(cast, "other_secretary", f"{LIST}{row.pk}/", 404)
    with pytest.raises(PermissionDenied):
        withdraw_objection(row, by=cast.person("other_secretary"), at=NOW)
    post(cast, "secretary", f"{LIST}{row.pk}/withdraw")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    acts = list(Event.objects.order_by("number").values_list("act", flat=True))[before:]
    assert acts == ["publication.objection_asked", "publication.objection_withdrawn"]


def test_the_same_form_twice_is_one_objection(cast: Cast, review: Run) -> None:
    form = {"table": "-", "fact": "全年走访全覆盖", "right": "应为已达到", "submission": "0" * 32}
    for _time in range(2):
        post(cast, "secretary", f"{FACTS}J01/object", **form)
    assert Objection.objects.get().table == ""


# -- deciding -------------------------------------------------------------------------------------


def test_two_of_the_same_opinion_decide_and_a_third_where_they_differ(
    cast: Cast, review: Run
) -> None:
    row = said(cast, asked(cast), "group_head")
    assert row.state == "open"
    row = said(cast, row, "group_member", agrees=False)
    assert row.state == "open"
    row = said(cast, row, "inspection", agrees=False)
    assert (row.state, row.words.count()) == ("refused", 3)
    with pytest.raises(PermissionDenied, match="已经决定"):
        said(cast, row, "other_group_head")
    own = page(cast, "secretary", f"{LIST}{row.pk}/")
    assert "与来电记录相符" in own
    for name in ("group_head先生", "group_member先生", "inspection先生"):
        assert name not in own, "an area is told why, not by whom"


def test_refusing_takes_a_reason(cast: Cast, review: Run) -> None:
    with pytest.raises(ValidationError, match="请写明理由"):
        decide_objection(asked(cast), False, " ", by=cast.person("group_head"), at=NOW)
    assert not ObjectionWord.objects.exists()


def test_nobody_involved_decides(cast: Cast, review: Run) -> None:
    row = asked(cast)
    said(cast, row, "group_head")
    with pytest.raises(PermissionDenied, match="已经表示意见"):
        said(cast, row, "group_head")
    for username in ("clerk", "secretary", "worker", "leader", "auditor", "provider", "scorer"):
        with pytest.raises(PermissionDenied):
            said(cast, row, username)
    once = another(cast, "once_leader", "group_member")
    ended = {"from_on": date(2024, 1, 1), "until_on": date(2024, 2, 1)}
    Post.objects.create(town=cast.town, user=once.user, role="leader", scope=["J01"], **ended)
    with pytest.raises(PermissionDenied, match="包保"):
        said(cast, row, cast.person("once_leader"))
    sanctions = object_to(
        cast.area("J02"),
        cast.cycle,
        Said("sanctions", "扣分：2", "应为 1 分"),
        by=cast.person("other_secretary"),
        at=NOW,
    )
    for username in ("inspection", "other_inspection"):
        with pytest.raises(PermissionDenied, match="录入或复核"):
            said(cast, sanctions, username)
    said(cast, sanctions, "other_group_head")


def test_pages_offer_a_decision_to_those_alone_who_can_give_it(cast: Cast, review: Run) -> None:
    row = asked(cast)
    for username in ("group_head", "group_member", "inspection"):
        assert "您的意见" in page(cast, username, f"{LIST}{row.pk}/")
        assert "1 项异议等您决定" in page(cast, username, "/")
    for username in ("clerk", "auditor", "secretary"):
        assert "您的意见" not in page(cast, username, f"{LIST}{row.pk}/")
    for username in ("leader", "worker", "scorer", "finance", "administrator"):
        page(cast, username, LIST, 404)
        page(cast, username, f"{LIST}{row.pk}/", 404)
    post(cast, "group_head", f"{LIST}{row.pk}/decide", agrees="yes", seen=row.version)
    late = post(
        cast, "group_member", f"{LIST}{row.pk}/decide", agrees="yes", reason="", seen=row.version
    )
    assert late == ""
    assert Objection.objects.get().state == "open", "somebody was faster: look again"


# -- what comes of it -----------------------------------------------------------------------------


def test_nothing_is_published_while_days_run_or_an_objection_is_not_settled(
    cast: Cast, review: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"异议期到 {LAST}" in barred(cast)
    monkeypatch.setattr(clock, "today", lambda: LAST + timedelta(days=1))
    assert "异议" not in barred(cast)
    row = asked(cast)
    assert "还有 1 项异议没有决定" in barred(cast)
    row = said(cast, said(cast, row, "group_head"), "inspection")
    assert row.state == "accepted"
    assert "1 项异议成立" in barred(cast)
    assert any("1 项异议成立" in text for text in desk_of(cast, "clerk"))
    with pytest.raises(PermissionDenied, match="还没有新的计分"):
        settle_objection(row, "已改", by=cast.person("clerk"), at=NOW)
    newer = scored_again(review)
    both = page(cast, "clerk", f"{LIST}{row.pk}/")
    assert both.index("第 2 次计分采用的事实") < both.index("第 1 次计分采用的事实")
    with pytest.raises(PermissionDenied):
        settle_objection(row, "已改", by=cast.person("secretary"), at=NOW)
    row = settle_objection(row, "城运中心已更正为无责", by=cast.person("clerk"), at=NOW)
    assert (row.state, row.settled_run) == ("settled", newer)
    assert "异议" not in barred(cast)
    assert "城运中心已更正为无责" in page(cast, "secretary", f"{LIST}{row.pk}/")


def test_nobody_waits_for_areas_that_said_all_is_right(cast: Cast, review: Run) -> None:
    assert any(
        "核对" in one.text for one in waiting_for(cast.person("secretary"), cast.cycle, TODAY)
    )
    before = Event.objects.count()
    for _time in range(2):
        post(cast, "secretary", f"{FACTS}J01/confirm", run=review.pk)
    assert Event.objects.count() == before + 1
    assert "已核对无误" in page(cast, "secretary", FACTS)
    assert not any("核对" in text for text in desk_of(cast, "secretary"))
    confirm_facts(cast.area("J02"), review, by=cast.person("other_secretary"), at=NOW)
    assert "异议期到" in barred(cast), "J03 has its days"
    third = another(cast, "third_secretary", "secretary", "J03")
    confirm_facts(cast.area("J03"), review, by=third, at=NOW)
    assert "异议期到" not in barred(cast)
    asked(cast)
    assert "还有 1 项异议没有决定" in barred(cast), "who was wrong about it may still object"
    with pytest.raises(PermissionDenied):
        confirm_facts(cast.area("J03"), review, by=cast.person("secretary"), at=NOW)
    assert FactsConfirmed.objects.count() == 3


def test_an_area_may_object_after_publication_too(cast: Cast, review: Run) -> None:
    Cycle.objects.update(stage="published")
    row = said(cast, said(cast, asked(cast), "group_head"), "group_member")
    assert row.state == "accepted"
    assert "1 项异议成立" in barred(cast, "archived")
    Cycle.objects.update(stage="archived")
    text = page(cast, "secretary", FACTS)
    assert "市级表彰" in text
    assert "已经归档" in text
    assert "有异议" not in text


def test_the_clerk_is_told_where_too_few_can_decide(cast: Cast, review: Run) -> None:
    asked(cast)
    assert "凑不齐" not in page(cast, "clerk", LIST)
    Post.objects.filter(role__in=("group_member", "group_head")).delete()
    Post.objects.filter(user__username="other_inspection").delete()
    assert "凑不齐" in page(cast, "clerk", LIST)
