"""Meetings: the draw, who came, slips and their bound, what becomes of it in the facts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kaohe.analysis.sampling import digest
from kaohe.web.audit.actions import Stale
from kaohe.web.audit.models import Event
from kaohe.web.audit.wording import WORDS
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.models import AreaCount
from kaohe.web.surveys import boxes, meeting_actions
from kaohe.web.surveys.facts import judged
from kaohe.web.surveys.meeting_presenters import coming_to, findings_of
from kaohe.web.surveys.meeting_rules import to_invite
from kaohe.web.surveys.meeting_sizes import sizes_of
from kaohe.web.surveys.models import Meeting, MeetingCount, Round
from tests.web.cast import NOW, Cast
from tests.web.meetings import (
    HOUSEHOLD,
    PARTY,
    attended,
    called,
    count_of,
    drawn,
    ended,
    meeting_round,
    slips,
)
from tests.web.rounds import closed, households, send

DRAWING = Path(__file__).parents[2] / "docs/reference/drawing.md"

# -- how many are wanted


def test_what_the_scheme_asks_is_told_for_each_panel(cast: Cast) -> None:
    row = called(cast)
    count = AreaCount.objects.get(snapshot__year=2024, snapshot__number=2, area=row.area)
    AreaCount.objects.filter(pk=count.pk).update(households=1686, party_members=153)
    found = sizes_of(row)
    assert (found[HOUSEHOLD].least, found[HOUSEHOLD].most) == (85, 100)
    assert (found[PARTY].least, found[PARTY].most) == (16, None)
    AreaCount.objects.filter(pk=count.pk).update(households=5000)
    assert sizes_of(row)[HOUSEHOLD].least == 100
    assert to_invite(85, 60) == 142


def test_without_counts_nothing_is_asked(cast: Cast) -> None:
    row = called(cast)
    AreaCount.objects.filter(area=row.area).delete()
    assert {one.least for one in sizes_of(row).values()} == {None}


# -- the draw


def test_the_list_is_drawn_by_building_with_reserves_in_order(cast: Cast) -> None:
    row = drawn(cast, count=10)
    listed = list(row.households.all())
    main = [one for one in listed if one.way == "invited"]
    reserves = [one for one in listed if one.way == "reserve"]
    assert (row.invited, len(main), len(reserves)) == (10, 10, 10)
    assert [sum(one.building == name for one in main) for name in ("J01-1", "J01-2")] == [5, 5]
    assert sorted(one.stands_by for one in reserves) == list(range(1, 11))
    assert {one.stands_by for one in main} == {0}


def test_anybody_draws_the_same_list_again_from_frame_and_seed(cast: Cast) -> None:
    row = drawn(cast, count=7)
    text = row.frame_path.read_text("utf-8")
    assert digest(text) == row.frame_sha256
    [program] = re.findall(r"```python\n(.*?)```", DRAWING.read_text("utf-8"), re.DOTALL)
    scope: dict[str, object] = {}
    exec(program, scope)
    again = scope["main_lists"](csv.DictReader(text.splitlines()), {"J01": 7}, row.seed)  # type: ignore[operator]
    kept = row.households.filter(way="invited").values_list("building", "household_id")
    assert sorted((building, one) for _, building, one in again) == sorted(kept)


def test_a_list_is_drawn_once(cast: Cast) -> None:
    row = drawn(cast)
    with pytest.raises(PermissionDenied, match="不能重抽"):
        meeting_actions.draw_invitations(row, count=3, share=50, by=cast.person("clerk"), at=NOW)


def test_more_than_there_are_means_all(cast: Cast) -> None:
    row = drawn(cast, count=500)
    assert row.invited == row.households.count() == 40


def test_an_area_without_households_cannot_draw(cast: Cast) -> None:
    with pytest.raises(PermissionDenied, match="还没有登记住户"):
        drawn(cast, homes=0)


# -- who came


def test_came_is_marked_by_way_and_by_number(cast: Cast) -> None:
    row = drawn(cast)
    outside = sorted(
        {f"J01-1-{n:05}" for n in range(20)}
        - set(row.households.values_list("household_id", flat=True))
    )
    row = attended(cast, row, 6, party=4, brought=outside[:2])
    assert (count_of(row).came, count_of(row, PARTY).came) == (8, 4)
    coming = coming_to(row)
    assert (coming.invited + coming.reserves, coming.brought, coming.drawn_share) == (6, 2, 75)
    row = attended(cast, row, 5, party=4)
    assert (count_of(row).came, coming_to(row).brought) == (5, 0)


def test_households_that_are_brought_are_of_the_area_and_not_on_the_list(cast: Cast) -> None:
    row = drawn(cast)
    on_it = row.households.values_list("household_id", flat=True)[0]
    households(cast, "J02", 1)
    for brought, told in (("J02-1-00000", "没有登记"), (on_it, "在邀请名单上")):
        with pytest.raises(ValidationError, match=told):
            attended(cast, row, 0, brought=[brought])


def test_many_households_take_a_reason_and_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = drawn(cast, count=110, homes=120)
    with pytest.raises(ValidationError, match="100 户"):
        attended(cast, row, 101)
    assert count_of(row).came == 0
    assert attended(cast, row, 100).pk
    row = attended(cast, row, 101, reason="楼栋多")
    assert (count_of(row).came, row.many_because) == (101, "楼栋多")


def test_two_who_mark_at_the_same_time_do_not_undo_each_other(cast: Cast) -> None:
    row = drawn(cast)
    seen = row.version
    attended(cast, row, 3)
    given = meeting_actions.Attendance([], [], {PARTY: 0})
    with pytest.raises(Stale):
        meeting_actions.mark_attendance(row, given, seen=seen, by=cast.person("secretary"), at=NOW)


@pytest.mark.parametrize("came", [0, 3, 4, 9])
@pytest.mark.parametrize("state", ["voted", "closed"])
def test_attendance_stays_as_it_was_once_the_voting_is_over(
    cast: Cast, came: int, state: str
) -> None:
    row = attended(cast, drawn(cast), 3, party=2)
    ended(cast, row, homes=4 if state == "voted" else 0)
    if state == "closed":
        meeting_actions.close_meeting(row, by=cast.person("clerk"), at=NOW)
    version = Meeting.objects.get(pk=row.pk).version
    with pytest.raises(PermissionDenied, match="不能再改"):
        attended(cast, row, came, party=came)
    assert (count_of(row).came, count_of(row, PARTY).came) == (3, 2)
    assert row.households.filter(came=True).count() == 3
    assert Meeting.objects.get(pk=row.pk).version == version


def test_attendance_that_does_not_change_any_more_says_why(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3)
    ended(cast, row, homes=4)
    page = cast.client("secretary").get(f"/surveys/meetings/{row.pk}/attendance").content.decode()
    assert "投票已经结束，到会登记不能再改：答卷不能多于到会" in page
    assert "保存到会登记" not in page
    for who in ("secretary", "clerk", "group_head"):
        page = cast.client(who).get(f"/surveys/meetings/{row.pk}/").content.decode()
        assert "到会登记已经定下，不能再改" in page
        assert "多 1 份。投票结束以后到会不能再改" in page


# -- slips


def test_no_more_ballots_are_taken_than_people_came(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2, party=1)
    codes = slips(cast, row, 4, party=2)
    sent = [send(row.round, code).status_code for code in codes[HOUSEHOLD]]
    assert sent == [200, 200, 409, 409]
    assert [send(row.round, code).status_code for code in codes[PARTY]] == [200, 409]
    attended(cast, row, 3, party=1)
    assert "到会人数一样多" in send(row.round, codes[PARTY][1]).content.decode()
    assert send(row.round, codes[HOUSEHOLD][3]).status_code == 200


def test_nothing_is_taken_before_anybody_came(cast: Cast) -> None:
    row = drawn(cast)
    [code] = slips(cast, row, 1)[HOUSEHOLD]
    assert send(row.round, code).status_code == 409
    attended(cast, row, 1)
    assert send(row.round, code).status_code == 200


def test_attendance_does_not_fall_below_the_ballots(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3)
    for code in slips(cast, row, 3)[HOUSEHOLD]:
        send(row.round, code)
    with pytest.raises(ValidationError, match="比已收的答卷 3 份还少"):
        attended(cast, row, 2)
    box = boxes.box_of(row.round.tag)
    assert not boxes.set_room(box, "J01", {HOUSEHOLD: 2})
    assert boxes.set_room(box, "J01", {HOUSEHOLD: 3})


def test_a_seat_leads_to_nobody(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 3)
    slips(cast, row, 3)
    with boxes.box_of(row.round.tag).work() as work:
        voters = {voter for (voter,) in work.run("SELECT voter FROM {box}codes")}
    assert len(voters) == 3
    assert not voters & set(row.households.values_list("household_id", flat=True))


def test_slips_are_void_once_the_voting_has_ended(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2)
    one, other = slips(cast, row, 2)[HOUSEHOLD]
    assert send(row.round, one).status_code == 200
    assert ended(cast, row) == ""
    assert send(row.round, other).status_code == 422
    row.refresh_from_db()
    with pytest.raises(PermissionDenied, match="作废"):
        slips(cast, row, 1)


@pytest.mark.parametrize("who", ["secretary", "leader", "worker", "scorer", "other_inspection"])
def test_only_clerk_and_observer_handle_ballots(cast: Cast, who: str) -> None:
    row = attended(cast, drawn(cast), 2)
    person = cast.person(who)
    for act in (
        lambda: meeting_actions.make_slips(row, {HOUSEHOLD: 1}, by=person, at=NOW),
        lambda: meeting_actions.count_papers(row, {HOUSEHOLD: 1}, by=person, at=NOW),
        lambda: meeting_actions.close_meeting(row, by=person, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()


# -- the end


def test_a_record_closes_when_ballots_and_attendance_agree(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2)
    clerk = cast.person("clerk")
    with pytest.raises(PermissionDenied, match="先结束投票"):
        meeting_actions.close_meeting(row, by=clerk, at=NOW)
    ended(cast, row, homes=3)
    row.refresh_from_db()
    assert any("多 1 份" in one for one in findings_of(row))
    with pytest.raises(PermissionDenied, match="没有封入票箱"):
        meeting_actions.close_meeting(row, by=clerk, at=NOW)
    ended(cast, row, homes=0)
    assert meeting_actions.close_meeting(row, by=clerk, at=NOW).state == "closed"
    with pytest.raises(PermissionDenied, match="记录不能再改"):
        attended(cast, Meeting.objects.get(pk=row.pk), 1)


def test_a_round_does_not_close_while_paper_lies_outside_the_box(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2)
    ended(cast, row, homes=2)
    with pytest.raises(PermissionDenied, match="没有入箱：“云溪苑居民区”"):
        closed(cast, row.round)
    MeetingCount.objects.filter(meeting=row).update(paper=0)
    closed(cast, row.round)
    found = findings_of(Meeting.objects.get(pk=row.pk))
    assert any("还没有完成" in one for one in found)


def test_who_came_and_what_they_said_become_facts(cast: Cast) -> None:
    held = meeting_round(cast)
    row = attended(cast, drawn(cast, round=held), 3, party=2)
    attended(cast, drawn(cast, area_id="J02", round=held), 1)
    codes = slips(cast, row, 2, party=1)
    for code in (*codes[HOUSEHOLD], *codes[PARTY]):
        assert send(held, code).status_code == 200
    done = closed(cast, held)
    assert (done.ballots, done.participants) == (3, 6)
    rows = {name: list(found) for name, found in judged(cast.cycle, scheme_of(cast.cycle)).items()}
    told = sorted(
        (one["area_id"], one["panel"], one["household_id"]) for one in rows["participation"]
    )
    came = sorted(row.households.filter(came=True).values_list("household_id", flat=True))
    assert [one for one in told if one[0] == "J01"] == [
        *(("J01", "household", one) for one in came),
        ("J01", "party_member", "1"),
        ("J01", "party_member", "2"),
    ]
    assert [one[:2] for one in told if one[0] == "J02"] == [("J02", "household")]
    assert sorted(one["panel"] for one in rows["answers"]) == [
        "household",
        "household",
        "party_member",
    ]
    assert {one["channel"] for one in rows["answers"]} == {"meeting"}


def test_each_act_is_one_event_that_has_words(cast: Cast) -> None:
    row = attended(cast, drawn(cast), 2)
    slips(cast, row, 2)
    ended(cast, row)
    row.refresh_from_db()
    meeting_actions.close_meeting(row, by=cast.person("clerk"), at=NOW)
    acts = list(
        Event.objects.filter(act__startswith="surveys.")
        .order_by("number")
        .values_list("act", flat=True)
    )
    assert acts[2:] == [
        "surveys.meeting_called",
        "surveys.invitations_drawn",
        "surveys.attendance_marked",
        "surveys.slips_made",
        "surveys.voting_ended",
        "surveys.meeting_closed",
    ]
    assert set(acts[2:]) <= WORDS.keys()


def test_one_meeting_of_an_area_in_a_round(cast: Cast) -> None:
    row = called(cast)
    with pytest.raises(ValidationError, match="已经登记了座谈会"):
        called(cast, round=row.round, homes=0)
    assert Round.objects.count() == 1
