"""Figures with and without the ballots that two people left out."""

from __future__ import annotations

import pytest

from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.results.set_aside import with_and_without
from kaohe.web.surveys.models import Ballot
from kaohe.web.surveys.reviewing import review
from tests.web.cast import NOW, Cast
from tests.web.rounds import closed, opened, send

pytestmark = pytest.mark.either_database

WORST = {f"q{number}": "very_dissatisfied" for number in range(2, 11)}
BEST = {"q1.1": "yes", "q1.2": "yes", **{f"q{number}": "very_satisfied" for number in range(2, 11)}}


def reviewed(cast: Cast, count: int) -> None:
    """A round of two areas in a year that is filled; so many ballots of the first are left out."""
    for table in ("answer", "partici"):
        files = Delivery.objects.filter(cycle=cast.cycle, table__startswith=table)
        files.update(state="withdrawn")
    held, codes = opened(cast, {"J01": count + 1, "J02": 1})
    *worst, best, other = codes.values()
    for code in worst:
        send(held, code, WORST)
    send(held, best, BEST)
    send(held, other, BEST)
    closed(cast, held)
    for ballot in Ballot.objects.all():
        if ballot.answers == WORST:
            for username in ("inspection", "statistics"):
                person = cast.person(username)
                review(ballot, aside=True, reason="整卷同一项", by=person, at=NOW)


def test_only_areas_with_ballots_left_out_are_compared(cast: Cast, filled: Cast) -> None:
    reviewed(cast, 5)
    [one] = with_and_without(cast.cycle) or ()
    assert (one.area_id, one.ballots, one.few) == ("J01", 5, False)
    moved = {(figure.with_all.zh, figure.without.zh) for figure in one.figures if figure.moves}
    # 0 points of 45 answers and 100 of 10, and the 10 alone
    assert ("18.18", "100.00") in moved


def test_of_fewer_than_five_no_figure_tells_what_was_said(cast: Cast, filled: Cast) -> None:
    reviewed(cast, 4)
    [one] = with_and_without(cast.cycle) or ()
    assert one.few
    assert {figure.label.zh for figure in one.figures} <= {"名次", "等次", "档次"}
    page = cast.client("group_head").get("/results/left-out/").content.decode()
    assert "不足五份时不列分数" in page
    assert "100.00" not in page


def test_the_page_is_for_those_who_may_see_ranks(cast: Cast, filled: Cast) -> None:
    reviewed(cast, 5)
    for username in ("clerk", "group_head", "group_member", "auditor"):
        page = cast.client(username).get("/results/left-out/")
        assert page.status_code == 200
        assert "100.00" in page.content.decode()
    for username in ("secretary", "inspection", "statistics", "scorer"):
        assert cast.client(username).get("/results/left-out/").status_code == 404


def test_a_year_without_any_says_so(cast: Cast, filled: Cast) -> None:
    page = cast.client("clerk").get("/results/left-out/").content.decode()
    assert "没有不计入的答卷" in page
    assert Cycle.objects.filter(pk=cast.cycle.pk).exists()
