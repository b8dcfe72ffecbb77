"""What residents said, as rows of the scheme's fact tables: ballots, and who took part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from kaohe.scheme.asking import asked_of, points_by_question
from kaohe.scheme.model import Questionnaire, Sample, Scheme
from kaohe.values.tables import Table
from kaohe.web.cycles.facts import exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.facts import successor_ids
from kaohe.web.surveys.models import Ballot, Participation
from kaohe.web.surveys.taking_part import rounds_of

Row = dict[str, str]

PARTICIPATION = "participation"
"""The table in which a scheme has a row for each household that took part, by its name."""


def judged(cycle: Cycle, scheme: Scheme, *, every_ballot: bool = False) -> dict[str, Iterator[Row]]:
    """The ballots of counted rounds and their participation, if the scheme has tables for them.

    Ballots that were set aside are left out, unless ``every_ballot`` is wanted. Where no round is
    counted there are no tables; trials and void rounds do not count.
    """
    questionnaire = scheme.questionnaire
    counted = rounds_of(cycle).filter(state="counted")
    if questionnaire is None or not counted.exists():
        return {}
    areas = _areas(cycle)
    ballots = Ballot.objects.filter(round__in=counted)
    if not every_ballot:
        ballots = ballots.filter(set_aside=False)
    found = {questionnaire.ballots: _ballots(ballots, scheme, questionnaire, areas)}
    table = scheme.fact_tables.get(PARTICIPATION)
    if table is not None:
        took_part = Participation.objects.filter(round__in=counted)
        found[PARTICIPATION] = _participation(took_part, scheme, table, questionnaire, areas)
    return found


def told_rows(cycle: Cycle) -> int:
    """How many rows counted rounds tell of at most, without reading one."""
    ballots = Ballot.objects.filter(cycle=cycle, round__trial=False).count()
    return ballots + Participation.objects.filter(cycle=cycle, round__trial=False).count()


@dataclass(frozen=True)
class _Areas:
    """Under whose id each area tells; those that are exempted do not."""

    moved: Mapping[str, str]
    left_out: Collection[str]

    def __call__(self, area_id: str) -> str | None:
        now = self.moved.get(area_id, area_id)
        return None if {area_id, now} & set(self.left_out) else now


def _areas(cycle: Cycle) -> _Areas:
    return _Areas(successor_ids(cycle.town, ended_before=cycle.last), exempted_ids(cycle))


def _ballots(
    rows: QuerySet[Ballot], scheme: Scheme, questionnaire: Questionnaire, areas: _Areas
) -> Iterator[Row]:
    asked = asked_of(questionnaire)
    subject = scheme.ground.subject_column(questionnaire.ballots)
    for area, sample, answers in rows.values_list("area_id", "sample", "answers").iterator():
        if (told := areas(area)) is not None:
            yield {
                subject: told,
                **told_of(questionnaire.samples[sample]),
                **points_by_question(asked, answers),
            }


def _participation(
    rows: QuerySet[Participation],
    scheme: Scheme,
    table: Table,
    questionnaire: Questionnaire,
    areas: _Areas,
) -> Iterator[Row]:
    subject = scheme.ground.subject_column(PARTICIPATION)
    for area, sample, household in rows.values_list("area_id", "sample", "household_id").iterator():
        if (told := areas(area)) is not None:
            row = {
                subject: told,
                "household_id": household,
                **told_of(questionnaire.samples[sample]),
            }
            yield {column: row[column] for column in table.columns if column in row}


def told_of(sample: Sample) -> Row:
    """What a row says of itself so that it belongs to a sample: the columns of its conditions."""
    return {column: _cell(value) for column, value in sample.where.items()}


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
