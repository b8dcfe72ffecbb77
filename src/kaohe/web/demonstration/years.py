"""Two years of the demonstration town: one from adoption to archive, one in the middle of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from kaohe.analysis.sampling import digest, frame_of, frame_text
from kaohe.web.accounts.models import Town, User
from kaohe.web.accounts.people import Person, person_of
from kaohe.web.cycles.actions import propose_stage, set_up_cycle
from kaohe.web.cycles.deciding import assign_duties, take_decisions
from kaohe.web.cycles.delivering import apply_delivery, sign_delivery, take_delivery
from kaohe.web.cycles.items import blocks, items
from kaohe.web.cycles.models import Cycle, SchemeVersion
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.demonstration import LATE_FILE
from kaohe.web.demonstration.complaints import CALLER, MORE, told_more
from kaohe.web.demonstration.days import on, who
from kaohe.web.demonstration.exclusions import ask_by_people, decide_all, decide_some
from kaohe.web.demonstration.facts import (
    Row,
    grouped,
    in_year,
    rows_of,
    totals_of,
    write_rows,
)
from kaohe.web.demonstration.places import count_households
from kaohe.web.demonstration.publishing import publish, settle, step
from kaohe.web.demonstration.rounds import hold_rounds
from kaohe.web.demonstration.trials import hold_trials
from kaohe.web.environment import SHANGHAI
from kaohe.web.evidence.models import (
    Honour,
    Issue,
    Note,
    Sanction,
    SpotCheck,
    SpotCheckHousehold,
    TypicalCase,
    Waiver,
)
from kaohe.web.evidence.offers import spot_check_size
from kaohe.web.evidence.sheet_actions import Cell, give_marks
from kaohe.web.evidence.sheet_contents import held_sheet
from kaohe.web.evidence.sheet_signing import ask_reopening, sign_block, sign_sheet
from kaohe.web.hotline.models import CaseTerms
from kaohe.web.hotline.place_actions import set_terms
from kaohe.web.registry.models import Area, Department, DutyEntry, Source
from kaohe.web.results.actions import run_scoring
from kaohe.web.results.study_actions import make_study

LEADS = ("党建办", "社建办", "平安办")
"""The lead departments of the blocks, in the order of the scheme."""
UNFINISHED = ("城运中心", "社建办")
"""Departments that have not finished their sheets in the running year."""
LATE_SOURCE = "opinion"
"""Who has not handed in anything in the running year."""
TO_CHECK = 2
"""Households of the spot check that two auditors have still to see."""


def _scorer(department: str, role: str, at: datetime) -> Person:
    users = User.objects.filter(posts__role=role).prefetch_related("posts").order_by("pk")
    found = next(
        user for user in users if any(department in post.scope for post in user.posts.all())
    )
    return person_of(found, at.date())


# -- what both years share ------------------------------------------------------------------------


def _begin(town: Town, version: SchemeVersion, year: int, day: date) -> Cycle:
    """Set a year up, answer what is open, have it adopted, begin to collect."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
    clerk = who("clerk", at)
    cycle = Cycle(town=town, scheme=version)
    set_up_cycle(cycle, by=clerk, at=at)
    scheme = scheme_of(cycle)
    answers = {name: (one.default, "") for name, one in scheme.decisions.items()}
    take_decisions(cycle, answers, by=clerk, at=at)
    departments = {one.code: one.pk for one in Department.objects.filter(town=town)}
    entries = list(DutyEntry.objects.filter(town=town).order_by("pk"))
    leads = {
        block.node: departments[lead] for block, lead in zip(blocks(scheme), LEADS, strict=True)
    }
    links = {node: [entries[place % len(entries)].pk] for place, node in enumerate(items(scheme))}
    assign_duties(cycle, leads, links, by=clerk, at=at)
    step(cycle, "adopted", at, meeting_on=day, meeting_number=f"领导小组〔{year}〕1号")
    propose_stage(cycle, "collecting", by=clerk, at=at + timedelta(days=1))
    cycle.refresh_from_db()
    return cycle


def _deliver(
    cycle: Cycle,
    source: str,
    table: str,
    rows: Iterable[Row],
    at: datetime,
    folder: Path,
    *,
    part: str = "",
    signed: bool = True,
) -> None:
    """A provider hands in a table, puts it in force, and signs it."""
    provider = next(
        person_of(user, at.date())
        for user in User.objects.filter(posts__role="provider").prefetch_related("posts")
        if any(source in post.scope for post in user.posts.all())
    )
    path = folder / f"{source}-{table}{part}.csv"
    columns = list(scheme_of(cycle).fact_tables[table].columns)
    columns += [*MORE, *CALLER] if table == "cases" else []
    write_rows(path, columns, rows)
    delivery = take_delivery(
        cycle=cycle,
        source=Source.objects.get(town=cycle.town, code=source),
        table=table,
        part=part,
        path=path,
        name=path.name,
        by=provider,
        at=at,
    )
    apply_delivery(delivery, by=provider, at=at)
    if signed:
        sign_delivery(delivery, by=provider, at=at)


def _mark(cycle: Cycle, ratings: list[Row], at: datetime, unfinished: tuple[str, ...] = ()) -> None:
    """Departments fill their sheets; all but the unfinished ones sign."""
    nodes = {_item_code(node): node for node in items(scheme_of(cycle))}
    for code, rows in grouped(ratings, "department").items():
        department = Department.objects.get(town=cycle.town, code=code)
        cells = [
            Cell(row["area_id"], nodes[row["item"]], row["score"], _comment(row["score"]))
            for row in rows
        ]
        if code in unfinished:
            cells = cells[: len(cells) // 3]
        scorer = _scorer(code, "scorer", at)
        give_marks(cells, cycle=cycle, department=department, by=scorer, at=at)
        if code not in unfinished:
            head = _scorer(code, "department_head", at)
            seen = held_sheet(cycle, department).edition
            signed_at = at + timedelta(hours=3)
            sign_sheet(cycle=cycle, department=department, seen=seen, by=head, at=signed_at)


def _item_code(node: str) -> str:
    """The code of an item in the table of marks: its node without the block of everyday work."""
    return node.partition(".")[2]


def _comment(score: str) -> str:
    return "全年表现突出（演示）" if float(score) in (0, 100) else ""


# -- 2024 -----------------------------------------------------------------------------------------


def close_year(town: Town, version: SchemeVersion, folder: Path) -> Cycle:
    """The whole of 2024: adopted, collected, scored, closed."""
    cycle = _begin(town, version, 2024, date(2024, 2, 20))
    areas = rows_of(folder, "areas")
    count_households(town, 2024, 1, date(2024, 3, 31), areas)
    count_households(town, 2024, 2, date(2024, 9, 30), areas)
    at = on(2025, 1, 8)
    scheme = scheme_of(cycle)
    assert scheme.questionnaire is not None
    for source, rows in grouped(rows_of(folder, "cases"), "source").items():
        _deliver(cycle, source, "cases", told_more(rows), on(2025, 1, 3), folder)
    decide_all(cycle, on(2025, 1, 7))
    _deliver(cycle, "cloud", "visits", rows_of(folder, "visits"), on(2025, 1, 3), folder)
    totals = totals_of(rows_of(folder, "answers"), scheme.questionnaire)
    _deliver(cycle, "survey", "answer_totals", totals, on(2024, 12, 20), folder)
    took_part = rows_of(folder, "participation")
    _deliver(cycle, "survey", "participation", took_part, on(2024, 12, 20), folder)
    previous = rows_of(folder, "previous")
    _deliver(cycle, "last_year", "previous", previous, on(2024, 3, 1), folder)
    _mark(cycle, rows_of(folder, "ratings"), at)
    for block, lead in zip(blocks(scheme), LEADS, strict=True):
        signed_at = at + timedelta(days=1)
        head = _scorer(lead, "department_head", signed_at)
        sign_block(cycle=cycle, node=block.node, by=head, at=signed_at)
    _observed(cycle, folder)
    clerk = who("clerk", on(2025, 1, 15))
    propose_stage(cycle, "scoring", by=clerk, at=on(2025, 1, 15))
    cycle.refresh_from_db()
    run_scoring(cycle, by=clerk, at=on(2025, 1, 15, 11))
    settle(cycle)
    propose_stage(cycle, "review", by=clerk, at=on(2025, 1, 17))
    publish(cycle)
    return cycle


def _observed(cycle: Cycle, folder: Path) -> None:
    """Commendations, sanctions, waivers and the spot check of a year that is over."""
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    offices = {one.code: one for one in Department.objects.filter(town=cycle.town)}
    for row in rows_of(folder, "honours"):
        Honour.objects.create(
            town=cycle.town,
            cycle=cycle,
            area=areas[row["area_id"]],
            level=row["level"],
            title=row["title"],
            body="授予单位（演示）",
            awarded_on=cycle.first + timedelta(days=200),
            department=offices["党建办"],
            first_by="党建办",
            first_person="department_head2",
            second_by="社建办",
            second_person="department_head",
        )
    for number, row in enumerate(rows_of(folder, "sanctions"), start=1):
        Sanction.objects.create(
            town=cycle.town,
            cycle=cycle,
            area=areas[row["area_id"]],
            points=int(row["points"]),
            decided_on=cycle.first + timedelta(days=150 + number),
            reference=f"镇纪〔{cycle.year}〕{number}号（演示）",
            entered_by="inspection",
            confirmed_by="inspection2",
        )
    _spot_check(cycle, rows_of(folder, "spot_checks"), areas, on(cycle.year, 12, 10))
    for row in rows_of(folder, "waivers"):
        Waiver.objects.create(
            town=cycle.town,
            cycle=cycle,
            area=areas[row["area_id"]],
            check_id=row["check"],
            reason=row["reason"],
            meeting_on=cycle.last + timedelta(days=12),
            meeting_number=f"领导小组〔{cycle.year + 1}〕2号",
        )


def _spot_check(
    cycle: Cycle, rows: list[Row], areas: dict[str, Area], at: datetime, to_do: int = 0
) -> None:
    """The spot check as two people signed it, but for the first so many households."""
    frame = frame_text(frame_of((row["area_id"], row["household_id"]) for row in rows))
    size = spot_check_size(scheme_of(cycle)) or 0
    check = SpotCheck.objects.create(
        town=cycle.town,
        cycle=cycle,
        size=size,
        reserves=0,
        seed="demonstration",
        frame_sha256=digest(frame),
        drawn_by=User.objects.get(username="clerk").name,
        drawn_at=at,
    )
    check.frame_path.parent.mkdir(parents=True, exist_ok=True)
    check.frame_path.write_text(frame, encoding="utf-8", newline="")
    drawn = [
        (row, areas[area_id], place)
        for area_id, found in grouped(rows, "area_id").items()
        for place, row in enumerate(found, start=1)
    ]
    SpotCheckHousehold.objects.bulk_create(
        SpotCheckHousehold(
            town=cycle.town,
            cycle=cycle,
            check_of=check,
            area=area,
            place=place,
            household_id=row["household_id"],
            **(_signed(row, at) if number >= to_do else {}),
        )
        for number, (row, area, place) in enumerate(drawn)
    )


def _signed(row: Row, at: datetime) -> dict[str, Any]:
    """What two people found at a household, both the same."""
    outcome = "confirmed" if row["visited"] == "true" else "not_confirmed"
    return {
        "outcome": outcome,
        "checked_on": date.fromisoformat(row["checked_on"]),
        "first_by": "auditor",
        "first_outcome": outcome,
        "second_by": "auditor2",
        "second_outcome": outcome,
        "found_at": at,
        "settled_at": at,
    }


# -- 2025 -----------------------------------------------------------------------------------------


def run_year(town: Town, version: SchemeVersion, folder: Path) -> Cycle:
    """2025 as it stands on 8 January 2026: most is in, some is late, nothing is scored."""
    cycle = _begin(town, version, 2025, date(2025, 2, 18))
    # Before anybody can know a result: what hangs on the decisions in a simulated town.
    at = on(2025, 2, 19)
    make_study(cycle, by=who("group_head", at), at=at)
    areas = rows_of(folder, "areas")
    count_households(town, 2025, 1, date(2025, 3, 31), areas)
    count_households(town, 2025, 2, date(2025, 9, 30), areas)
    scheme = scheme_of(cycle)
    assert scheme.questionnaire is not None
    at = on(2025, 3, 3)
    terms = CaseTerms(town=town, cycle=cycle, repeat_days=15, decide_days=14)
    set_terms(terms, by=who("clerk", at), at=at)
    cases = grouped(in_year(rows_of(folder, "cases"), "received_on", 2025), "source")
    for source, rows in cases.items():
        if source == LATE_SOURCE:  # the desk says from whom something is missing
            _leave_to_hand_in(cycle, rows)
            continue
        signed = source == "hotline"
        told = _numbered(told_more(rows, some_without_area=source == "hotline"))
        _deliver(cycle, source, "cases", told, on(2026, 1, 4), folder, signed=signed)
    visits = in_year(rows_of(folder, "visits"), "visited_on", 2025)
    _deliver(cycle, "cloud", "visits", visits, on(2026, 1, 4), folder)
    drawn = in_year(rows_of(folder, "spot_checks"), "checked_on", 2025)
    named = {area.area_id: area for area in Area.objects.filter(town=town)}
    _spot_check(cycle, drawn, named, on(2026, 1, 6), TO_CHECK)
    decide_some(cycle, on(2026, 1, 7))
    ask_by_people(cycle, on(2026, 1, 7, 14))
    answers, took_part = rows_of(folder, "answers"), rows_of(folder, "participation")
    hold_rounds(cycle, answers, took_part, on(2025, 12, 2))
    at = on(2026, 1, 5)
    hold_trials(cycle, at.date(), date(2026, 1, 31), by=who("clerk", at), at=at)
    previous = rows_of(folder, "previous")
    _deliver(cycle, "last_year", "previous", previous, on(2025, 3, 3), folder)
    at = on(2026, 1, 6)
    _mark(cycle, rows_of(folder, "ratings"), at, UNFINISHED)
    _underway(cycle)
    return cycle


def _leave_to_hand_in(cycle: Cycle, rows: list[Row]) -> None:
    """The file of the late provider, in the data folder, for whoever tries their part."""
    columns = [*scheme_of(cycle).fact_tables["cases"].columns, *MORE, *CALLER]
    write_rows(settings.ENVIRONMENT.data / LATE_FILE, columns, _numbered(told_more(rows)))


def _numbered(rows: Iterable[Row]) -> list[Row]:
    """The same cases with numbers that begin with the year in which they came."""
    return [{**row, "case_id": f"{row['received_on'][:4]}{row['case_id'][4:]}"} for row in rows]


def _underway(cycle: Cycle) -> None:
    """What waits for somebody: a request, a confirmation, a second pair of eyes, an answer."""
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    offices = {one.code: one for one in Department.objects.filter(town=cycle.town)}
    first, second, third = list(areas.values())[:3]
    at = on(2026, 1, 7)
    ask_reopening(
        cycle=cycle,
        department=offices["规生办"],
        reason="两个居民区的评分填串了行，需要对调。",
        by=_scorer("规生办", "department_head", at),
        at=at,
    )
    common = {"town": cycle.town, "cycle": cycle}
    Honour.objects.create(
        **common,
        area=second,
        level="district",
        title="区级先进基层党组织（演示）",
        body="区委（演示）",
        awarded_on=date(2025, 6, 28),
        department=offices["党建办"],
        first_by="党建办",
        first_person="department_head2",
    )
    Sanction.objects.create(
        **common,
        area=third,
        points=1,
        decided_on=date(2025, 9, 12),
        reference="镇纪〔2025〕1号（演示）",
        entered_by="inspection2",
    )
    Note.objects.create(
        **common,
        area=first,
        department=None,
        seen_on=date(2025, 11, 20),
        theme="service",
        finding="三号楼加装电梯已经开工，居民最关心工期。",
        help_given="约城建中心到现场说明工期和临时通道。",
        username="leader",
        by=User.objects.get(username="leader").name,
    )
    Note.objects.create(
        **common,
        area=first,
        department=offices["社建办"],
        seen_on=date(2025, 10, 14),
        theme="party",
        finding="楼组议事会每月一次，有记录，居民知道结果。",
        username="scorer",
        by=User.objects.get(username="scorer").name,
    )
    TypicalCase.objects.create(
        **common,
        area=first,
        department=offices["社建办"],
        title="一张长桌议出来的停车方案",
        story="老旧小区车位不够，居民区请业主、物业和租户坐到一张桌子上，三次议事定下错时停车的办法。",
        agreed=True,
    )
    Issue.objects.create(
        **common,
        matter="线上测评通知中出现“必须参加”的说法，需要更正。",
        owner="党建办",
        due_on=date(2025, 6, 20),
        done_on=date(2025, 6, 18),
        outcome="已向各居民区发出更正说明。",
    )
    Issue.objects.create(
        **common,
        matter="有科室要求居民区补报台账照片。",
        owner="党建办",
        due_on=date(2026, 1, 15),
    )
