"""What a scheme asks of each subject's sample, worked out before anybody was asked anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from kaohe.facts import Facts
from kaohe.scheme import formulas
from kaohe.scheme.model import Check, Scheme
from kaohe.scheme.sample_checks import SampleCheck, checks_on, parts_of, sample_checks
from kaohe.scheme.tallies import Tally
from kaohe.scoring.evaluating import evaluate
from kaohe.scoring.sheet import Figures, Sheet, SubjectRow
from kaohe.values.faults import Fault
from kaohe.values.measures import Stored
from kaohe.values.numbers import Absence, Number, Value
from kaohe.values.tables import Column, Table
from kaohe.values.text import Text


@dataclass(frozen=True)
class Ask:
    """What one check asks of one subject: at least ``required`` of ``population``."""

    subject: SubjectRow
    population: int
    required: int


def partial_checks(scheme: Scheme) -> dict[str, SampleCheck]:
    """The checks of single channels: they ask for a part of all, and are no union of others."""
    found, unions = _known_beforehand(scheme), union_checks(scheme)
    return {
        check_id: one for check_id, one in found.items() if one.share < 1 and check_id not in unions
    }


def union_checks(scheme: Scheme) -> dict[str, list[list[SampleCheck]]]:
    """The checks that are unions of several channels, with those of the rounds of each channel."""
    found = _known_beforehand(scheme)
    groups = {name: list(parts_of(one, found.values()).values()) for name, one in found.items()}
    return {name: parts for name, parts in groups.items() if len(parts) > 1}


def _known_beforehand(scheme: Scheme) -> dict[str, SampleCheck]:
    """Checks of samples whose requirement hangs on nothing but the subject's own row."""
    return {
        check_id: one
        for check_id, one in sample_checks(scheme).items()
        if _is_known_beforehand(scheme, scheme.checks[check_id])
    }


def _is_known_beforehand(scheme: Scheme, check: Check) -> bool:
    return all(
        isinstance(bound, Tally)
        and bound.attribute is not None
        and bound.attribute.startswith(f"{scheme.subject.table}.")
        for bound in _bound(check)
    )


def _bound(check: Check) -> list[object]:
    """What the names of a requirement stand for; None where it names a node."""
    return [check.bind.get(name) for name in formulas.names(formulas.parse(check.required))]


def tables_for(scheme: Scheme, *needed: str) -> dict[str, Table]:
    """Tables that a plan reads: the subjects', those named, and those that they refer to.

    The first two have to be there, the others only help to check references.
    """
    wanted = {scheme.subject.table, *needed}
    found: dict[str, Table] = {}
    for name, table in scheme.fact_tables.items():
        referred = {
            column.refers_to.partition(".")[0]
            for one in wanted
            for column in scheme.fact_tables[one].columns.values()
            if column.refers_to is not None
        }
        if name in wanted or name in referred:
            update = {"required": name in wanted, "required_unless": None, "excludes": ()}
            found[name] = table.model_copy(update=update)
    return found


def asked_of(
    scheme: Scheme, facts: Facts, checks: Iterable[str]
) -> tuple[dict[str, list[Ask]], list[Fault]]:
    """For each check what it asks of every subject, in the order of ids; faults where none can."""
    known = sample_checks(scheme)
    sheet = _sheet(scheme, facts)
    found: dict[str, list[Ask]] = {}
    faults: dict[tuple[str, str], Fault] = {}
    for check_id in checks:
        check, sample = scheme.checks[check_id], known[check_id]
        table, _, column = sample.attribute.partition(".")
        sizes = sheet.figures.attributes[table, column]
        required = evaluate(check.required, check.bind, sheet)
        asks = found.setdefault(check_id, [])
        for subject, wanted in zip(sheet.figures.subjects, required, strict=True):
            size = sizes.get(subject.id, Absence.NO_DATA)
            if isinstance(size, str | Absence) or isinstance(wanted, str | Absence):
                kind = scheme.subject.label
                zh = f"{kind.zh} {subject.id} 应有数值，没有就算不出样本量"
                en = f"a value for the {kind.en} {subject.id}; without it no sample can be planned"
                faults[subject.id, column] = Fault(table, None, column, "", Text(zh=zh, en=en))
            else:
                asks.append(Ask(subject, int(size), ceil(wanted)))
    return found, list(faults.values())


@dataclass(frozen=True)
class Bounds:
    """How many a subject's sample is to have at least and, generally, at most; None where a scheme
    does not say, or its facts do not tell."""

    least: int | None = None
    most: int | None = None


def bounds_of(scheme: Scheme, facts: Facts, where: Mapping[str, object]) -> dict[str, Bounds]:
    """What the checks on the rows that fulfil ``where`` ask of each subject, by its id.

    Only checks that hang on nothing but the subject's own row; of several the strictest.
    """
    sheet = _sheet(scheme, facts)
    found = {one.id: Bounds() for one in sheet.figures.subjects}
    for check_id in checks_on(scheme, where):
        check = scheme.checks[check_id]
        if not _is_known_beforehand(scheme, check):
            continue
        required = evaluate(check.required, check.bind, sheet)
        for subject, value in zip(sheet.figures.subjects, required, strict=True):
            if not isinstance(value, str | Absence):
                found[subject.id] = _narrowed(found[subject.id], check.compare, value)
    return found


def _narrowed(bounds: Bounds, compare: str, value: Number) -> Bounds:
    match compare:
        case "at_least":
            return replace(bounds, least=max(bounds.least or 0, ceil(value)))
        case "at_most":
            known = [one for one in (bounds.most, floor(value)) if one is not None]
            return replace(bounds, most=min(known))
    return bounds


def _sheet(scheme: Scheme, facts: Facts) -> Sheet:
    """The subjects with the figures of their own rows, and nothing counted."""
    subject = scheme.subject
    declared = scheme.fact_tables[subject.table].columns
    rows = [
        dict(zip(declared, row, strict=True)) for row in facts.rows(subject.table, tuple(declared))
    ]
    rows.sort(key=lambda row: str(row[subject.id]))
    subjects = [SubjectRow(str(row[subject.id]), str(row[subject.name] or ""), row) for row in rows]
    attributes = {
        (subject.table, name): {one.id: _value(one.cells[name], column) for one in subjects}
        for name, column in declared.items()
    }
    return Sheet(
        scheme, Figures(subjects, {}, {}, attributes, frozenset(), frozenset()), rule=_no_rule
    )


def _value(cell: Stored | None, column: Column) -> Value:
    if cell is None:
        return Absence.NO_DATA
    return cell if isinstance(cell, str) else Fraction(cell, 10 ** (column.places or 0))


def _no_rule(node: object, sheet: Sheet) -> list[Value]:
    raise AssertionError(f"{node} is asked for though only attributes are")
