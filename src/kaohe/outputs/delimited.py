"""CSV as results are published: UTF-8 with BOM, CRLF, quoted only where needed, no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from kaohe.pipeline import Assessment
from kaohe.scoring.checking import CheckResult
from kaohe.values.text import safe

NEEDS_QUOTES = (",", '"', "\r", "\n")


def quoted(cell: str) -> str:
    """A cell quoted only where it must be."""
    if any(sign in cell for sign in NEEDS_QUOTES):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def write_rows(file: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Rows of cells, a line each."""
    for row in rows:
        file.write(",".join(quoted(cell) for cell in row) + "\r\n")


def result_rows(assessment: Assessment) -> Iterator[list[str]]:
    """``results.csv``: the subject, its status, and every named node."""
    subject = assessment.subject
    yield [subject.id, subject.name, *subject.show, "status", *assessment.columns]
    for index in assessment.order:
        row = assessment.sheet.figures.subjects[index]
        attributes = [safe(cell) for cell in assessment.shown(index)]
        values = [printed_cell(assessment, node, index) for node in assessment.columns]
        status = assessment.statuses[index]
        yield [safe(row.id), safe(row.name), *attributes, status, *values]


def printed_cell(assessment: Assessment, node: str, index: int) -> str:
    """A node's value; a label is text and kept from being a formula, a number is not."""
    text = assessment.printed(node, index)
    value = assessment.sheet.values[node][index]
    return safe(text) if isinstance(value, str) else text


def check_rows(assessment: Assessment) -> Iterator[list[str]]:
    """``checks.csv``: every check of every subject."""
    yield [assessment.scheme.subject.id, "check", "required", "actual", "met", "waived"]
    for check in assessment.checks:
        yield [
            safe(check.subject),
            check.check,
            check.required,
            check.actual,
            met_text(check),
            str(check.waived).lower(),
        ]


def met_text(check: CheckResult) -> str:
    """true, false, or empty where it cannot be told."""
    return "" if check.met is None else str(check.met).lower()


def pay_rows(assessment: Assessment) -> Iterator[list[str]]:
    """``pay.csv``: one row for each person who gets something."""
    pay = assessment.scheme.pay
    assert pay is not None
    ground = assessment.scheme.ground
    yield [pay.person, ground.subject_column(pay.table), pay.role, pay.by, "amount"]
    for line in assessment.pay:
        cells = (line.person, line.subject, line.role, line.label)
        yield [*(safe(cell) for cell in cells), line.amount]
