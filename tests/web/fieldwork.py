"""A third party at work, as tests need it: a register, a drawn sample, files that come back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaohe.web.surveys import actions, fieldwork_actions
from kaohe.web.surveys.models import Round, SampleDraw, SampleHousehold, Vendor
from tests.web.asking import ASKED
from tests.web.cast import AREAS, NOW, TODAY, Cast
from tests.web.exports import FULL
from tests.web.rounds import households, prepared, ticks

BEFORE = ("qualification", "independence", "confidentiality")
SEED = "a seed that nobody chose"
BUILDINGS = {"1": 9, "2": 21}
SIZES = {"J01": 6, "J02": 6, "J03": 7}
"""Five per cent of the households counted second, rounded up."""
VALUES: dict[str, Any] = {"title": "秋季入户", "manner": "surveyor", "samples": ["third_party"]}


def entered(answers: Mapping[str, str], disposition: str) -> dict[str, str]:
    """What the page sends on which an interview is entered."""
    return {**ticks(ASKED, answers), "disposition": disposition}


def surveyed(cast: Cast, **values: Any) -> tuple[Round, Vendor]:
    """A round that a third party asks in, and a register with households of every area."""
    held = prepared(cast, **{**VALUES, **values})
    for area in AREAS:
        for building, count in BUILDINGS.items():
            households(cast, area, count, f"{area}-{building}")
    vendor = fieldwork_actions.name_vendor(
        held, cast.source("survey"), by=cast.person("clerk"), at=NOW
    )
    return held, vendor


def checked(cast: Cast, vendor: Vendor, kinds: Iterable[str] = BEFORE) -> None:
    """The checks noted."""
    for kind in kinds:
        fieldwork_actions.note_check(
            vendor, kind, "看过原件", TODAY, by=cast.person("clerk"), at=NOW
        )


def drawn(cast: Cast, vendor: Vendor, **values: Any) -> SampleDraw:
    """The sample drawn, not handed over."""
    given = {"response": 50, "back_check_share": 10, "seed": SEED, **values}
    return fieldwork_actions.draw_sample(vendor, **given, by=cast.person("clerk"), at=NOW)


def at_work(cast: Cast, **values: Any) -> tuple[Round, SampleDraw]:
    """A third party that may hand in: checked, sample handed over, round begun."""
    held, vendor = surveyed(cast, **values)
    checked(cast, vendor)
    drawn(cast, vendor)
    draw = fieldwork_actions.hand_over(vendor, by=cast.person("clerk"), at=NOW)
    return actions.open_round(held, by=cast.person("clerk"), at=NOW), draw


def to_ask(draw: SampleDraw, area: str) -> list[SampleHousehold]:
    """Whom an area's interviewers may ask, in the order of the list."""
    return list(draw.households.to_ask().filter(area__area_id=area))


Told = tuple[SampleHousehold, str, str, Mapping[str, str]]
"""A household, its disposition, its interviewer and its answers."""


def told(
    rows: Iterable[SampleHousehold],
    disposition: str = "I",
    interviewer: str = "F01",
    answers: Mapping[str, str] = FULL,
) -> list[Told]:
    """The same of several households."""
    return [(one, disposition, interviewer, answers) for one in rows]


def returned(
    rows: Iterable[Told], name: str = "returns.csv", **headings: str
) -> SimpleUploadedFile:
    """A file as a third party hands it in; ``headings`` gives fields other headings."""
    fields = ["area", "household", "interviewer", "disposition", *(one.name for one in ASKED)]
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([headings.get(one, one) for one in fields])
    for one, disposition, interviewer, answers in rows:
        before = [one.area.area_id, one.household_id, interviewer, disposition]
        writer.writerow([*before, *(answers.get(asked.name, "") for asked in ASKED)])
    return SimpleUploadedFile(name, text.getvalue().encode())


def hand_in(client: Client, held: Round, file: SimpleUploadedFile, **more: Any) -> Any:
    """Upload a file on the page."""
    return client.post(f"/fieldwork/{held.pk}/returns", {"file": file, **more})


def fresh(row: SampleHousehold) -> SampleHousehold:
    """A household as the database has it now."""
    return SampleHousehold.objects.get(pk=row.pk)


LAST_DAY = date(2024, 11, 30)
