"""What residents said, as rows of the scheme's fact tables: ballots, and who took part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kaohe.scheme.model import Questionnaire, Sample, Scheme
from kaohe.values.tables import Table
from kaohe.web.cycles.facts import exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.facts import successor_ids
from kaohe.web.surveys.models import Ballot, Participation, Round
from kaohe.web.surveys.questionnaire import asked_of, points_by_question

Row = dict[str, str]

PARTICIPATION = "participation"
"""The table in which a scheme has a row for each household that took part, by its name."""


def judged(cycle: Cycle, scheme: Scheme) -> dict[str, Iterator[Row]]:
    """The ballots of counted rounds and their participation, if the scheme has tables for them.

    Ballots that were set aside are left out. Where no round is counted there are no tables.
    """
    questionnaire = scheme.questionnaire
    if questionnaire is None or not Round.objects.filter(cycle=cycle, state="counted").exists():
        return {}
    areas = _areas(cycle)
    found = {questionnaire.ballots: _ballots(cycle, scheme, questionnaire, areas)}
    table = scheme.fact_tables.get(PARTICIPATION)
    if table is not None:
        found[PARTICIPATION] = _participation(cycle, scheme, table, questionnaire, areas)
    return found


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
    cycle: Cycle, scheme: Scheme, questionnaire: Questionnaire, areas: _Areas
) -> Iterator[Row]:
    asked = asked_of(questionnaire)
    subject = _subject_column(scheme, scheme.fact_tables[questionnaire.ballots])
    rows = Ballot.objects.filter(cycle=cycle, set_aside=False, round__state="counted")
    for area, sample, answers in rows.values_list("area_id", "sample", "answers").iterator():
        if (told := areas(area)) is not None:
            yield {
                subject: told,
                **told_of(questionnaire.samples[sample]),
                **points_by_question(asked, answers),
            }


def _participation(
    cycle: Cycle,
    scheme: Scheme,
    table: Table,
    questionnaire: Questionnaire,
    areas: _Areas,
) -> Iterator[Row]:
    subject = _subject_column(scheme, table)
    rows = Participation.objects.filter(cycle=cycle)
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


def _subject_column(scheme: Scheme, table: Table) -> str:
    refers = f"{scheme.subject.table}.{scheme.subject.id}"
    return next(name for name, one in table.columns.items() if one.refers_to == refers)
