"""Paper ballots of a meeting: typed by two, read by nobody else, compared, sealed."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from kaohe.web.surveys import boxes, meeting_actions, meeting_typing
from kaohe.web.surveys.meeting_papers import key_from, lock, locked_by, unlock
from kaohe.web.surveys.models import Ballot, Meeting, PaperDraft, Round
from tests.web.cast import NOW, Cast
from tests.web.meetings import (
    FAIR,
    HOUSEHOLD,
    attended,
    count_of,
    drawn,
    ended,
    key_of,
    slips,
    typed,
)
from tests.web.rounds import ANSWERS, closed, send


@pytest.fixture
def paper(cast: Cast) -> tuple[Meeting, str]:
    """A meeting at which four came and two of them filled in paper; the code of the paper."""
    row = attended(cast, drawn(cast), 4)
    for code in slips(cast, row, 2)[HOUSEHOLD]:
        send(row.round, code)
    return row, ended(cast, row, homes=2)


def seal(cast: Cast, row: Meeting, code: str, who: str = "clerk") -> None:
    meeting_typing.seal_papers(count_of(row), key=key_of(row, code), by=cast.person(who), at=NOW)


def test_a_draft_has_one_length_and_one_key() -> None:
    check = locked_by("CODE")
    key = key_from("CODE", check)
    assert key is not None
    assert key_from("CODF", check) is None
    little, much = lock({1: {}}, key, 4096), lock({1: ANSWERS, 2: FAIR}, key, 4096)
    assert len(little) == len(much)
    assert unlock(much, key) == {1: ANSWERS, 2: FAIR}


def test_what_two_typed_alike_goes_into_the_box(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    stack = {1: ANSWERS, 2: {}}
    typed(cast, "clerk", row, code, stack)
    with pytest.raises(PermissionDenied, match="两人各自"):
        seal(cast, row, code)
    typed(cast, "inspection", row, code, stack)
    seal(cast, row, code)
    assert not PaperDraft.objects.exists()
    assert count_of(row).sealed
    assert boxes.participants_by_area(boxes.box_of(row.round.tag)) == {("J01", HOUSEHOLD): 4}
    meeting_actions.close_meeting(row, by=cast.person("inspection"), at=NOW)
    assert closed(cast, row.round).ballots == 4
    assert sorted(len(one) for one in Ballot.objects.values_list("answers", flat=True)) == [
        0,
        11,
        11,
        11,
    ]


def test_differences_are_told_by_number_and_corrected(
    cast: Cast, paper: tuple[Meeting, str]
) -> None:
    row, code = paper
    clerk = cast.person("clerk")
    typed(cast, "clerk", row, code, {1: ANSWERS, 2: ANSWERS})
    typed(cast, "inspection", row, code, {1: ANSWERS, 2: FAIR | {"q1.1": "no"}})
    found = meeting_typing.typed_of(count_of(row), key_of(row, code), clerk)
    assert found.differ == {2: ["q1.1", *(f"q{number}" for number in range(2, 10))]}
    with pytest.raises(PermissionDenied, match="1 张两人录得不一样"):
        seal(cast, row, code)
    typed(cast, "inspection", row, code, {2: ANSWERS})
    seal(cast, row, code, "inspection")


def test_no_draft_can_be_read_from_the_database(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    typed(cast, "clerk", row, code, {1: ANSWERS, 2: FAIR})
    with connection.cursor() as cursor:
        cursor.execute("SELECT contents FROM surveys_paperdraft")
        [(kept,)] = cursor.fetchall()
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for line in cursor.fetchall():
                assert all(code not in str(cell) for cell in line), table
    assert b"satisfied" not in bytes(kept)
    assert b'"q2":' not in bytes(kept), "two signs alone come about by chance"


def test_two_type_and_no_third(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    Meeting.objects.filter(pk=row.pk).update(observer=cast.user("other_inspection"))
    typed(cast, "clerk", row, code, {1: ANSWERS})
    typed(cast, "other_inspection", row, code, {1: ANSWERS})
    Meeting.objects.filter(pk=row.pk).update(observer=cast.user("inspection"))
    with pytest.raises(PermissionDenied, match="已有两人"):
        typed(cast, "inspection", row, code, {1: ANSWERS})
    with pytest.raises(PermissionDenied, match="本居民区"):
        typed(cast, "secretary", row, code, {1: ANSWERS})


def test_one_person_twice_is_not_two(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    for _ in range(2):
        typed(cast, "clerk", row, code, {1: ANSWERS, 2: ANSWERS})
    assert PaperDraft.objects.count() == 1
    with pytest.raises(PermissionDenied, match="两人各自"):
        seal(cast, row, code)


def test_paper_beyond_attendance_stays_out(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    ended(cast, row, homes=3)
    stack = {1: ANSWERS, 2: ANSWERS, 3: ANSWERS}
    for who in ("clerk", "inspection"):
        typed(cast, who, row, code, stack)
    with pytest.raises(PermissionDenied, match="多 1 份"):
        seal(cast, row, code)
    ended(cast, row, homes=2)
    seal(cast, row, code)
    assert boxes.participants_by_area(boxes.box_of(row.round.tag)) == {("J01", HOUSEHOLD): 4}


def test_sealing_that_stopped_between_box_and_database_is_done_again(
    cast: Cast, paper: tuple[Meeting, str]
) -> None:
    row, code = paper
    for who in ("clerk", "inspection"):
        typed(cast, who, row, code, {1: ANSWERS, 2: ANSWERS})

    @transaction.atomic
    def sealing_that_stops() -> None:
        seal(cast, row, code)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sealing_that_stops()
    assert not count_of(row).sealed
    seal(cast, row, code)
    assert boxes.participants_by_area(boxes.box_of(row.round.tag)) == {("J01", HOUSEHOLD): 4}
    meeting_actions.close_meeting(row, by=cast.person("inspection"), at=NOW)
    assert closed(cast, row.round).ballots == 4


def test_a_number_that_no_paper_has_is_refused(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    for number in (0, 3):
        with pytest.raises(PermissionDenied, match="1 至 2"):
            typed(cast, "clerk", row, code, {number: ANSWERS})


def test_a_new_code_begins_anew(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    typed(cast, "clerk", row, code, {1: ANSWERS})
    assert ended(cast, row, homes=2) == ""
    assert PaperDraft.objects.count() == 1
    again = ended(cast, row, homes=2, renew=True)
    assert again
    assert not PaperDraft.objects.exists()
    row.refresh_from_db()
    assert key_from(code, bytes(row.paper_check or b"")) is None


def test_a_code_that_was_renewed_meanwhile_locks_no_draft(
    cast: Cast, paper: tuple[Meeting, str]
) -> None:
    row, code = paper
    key = key_of(row, code)
    ended(cast, row, homes=2, renew=True)
    with pytest.raises(PermissionDenied, match="录入码"):
        meeting_typing.type_paper(
            count_of(row), 1, ANSWERS, key=key, by=cast.person("clerk"), at=NOW
        )
    assert not PaperDraft.objects.exists()


def test_nothing_is_typed_once_the_round_has_closed(cast: Cast, paper: tuple[Meeting, str]) -> None:
    row, code = paper
    key = key_of(row, code)
    Round.objects.filter(pk=row.round_id).update(state="closed")
    with pytest.raises(PermissionDenied, match="截止"):
        meeting_typing.type_paper(
            count_of(row), 1, ANSWERS, key=key, by=cast.person("clerk"), at=NOW
        )
