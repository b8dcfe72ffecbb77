"""The short way from facts on disk to an assessment, and from that to the rows it publishes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import StringIO

from kaohe.facts import read_facts
from kaohe.outputs.delimited import check_rows, pay_rows, result_rows, write_rows
from kaohe.outputs.structured import write_json
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.scheme.shipped import find_scheme


@cache
def scheme_file(name: str = "gaojing-2024") -> SchemeFile:
    """A shipped scheme; it has no errors."""
    path = find_scheme(name)
    assert path is not None, name
    found, findings = load_scheme(path)
    assert found is not None, [finding.text("en") for finding in findings]
    return found


def assessed(
    source: str,
    decisions: Mapping[str, str] | None = None,
    scheme: str = "gaojing-2024",
    engine: str = "duckdb",
) -> Assessment:
    """Facts that are known to be valid, assessed."""
    loaded = scheme_file(scheme)
    taken = {**loaded.defaults, **(decisions or {})}
    under = loaded.under(taken)
    reading = read_facts(source, under.fact_tables)
    assert reading.facts is not None, [fault.line("en") for fault in reading.faults[:5]]
    return assess(under, loaded.document.sha256, taken, reading.facts, engine)


def published(assessment: Assessment) -> dict[str, str]:
    """The text of every file but the workbook."""
    file = StringIO()
    write_json(file, assessment)
    texts = {"results.csv": as_text(result_rows(assessment)), "results.json": file.getvalue()}
    if assessment.scheme.checks:
        texts["checks.csv"] = as_text(check_rows(assessment))
    if assessment.scheme.pay is not None:
        texts["pay.csv"] = as_text(pay_rows(assessment))
    return texts


def as_text(rows: Iterable[Sequence[str]]) -> str:
    """The text of a CSV file with these rows."""
    file = StringIO()
    write_rows(file, rows)
    return file.getvalue()


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a published CSV."""
    return list(csv.DictReader(StringIO(text, newline="")))


def as_rows(lines: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    """Published lines, the heading first, as rows."""
    heading, *rest = lines
    return [dict(zip(heading, line, strict=True)) for line in rest]
