"""A meeting with its households and people, as tests need it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from kaohe.web.surveys import actions, meeting_actions, meeting_typing
from kaohe.web.surveys.meeting_papers import key_from
from kaohe.web.surveys.models import Meeting, MeetingCount, Round
from tests.web.cast import NOW, Cast
from tests.web.rounds import ANSWERS, households, prepared

HOUSEHOLD, PARTY = "meeting.household", "meeting.party_member"
FAIR = {name: "fair" if name[1:].isdigit() else answer for name, answer in ANSWERS.items()}


def meeting_round(cast: Cast) -> Round:
    """A round of both panels that takes ballots."""
    held = prepared(cast, title="座谈会测评", manner="meeting", samples=[HOUSEHOLD, PARTY])
    return actions.open_round(held, by=cast.person("clerk"), at=NOW)


def called(cast: Cast, area_id: str = "J01", homes: int = 40, **values: Any) -> Meeting:
    """A meeting of an area with so many households in two buildings."""
    held = values.pop("round", None) or meeting_round(cast)
    if homes:
        households(cast, area_id, homes // 2, f"{area_id}-1")
        households(cast, area_id, homes - homes // 2, f"{area_id}-2")
    given = {
        "held_on": date(2024, 11, 19),
        "begins_at": time(19, 0),
        "place": "居委会二楼",
        "leader": "分管副镇长",
        "departments": ["社建办"],
        "observer": cast.user("inspection"),
    }
    row = Meeting(
        town=cast.town, cycle=held.cycle, round=held, area=cast.area(area_id), **(given | values)
    )
    meeting_actions.keep_meeting(row, by=cast.person("clerk"), at=NOW)
    return row


def drawn(cast: Cast, count: int = 10, **values: Any) -> Meeting:
    """A meeting whose invitation list is drawn."""
    return meeting_actions.draw_invitations(
        called(cast, **values), count=count, share=50, seed="seed", by=cast.person("clerk"), at=NOW
    )


def attended(cast: Cast, row: Meeting, homes: int, party: int = 0, **more: Any) -> Meeting:
    """The first households of the list came, and so many Party members."""
    listed = list(row.households.exclude(way="brought").values_list("household_id", flat=True))
    given = meeting_actions.Attendance(
        listed=listed[:homes], brought=more.pop("brought", ()), others={PARTY: party}, **more
    )
    return meeting_actions.mark_attendance(row, given, by=cast.person("secretary"), at=NOW)


def slips(cast: Cast, row: Meeting, homes: int, party: int = 0) -> dict[str, list[str]]:
    """New slips."""
    return meeting_actions.make_slips(
        row, {HOUSEHOLD: homes, PARTY: party}, by=cast.person("clerk"), at=NOW
    )


def ended(cast: Cast, row: Meeting, homes: int = 0, party: int = 0, **more: Any) -> str:
    """The voting ended with so many paper ballots; the code of the paper."""
    return meeting_actions.count_papers(
        row, {HOUSEHOLD: homes, PARTY: party}, by=cast.person("inspection"), at=NOW, **more
    )


def count_of(row: Meeting, sample: str = HOUSEHOLD) -> MeetingCount:
    """The numbers of a sample, with the meeting as it stands."""
    return MeetingCount.objects.select_related("meeting__round", "meeting__area").get(
        meeting=row, sample=sample
    )


def key_of(row: Meeting, code: str) -> bytes:
    """The key that the code of the paper gives."""
    row.refresh_from_db()
    key = key_from(code, bytes(row.paper_check or b""))
    assert key is not None
    return key


def typed(
    cast: Cast,
    who: str,
    row: Meeting,
    code: str,
    papers: dict[int, dict[str, str]],
    sample: str = HOUSEHOLD,
) -> None:
    """Somebody types paper ballots."""
    for number, answers in papers.items():
        meeting_typing.type_paper(
            count_of(row, sample),
            number,
            answers,
            key=key_of(row, code),
            by=cast.person(who),
            at=NOW,
        )
