"""The tables of a case as the product reads them: written as CSV files, read by its reader."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from kaohe.facts import Reading, read_facts
from kaohe.scheme.model import Scheme
from tests.spec.cases import Case
from tests.spec.markdown import Grid


def read_case(case: Case, scheme: Scheme, folder: Path) -> Reading:
    """What the reader says of a case's tables."""
    for name, (header, rows) in tables_of(case, scheme).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return read_facts(str(folder), scheme.fact_tables)


Rows = tuple[tuple[str, ...], ...]


def tables_of(case: Case, scheme: Scheme) -> Mapping[str, tuple[tuple[str, ...], Rows]]:
    """The tables that a case shows; without one of subjects, those of its first result."""
    tables = {name: (grid.header, grid.rows) for name, grid in case.facts.items()}
    subject = scheme.subject
    if subject.table not in tables:
        ids = dict.fromkeys(row[0] for row in _first_result(case).rows)
        tables[subject.table] = ((subject.id, subject.name), tuple((one, one) for one in ids))
    return tables


def _first_result(case: Case) -> Grid:
    grids = [one.grid for run in case.runs for one in run.expected if one.grid is not None]
    assert grids, f"line {case.line}: a case without a table of subjects needs a result"
    return grids[0]
