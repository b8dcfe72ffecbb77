"""Which facts of an area its own people see in review: decided here and nowhere else.

What is not named here or plainly a fact is not shown. Never: marks, whatever residents said, who
took part, whom a worker visited, persons; of sanctions nothing but points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.nodes import LABELLED, MarksNode
from kaohe.scheme.tallies import Tally
from kaohe.values.tables import Column, Table
from kaohe.web.evidence.offers import area_column
from kaohe.web.hotline.facts import CASES
from kaohe.web.surveys.facts import PARTICIPATION

OF_LAST_YEAR = frozenset({"previous", "last_year"})
"""The area's own figures of the year before: it knows them from last year's letter."""
OF_PERSONS = frozenset({"staff"})
"""Posts are checked in the register of the area, by whoever is in charge of it."""
REACHED_OR_NOT = frozenset({PARTICIPATION, "participation_counts", "visits"})
"""Their rows name households or workers; of them an area is told whether enough was reached."""
POINTS_ONLY: Mapping[str, str] = {"sanctions": "points"}
"""Who was sanctioned for what is nobody's to read; the column of the points is all that is told."""


@dataclass(frozen=True)
class OwnTable:
    """A table of which an area sees its own rows: by which column they are its own, and what of
    them is shown."""

    name: str
    table: Table
    by: str
    columns: tuple[str, ...]


def own_tables(scheme: Scheme) -> dict[str, OwnTable]:
    """The tables of which an area sees its own rows, in the order of the scheme."""
    judged = judging_tables(scheme)
    labels = _labels(scheme)
    found = {}
    for name, table in scheme.fact_tables.items():
        by = _own_column(name, table, scheme)
        columns = _shown(name, table, by, scheme, labels) if by and name not in judged else ()
        if by and columns:
            found[name] = OwnTable(name, table, by, columns)
    return found


def judging_tables(scheme: Scheme) -> frozenset[str]:
    """The tables that hold marks or what residents said."""
    found = {node.table for node in scheme.nodes.values() if isinstance(node, MarksNode)}
    questionnaire = scheme.questionnaire
    if questionnaire is not None:
        found.add(questionnaire.ballots)
        if questionnaire.totals is not None:
            found.add(questionnaire.totals.table)
    return frozenset(found)


def own_checks(scheme: Scheme) -> dict[str, Check]:
    """The requirements of which an area is told whether they were reached: those that count rows
    and build on nothing that was marked, answered or scored."""
    judged = judging_tables(scheme)
    return {
        name: check
        for name, check in scheme.checks.items()
        if all(
            isinstance(one, Tally) and judged.isdisjoint(_counted(one))
            for one in check.bind.values()
        )
    }


def _own_column(name: str, table: Table, scheme: Scheme) -> str | None:
    """The column by which rows are an area's own; None where none or several name areas."""
    if name == scheme.subject.table:
        return scheme.subject.id
    own = f"{scheme.subject.table}.{scheme.subject.id}"
    several = [column for column in table.columns.values() if column.refers_to == own]
    return area_column(scheme, table) if len(several) == 1 else None


def _shown(
    name: str, table: Table, by: str, scheme: Scheme, labels: frozenset[str]
) -> tuple[str, ...]:
    """The columns that are shown of a table; none of one that is not."""
    words = scheme.waivers
    rest = tuple(column for column in table.columns if column != by)
    if name == scheme.subject.table:
        return tuple(column for column in rest if column != scheme.subject.name)
    if name in POINTS_ONLY:
        return tuple(column for column in rest if column == POINTS_ONLY[name])
    if words is not None and name == words.table:
        return (words.check, words.reason)
    if name in OF_LAST_YEAR or name == CASES:
        return rest
    if name in OF_PERSONS | REACHED_OR_NOT or name in _assessed_beside(scheme):
        return ()
    plain = all(_is_plain_fact(table.columns[column], labels) for column in rest)
    return rest if plain else ()


def _assessed_beside(scheme: Scheme) -> set[str]:
    """The registers of other subjects, such as persons, who are assessed for themselves."""
    return {subject.table for subject in scheme.subjects.values()}


def _is_plain_fact(column: Column, labels: frozenset[str]) -> bool:
    """Whether a column can hold no judgement and names nobody else.

    A decimal with a highest value is a mark on a scale, a choice of the scheme's labels a grade.
    """
    if column.refers_to is not None:
        return False
    if column.type == "choice":
        return labels.isdisjoint(column.choices)
    return column.type != "decimal" or column.maximum is None


def _labels(scheme: Scheme) -> frozenset[str]:
    """The codes of every label that the scheme gives."""
    given: list[Iterable[str]] = [
        node.labels
        for node in scheme.nodes.values()
        if isinstance(node, LABELLED) and isinstance(node.labels, Mapping)
    ]
    return frozenset(code for codes in given for code in codes)


def _counted(tally: Tally) -> set[str]:
    """The tables whose rows a tally looks at."""
    if tally.periods_met is not None:
        return {tally.periods_met.base, tally.periods_met.table}
    told = getattr(tally, tally.taken)
    names = (told,) if isinstance(told, str) else told
    return {name.partition(".")[0] for name in names}
