"""How many the scheme wants at the meeting of an area, at least and generally at most."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.analysis.asking import Bounds, bounds_of, tables_for
from kaohe.facts import read_facts
from kaohe.web.cycles.facts import counted_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.surveys.meeting_attendance import meeting_samples
from kaohe.web.surveys.models import Meeting


def sizes_of(meeting: Meeting) -> dict[str, Bounds]:
    """What the scheme's checks ask of each sample of a meeting, by the newest frozen counts."""
    cycle, area = meeting.cycle, meeting.area.area_id
    samples = meeting_samples(meeting.round)
    nothing = dict.fromkeys(samples, Bounds())
    scheme = scheme_of(cycle)
    tables = tables_for(scheme)
    with TemporaryDirectory(prefix="kaohe-sizes-") as folder:
        if not _write_areas(cycle, area, Path(folder)):
            return nothing
        facts = read_facts(folder, tables).facts
        if facts is None:
            return nothing
    with facts:
        return {
            name: bounds_of(scheme, facts, sample.where).get(area, Bounds())
            for name, sample in samples.items()
        }


def _write_areas(cycle: Cycle, area: str, folder: Path) -> bool:
    """The row of an area as the fact table that a plan reads; False where nobody counted it."""
    rows = [row for row in counted_areas(cycle) if area in row.values()]
    table = scheme_of(cycle).subject.table
    for row in rows[:1]:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
    return bool(rows)
