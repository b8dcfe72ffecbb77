"""Faults across tables: where and what is expected for the clerk, values for who may read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.web.accounts.models import Post
from kaohe.web.evidence.models import Mark, Sanction
from kaohe.web.registry.models import AreaCount
from kaohe.web.surveys.models import Ballot, Participation, Round
from tests.web.cast import BEGIN, Cast
from tests.web.filling import begin_scoring, hand_in
from tests.web.rounds import VALUES

pytestmark = pytest.mark.either_database

CHECK = "/results/check"
BARRED = '<span class="day quiet-text">不公开</span>'


@pytest.fixture
def doubled(filled: Cast, tmp_path: Path) -> Cast:
    """A year in which two files in force tell of the same case."""
    double = {
        "case_id": "hotline00",
        "area_id": "J01",
        "source": "petition",
        "received_on": "2024-06-01",
        "responsible": "true",
        "handled": "true",
    }
    hand_in(filled, "petition", "cases", [double], tmp_path, part="补报")
    return filled


def page(cast: Cast, username: str = "clerk") -> str:
    answer = cast.client(username).post(CHECK)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_clerk_learns_where_a_fault_lies_but_not_what_a_file_holds(doubled: Cast) -> None:
    told = page(doubled)
    assert "办件编号" in told
    assert '<td class="number">14</td>' in told
    assert BARRED in told
    assert "hotline00" not in told


def test_who_hands_in_every_file_of_the_table_sees_the_value(doubled: Cast) -> None:
    provider = {"town": doubled.town, "role": "provider", "from_on": BEGIN}
    post = Post.objects.create(user=doubled.user("clerk"), scope=["petition"], **provider)
    assert "hotline00" not in page(doubled), "it may be a case of the hotline"
    Post.objects.filter(pk=post.pk).update(scope=["petition", "hotline"])
    assert "hotline00" in page(doubled)


def test_marks_are_told_from_scoring_on_and_sanctions_never(filled: Cast) -> None:
    mark = Mark.objects.filter(area__area_id="J01").first()
    assert mark is not None
    Mark.objects.filter(pk=mark.pk).update(score="120.25")
    Sanction.objects.update(points=31)
    told = page(filled)
    assert told.count(BARRED) == 2
    assert "120.25" not in told
    begin_scoring(filled)
    told = page(filled)
    assert "120.25" in told
    assert told.count(BARRED) == 1
    assert ">31<" not in told


def test_who_took_part_and_what_was_said_is_told_to_nobody(filled: Cast) -> None:
    values = {name: value for name, value in VALUES.items() if not name.endswith("_on")}
    days = {"opens_on": BEGIN, "closes_on": BEGIN}
    for tag in ("one", "two"):
        held = Round.objects.create(
            town=filled.town, cycle=filled.cycle, tag=tag, state="counted", **values, **days
        )
        told = {"town": filled.town, "cycle": filled.cycle, "round": held, "area_id": "J01"}
        Participation.objects.create(**told, sample="online.2", household_id="H-twice")
        Ballot.objects.create(**told, sample="online.2", answers={"q10": "fair"})
    told_by_page = page(filled)
    assert "参与测评名册" in told_by_page
    line = told_by_page.split("参与测评名册", 1)[1].split("</tr>", 1)[0]
    assert BARRED in line
    assert "H-twice" not in told_by_page


def test_rows_of_the_town_keep_their_values(doubled: Cast) -> None:
    AreaCount.objects.filter(area__area_id="J01").update(households=0)
    told = page(doubled)
    assert "<td>0</td>" in told


def test_the_page_is_for_who_scores(doubled: Cast) -> None:
    for username in ("auditor", "provider", "group_head", "max"):
        assert doubled.client(username).post(CHECK).status_code == 404
