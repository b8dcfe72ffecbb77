"""A cycle of three areas, filled with everything that scoring needs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kaohe.web.accounts.models import Post, Town
from kaohe.web.cycles.delivering import apply_delivery, sign_delivery, take_delivery
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence.models import Honour, Mark, Sanction, SpotCheck, SpotCheckHousehold, Waiver
from kaohe.web.registry.models import Area, Department, Source, StaffPost
from tests.web.cast import DEPARTMENTS, Cast

QUESTIONS = [f"q{number}" for number in range(1, 11)]
Row = dict[str, str]


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """Uploads and stored results lie in this folder, ballot boxes and keys beside it."""
    now = {"MEDIA_ROOT": folder, "BOXES": folder.parent / "boxes", "KEYS": folder.parent / "keys"}
    before = {name: getattr(settings, name) for name in now}
    for name, place in now.items():
        setattr(settings, name, place)
    yield
    for name, place in before.items():
        setattr(settings, name, place)


def write_csv(path: Path, rows: list[Row]) -> Path:
    """Rows as a provider's file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def hand_in(
    cast: Cast, source: str, table: str, rows: list[Row], folder: Path, part: str = ""
) -> Delivery:
    """A source hands in a table, puts it in force and signs it."""
    found = Source.objects.get(town=cast.town, code=source)
    by = cast.person("provider")
    at = timezone.now()
    path = write_csv(folder / f"{source}-{table}{part}.csv", rows)
    delivery = take_delivery(
        cycle=cast.cycle,
        source=found,
        table=table,
        part=part,
        path=path,
        name=path.name,
        by=by,
        at=at,
    )
    assert delivery.state == "checked", delivery
    apply_delivery(delivery, by=by, at=at)
    sign_delivery(delivery, by=by, at=at)
    return delivery


def totals(area_id: str, points: int) -> list[Row]:
    """Sums of every channel and question: a hundred answers of so many points each."""
    channels = [("meeting", ""), ("third_party", ""), ("online", "1"), ("online", "2")]
    return [
        {
            "area_id": area_id,
            "channel": channel,
            "round": number,
            "panel": "household",
            "question": question,
            "answered": "100",
            "points": str(100 * points),
        }
        for channel, number in channels
        for question in QUESTIONS
    ]


def fill_cycle(cast: Cast, folder: Path) -> None:
    """Everything that the year of the first town needs to be scored."""
    town, cycle = cast.town, cast.cycle
    provider = cast.user("provider")
    Post.objects.filter(user=provider).update(scope=["hotline", "petition", "cloud", "survey"])
    areas = list(Area.objects.filter(town=town))
    answers = [row for place, area in enumerate(areas) for row in totals(area.area_id, 7 + place)]
    hand_in(cast, "survey", "answer_totals", answers, folder)
    _cases(cast, areas, folder)
    _marks(town, cycle, areas)
    for place, area in enumerate(areas):
        StaffPost.objects.create(
            town=town, staff_id=f"S{place}", area=area, role="secretary", from_on=cycle.first
        )
    Honour.objects.create(
        town=town,
        cycle=cycle,
        area=areas[0],
        level="municipal",
        title="市级表彰",
        body="市委",
        awarded_on=date(2024, 7, 1),
        department=cast.department("党建办"),
        first_by="党建办",
        first_person="party_head",
        second_by="社建办",
        second_person="department_head",
    )
    Sanction.objects.create(
        town=town,
        cycle=cycle,
        area=areas[1],
        points=2,
        decided_on=date(2024, 8, 1),
        reference="镇纪〔2024〕7号",
        entered_by="inspection",
        confirmed_by="other_inspection",
    )
    Waiver.objects.create(
        town=town,
        cycle=cycle,
        area=areas[2],
        check_id="sample.total",
        reason="领导小组认可",
        meeting_on=date(2024, 11, 1),
        meeting_number="3号",
    )
    _spot_check(town, cycle, areas)


def _cases(cast: Cast, areas: list[Area], folder: Path) -> None:
    rows = [
        {
            "case_id": f"{source}{place}{number}",
            "area_id": area.area_id,
            "source": source,
            "received_on": "2024-05-06",
            "responsible": "true",
            "handled": "true",
            "resolved": "true" if number or place else "false",
            "satisfied": "",
        }
        for source in ("hotline", "petition")
        for place, area in enumerate(areas)
        for number in range(2)
    ]
    for source in ("hotline", "petition"):
        hand_in(cast, source, "cases", [one for one in rows if one["source"] == source], folder)


def _marks(town: Town, cycle: Cycle, areas: list[Area]) -> None:
    scheme = scheme_of(cycle)
    offices = {code: Department.objects.get(town=town, code=code) for code in DEPARTMENTS}
    Mark.objects.bulk_create(
        Mark(
            town=town,
            cycle=cycle,
            area=area,
            department=offices[scorer],
            node=node_id,
            score=str(80 + place),
            by="某",
            at=timezone.now(),
        )
        for node_id, node in scheme.nodes.items()
        if node.kind == "marks"
        for scorer in node.scorers
        for place, area in enumerate(areas)
    )


def _spot_check(town: Town, cycle: Cycle, areas: list[Area]) -> None:
    at = timezone.now()
    check = SpotCheck.objects.create(
        town=town,
        cycle=cycle,
        size=10,
        reserves=0,
        seed="x",
        frame_sha256="x",
        drawn_by="某",
        drawn_at=at,
    )
    SpotCheckHousehold.objects.bulk_create(
        SpotCheckHousehold(
            town=town,
            cycle=cycle,
            check_of=check,
            area=area,
            place=number,
            household_id=f"H{number:02}",
            outcome="confirmed" if number > 1 or area is not areas[0] else "not_confirmed",
            checked_on=date(2024, 11, 5),
            first_by="auditor",
            second_by="other_auditor",
            settled_at=at,
        )
        for area in areas
        for number in range(1, 11)
    )


def begin_scoring(cast: Cast) -> Cycle:
    """The same cycle in the stage of scoring."""
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage="scoring")
    return cast.cycle
