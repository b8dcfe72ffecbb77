"""A channel and round of an area is told once: by a round here, or by a provider's file.

Which rows of a file say what a round says too, the scheme declares: rows of who took part for the
same sample, and rows that its tables exclude beside the ballots or beside who took part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from kaohe.scheme.model import Questionnaire, Sample, Scheme
from kaohe.values.tables import Table
from kaohe.web.cycles.delivering import add_objection
from kaohe.web.cycles.facts import canonical_rows, delivered_rows, tables_delivered
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.rules import add_condition, listed
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.facts import successor_ids
from kaohe.web.registry.models import Area
from kaohe.web.surveys.facts import PARTICIPATION, told_of
from kaohe.web.surveys.models import Round
from kaohe.web.surveys.rounds import samples_of
from kaohe.web.surveys.taking_part import AreaSample, areas_of, rounds_of
from kaohe.web.ui.language import in_a_row, in_quotes
from kaohe.web.ui.templatetags.ui import told

Cells = Mapping[str, str]


def cells_of(sample: Sample, table: Table) -> dict[str, str]:
    """What a round's row for a sample says in the columns of a table, defaults filled in."""
    said = told_of(sample)
    return {name: said.get(name, column.default or "") for name, column in table.columns.items()}


def _alike(scheme: Scheme, table: str) -> dict[str, list[Cells]]:
    """For each sample what the rows of a table hold that say what a round of it says too."""
    questionnaire = scheme.questionnaire
    if questionnaire is None:
        return {}
    found = {
        name: list(_ways(scheme, table, questionnaire, sample))
        for name, sample in questionnaire.samples.items()
    }
    return {name: ways for name, ways in found.items() if ways}


def _ways(
    scheme: Scheme, name: str, questionnaire: Questionnaire, sample: Sample
) -> Iterator[Cells]:
    tables = scheme.fact_tables
    if name == PARTICIPATION:
        cells = cells_of(sample, tables[name])
        yield {column: cells[column] for column in sample.where if column in cells}
    for exclusion in tables[name].excludes:
        if exclusion.table not in (questionnaire.ballots, PARTICIPATION):
            continue
        cells = cells_of(sample, tables[exclusion.table])
        if all(cells[column] in codes for column, codes in exclusion.where.items()):
            subject = scheme.ground.subject_column(name)
            yield {column: cells[column] for column in exclusion.match if column != subject}


def _said(scheme: Scheme, table: str, rows: Iterator[Cells]) -> set[AreaSample]:
    """Of which areas and samples rows of a table say what a round would say too."""
    alike = _alike(scheme, table)
    if not alike:
        return set()
    subject = scheme.ground.subject_column(table)
    return {
        (row[subject], sample)
        for row in rows
        for sample, ways in alike.items()
        if any(all(row[column] == cell for column, cell in way.items()) for way in ways)
    }


def said_by_files(cycle: Cycle) -> dict[AreaSample, str]:
    """The areas and samples of which files in force tell, with the name of the table."""
    scheme, here = scheme_of(cycle), tables_delivered(cycle)
    return {
        one: told(table.label)
        for name, table in scheme.fact_tables.items()
        if name in here and _alike(scheme, name)
        for one in _said(scheme, name, delivered_rows(cycle, name))
    }


def tables_told_by_rounds(scheme: Scheme, rounds: Iterable[Round]) -> frozenset[str]:
    """The tables that nobody has to hand in, because rounds take all samples of the scheme."""
    wanted = set(scheme.questionnaire.samples) if scheme.questionnaire else set()
    if not wanted or wanted.difference(*(held.samples for held in rounds)):
        return frozenset()
    return frozenset(name for name in scheme.fact_tables if _alike(scheme, name))


def samples_untold(cycle: Cycle, rounds: Iterable[Round]) -> list[str]:
    """The samples of which neither a round nor a file in force tells, by what they are called."""
    taken = {sample for held in rounds for sample in held.samples}
    missing = {name: one for name, one in samples_of(cycle).items() if name not in taken}
    if missing:
        by_files = {sample for _area, sample in said_by_files(cycle)}
        missing = {name: one for name, one in missing.items() if name not in by_files}
    return [told(sample.label) for sample in missing.values()]


def why_not_issue_beside(held: Round, areas: Collection[str]) -> str:
    """Why households of these areas get no codes: a file in force tells of them already."""
    files = said_by_files(held.cycle)
    twice = [(area, sample) for area in sorted(areas) for sample in held.samples]
    return _by_files(held, {one: files[one] for one in twice if one in files})


def why_not_open_beside(held: Round) -> str:
    """Why a round cannot begin: a file in force tells of areas that have its codes already."""
    files, own = said_by_files(held.cycle), _standing(held)
    return _by_files(held, {one: files[one] for one in sorted(own & files.keys())})


def _by_files(held: Round, twice: Mapping[AreaSample, str]) -> str:
    if not twice or held.trial:
        return ""
    given = {
        "areas": _names(held.cycle, [area for area, _sample in twice]),
        "tables": in_a_row(in_quotes(table) for table in sorted(set(twice.values()))),
    }
    return (
        _(
            "%(areas)s的这一方式、这一轮次已有报送文件（%(tables)s）在计。同一方式、同一轮次只能计一次："
            "请报送单位先撤回文件或改报，或者不用这一轮次收这些居民区的答卷。"
        )
        % given
    )


def why_not_apply_beside(delivery: Delivery) -> str:
    """Why a file cannot take effect: a round that has begun takes the same ballots."""
    cycle = delivery.cycle
    said = _said(scheme_of(cycle), delivery.table, _rows(delivery))
    for held in rounds_of(cycle).exclude(state="prepared"):
        twice = sorted(said & _standing(held))
        if twice:
            given = {"areas": _names(cycle, [area for area, _sample in twice]), "round": held}
            return (
                _(
                    "轮次“%(round)s”已在收%(areas)s的答卷。同一方式、同一轮次只能计一次："
                    "请从文件里去掉这些行再报；要以文件为准的，请与党建办商定。"
                )
                % given
            )
    return ""


def _rows(delivery: Delivery) -> Iterator[dict[str, str]]:
    """The rows of a file that may not count yet, merged areas under their successors."""
    scheme, cycle = scheme_of(delivery.cycle), delivery.cycle
    subject = scheme.ground.subject_column(delivery.table)
    moved = successor_ids(cycle.town, ended_before=cycle.last)
    for row in canonical_rows(delivery.content):
        yield {**row, subject: moved.get(row[subject], row[subject])}


def told_twice(cycle: Cycle) -> list[str]:
    """What stands against scoring: areas that a round and a file tell of, for the same sample."""
    files = said_by_files(cycle)
    found = []
    for held in rounds_of(cycle).exclude(state="prepared") if files else ():
        twice = sorted(_standing(held) & files.keys())
        for table in sorted({files[one] for one in twice}):
            areas = [area for area, sample in twice if files[area, sample] == table]
            given = {"round": held, "table": table, "areas": _names(cycle, areas)}
            found.append(
                _(
                    "轮次“%(round)s”和报送文件“%(table)s”都有%(areas)s，会重复计算。"
                    "请报送单位撤回文件，或去掉这些行改报。"
                )
                % given
            )
    return found


def _standing(held: Round) -> set[AreaSample]:
    """The areas of a round as they stand at the end of the period, each with the sample."""
    moved = successor_ids(held.town, ended_before=held.cycle.last)
    return {(moved.get(area, area), sample) for area, sample in areas_of(held)}


def _names(cycle: Cycle, areas: Collection[str]) -> str:
    rows = Area.objects.filter(town=cycle.town, area_id__in=areas).order_by("area_id")
    return listed([area.name for area in rows])


def watch_for_overlaps() -> None:
    """Ask before a file takes effect and before scoring; called when the app is loaded."""
    add_objection(why_not_apply_beside)
    add_condition("collecting", "scoring", told_twice)
