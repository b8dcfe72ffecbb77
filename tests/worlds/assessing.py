"""The short way from facts on disk to an assessment, and from that to the rows it publishes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import StringIO
from pathlib import Path

import pytest

from kaohe.cli import commands
from kaohe.facts import Facts, read_facts
from kaohe.outputs.delimited import check_rows, pay_rows, result_rows, write_rows
from kaohe.outputs.structured import write_json
from kaohe.pipeline import Assessment, assess
from kaohe.scheme.decisions import every_single_choice
from kaohe.scheme.loading import SchemeFile, load_scheme
from kaohe.scheme.model import Scheme
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from kaohe.values.findings import Finding
from kaohe.values.tables import Table


@cache
def loaded_scheme(name: str) -> tuple[SchemeFile, Sequence[Finding]]:
    """A shipped scheme, which has no errors, and all that is said of it."""
    path = find_scheme(name)
    assert path is not None, name
    found, findings = load_scheme(path)
    assert found is not None, [finding.text("en") for finding in findings]
    return found, findings


def scheme_file(name: str = "gaojing-2024") -> SchemeFile:
    """A shipped scheme; it has no errors."""
    return loaded_scheme(name)[0]


@cache
def written_schemes(name: str) -> Sequence[Scheme]:
    """A shipped scheme as it is written, with its defaults, then with each other option alone."""
    found = scheme_file(name)
    return [
        found.assembly.written({**found.defaults, **taken})
        for taken in every_single_choice(found.options)
    ]


@contextmanager
def shipped_schemes_loaded_once() -> Iterator[None]:
    """Commands share what loading a shipped scheme gave; it takes longer than what they do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "load_scheme", _load)
        yield


def _load(path: Path, *, only_errors: bool = False) -> tuple[SchemeFile | None, list[Finding]]:
    if not only_errors or path.resolve() not in _shipped_files():
        return load_scheme(path, only_errors=only_errors)
    found, findings = _loaded_without_errors(path.resolve())
    return found, list(findings)


@cache
def _shipped_files() -> set[Path | None]:
    return {find_scheme(name) for name in shipped_schemes()}


@cache
def _loaded_without_errors(path: Path) -> tuple[SchemeFile | None, Sequence[Finding]]:
    return load_scheme(path, only_errors=True)


@cache
def fact_tables(scheme: str) -> Mapping[str, Table]:
    """The tables that a shipped scheme declares."""
    return scheme_file(scheme).under({}).fact_tables


def valid_facts(source: str, scheme: str = "gaojing-2024") -> Facts:
    """Facts that are known to be valid, read once for several assessments."""
    reading = read_facts(source, fact_tables(scheme))
    assert reading.facts is not None, [fault.line("en") for fault in reading.faults[:5]]
    return reading.facts


def assessed(
    source: str | Facts,
    decisions: Mapping[str, str] | None = None,
    scheme: str = "gaojing-2024",
    engine: str = "duckdb",
) -> Assessment:
    """Facts that are known to be valid, assessed."""
    loaded = scheme_file(scheme)
    taken = {**loaded.defaults, **(decisions or {})}
    under = loaded.under(taken)
    # What was read once serves every decision, since no decision changes what is read.
    assert under.fact_tables == fact_tables(scheme)
    facts = valid_facts(source, scheme) if isinstance(source, str) else source
    return assess(under, loaded.document.sha256, taken, facts, engine)


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
