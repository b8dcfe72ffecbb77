"""Rounds to try in the demonstration town: a form to answer, a meeting, a third party at work.

They are trials: whatever is tried in them counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from kaohe.web.accounts.models import User
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.cycles.facts import counted_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.demonstration.rounds import CONTACTS
from kaohe.web.registry.models import Area, Building, Household, Source
from kaohe.web.surveys import actions, boxes, fieldwork_actions, meeting_actions
from kaohe.web.surveys.codes import digest_of, new_code
from kaohe.web.surveys.fieldwork_rules import BEFORE_FIELDWORK
from kaohe.web.surveys.models import Meeting, Round

AREA = "J0001"
"""Whose households answer the form, and whose meeting is held."""
REGISTERED = 10
"""Of so many households that were counted the register has one, so that the start stays short."""
FLOORS, DOORS = 6, 4
INVITED, EXPECTED, CAME, PARTY_MEMBERS = 110, 60, 71, 12
RESPONSE, BACK_CHECKED = 75, 10
FOUND = {
    "qualification": "看过营业执照和统计调查许可（演示）",
    "independence": "看过声明：与各居民区没有业务往来（演示）",
    "confidentiality": "协议已签，约定截止后交还、销毁（演示）",
}


def hold_trials(cycle: Cycle, first: date, last: date, *, by: Person, at: datetime) -> None:
    """The trial rounds, all open; the link of the first is printed when the demonstration starts.

    Needs the year's frozen counts.
    """
    _register(cycle)
    area = Area.objects.get(town=cycle.town, area_id=AREA)
    form = _prepared(cycle, "满意度测评问卷试测", "codes", ["online.1"], first, last, by, at)
    actions.issue_codes(form, [area], by=by, at=at)
    actions.open_round(form, by=by, at=at)
    samples = ["meeting.household", "meeting.party_member"]
    held = _prepared(cycle, "座谈会测评试测", "meeting", samples, first, last, by, at)
    actions.open_round(held, by=by, at=at)
    _meet(held, area, by=by, at=at)
    asked = _prepared(cycle, "第三方访问试测", "surveyor", ["third_party"], first, last, by, at)
    _hand_over(asked, by=by, at=at)
    actions.open_round(asked, by=by, at=at)


def _register(cycle: Cycle) -> None:
    """Buildings and households of every area, fewer than were counted."""
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    wanted = {row["area_id"]: int(row["households"]) // REGISTERED for row in counted_areas(cycle)}
    buildings = Building.objects.bulk_create(
        Building(town=cycle.town, area=areas[area], building_id=f"{area}-{number:02}")
        for area, count in wanted.items()
        for number in range(1, count // (FLOORS * DOORS) + 2)
    )
    Household.objects.bulk_create(
        Household(
            town=cycle.town,
            building=one,
            household_id=f"{one.building_id}-{floor}0{door}",
        )
        for one in buildings
        for floor in range(1, FLOORS + 1)
        for door in range(1, DOORS + 1)
    )


def _prepared(
    cycle: Cycle,
    title: str,
    manner: str,
    samples: list[str],
    first: date,
    last: date,
    by: Person,
    at: datetime,
) -> Round:
    values: Mapping[str, object] = {
        "title": title,
        "manner": manner,
        "samples": samples,
        "opens_on": first,
        "closes_on": last,
        "trial": True,
        **CONTACTS,
    }
    return actions.prepare_round(cycle, values, by=by, at=at)


def _meet(held: Round, area: Area, *, by: Person, at: datetime) -> None:
    """A meeting whose households were drawn and marked as they came; voting is still to begin."""
    row = Meeting(
        town=held.town,
        cycle=held.cycle,
        round=held,
        area=area,
        held_on=at.date() + timedelta(days=3),
        begins_at=time(9, 0),
        place="居委会二楼会议室",
        leader="包保领导（演示）",
        departments=["社建办"],
        observer=User.objects.get(username="inspection"),
    )
    meeting_actions.keep_meeting(row, by=by, at=at)
    row = meeting_actions.draw_invitations(
        row, count=INVITED, share=EXPECTED, seed="demonstration", by=by, at=at
    )
    invited = row.households.filter(way="invited").values_list("household_id", flat=True)
    came = meeting_actions.Attendance(
        listed=list(invited)[:CAME], brought=(), others={"meeting.party_member": PARTY_MEMBERS}
    )
    at += timedelta(days=3)
    secretary = person_of(User.objects.get(username="secretary"), at.date())
    meeting_actions.mark_attendance(row, came, by=secretary, at=at)


def _hand_over(held: Round, *, by: Person, at: datetime) -> None:
    """A third party that was checked and has its list."""
    source = Source.objects.get(town=held.town, code="survey")
    vendor = fieldwork_actions.name_vendor(held, source, by=by, at=at)
    for kind in BEFORE_FIELDWORK:
        fieldwork_actions.note_check(vendor, kind, FOUND[kind], at.date(), by=by, at=at)
    fieldwork_actions.draw_sample(
        vendor,
        response=RESPONSE,
        back_check_share=BACK_CHECKED,
        seed="demonstration",
        by=by,
        at=at,
    )
    fieldwork_actions.hand_over(vendor, by=by, at=at)


def link_to_try() -> str:
    """The path of a form with a code that was not used yet; an empty text where there is none.

    The code is new at every start: none is kept that could be shown again.
    """
    held = Round.objects.filter(trial=True, state="open", manner="codes").first()
    if held is None:
        return ""
    box = boxes.box_of(held.tag)
    with box.work() as work:
        unused = work.run(
            "SELECT voter, area, sample FROM {box}codes WHERE voter NOT IN"
            " (SELECT voter FROM {box}participation) ORDER BY voter LIMIT 1"
        )
    if not unused:
        return ""
    [(voter, area, sample)] = unused
    code = new_code()
    boxes.add_rights(box, [boxes.Right(digest_of(held.tag, code), voter, area, sample)])
    return f"f/{held.tag}#{code}"
