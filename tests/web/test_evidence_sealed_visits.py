"""Visits without notice: nobody but inspection and the heads knows of one until it is done."""

from __future__ import annotations

import uuid

import pytest

from kaohe.web.audit.models import Event
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.facts import observed
from kaohe.web.evidence.models import SealedVisit
from tests.web.cast import Cast

VISITS = "/evidence/sealed-visits/"
DONE = "/evidence/done-visits/"


def a_visit(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "cycle": str(cast.cycle.pk),
        "area": str(cast.area("J01").pk),
        "planned_on": "2024-12-03",
        "purpose": "看报表有没有减下来",
        "submission": str(uuid.uuid4()),
        **changed,
    }


@pytest.fixture
def visit(cast: Cast) -> SealedVisit:
    """One planned."""
    cast.client("inspection").post(f"{VISITS}add", a_visit(cast))
    return SealedVisit.objects.get()


def test_a_plan_is_seen_by_inspection_and_heads_alone(cast: Cast, visit: SealedVisit) -> None:
    for username in ("other_inspection", "group_head"):
        assert "看报表" in cast.client(username).get(VISITS).content.decode()
    for username in ("clerk", "auditor", "scorer", "secretary", "leader", "group_member", "max"):
        assert cast.client(username).get(VISITS).status_code == 404
        assert cast.client(username).get(f"{VISITS}{visit.pk}/").status_code == 404
        assert cast.client(username).get(f"{VISITS}workbook").status_code == 404
    assert cast.client("group_head").get(f"{VISITS}add").status_code == 404


def test_the_auditor_sees_it_once_it_is_done(cast: Cast, visit: SealedVisit) -> None:
    auditor = cast.client("auditor")
    assert "看报表" not in auditor.get(DONE).content.decode()
    assert auditor.get(f"{DONE}{visit.pk}/").status_code == 404
    told = a_visit(cast, done_on="2024-11-19", finding="仍要求每周报表", seen="1")
    address = f"{VISITS}{visit.pk}/change"
    assert cast.client("other_inspection").post(address, told).status_code == 302
    assert "仍要求每周报表" in auditor.get(DONE).content.decode()
    assert auditor.get(f"{VISITS}{visit.pk}/").status_code == 404
    assert cast.client("secretary").get(DONE).status_code == 404


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"done_on": "2024-11-19", "finding": ""}, "写明结果"),
        ({"done_on": "2024-12-01", "finding": "x"}, "不能晚于今天"),
    ],
)
def test_what_is_done_says_when_and_what(
    cast: Cast, visit: SealedVisit, changed: dict[str, str], reason: str
) -> None:
    sent = a_visit(cast, seen="1", **changed)
    page = cast.client("inspection").post(f"{VISITS}{visit.pk}/change", sent)
    assert page.status_code == 422
    assert reason in page.content.decode()


def test_the_log_says_neither_where_nor_when(cast: Cast, visit: SealedVisit) -> None:
    event = Event.objects.get(act="evidence.sealedvisit.added")
    assert event.told == "四不两直暗访"


def test_it_bears_no_points(cast: Cast, visit: SealedVisit) -> None:
    rows = observed(cast.cycle, scheme_of(cast.cycle))
    assert not [row for table in rows.values() for row in table]
