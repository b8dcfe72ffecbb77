"""A generated year of facts, turned into what the town's people and providers hand in."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from kaohe.facts.generating import generate
from kaohe.scheme.model import Questionnaire, Scheme
from kaohe.scheme.shipped import find_scheme
from kaohe.towns import hints_beside
from kaohe.values.text import Text

Row = dict[str, str]


def generate_year(scheme: Scheme, shipped: str, areas: int, seed: int, folder: Path) -> None:
    """A year's facts as CSV files, dated in the year of the hints."""
    path = find_scheme(shipped)
    assert path is not None
    hints = hints_beside(path)
    assert not isinstance(hints, Text), hints
    generate(
        scheme.fact_tables,
        hints,
        subjects=areas,
        seed=seed,
        households=None,
        out=folder,
        file_format="csv",
    )


def rows_of(folder: Path, table: str) -> list[Row]:
    """The rows of a generated table."""
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Rows as a provider's file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def in_year(rows: Iterable[Row], column: str, year: int) -> list[Row]:
    """The same rows with their dates in another year; 29 February becomes the 28th."""
    moved = []
    for row in rows:
        day = row[column]
        if day:
            month_day = "02-28" if day[5:] == "02-29" and not _is_leap(year) else day[5:]
            row = {**row, column: f"{year}-{month_day}"}
        moved.append(row)
    return moved


def _is_leap(year: int) -> bool:
    return date(year, 12, 31).timetuple().tm_yday > 365


def totals_of(ballots: Iterable[Row], questionnaire: Questionnaire) -> list[Row]:
    """Ballots as a platform reports them that hands over sums only: those that count, added up."""
    answered: dict[tuple[str, ...], int] = defaultdict(int)
    points: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    questions = list(questionnaire.questions)
    for ballot in ballots:
        given = [question for question in questions if ballot[question]]
        if len(given) < questionnaire.answered_at_least:
            continue
        for question in given:
            key = (
                ballot["area_id"],
                ballot["channel"],
                ballot["round"],
                ballot["panel"],
                question,
            )
            answered[key] += 1
            points[key] += Decimal(ballot[question])
    names = ("area_id", "channel", "round", "panel", "question")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "answered": str(answered[key]),
            "points": format(points[key], "f"),
        }
        for key in answered
    ]


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Rows by the value of a column."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found
