"""What happens at a meeting: called, drawn, attended, voted; closed when the numbers agree."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from kaohe.analysis.sampling import digest
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.registry.models import Household
from kaohe.web.surveys import boxes
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys.codes import digest_of, new_code
from kaohe.web.surveys.meeting_attendance import (
    ballots_of,
    excess_of,
    is_registered,
    meeting_samples,
    numbers_told,
)
from kaohe.web.surveys.meeting_drawing import drawn_from, frame_of_area, keep_frame
from kaohe.web.surveys.meeting_papers import locked_by
from kaohe.web.surveys.meeting_sizes import sizes_of
from kaohe.web.surveys.models import Meeting, MeetingCount, MeetingHousehold, Round
from kaohe.web.ui.acts import refuse

SEED_BYTES = 16
SEAT_BYTES = 16


def hold(meeting: Meeting) -> Meeting:
    """The meeting as it stands, nobody else at it: its round is held with it."""
    held = Round.objects.select_for_update().get(pk=meeting.round_id)
    row = Meeting.objects.select_for_update(of=("self",)).select_related("area", "cycle")
    found = row.get(pk=meeting.pk)
    found.round = held
    return found


@transaction.atomic
def keep_meeting(row: Meeting, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Call a meeting, or change its record: when, where, who is there, who watches."""
    held = Round.objects.select_for_update().get(pk=row.round_id)
    refuse(rules.why_not_change(held.state, row.state))
    act = "surveys.meeting_called" if row.pk is None else None
    save_row(row, by=by, at=at, seen=seen, act=act)
    _counts(row)


def _counts(row: Meeting) -> list[MeetingCount]:
    """The numbers of a meeting, held; one for each sample that the round takes by now."""
    MeetingCount.objects.bulk_create(
        [
            MeetingCount(town=row.town, cycle=row.cycle, meeting=row, sample=sample)
            for sample in meeting_samples(row.round)
        ],
        ignore_conflicts=True,
    )
    return list(row.counts.select_for_update())


@transaction.atomic
def draw_invitations(
    meeting: Meeting, *, count: int, share: int, seed: str = "", by: Person, at: datetime
) -> Meeting:
    """Draw whom to invite, once and for good, with a seed that nobody chose."""
    row, frame = hold(meeting), frame_of_area(meeting.area)
    refuse(
        rules.why_not_draw(
            round_state=row.round.state,
            state=row.state,
            drawn=row.drawn_at is not None,
            households=frame.households,
        )
    )
    row.seed = seed or secrets.token_hex(SEED_BYTES)
    drawn = drawn_from(frame, row.seed, count, share)
    MeetingHousehold.objects.bulk_create(
        MeetingHousehold(
            town=row.town,
            cycle=row.cycle,
            meeting=row,
            household_id=one.household,
            building=one.building,
            place=one.place,
            stands_by=one.stands_by,
            way="reserve" if one.reserve else "invited",
        )
        for one in drawn
    )
    row.share, row.invited = share, sum(not one.reserve for one in drawn)
    row.frame_sha256, row.drawn_by, row.drawn_at = digest(frame.text), by.name, at
    save_row(row, by=by, at=at, act="surveys.invitations_drawn")
    keep_frame(row.frame_path, frame.text)
    return row


@dataclass(frozen=True)
class Attendance:
    """Who came: households on the list by their ids, others that the area brought, numbers of
    those whom no register has, by sample, and why they are many."""

    listed: Collection[str]
    brought: Collection[str]
    others: Mapping[str, int]
    reason: str = ""


@transaction.atomic
def mark_attendance(
    meeting: Meeting, given: Attendance, *, seen: int | None = None, by: Person, at: datetime
) -> Meeting:
    """Mark who came; as many ballots of each sample are taken from then on. It does not change any
    more once the voting is over: ballots are held to it, not it to them.

    Raises ValidationError for households that the area has not, and where many came without a
    reason; Stale where somebody else has marked since.
    """
    row = hold(meeting)
    refuse(
        rules.why_not_mark(
            round_state=row.round.state, state=row.state, drawn=row.drawn_at is not None
        )
    )
    _check_brought(row, given.brought)
    _mark_households(row, given)
    households = row.households.filter(came=True).count()
    came = {
        name: households if is_registered(sample) else given.others.get(name, 0)
        for name, sample in meeting_samples(row.round).items()
    }
    _check_numbers(row, came, given.reason)
    for count in _counts(row):
        count.came = came.get(count.sample, 0)
        count.save(update_fields=["came"])
    row.many_because = given.reason.strip()
    log = f"{row} {numbers_told(row.round, came)}"
    save_row(row, by=by, at=at, act="surveys.attendance_marked", told=log, seen=seen)
    if not boxes.set_room(boxes.box_of(row.round.tag), row.area.area_id, came):
        raise ValidationError(rules.why_not_so_few(came, ballots_of(row)))
    return row


def _check_brought(row: Meeting, brought: Collection[str]) -> None:
    known = Household.objects.filter(building__area=row.area, household_id__in=brought)
    unknown = set(brought) - set(known.values_list("household_id", flat=True))
    drawn = row.households.exclude(way="brought").filter(household_id__in=brought)
    twice = set(drawn.values_list("household_id", flat=True))
    if reason := rules.why_not_bring(unknown, twice):
        raise ValidationError({"brought": reason})


def _check_numbers(row: Meeting, came: Mapping[str, int], reason: str) -> None:
    for sample, bounds in sizes_of(row).items():
        if is_registered(meeting_samples(row.round)[sample]):
            told = rules.why_not_so_many(came[sample], bounds.most, reason)
            if told:
                raise ValidationError({"reason": told})
    if told := rules.why_not_so_few(came, ballots_of(row)):
        raise ValidationError(told)


def _mark_households(row: Meeting, given: Attendance) -> None:
    row.households.filter(way="brought").exclude(household_id__in=given.brought).delete()
    listed = row.households.exclude(way="brought")
    listed.update(came=False)
    listed.filter(household_id__in=given.listed).update(came=True)
    there = set(row.households.values_list("household_id", flat=True))
    buildings = Household.objects.filter(
        building__area=row.area, household_id__in=set(given.brought) - there
    ).select_related("building")
    MeetingHousehold.objects.bulk_create(
        MeetingHousehold(
            town=row.town,
            cycle=row.cycle,
            meeting=row,
            household_id=one.household_id,
            building=one.building.building_id,
            way="brought",
            came=True,
        )
        for one in buildings
    )


def refuse_run(meeting: Meeting, by: Person) -> None:
    """Raise PermissionDenied unless a person may handle ballots of a meeting."""
    refuse(why_not_run(meeting, by))


def why_not_run(meeting: Meeting, by: Person) -> str:
    """Why a person may not handle ballots of a meeting: the area's own and its leader never."""
    return rules.why_not_run(
        runs=by.has("clerk") or meeting.observer_id == by.user.pk,
        of_the_area=meeting.area.area_id in by.areas,
    )


@transaction.atomic
def make_slips(
    meeting: Meeting, wanted: Mapping[str, int], *, by: Person, at: datetime
) -> dict[str, list[str]]:
    """So many new codes for each sample, each a seat by chance that belongs to nobody.

    Codes are given back this once, to be printed as slips, and kept nowhere. Earlier ones stay
    good: of all together no more ballots are taken than people came.
    """
    row = hold(meeting)
    refuse_run(row, by)
    refuse(rules.why_not_make_slips(round_state=row.round.state, state=row.state))
    codes = {sample: [new_code() for _ in range(count)] for sample, count in wanted.items()}
    for count in _counts(row):
        count.slips += len(codes.get(count.sample, ()))
        count.save(update_fields=["slips"])
    made = {sample: len(found) for sample, found in codes.items()}
    record(
        "surveys.slips_made",
        by=by,
        at=at,
        about=name_of(row),
        told=f"{row} {numbers_told(row.round, made)}",
        after=made,
    )
    boxes.add_rights(
        boxes.box_of(row.round.tag),
        (
            boxes.Right(
                digest_of(row.round.tag, code),
                secrets.token_hex(SEAT_BYTES),
                row.area.area_id,
                sample,
            )
            for sample, found in codes.items()
            for code in found
        ),
    )
    return codes


@transaction.atomic
def count_papers(
    meeting: Meeting, papers: Mapping[str, int], *, renew: bool = False, by: Person, at: datetime
) -> str:
    """End the voting and say how many paper ballots there are; later, correct that number.

    Slips are void from then on. Gives back the code of the paper where there is a new one, this
    once. With ``renew`` there is a new one in any case, and what was typed so far is gone.
    """
    row = hold(meeting)
    refuse_run(row, by)
    first, counts = row.state == "planned", _counts(row)
    if first:
        came = sum(count.came for count in counts)
        refuse(rules.why_not_end(round_state=row.round.state, state=row.state, came=came))
    else:
        refuse(rules.why_not_change(row.round.state, row.state))
    for count in counts:
        if not count.sealed:
            count.paper = papers.get(count.sample, count.paper)
            count.save(update_fields=["paper"])
    code = _new_code(row, renew) if any(count.paper for count in counts) else ""
    row.state = "voted"
    act = "surveys.voting_ended" if first else "surveys.papers_counted"
    save_row(row, by=by, at=at, act=act, told=f"{row} {numbers_told(row.round, papers)}")
    boxes.void_rights(boxes.box_of(row.round.tag), row.area.area_id)
    return code


def _new_code(row: Meeting, renew: bool) -> str:
    if row.paper_check is not None and not renew:
        return ""
    row.drafts.all().delete()
    code = new_code()
    row.paper_check = locked_by(code)
    return code


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Person, at: datetime) -> Meeting:
    """Close the record: all paper is in the box, and no more ballots than people came."""
    row = hold(meeting)
    refuse_run(row, by)
    refuse(
        rules.why_not_close(
            state=row.state,
            excess=excess_of(row),
            unsealed=sum(count.paper for count in row.counts.all() if not count.sealed),
        )
    )
    row.state = "closed"
    save_row(row, by=by, at=at, act="surveys.meeting_closed")
    return row
