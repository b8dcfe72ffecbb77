"""What residents of the demonstration town said: rounds that are over.

Ballots of a generated year come as points; here they become the answers that earn them, as they lie
in the database after a round was opened.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from itertools import product
from uuid import UUID

from kaohe.scheme.asking import Asked, asked_of
from kaohe.scheme.model import Questionnaire
from kaohe.web.cycles.models import Cycle
from kaohe.web.demonstration.facts import Row
from kaohe.web.surveys.codes import ALPHABET, RECEIPT_SIGNS, new_tag
from kaohe.web.surveys.facts import told_of
from kaohe.web.surveys.models import Ballot, Participation, Receipt, Round
from kaohe.web.surveys.opening import AT_ONCE
from kaohe.web.surveys.reviewing import flag
from kaohe.web.surveys.rounds import questionnaire_of, samples_of
from kaohe.web.surveys.tallying import receipts_hash

CONTACTS = {
    "telephone": "021-00000001（演示）",
    "paper_at": "居委会服务大厅",
    "complain_to": "021-00000002（演示）",
}


@dataclass(frozen=True)
class Past:
    """A round that is over: how it is called, which samples it took, how, from when to when."""

    title: str
    samples: tuple[str, ...]
    manner: str
    first: tuple[int, int]
    last: tuple[int, int]


PAST = (
    Past("上半年线上测评", ("online.1",), "codes", (6, 1), (6, 25)),
    Past("第三方入户测评", ("third_party",), "surveyor", (9, 10), (11, 20)),
    Past("座谈会测评", ("meeting.household", "meeting.party_member"), "meeting", (10, 8), (11, 28)),
    Past("下半年线上测评", ("online.2",), "codes", (11, 1), (11, 30)),
)


def hold_rounds(cycle: Cycle, ballots: list[Row], took_part: list[Row], at: datetime) -> None:
    """The rounds of a year that is over, counted."""
    questionnaire = questionnaire_of(cycle)
    assert questionnaire is not None
    samples, asked = samples_of(cycle), asked_of(questionnaire)
    earned = _answers_by_points(asked)
    chance = random.Random(f"{cycle.year}")
    for past in PAST:
        mine = {name: told_of(samples[name]) for name in past.samples}
        of_round = [(name, row) for row in ballots if (name := _sample(row, mine))]
        homes = [(name, row) for row in took_part if (name := _sample(row, mine))]
        held = _counted(cycle, past, len(of_round), len(homes), at, chance)
        whose = {"town_id": cycle.town_id, "cycle_id": cycle.pk, "round": held}
        made = [
            Ballot(
                id=UUID(int=chance.getrandbits(128), version=4),
                area_id=row["area_id"],
                sample=name,
                answers=_answers(questionnaire, earned, row),
                **whose,
            )
            for name, row in of_round
        ]
        flag(held, made)
        made.sort(key=lambda ballot: ballot.id)
        Ballot.objects.bulk_create(made, batch_size=AT_ONCE)
        homes.sort(key=lambda one: (one[1]["area_id"], one[0], one[1]["household_id"]))
        Participation.objects.bulk_create(
            [
                Participation(
                    area_id=row["area_id"], sample=name, household_id=row["household_id"], **whose
                )
                for name, row in homes
            ],
            batch_size=AT_ONCE,
        )


def _counted(
    cycle: Cycle, past: Past, ballots: int, participants: int, at: datetime, chance: random.Random
) -> Round:
    receipts = sorted("".join(chance.choices(ALPHABET, k=RECEIPT_SIGNS)) for _ in range(ballots))
    held = Round.objects.create(
        town=cycle.town,
        cycle=cycle,
        title=f"{cycle.year}年{past.title}",
        manner=past.manner,
        samples=list(past.samples),
        tag=new_tag(),
        opens_on=date(cycle.year, *past.first),
        closes_on=date(cycle.year, *past.last),
        state="counted",
        ballots=ballots,
        participants=participants,
        receipts_sha256=receipts_hash(receipts),
        closed_at=at,
        counted_at=at,
        **CONTACTS,
    )
    Receipt.objects.bulk_create(
        [
            Receipt(town_id=cycle.town_id, cycle_id=cycle.pk, round=held, code=code)
            for code in receipts
        ],
        batch_size=AT_ONCE,
    )
    return held


def _sample(row: Row, samples: Mapping[str, Row]) -> str:
    """Of which of the samples, by what their rows say, a row is; an empty text if of none."""
    for name, told in samples.items():
        if all(_same(row.get(column, ""), value) for column, value in told.items()):
            return name
    return ""


def _same(cell: str, value: str) -> bool:
    return cell == value or (cell == "" and value == "household")


def _answers_by_points(asked: tuple[Asked, ...]) -> dict[str, dict[Fraction, dict[str, str]]]:
    """For each question the answers that earn so many points."""
    questions: dict[str, list[Asked]] = {}
    for one in asked:
        questions.setdefault(one.question, []).append(one)
    found: dict[str, dict[Fraction, dict[str, str]]] = {}
    for question, parts in questions.items():
        for choices in product(*(part.choices for part in parts)):
            points = sum((choice.points for choice in choices), Fraction(0))
            answers = {part.name: one.code for part, one in zip(parts, choices, strict=True)}
            found.setdefault(question, {}).setdefault(points, answers)
    return found


def _answers(
    questionnaire: Questionnaire,
    earned: Mapping[str, Mapping[Fraction, dict[str, str]]],
    row: Row,
) -> dict[str, str]:
    given: dict[str, str] = {}
    for question in questionnaire.questions:
        if row[question]:
            given |= earned[question][_points(row[question])]
    return given


@cache
def _points(text: str) -> Fraction:
    """Points as written; a year writes few of them very often."""
    return Fraction(text)
