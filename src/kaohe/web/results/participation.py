"""How far each area is with the households that the scheme asks for, while rounds still go on.

The scheme's own checks decide, by their own formulas: what they count is counted here, in memory,
of rounds that are counted, of boxes that are open and of files in force. A row of these is its
cells without the household, with the households that have it in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kaohe.facts.parsing import Wrong, parser_of
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.sample_checks import SampleCheck, sample_checks
from kaohe.scheme.tallies import Tally, measure_of
from kaohe.scoring.checking import CheckResult, check_results
from kaohe.scoring.conditions import meets
from kaohe.scoring.sheet import Column, Figures, Sheet, SubjectRow
from kaohe.values.measures import Measure, Stored, Take
from kaohe.values.tables import Table
from kaohe.web.cycles.facts import delivered_rows, exempted_ids
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Waiver
from kaohe.web.registry.facts import areas_facts, successor_ids
from kaohe.web.surveys.facts import PARTICIPATION
from kaohe.web.surveys.overlaps import cells_of
from kaohe.web.surveys.taking_part import households_so_far

HOUSEHOLD: Final = "household_id"
"""The column of ``participation`` that names who took part."""
TAKES: Final = (Take.ROWS, Take.SUM, Take.GREATEST, Take.DISTINCT)
"""What can be taken of rows here."""

Cells = Mapping[str, Stored | None]


@dataclass(frozen=True)
class Alike:
    """Rows of an area that differ by the household only; a row that names none stands alone."""

    area: str
    cells: Cells
    households: frozenset[str] = frozenset({""})


def thresholds_of(scheme: Scheme) -> dict[str, SampleCheck]:
    """The checks of who took part that can be followed: they build on counted rows and on the
    area's own row, on nothing that is scored."""
    return {
        check_id: one
        for check_id, one in sample_checks(scheme).items()
        if one.counted == f"{PARTICIPATION}.{HOUSEHOLD}" and _is_countable(check_id, scheme)
    }


def _is_countable(check_id: str, scheme: Scheme) -> bool:
    bound = scheme.checks[check_id].bind.values()
    own = f"{scheme.subject.table}."
    return all(
        isinstance(one, Tally)
        and (one.attribute.startswith(own) if one.attribute else _countable(one, scheme))
        for one in bound
    )


def _countable(tally: Tally, scheme: Scheme) -> bool:
    measure = measure_of(tally, scheme.ground)
    if not isinstance(measure, Measure) or measure.take not in TAKES:
        return False
    return measure.take is not Take.DISTINCT or measure.columns == (HOUSEHOLD,)


def samples_for(check_id: str, scheme: Scheme) -> set[str]:
    """The samples whose households a threshold counts."""
    questionnaire = scheme.questionnaire
    table = scheme.fact_tables[PARTICIPATION]
    measures = [
        measure
        for measure in _measures([scheme.checks[check_id]], scheme)
        if measure.take is Take.DISTINCT
    ]
    return {
        name
        for name, sample in (questionnaire.samples if questionnaire else {}).items()
        for measure in measures
        if meets(stored_cells(cells_of(sample, table), table), measure.where)
    }


@dataclass(frozen=True)
class Followed:
    """What is required of each area by each threshold, what there is, whether it is met.

    Areas in the order of their ids, with their own rows; those that nobody counted are left out.
    """

    areas: Mapping[str, Cells]
    results: Mapping[str, Mapping[str, CheckResult]]


def follow(cycle: Cycle, scheme: Scheme, *, only: Iterable[str] | None = None) -> Followed:
    """How far the areas are now; ``only`` some of them."""
    checks = {name: scheme.checks[name] for name in thresholds_of(scheme)}
    rows = areas_facts(cycle.town, cycle.year, cycle.first, cycle.last, exempted_ids(cycle))
    wanted = None if only is None else set(only)
    rows = [row for row in rows if wanted is None or row["area_id"] in wanted]
    subjects = [SubjectRow(row["area_id"], row["name"], _stored(row, scheme)) for row in rows]
    subjects.sort(key=lambda one: one.id)
    measures = _measures(checks.values(), scheme)
    tables = {name: list(_rows_of(cycle, scheme, name)) for name in {one.table for one in measures}}
    figures = Figures(
        subjects=subjects,
        counts={one: _counted(one, tables[one.table]) for one in measures},
        groups={},
        attributes={
            (scheme.subject.table, column): {
                one.id: value for one in subjects if (value := one.cells.get(column)) is not None
            }
            for column in scheme.fact_tables[scheme.subject.table].columns
        },
        waived=frozenset(
            Waiver.objects.filter(cycle=cycle).values_list("area__area_id", "check_id")
        ),
        # Rounds tell who took part from the first day on, so that nobody yet means nobody.
        present=frozenset(scheme.fact_tables),
    )
    followed = scheme.model_copy(update={"checks": checks})
    found: dict[str, dict[str, CheckResult]] = {one.id: {} for one in subjects}
    for result in check_results(Sheet(followed, figures, rule=_no_rule)):
        found[result.subject][result.check] = result
    return Followed({one.id: one.cells for one in subjects}, found)


def _no_rule(node: object, sheet: Sheet) -> Column:
    raise AssertionError(f"{node} is asked for though only rows are counted")


def _measures(checks: Iterable[Check], scheme: Scheme) -> list[Measure]:
    """What the checks count, each once."""
    tallies = [
        one
        for check in checks
        for one in check.bind.values()
        if isinstance(one, Tally) and one.attribute is None
    ]
    found = dict.fromkeys(measure_of(one, scheme.ground) for one in tallies)
    return [one for one in found if isinstance(one, Measure)]


def _stored(row: Mapping[str, str], scheme: Scheme) -> Cells:
    return stored_cells(row, scheme.fact_tables[scheme.subject.table])


def stored_cells(row: Mapping[str, str], table: Table) -> Cells:
    """A row of canonical text as tables store it."""
    found: dict[str, Stored | None] = {}
    for name, column in table.columns.items():
        text = row.get(name, "")
        value = parser_of(column)(text) if text else None
        found[name] = None if isinstance(value, Wrong) else value
    return found


def _rows_of(cycle: Cycle, scheme: Scheme, name: str) -> Iterator[Alike]:
    """The rows of a table: what files in force say, and of who took part what rounds say too."""
    table, subject = scheme.fact_tables[name], scheme.ground.subject_column(name)
    if name != PARTICIPATION:
        for row in delivered_rows(cycle, name):
            yield Alike(row[subject], stored_cells(row, table))
        return
    yield from _of_rounds(cycle, scheme, table)
    alike: dict[tuple[str, ...], set[str]] = defaultdict(set)
    columns = [column for column in table.columns if column != HOUSEHOLD]
    for row in delivered_rows(cycle, name):
        alike[tuple(row[column] for column in columns)].add(row[HOUSEHOLD])
    for cells, households in alike.items():
        said = dict(zip(columns, cells, strict=True))
        yield Alike(said[subject], stored_cells(said, table), frozenset(households))


def _of_rounds(cycle: Cycle, scheme: Scheme, table: Table) -> Iterator[Alike]:
    moved, left_out = successor_ids(cycle.town, ended_before=cycle.last), exempted_ids(cycle)
    questionnaire = scheme.questionnaire
    samples = questionnaire.samples if questionnaire is not None else {}
    cells = {name: stored_cells(cells_of(one, table), table) for name, one in samples.items()}
    for (area, sample), households in households_so_far(cycle).items():
        now = moved.get(area, area)
        if not {area, now} & left_out:
            yield Alike(now, cells[sample], frozenset(households))


def _counted(measure: Measure, rows: Sequence[Alike]) -> dict[str, int]:
    """What an engine would count of the rows, area by area."""
    by_area: dict[str, list[Alike]] = defaultdict(list)
    for one in rows:
        if meets(one.cells, measure.where):
            by_area[one.area].append(one)
    return {area: _taken(measure, matching) for area, matching in by_area.items()}


def _taken(measure: Measure, rows: Sequence[Alike]) -> int:
    match measure.take:
        case Take.DISTINCT:
            return len(frozenset().union(*(one.households for one in rows)))
        case Take.ROWS:
            return sum(len(one.households) for one in rows)
    cells = [cell for one in rows for name in measure.columns if (cell := one.cells[name])]
    amounts = [cell for cell in cells if isinstance(cell, int)]
    return max(amounts, default=0) if measure.take is Take.GREATEST else sum(amounts)
