"""Cases as rows of the scheme's fact table: the files in force, with what was decided here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kaohe.scheme.model import Scheme
from kaohe.web.cycles.facts import delivered_rows
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.exclusion_models import Exclusion

CASES: Final = "cases"
"""The table of cases in schemes."""
CASE_ID: Final = "case_id"
EXCLUDED: Final = "excluded"
"""The column with the ground on which a case is left out; empty where it counts."""

Row = dict[str, str]


def takes_cases(scheme: Scheme) -> bool:
    """Whether the scheme has a table of cases as they are kept here."""
    table = scheme.fact_tables.get(CASES)
    return table is not None and {CASE_ID, EXCLUDED} <= table.columns.keys()


def area_column(scheme: Scheme) -> str:
    """The column of cases that names the area; an empty text where there is none."""
    wanted = f"{scheme.subject.table}.{scheme.subject.id}"
    columns = scheme.fact_tables[CASES].columns.items()
    return next((name for name, column in columns if column.refers_to == wanted), "")


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

    What a file says of an exclusion is a request: a case is left out on the ground on which both
    sides agreed, and counts otherwise.
    """
    agreed = excluded_cases(cycle)
    for row in delivered_rows(cycle, CASES):
        row[EXCLUDED] = agreed.get(row[CASE_ID], "")
        yield row
