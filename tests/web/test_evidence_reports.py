"""Reports: anybody may send one without a name; discipline inspection answers."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kaohe.web import clock
from kaohe.web.accounts.models import Town
from kaohe.web.audit.models import Event
from kaohe.web.evidence.actions import send_report
from kaohe.web.evidence.defaults import REPORTS_AN_HOUR
from kaohe.web.evidence.models import Report
from kaohe.web.evidence.rules import why_not_report
from tests.web.cast import NOW, Cast

COMPLAIN = "/evidence/complain"
REPORTS = "/evidence/reports/"


def a_report(**changed: str) -> dict[str, str]:
    return {
        "for_town": "gaojing",
        "kind": "burden",
        "matter": "要求每天在群里接龙打卡",
        "contact": "",
        "submission": str(uuid.uuid4()),
        **changed,
    }


def test_the_page_is_open_and_says_who_answers_and_by_when(cast: Cast) -> None:
    page = Client().get(COMPLAIN).content.decode()
    assert "纪检监察" in page
    assert "2024-12-11" in page
    assert "高境镇" in page
    assert "别处镇" in page, "somebody unknown says which town is meant"
    chosen = Client().get(f"{COMPLAIN}?town=elsewhere").content.decode()
    assert 'type="hidden" name="for_town" value="elsewhere"' in chosen


def test_a_report_without_login_leaves_no_trace_of_who_sent_it(cast: Cast) -> None:
    before = Event.objects.count()
    client = Client(REMOTE_ADDR="203.0.113.9")
    page = client.post(COMPLAIN, a_report(), follow=True).content.decode()
    assert "已收到" in page
    report = Report.objects.get()
    assert (report.town, report.username) == (cast.town, "")
    event = Event.objects.get(number=before + 1)
    assert (event.act, event.actor, event.actor_name) == ("evidence.report_sent", "-", "-")
    kept = " ".join(str(value) for value in (*vars(report).values(), *vars(event).values()))
    assert "203.0.113.9" not in kept
    assert "打卡" not in event.told


def test_nobody_on_duty_is_named_and_the_town_is_their_own(cast: Cast) -> None:
    cast.client("secretary").post(COMPLAIN, a_report(for_town="elsewhere"))
    report = Report.objects.get()
    assert report.town == cast.town
    assert report.username == ""
    assert "secretary" not in Event.objects.latest("pk").actor


def test_a_monitoring_point_sees_its_own_reports_and_what_became_of_them(cast: Cast) -> None:
    monitor = cast.client("monitor")
    monitor.post(COMPLAIN, a_report())
    Client().post(COMPLAIN, a_report(matter="别人反映的"))
    page = monitor.get(REPORTS).content.decode()
    assert "接龙打卡" in page
    assert "别人反映的" not in page
    own = Report.objects.get(username="monitor")
    assert monitor.post(f"{REPORTS}{own.pk}/answer", {"answer": "x"}).status_code == 404
    inspection = cast.client("inspection")
    before = Event.objects.count()
    inspection.post(f"{REPORTS}{own.pk}/answer", {"answer": "已责令停止", "seen": "1"})
    assert Event.objects.count() == before + 1
    assert "已责令停止" in monitor.get(f"{REPORTS}{own.pk}/").content.decode()
    assert "monitor" not in inspection.get(f"{REPORTS}{own.pk}/").content.decode()


def test_inspection_reads_all_and_nobody_else_any(cast: Cast) -> None:
    Client().post(COMPLAIN, a_report(contact="13800000000"))
    report = Report.objects.get()
    assert "13800000000" in cast.client("inspection").get(f"{REPORTS}{report.pk}/").content.decode()
    for username in ("clerk", "auditor", "group_head", "secretary", "administrator", "max"):
        assert cast.client(username).get(REPORTS).status_code == 404
        assert cast.client(username).get(f"{REPORTS}{report.pk}/").status_code == 404
        answer = cast.client(username).post(f"{REPORTS}{report.pk}/answer", {"answer": "x"})
        assert answer.status_code == 404


def test_two_who_answer_at_once_see_each_other(cast: Cast) -> None:
    Client().post(COMPLAIN, a_report())
    address = f"{REPORTS}{Report.objects.get().pk}/answer"
    cast.client("inspection").post(address, {"answer": "已联系", "seen": "1"})
    late = cast.client("other_inspection").post(address, {"answer": "已办结", "seen": "1"})
    assert late.status_code == 422
    assert "已联系" in late.content.decode()
    assert "已办结" in late.content.decode()
    version = re.search(r'name="seen" value="(\d+)"', late.content.decode())
    assert version
    again = {"answer": "已办结", "seen": version[1]}
    assert cast.client("other_inspection").post(address, again).status_code == 302
    assert cast.client("inspection").post(address, {"answer": ""}).status_code == 422


def send(times: int, at: datetime = NOW) -> None:
    """So many reports to the first town."""
    town = Town.objects.get(code="gaojing")
    for _ in range(times):
        report = Report(kind="burden", matter="一件事")
        send_report(report, town=town, logged_in=True, at=at)


def test_a_double_click_is_one_report(cast: Cast) -> None:
    client, sent = Client(), a_report()
    client.post(COMPLAIN, sent)
    client.post(COMPLAIN, sent)
    assert Report.objects.count() == 1


def test_a_flood_is_stopped_whatever_browser_it_comes_from(cast: Cast) -> None:
    send(REPORTS_AN_HOUR - 1, at=clock.now())
    assert Client().post(COMPLAIN, a_report()).status_code == 302
    page = Client().post(COMPLAIN, a_report(matter="还有一件"))
    assert page.status_code == 422
    told = page.content.decode()
    assert "一小时后再交" in told
    assert "021-00000000" in told.partition("一小时后再交")[2].partition("</p>")[0]
    assert "还有一件" in told, "what was typed is kept"
    assert Report.objects.count() == REPORTS_AN_HOUR
    assert Client().post(COMPLAIN, a_report(for_town="elsewhere")).status_code == 302
    assert cast.client("monitor").post(COMPLAIN, a_report()).status_code == 302


def test_an_hour_later_reports_are_taken_in_again(cast: Cast) -> None:
    send(REPORTS_AN_HOUR, at=clock.now() - timedelta(hours=1))
    assert Client().post(COMPLAIN, a_report()).status_code == 302


def test_nothing_is_kept_of_who_sent_a_report_not_even_in_a_session(cast: Cast) -> None:
    client = Client()
    client.post(COMPLAIN, a_report(), follow=True)
    for session in Session.objects.all():
        assert set(session.get_decoded()) <= {"_messages", "_csrftoken"}


def test_without_a_help_line_none_is_named() -> None:
    told = why_not_report(REPORTS_AN_HOUR, logged_in=False, help_line="")
    assert told
    assert "请拨" not in told
    assert why_not_report(REPORTS_AN_HOUR - 1, logged_in=False, help_line="") == ""


def test_the_limit_costs_no_more_with_many_reports(
    cast: Cast, django_assert_max_num_queries
) -> None:
    send(REPORTS_AN_HOUR + 5, at=NOW - timedelta(days=1))
    with django_assert_max_num_queries(20):
        Client().post(COMPLAIN, a_report())


@pytest.mark.parametrize("missing", ["kind", "matter", "for_town"])
def test_what_is_missing_is_said(cast: Cast, missing: str) -> None:
    page = Client().post(COMPLAIN, a_report(**{missing: ""}))
    assert page.status_code == 422
    assert "必填" in page.content.decode()


def test_where_there_is_one_town_it_is_not_asked_for(cast: Cast, monkeypatch) -> None:
    one = Town.objects.filter(code="gaojing")
    monkeypatch.setattr(Town.objects, "order_by", lambda *names: one)
    page = Client().get(COMPLAIN).content.decode()
    assert 'type="hidden" name="for_town" value="gaojing"' in page
