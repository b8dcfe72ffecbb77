"""Typical cases without points, and the log of what is wrong with the assessment itself."""

from __future__ import annotations

import uuid

from kaohe.web.accounts.models import Post
from kaohe.web.audit.models import Event
from kaohe.web.evidence.models import Issue, TypicalCase
from tests.web.cast import BEGIN, Cast

CASES = "/evidence/cases/"
ISSUES = "/evidence/issues/"


def a_case(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "cycle": str(cast.cycle.pk),
        "department": str(cast.department("社建办").pk),
        "area": str(cast.area("J02").pk),
        "title": "一张长桌议小事",
        "story": "楼组长每周三晚上在架空层摆一张长桌。",
        "submission": str(uuid.uuid4()),
        **changed,
    }


def an_issue(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "cycle": str(cast.cycle.pk),
        "matter": "两个科室重复要同一份名单",
        "owner": "党建办",
        "due_on": "2024-12-10",
        "done_on": "",
        "outcome": "",
        "submission": str(uuid.uuid4()),
        **changed,
    }


def test_a_case_is_shared_once_the_area_agrees(cast: Cast) -> None:
    scorer = cast.client("scorer")
    assert scorer.post(f"{CASES}add", a_case(cast)).status_code == 302
    case = TypicalCase.objects.get()
    readers = ("secretary", "worker", "leader", "monitor", "group_member")
    for username in readers:
        assert "长桌" not in cast.client(username).get(CASES).content.decode()
        assert cast.client(username).get(f"{CASES}{case.pk}/").status_code == 404
    assert "尚未同意" in scorer.get(f"{CASES}{case.pk}/").content.decode()
    agreed = a_case(cast, agreed="on", seen="1")
    assert scorer.post(f"{CASES}{case.pk}/change", agreed).status_code == 302
    for username in readers:
        assert "长桌" in cast.client(username).get(CASES).content.decode()
        page = cast.client(username).get(f"{CASES}{case.pk}/").content.decode()
        assert "架空层" in page
        assert "修改" not in page
    for username in ("finance", "provider", "interviewer", "max", "stranger"):
        assert cast.client(username).get(f"{CASES}{case.pk}/").status_code == 404


def test_a_department_writes_only_in_its_own_name(cast: Cast) -> None:
    foreign = a_case(cast, department=str(cast.department("城建中心").pk))
    assert cast.client("scorer").post(f"{CASES}add", foreign).status_code == 422
    for username in ("secretary", "leader", "monitor"):
        assert cast.client(username).get(f"{CASES}add").status_code == 404


def test_an_issue_has_an_owner_and_a_day_and_is_closed_with_what_came_of_it(cast: Cast) -> None:
    clerk = cast.client("clerk")
    before = Event.objects.count()
    assert clerk.post(f"{ISSUES}add", an_issue(cast)).status_code == 302
    issue = Issue.objects.get()
    bare = clerk.post(f"{ISSUES}{issue.pk}/change", an_issue(cast, done_on="2024-11-19"))
    assert bare.status_code == 422
    assert "写明结果" in bare.content.decode()
    closed = an_issue(cast, done_on="2024-11-19", outcome="改由党建办统一提供", seen="1")
    assert clerk.post(f"{ISSUES}{issue.pk}/change", closed).status_code == 302
    assert Event.objects.count() == before + 2
    for username in ("inspection", "auditor", "monitor", "group_head"):
        page = cast.client(username).get(ISSUES).content.decode()
        assert "统一提供" in page
        assert f"{ISSUES}add" not in page
    for username in ("secretary", "scorer", "leader", "max"):
        assert cast.client(username).get(ISSUES).status_code == 404


def test_whoever_writes_for_one_department_does_not_see_the_drafts_of_others(cast: Cast) -> None:
    cast.client("scorer").post(f"{CASES}add", a_case(cast))
    case = TypicalCase.objects.get()
    other = cast.user("other_scorer")
    Post.objects.create(town=cast.town, user=other, role="leader", scope=["J02"], from_on=BEGIN)
    client = cast.client("other_scorer")
    assert "长桌" not in client.get(CASES).content.decode()
    assert client.get(f"{CASES}{case.pk}/").status_code == 404
    assert cast.client("clerk").get(f"{CASES}{case.pk}/").status_code == 200
