"""Cases as rows of the scheme's fact table: the files in force, with what was decided here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from kaohe.scheme.model import Scheme
from kaohe.web.cycles.facts import delivered_rows, in_force, some_at_a_time
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.hotline.models import Case, CaseQuerySet, Exclusion, Placement

CASES: Final = "cases"
"""The table of cases in schemes."""
CASE_ID: Final = "case_id"
AREA_ID: Final = "area_id"
RECEIVED_ON: Final = "received_on"
EXCLUDED: Final = "excluded"
"""The column with the ground on which a case is left out; empty where it counts."""
BATCH: Final = 900
"""So many cases are looked up at a time."""

Row = dict[str, str]


def takes_cases(scheme: Scheme) -> bool:
    """Whether the scheme has a table of cases as they are kept here: of areas, with a day each."""
    table = scheme.fact_tables.get(CASES)
    known = {CASE_ID, AREA_ID, RECEIVED_ON, EXCLUDED}
    return table is not None and known <= table.columns.keys()


def grounds_of(scheme: Scheme) -> dict[str, str]:
    """The grounds on which a case may be left out, by their codes; the words are the scheme's."""
    table = scheme.fact_tables.get(CASES)
    column = table.columns.get(EXCLUDED) if table else None
    return dict(column.choices) if column else {}


def excluded_cases(cycle: Cycle) -> dict[str, str]:
    """The ground of each case that both sides have left out, by its id."""
    agreed = Exclusion.objects.filter(cycle=cycle, state="agreed")
    return dict(agreed.values_list("case_id", "ground"))


def told_cases(cycle: Cycle, scheme: Scheme) -> Iterator[Row]:
    """The rows of ``cases``: what providers say, under the areas of the end of the period.

    A case whose file names no area has the one that the index holds, from the table of places; one
    without any is left out. What a file says of an exclusion is a request: a case
    is left out of the rates on the ground on which both sides agreed, and counts otherwise.
    """
    agreed = excluded_cases(cycle)
    for row in delivered_rows(cycle, CASES, _with_areas):
        if row[AREA_ID]:
            row[EXCLUDED] = agreed.get(row[CASE_ID], "")
            yield row


def cases_in_force(cycle: Cycle) -> CaseQuerySet:
    """The cases of the versions that count, as people look them up."""
    return Case.objects.within(in_force(cycle))


def to_be_laid(cycle: Cycle) -> CaseQuerySet:
    """The cases in force that lie in no area, and of which nobody has found that they belong to
    none."""
    return cases_in_force(cycle).filter(area=None).exclude(case_id__in=_of_no_area(cycle))


def of_no_area(cycle: Cycle) -> CaseQuerySet:
    """The cases in force of which somebody has found that they belong to no area of the town."""
    return cases_in_force(cycle).filter(area=None, case_id__in=_of_no_area(cycle))


def _of_no_area(cycle: Cycle) -> QuerySet[Placement, str]:
    return Placement.objects.filter(cycle=cycle, area=None).values_list("case_id", flat=True)


def _with_areas(delivery: Delivery, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows of one file, an empty area filled from the index."""
    found = Case.objects.filter(delivery=delivery).exclude(area=None)
    for several in some_at_a_time(rows, BATCH):
        without = [row[CASE_ID] for row in several if not row[AREA_ID]]
        if without:
            known = found.filter(case_id__in=without).values_list("case_id", "area__area_id")
            areas = dict(known)
            for row in several:
                row[AREA_ID] = row[AREA_ID] or areas.get(row[CASE_ID], "")
        yield from several
