"""Figures with and without the ballots that two people left out."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe.web.cycles.models import Cycle
from kaohe.web.results.set_aside import with_and_without
from kaohe.web.surveys.models import Ballot
from kaohe.web.surveys.reviewing import review
from tests.web.cast import NOW, Cast
from tests.web.rounds import closed, opened, send

WORST = {f"q{number}": "very_dissatisfied" for number in range(2, 11)}
BEST = {"q1.1": "yes", "q1.2": "yes", **{f"q{number}": "very_satisfied" for number in range(2, 11)}}


@pytest.fixture
def reviewed(cast: Cast, filled: Cast) -> Cast:
    """A round of two areas in a year that is filled; one ballot of the first is left out."""
    from kaohe.web.cycles.models import Delivery

    Delivery.objects.filter(cycle=cast.cycle, table__startswith="answer").update(state="withdrawn")
    Delivery.objects.filter(cycle=cast.cycle, table__startswith="partici").update(state="withdrawn")
    held, codes = opened(cast, {"J01": 2, "J02": 1})
    one, other, third = codes.values()
    send(held, one, WORST)
    send(held, other, BEST)
    send(held, third, BEST)
    closed(cast, held)
    worst = next(one for one in Ballot.objects.all() if one.answers == WORST)
    for username in ("inspection", "statistics"):
        person = cast.person(username)
        review(worst, aside=True, reason="整卷同一项", by=person, at=NOW)
    return cast


def shown(one: Any, label: str) -> tuple[str, str]:
    """The figure of an area with this label, both ways."""
    [figure] = [figure for figure in one.figures if figure.label.zh == label]
    return figure.with_all.zh, figure.without.zh


def test_only_areas_with_ballots_left_out_are_compared(reviewed: Cast) -> None:
    found = with_and_without(reviewed.cycle)
    assert found is not None
    [one] = found
    assert (one.area_id, one.ballots) == ("J01", 1)
    moved = [figure for figure in one.figures if figure.moves]
    assert len(moved) == 1
    assert {(figure.with_all.zh, figure.without.zh) for figure in moved} == {("52.63", "100.00")}


def test_the_page_is_for_those_who_may_see_ranks(reviewed: Cast) -> None:
    for username in ("clerk", "group_head", "group_member", "auditor"):
        page = reviewed.client(username).get("/results/left-out/")
        assert page.status_code == 200
        assert "100.00" in page.content.decode()
    for username in ("secretary", "inspection", "statistics", "scorer"):
        assert reviewed.client(username).get("/results/left-out/").status_code == 404


def test_a_year_without_any_says_so(cast: Cast, filled: Cast) -> None:
    page = cast.client("clerk").get("/results/left-out/").content.decode()
    assert "没有不计入的答卷" in page
    assert Cycle.objects.filter(pk=cast.cycle.pk).exists()
