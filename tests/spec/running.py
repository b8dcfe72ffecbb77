"""A case is assessed, and what comes out is held against what the case expects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from kaohe.facts import Reading
from kaohe.outputs.delimited import check_rows, pay_rows, result_rows
from kaohe.outputs.letters import Letters
from kaohe.outputs.structured import write_json
from kaohe.pipeline import Assessment, assess, held
from kaohe.scheme.model import Scheme
from kaohe.scoring.explanation import Explained
from kaohe.values.faults import fault_lines
from kaohe.values.numbers import Absence
from kaohe.values.text import Language, Text
from tests.spec.cases import Case, Expected, Run
from tests.spec.facts import read_case
from tests.spec.markdown import Grid
from tests.spec.schemes import scheme_file
from tests.worlds.assessing import as_text

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Prepared:
    """A run of a case, ready for any engine: its scheme under the decisions, its facts as read."""

    run: Run
    scheme: Scheme
    sha256: str
    taken: Mapping[str, str]
    reading: Reading


@dataclass(frozen=True)
class Outcome:
    """What came out of one run: fault lines, or an assessment."""

    faults: tuple[str, ...]
    assessment: Assessment | None


def prepare(case: Case, folder: Path) -> list[Prepared]:
    """Every run of a case, with the scheme checked and the facts read."""
    found = scheme_file(case, folder)
    prepared = []
    for number, run in enumerate(case.runs):
        taken = {**found.defaults, **dict(run.taken)}
        scheme = found.under(taken)
        tables = folder / str(number)
        tables.mkdir()
        reading = read_case(case, scheme, tables)
        prepared.append(Prepared(run, scheme, found.document.sha256, taken, reading))
    return prepared


def outcome_of(prepared: Prepared, engine: str) -> Outcome:
    """Assess a run of a case on an engine."""
    reading = prepared.reading
    if reading.facts is None:
        lines = [
            line
            for language in LANGUAGES
            for line in fault_lines(reading.faults, reading.fault_count, language)
        ]
        return Outcome(tuple(lines), None)
    assessment = assess(prepared.scheme, prepared.sha256, prepared.taken, reading.facts, engine)
    return Outcome((), assessment)


def differences(run: Run, outcome: Outcome) -> list[str]:
    """Every place where what came out is not what was expected."""
    return [
        f"line {expected.line}: {difference}"
        for expected in run.expected
        for difference in _differences(expected, outcome)
    ]


def _differences(expected: Expected, outcome: Outcome) -> Iterator[str]:
    if expected.kind == "faults":
        yield from _lines_differ(expected.texts, outcome.faults)
    elif outcome.assessment is None:
        yield f"the facts were refused: {outcome.faults}"
    else:
        yield from COMPARISONS[expected.kind](expected, outcome.assessment)


def _lines_differ(wanted: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    if tuple(wanted) != tuple(found):
        yield "\n  ".join(["expected", *wanted, "found", *found])


def _values(expected: Expected, assessment: Assessment) -> Iterator[str]:
    subject = assessment.scheme.subject
    rows = []
    for index in assessment.order:
        row = assessment.sheet.figures.subjects[index]
        cells = {name: str(row.cells[name] or "") for name in subject.show}
        nodes = {node: _value(assessment, node, index) for node in assessment.scheme.columns}
        status = assessment.statuses[index]
        own = {subject.id: row.id, subject.name: row.name, "status": status}
        rows.append({**own, **cells, **nodes})
    yield from _grids_differ(expected.grid, rows)


def _value(assessment: Assessment, node: str, index: int) -> str:
    """A value as results print it; an absence, empty there, by its name in brackets."""
    value = assessment.sheet.values[node][index]
    if isinstance(value, Absence):
        return f"({value.value})"
    return assessment.printed(node, index)


def _grids_differ(grid: Grid | None, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    assert grid is not None
    unknown = [name for name in grid.header if rows and name not in rows[0]]
    if unknown:
        yield f"there is no {', '.join(unknown)}"
        return
    found = [tuple(row[name] for name in grid.header) for row in rows]
    yield from _lines_differ(*(["|".join(row) for row in side] for side in (grid.rows, found)))


def _reason(expected: Expected, assessment: Assessment) -> Iterator[str]:
    node, subject = expected.named
    explained = _explained(assessment, node, subject)
    reason = explained.reason
    told = reason.sentence if expected.kind == "reason" else reason.public
    yield from _text_differs(expected, told)


def _explained(assessment: Assessment, node: str, subject: str) -> Explained:
    trees = assessment.explain(assessment.sheet.ids.index(subject))
    return next(one for tree in trees for one in tree.walk() if one.id == node)


def _text_differs(expected: Expected, told: Text | None) -> Iterator[str]:
    yield from _lines_differ(expected.texts, () if told is None else (told.zh, told.en))


def _table(expected: Expected, assessment: Assessment) -> Iterator[str]:
    yield from _grids_differ(expected.grid, TABLES[expected.named[0]](assessment))


def _as_rows(lines: Iterator[list[str]]) -> list[dict[str, str]]:
    header, *rows = lines
    return [dict(zip(header, row, strict=True)) for row in rows]


def _json_rows(assessment: Assessment, section: str) -> list[dict[str, str]]:
    return [
        {name: ", ".join(cell) if isinstance(cell, list) else cell or "" for name, cell in row}
        for row in (one.items() for one in _as_json(assessment)[section])
    ]


def _letter_rows(assessment: Assessment) -> list[dict[str, str]]:
    return [
        {
            assessment.subject.id: letter.id,
            "result": letter.result,
            "strong": "；".join(one.told for one in letter.strong),
            "mend": "；".join(letter.to_mend),
        }
        for letter in Letters(assessment)
    ]


def _held_rows(assessment: Assessment) -> list[dict[str, str]]:
    """Who is held, as ``pay.csv`` would have them, with the reasons in both languages."""
    header = next(pay_rows(assessment))
    rows = []
    for one in held(assessment):
        line, why = one.line, [hold.label for hold in one.reasons]
        cells = (line.person, line.subject, line.role, line.label, line.amount)
        told = {
            "why": "；".join(label.zh for label in why),
            "why_en": "; ".join(label.en for label in why),
        }
        rows.append({**dict(zip(header, cells, strict=True)), **told})
    return rows


def _as_json(assessment: Assessment) -> dict[str, Any]:
    file = StringIO()
    write_json(file, assessment)
    written: dict[str, Any] = json.loads(file.getvalue())
    return written


TABLES: Mapping[str, Callable[[Assessment], list[dict[str, str]]]] = {
    "Checks": lambda assessment: _as_rows(check_rows(assessment)),
    "Pay": lambda assessment: _as_rows(pay_rows(assessment)),
    "Held": lambda assessment: _held_rows(assessment),
    "Warnings": lambda assessment: _json_rows(assessment, "warnings"),
    "Feedback": lambda assessment: _json_rows(assessment, "feedback"),
    "Letters": _letter_rows,
}
FILES: Mapping[str, Callable[[Assessment], Iterator[list[str]]]] = {
    "results.csv": result_rows,
    "checks.csv": check_rows,
    "pay.csv": pay_rows,
}


def _file(expected: Expected, assessment: Assessment) -> Iterator[str]:
    name = expected.named[0]
    if name in FILES:
        written = as_text(FILES[name](assessment))
    else:
        kind = name.removeprefix("results_").removesuffix(".csv")
        written = as_text(result_rows(assessment.of(kind)))
    yield from _lines_differ(expected.texts, written.removesuffix("\r\n").split("\r\n"))


def _pay_reason(expected: Expected, assessment: Assessment) -> Iterator[str]:
    told = {line.person: line.reason for line in assessment.pay}
    yield from _text_differs(expected, told.get(expected.named[0]))


def _final(expected: Expected, assessment: Assessment) -> Iterator[str]:
    found = "final" if assessment.final else "provisional"
    yield from _lines_differ(expected.named, (found,))


COMPARISONS: Mapping[str, Callable[[Expected, Assessment], Iterator[str]]] = {
    "values": _values,
    "reason": _reason,
    "public": _reason,
    "table": _table,
    "file": _file,
    "pay_reason": _pay_reason,
    "final": _final,
}
