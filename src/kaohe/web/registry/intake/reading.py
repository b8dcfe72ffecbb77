"""A file as rows: what the reader of fact tables makes of it, with the numbers of its rows."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts import read_facts
from kaohe.facts.headings import meant_by_headings
from kaohe.facts.readers.showing import shown_rows
from kaohe.values.faults import Fault
from kaohe.values.tables import EPOCH, Column, Table
from kaohe.values.text import Text
from kaohe.web.registry.intake.plans import Cell, FileRow


@dataclass(frozen=True)
class Read:
    """The rows of a file, or what is wrong with it; what was ignored stands in ``notes``."""

    rows: Sequence[FileRow]
    faults: Sequence[Fault]
    fault_count: int
    notes: Sequence[Text]


def read_file(path: Path, name: str, table: Table) -> Read:
    """Read the table ``name`` from a CSV or XLSX file. Bad content never raises."""
    with TemporaryDirectory(prefix="kaohe-intake-") as place:
        folder, scratch = Path(place) / "facts", Path(place) / "scratch"
        folder.mkdir()
        scratch.mkdir()
        file = folder / f"{name}{path.suffix.lower()}"
        shutil.copyfile(path, file)
        reading = read_facts(str(folder), {name: table})
        if reading.facts is None:
            return Read((), reading.faults, reading.fault_count, reading.notes)
        with reading.facts as facts:
            stored = facts.rows(name, list(table.columns))
        shown = list(shown_rows(file, name, scratch))
    present = _present(shown[0], table)
    numbers = [at for at, cells in enumerate(shown[1:], 2) if any(cell.strip() for cell in cells)]
    rows = [
        FileRow(
            number,
            {
                key: _cell(value, table.columns[key])
                for key, value in zip(table.columns, values, strict=True)
                if key in present
            },
        )
        for number, values in zip(numbers, stored, strict=True)
    ]
    return Read(rows, (), 0, reading.notes)


def _present(header: Sequence[str], table: Table) -> set[str]:
    meant = meant_by_headings(table)
    return {meant[heading.strip()] for heading in header if heading.strip() in meant}


def _cell(value: int | str | None, column: Column) -> Cell:
    if value is None:
        return None
    if column.type == "boolean":
        return bool(value)
    if column.type == "date":
        return date.fromordinal(EPOCH + int(value))
    return value
