"""A round with households and their codes, as tests need it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.test import Client

from kaohe.scheme.asking import Asked
from kaohe.web.registry.models import Building, Household
from kaohe.web.surveys import actions
from kaohe.web.surveys.models import Round
from kaohe.web.surveys.resident_fields import (
    DURATIONS,
    HELPED,
    OPEN,
    TOOK_FIELD,
    field_of,
    value_of,
)
from kaohe.web.surveys.rounds import asking_of
from tests.web.cast import NOW, Cast

ANSWERS = {
    "q1.1": "yes",
    "q1.2": "no",
    **{f"q{number}": "satisfied" for number in range(2, 10)},
    "q10": "fair",
}
VALUES: dict[str, Any] = {
    "title": "下半年线上测评",
    "manner": "codes",
    "samples": ["online.2"],
    "opens_on": date(2024, 11, 1),
    "closes_on": date(2024, 11, 30),
    "telephone": "021-00000001",
    "paper_at": "居委会门口的封口箱",
    "complain_to": "021-00000002",
}


def households(cast: Cast, area_id: str, count: int, building: str = "") -> list[Household]:
    """So many new households in a building of their own."""
    name = building or f"{area_id}-1"
    made = Building.objects.create(town=cast.town, area=cast.area(area_id), building_id=name)
    rows = [
        Household(town=cast.town, building=made, household_id=f"{name}-{number:05}")
        for number in range(count)
    ]
    return Household.objects.bulk_create(rows)


def prepared(cast: Cast, **values: Any) -> Round:
    """A round that was set up."""
    return actions.prepare_round(cast.cycle, {**VALUES, **values}, by=cast.person("clerk"), at=NOW)


def opened(
    cast: Cast, counts: dict[str, int] | None = None, **values: Any
) -> tuple[Round, dict[str, str]]:
    """A round that takes ballots, and the code of each household by its id."""
    held = prepared(cast, **values)
    for area, count in (counts or {"J01": 3}).items():
        households(cast, area, count)
    codes = actions.issue_codes(
        held, [cast.area(one) for one in counts or {"J01": 3}], by=cast.person("clerk"), at=NOW
    )
    held = actions.open_round(held, by=cast.person("clerk"), at=NOW)
    return held, {household.household_id: code for household, code in codes.items()}


def ticks(asked: Sequence[Asked], answers: Mapping[str, str]) -> dict[str, str]:
    """What a form sends of the questions for these answers."""
    return {
        field_of(place): value_of([choice.code for choice in one.choices].index(code) + 1)
        if (code := answers[one.name])
        else OPEN
        for place, one in enumerate(asked, start=1)
        if one.name in answers
    }


def one_of_each(page: str) -> list[str]:
    """What is ticked of each question on a page that sends one value of one length for each of
    them, whatever is ticked."""
    every = re.findall(r'type="radio" name="(q\d{3})" value="(\d\d)"( checked)?', page)
    ticked = {name: value for name, value, checked in every if checked}
    assert list(ticked) == list(dict.fromkeys(name for name, _value, _checked in every))
    assert page.count(" checked") == len(ticked)
    return list(ticked.values())


def fields(
    held: Round, answers: Mapping[str, str], *, assisted: bool = False, took: str = ""
) -> dict[str, str]:
    """What the form sends for these answers, as a browser without script does."""
    sent = ticks(asking_of(held).asked, answers)
    if assisted:
        sent[HELPED] = value_of(1)
    return sent | {TOOK_FIELD: value_of(DURATIONS.index(took) + 1) if took else OPEN}


def send(held: Round, code: str, answers: Mapping[str, str] | None = None, **more: Any) -> Any:
    """Send the form as a browser without script does."""
    sent = fields(held, ANSWERS if answers is None else answers, **more)
    return Client().post(f"/f/{held.tag}", {"code": code, **sent})


def closed(cast: Cast, held: Round) -> Round:
    """The round closed before its last day, and counted if its key is here."""
    from kaohe.web.surveys.opening import count_ballots

    actions.close_round(held, reason="提前", by=cast.person("clerk"), at=NOW)
    count_ballots(held, at=NOW)
    return Round.objects.get(pk=held.pk)
