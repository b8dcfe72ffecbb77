#!/usr/bin/env python3
"""Complaints to New York's 311 hotline about animals become the fact tables of this scheme.

    python schemes/nyc311/convert.py FOLDER [--source CSV]

In goes ``data/animals_2025q1.csv``, one complaint a row, times as ``M/D/YYYY H:MM``. Out come:

- ``boards.csv``: every community board that occurs, under the city's three-digit code (the
  borough's digit, then the board's number: ``305`` is ``05 BROOKLYN``);
- ``cases.csv``: every complaint, none dropped, with the dates on which it was made and closed
  (empty while it is open). A complaint of no known board has an empty board.

A case is marked as a repeat where the same kind of complaint about the same place was made at
most 7 days before; so a chain of repeats goes on as long as no gap is longer. Cases of no known
board are never marked: their records hold no address that could be compared.

Left out are the time of day (the scheme counts calendar days), the status (it only repeats
whether there is a closing date), and descriptor, location type and borough (nothing counts them).
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "animals_2025q1.csv"
REPEAT_WITHIN = timedelta(days=7)

BOROUGHS = ("MANHATTAN", "BRONX", "BROOKLYN", "QUEENS", "STATEN ISLAND")
"""In the order of the city's codes: Manhattan is 1."""

BOARD_COLUMNS = ("board_id", "name", "borough")
CASE_COLUMNS = (
    "case_id",
    "board_id",
    "agency",
    "complaint",
    "created_on",
    "closed_on",
    "excluded",
)

Record = dict[str, str]


def board_code(name: str) -> str:
    """``05 BROOKLYN`` as ``305``; empty for a board that is not specified.

    >>> board_code("05 BROOKLYN"), board_code("Unspecified QUEENS"), board_code("0 Unspecified")
    ('305', '', '')
    """
    number, _, borough = name.partition(" ")
    if borough not in BOROUGHS or not number.isdigit():
        return ""
    return f"{BOROUGHS.index(borough) + 1}{number}"


def boards(records: Iterable[Record]) -> list[tuple[str, str, str]]:
    """Code, name and borough of every known board, by code."""
    names = {record["community_board"] for record in records}
    known = [(board_code(name), name, name.partition(" ")[2]) for name in names]
    return sorted(board for board in known if board[0])


def cases(records: Iterable[Record]) -> Iterator[tuple[str, ...]]:
    """Every complaint in the order in which it was made, repeats marked."""
    latest: dict[tuple[str, str], date] = {}
    for record in sorted(records, key=_made):
        board = board_code(record["community_board"])
        created = _moment(record["created"])[0]
        same = (record["place"], record["complaint_type"])
        is_repeat = bool(board) and same in latest and created - latest[same] <= REPEAT_WITHIN
        latest[same] = created
        yield (
            record["unique_key"],
            board,
            record["agency"],
            record["complaint_type"],
            created.isoformat(),
            _moment(record["closed"])[0].isoformat() if record["closed"] else "",
            "repeat" if is_repeat else "",
        )


def _made(record: Record) -> tuple[tuple[date, int, int], str]:
    return _moment(record["created"]), record["unique_key"]


def _moment(text: str) -> tuple[date, int, int]:
    """Day, hour and minute of ``3/14/2025 1:20``, by the city's clock."""
    month, day, year, hour, minute = map(int, re.split("[/ :]", text))
    return date(year, month, day), hour, minute


def convert(source: Path, folder: Path) -> None:
    """Write the fact tables of the records in ``source`` to ``folder``."""
    with source.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "boards.csv", BOARD_COLUMNS, boards(records))
    _write(folder / "cases.csv", CASE_COLUMNS, cases(records))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Convert what the command line names."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path, help="where the fact tables go")
    asked.add_argument("--source", type=Path, default=SOURCE, help="the records (CSV)")
    given = asked.parse_args()
    convert(given.source, given.folder)


if __name__ == "__main__":
    main()
