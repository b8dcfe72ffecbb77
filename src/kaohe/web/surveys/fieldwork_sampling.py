"""How many households of each area a third party completes, and which: drawn from the register.

The rule is that of ``kaohe plan sample`` and of the spot check (``docs/reference/drawing.md``); the
frame is kept as that command takes and keeps it. The register knows no names, so nobody can tell
here which households are those of people who work for an area.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.analysis.asking import Ask, asked_of, partial_checks, tables_for
from kaohe.analysis.frames import ADDRESS, BUILDING, STAFF
from kaohe.analysis.sampling import HEADINGS, DrawnHousehold, drawn_by_building
from kaohe.analysis.size_plan import Wishes, sized
from kaohe.facts import read_facts
from kaohe.scheme.model import Scheme
from kaohe.web.cycles.facts import counted_areas
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.registry.facts import successor_ids
from kaohe.web.registry.models import Household
from kaohe.web.surveys.facts import told_of

FrameByBuilding = Mapping[str, Mapping[str, Sequence[str]]]
"""The households that can be drawn, by area and building."""


@dataclass(frozen=True)
class AreaSize:
    """How many of an area are to be completed, and how many the register has."""

    area_id: str
    name: str
    size: int
    there: int


def checks_for(scheme: Scheme, sample: str) -> list[str]:
    """The scheme's checks that say how many households a sample takes: those over its own rows."""
    questionnaire = scheme.questionnaire
    assert questionnaire is not None, "a round is only set up for a scheme with a questionnaire"
    one = questionnaire.samples[sample]
    return [
        name
        for name, check in partial_checks(scheme).items()
        if dict(check.where) == told_of(one) and check.attribute == one.population
    ]


def asks_of(cycle: Cycle, check: str) -> list[Ask]:
    """What a check asks of each counted area."""
    scheme, rows = scheme_of(cycle), counted_areas(cycle)
    tables = tables_for(scheme)
    with TemporaryDirectory(prefix="kaohe-") as folder:
        for name, table in tables.items():
            with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(table.columns), extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows if name == scheme.subject.table else ())
        facts = read_facts(folder, tables).facts
    if facts is None:
        return []
    with facts:
        asks, faults = asked_of(scheme, facts, [check])
    return [] if faults else asks[check]


def frame_of_cycle(cycle: Cycle) -> dict[str, dict[str, list[str]]]:
    """Every household of the register by area and building, merged areas with their successor."""
    moved = successor_ids(cycle.town, ended_before=cycle.last)
    rows = Household.objects.filter(town=cycle.town).values_list(
        "building__area__area_id", "building__building_id", "household_id"
    )
    frame: dict[str, dict[str, list[str]]] = {}
    for area, building, household in sorted(rows):
        own = frame.setdefault(moved.get(area, area), {})
        own.setdefault(building, []).append(household)
    return frame


def sizes_of(asks: Sequence[Ask], frame: FrameByBuilding) -> list[AreaSize]:
    """How many are to be completed in each area, and how many could be drawn there."""
    return [
        AreaSize(
            ask.subject.id,
            ask.subject.name,
            sized(ask, "", Wishes()).size,
            sum(map(len, frame.get(ask.subject.id, {}).values())),
        )
        for ask in asks
    ]


def drawn(
    frame: FrameByBuilding, sizes: Mapping[str, int], seed: str, response: Fraction
) -> dict[str, list[DrawnHousehold]]:
    """The lists of all areas: the main list and its reserves."""
    return {
        area: drawn_by_building(frame.get(area, {}), seed, area, size, response)
        for area, size in sorted(sizes.items())
    }


def frame_text(frame: FrameByBuilding, areas: Mapping[str, int]) -> str:
    """The frame of these areas as ``kaohe plan sample`` keeps it: canonical, addresses unknown."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*HEADINGS, BUILDING, ADDRESS, STAFF))
    writer.writerows(sorted(_rows(frame, areas)))
    return text.getvalue()


def _rows(frame: FrameByBuilding, areas: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    for area in areas:
        for building, households in frame.get(area, {}).items():
            for household in households:
                yield area, household, building, "", "false"


def read_frame(text: str) -> dict[str, dict[str, list[str]]]:
    """The frame that a CSV tells."""
    frame: dict[str, dict[str, list[str]]] = {}
    for row in csv.DictReader(StringIO(text)):
        own = frame.setdefault(row[HEADINGS[0]], {})
        own.setdefault(row[BUILDING], []).append(row[HEADINGS[1]])
    return frame
