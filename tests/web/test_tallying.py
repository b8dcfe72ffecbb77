"""What lies in a box is told where it does not fit: never silently, and nothing is left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import translation

from kaohe.web.audit.models import Event
from kaohe.web.cycles.rules import open_points, transition
from kaohe.web.cycles.standing import standing_of
from kaohe.web.surveys import actions, boxes
from kaohe.web.surveys.codes import receipt_of
from kaohe.web.surveys.models import Ballot, Round
from kaohe.web.surveys.opening import count_ballots
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.surveys.sealing import Contents, seal
from kaohe.web.surveys.tallying import differences_told
from tests.web.cast import NOW, Cast
from tests.web.fieldwork import at_work, hand_in, returned, to_ask
from tests.web.fieldwork import told as reported
from tests.web.meetings import HOUSEHOLD, attended, drawn, slips
from tests.web.rounds import ANSWERS, closed, households, opened, prepared, send

Change = Callable[[Round], None]


def run(held: Round, statement: str, *values: object) -> None:
    """Somebody who can get at the box changes it."""
    with boxes.box_of(held.tag).work() as work:
        work.run(statement, values)


def forged(held: Round, sample: str = "online.2") -> bytes:
    """A ballot that anybody can make who knows the public key, which is no secret."""
    contents = Contents("J01", sample, ANSWERS)
    return seal(contents, asking_of(held).length, held.public_keys)


def lose_ballot(held: Round) -> None:
    one = boxes.receipts(boxes.box_of(held.tag))[0]
    run(held, "DELETE FROM {box}sealed WHERE receipt = %s", one)


def lose_participation(held: Round) -> None:
    run(held, "DELETE FROM {box}participation WHERE voter = %s", "J01-1-00000")


def lose_both(held: Round) -> None:
    lose_ballot(held)
    lose_participation(held)


def add_ballot(held: Round) -> None:
    ballot = forged(held)
    run(held, boxes.PUT, receipt_of(ballot), ballot, "")


def swap_ballot(held: Round) -> None:
    lose_ballot(held)
    add_ballot(held)


def swap_under_its_receipt(held: Round) -> None:
    one = boxes.receipts(boxes.box_of(held.tag))[0]
    run(held, "UPDATE {box}sealed SET ballot = %s WHERE receipt = %s", forged(held), one)


def leave(held: Round) -> None:
    pass


TAKEN = "云溪苑居民区、线上（下半年）：票箱里有答卷 {} 份，参加记录 {} 条，应当一样多。"
CLOSING = "截止时记录的答卷有 {} 份，开箱时票箱里有 {} 份。"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (leave, leave, []),
        (lose_ballot, leave, [TAKEN.format(2, 3)]),
        (lose_participation, leave, [TAKEN.format(3, 2)]),
        (add_ballot, leave, [TAKEN.format(4, 3)]),
        (leave, lose_ballot, [CLOSING.format(3, 2), TAKEN.format(2, 3)]),
        (
            leave,
            lose_both,
            [CLOSING.format(3, 2), "截止时的参与数是 3，开箱时是 2。"],
        ),
        (
            leave,
            swap_ballot,
            ["答卷还是 3 份，回执清单却与截止时记录的摘要对不上：截止以后有答卷被换过。"],
        ),
        (
            swap_under_its_receipt,
            leave,
            ["有 1 份答卷与自己的回执对不上：答卷被改过或者换过。"],
        ),
    ],
)
def test_a_box_that_was_changed_is_told_when_it_is_opened(
    cast: Cast, before: Change, after: Change, found: list[str]
) -> None:
    held, codes = opened(cast, {"J01": 3, "J02": 1})
    for household, code in codes.items():
        if household.startswith("J01"):
            assert send(held, code).status_code == 200
    before(held)
    actions.close_round(held, reason="提前", by=cast.person("clerk"), at=NOW)
    after(held)
    there = len(boxes.receipts(boxes.box_of(held.tag)))
    assert count_ballots(held, at=NOW)
    done = Round.objects.get(pk=held.pk)
    assert differences_told(done) == found
    assert Ballot.objects.filter(round=held).count() == there, "each that is there counts"
    event = Event.objects.get(act="surveys.round_counted")
    assert ("开箱核对有出入" in event.told) == bool(found)
    assert all(one in event.told for one in found)
    for who in ("clerk", "inspection", "auditor", "group_head", "group_member"):
        page = cast.client(who).get(f"/surveys/{held.pk}/").content.decode()
        assert all(one in page for one in found), who
        assert ("请纪检监察和审计查明原因" in page) == bool(found)
        assert ("都相符" in page) != bool(found)
        assert ("核对有出入" in cast.client(who).get("/surveys/").content.decode()) == bool(found)
    step = transition("collecting", "scoring")
    assert step is not None
    points = open_points(step, standing_of(cast.cycle), cast.cycle)
    assert any("开箱核对有出入" in one for one in points) == bool(found)


def test_what_was_exchanged_is_found_with_the_first_of_two_keys(cast: Cast) -> None:
    held = prepared(cast, two_keepers=True)
    households(cast, "J01", 2)
    clerk = cast.person("clerk")
    codes = actions.issue_codes(held, [cast.area("J01")], by=clerk, at=NOW)
    people = [cast.person(one) for one in ("inspection", "group_head")]
    keys = [actions.take_key(held, by=one, at=NOW) for one in people]
    held = actions.open_round(held, by=clerk, at=NOW)
    for code in codes.values():
        assert send(held, code).status_code == 200
    swap_under_its_receipt(held)
    actions.close_round(held, reason="提前", by=clerk, at=NOW)
    told = ["有 1 份答卷与自己的回执对不上：答卷被改过或者换过。"]
    actions.hand_in_key(held, keys[0], by=people[0], at=NOW)
    assert differences_told(Round.objects.get(pk=held.pk)) == told
    run(held, "DELETE FROM {box}unwrapped")
    actions.hand_in_key(held, keys[1], by=people[1], at=NOW)
    told += [CLOSING.format(2, 0), TAKEN.format(0, 2)]
    assert differences_told(Round.objects.get(pk=held.pk)) == told


def test_a_meeting_gives_as_many_ballots_as_seats_and_no_more_than_came(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3)
    held, codes = row.round, slips(cast, row, 4)[HOUSEHOLD]
    assert [send(held, code).status_code for code in codes] == [200, 200, 200, 409]
    run(held, "UPDATE {box}room SET most = 9")
    assert send(held, codes[3]).status_code == 200
    done = closed(cast, held)
    assert differences_told(done) == [
        "云溪苑居民区、座谈会（居民户）：票箱里有答卷 4 份，登记的到会只有 3。"
    ]


def test_fewer_ballots_than_came_are_nothing_to_tell(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3, party=2)
    codes = slips(cast, row, 2, party=1)
    assert [send(row.round, code).status_code for code in codes[HOUSEHOLD]] == [200, 200]
    assert closed(cast, row.round).differences == []


@pytest.mark.parametrize("lost", [0, 1])
def test_a_third_party_s_ballots_are_as_many_as_its_interviews(cast: Cast, lost: int) -> None:
    held, draw = at_work(cast)
    asked = to_ask(draw, "J01")
    file = returned([*reported(asked[:2]), *reported(asked[2:], "R", answers={})])
    assert hand_in(cast.client("survey_manager"), held, file).status_code in (200, 302)
    for one in asked[:lost]:
        run(held, "DELETE FROM {box}participation WHERE voter = %s", one.household_id)
        lose_ballot(held)
    done = closed(cast, held)
    told = "云溪苑居民区、第三方：票箱里有答卷 1 份，第三方登记为已答的有 2 户，应当一样多。"
    assert differences_told(done) == [told] * lost


def test_what_the_log_says_is_in_its_own_language(cast: Cast) -> None:
    held, codes = opened(cast)
    for code in codes.values():
        assert send(held, code).status_code == 200
    lose_ballot(held)
    client = cast.client("clerk")
    client.cookies["language"] = "en"
    with translation.override(None):
        page = client.get(f"/surveys/{held.pk}/close").content.decode()
        key = page.partition('name="submission" value="')[2].partition('"')[0]
        client.post(f"/surveys/{held.pk}/close", {"submission": key, "reason": "early"})
        page = client.get(f"/surveys/{held.pk}/").content.decode()
    assert "2 ballots in the box" in page
    assert "票箱里有答卷 2 份" in Event.objects.get(act="surveys.round_counted").told
