"""All files of a result or none: written beside their place, then moved there together."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kaohe.outputs.delimited import check_rows, pay_rows, result_rows, write_rows
from kaohe.outputs.readings_structured import write_study_json
from kaohe.outputs.readings_workbook import write_study_workbook
from kaohe.outputs.structured import write_json
from kaohe.outputs.workbook import write_workbook
from kaohe.pipeline import Assessment, Progress
from kaohe.readings import Study
from kaohe.values.text import Language


def write_results(
    assessment: Assessment, out: Path, language: Language, progress: Progress | None = None
) -> list[Path]:
    """``results.csv``, ``checks.csv``, ``pay.csv``, ``results.json``, ``results.xlsx`` in ``out``.

    The folder is made if needed. Raises OSError where it cannot be written to; nothing is changed
    then.
    """
    tell = progress or (lambda _step, _share: None)
    return written_together(out, lambda folder: _write_all(assessment, folder, language, tell))


def write_study(
    study: Study, out: Path, language: Language, name: str = "sensitivity"
) -> list[Path]:
    """``NAME.json`` and ``NAME.xlsx`` in ``out``, as ``write_results`` does it."""

    def write(folder: Path) -> None:
        with (folder / f"{name}.json").open("w", encoding="utf-8", newline="\n") as file:
            write_study_json(file, study)
        write_study_workbook(folder / f"{name}.xlsx", study, language)

    return written_together(out, write)


def written_together(out: Path, write: Callable[[Path], None]) -> list[Path]:
    """Have files written into a hidden folder, then moved into ``out``: all of them or none.

    Raises OSError where the folder cannot be made or written to; nothing is changed then.
    """
    out.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".kaohe-", dir=out))
    try:
        write(staging)
        files = sorted(file for file in staging.rglob("*") if file.is_file())
        places = [out / file.relative_to(staging) for file in files]
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
        for file, place in zip(files, places, strict=True):
            os.replace(file, place)
        return places
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write_all(
    assessment: Assessment, folder: Path, language: Language, progress: Progress
) -> None:
    _write_csv(folder / "results.csv", result_rows(assessment))
    for kind in assessment.scheme.subjects:
        _write_csv(folder / f"results_{kind}.csv", result_rows(assessment.of(kind)))
    if assessment.scheme.checks:
        _write_csv(folder / "checks.csv", check_rows(assessment))
    if assessment.scheme.pay is not None:
        _write_csv(folder / "pay.csv", pay_rows(assessment))
    with (folder / "results.json").open("w", encoding="utf-8", newline="\n") as file:
        write_json(file, assessment, progress)
    write_workbook(folder / "results.xlsx", assessment, language)


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_rows(file, rows)
