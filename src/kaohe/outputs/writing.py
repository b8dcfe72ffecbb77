"""All files of a result or none: written beside their place, then moved there together."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kaohe.outputs.delimited import check_rows, pay_rows, result_rows, write_rows
from kaohe.outputs.structured import write_json
from kaohe.outputs.workbook import write_workbook
from kaohe.pipeline import Assessment, Progress
from kaohe.values.text import Language


def write_results(
    assessment: Assessment, out: Path, language: Language, progress: Progress | None = None
) -> list[Path]:
    """``results.csv``, ``checks.csv``, ``pay.csv``, ``results.json``, ``results.xlsx`` in ``out``.

    The folder is made if needed. Raises OSError where it cannot be written to; nothing is changed
    then.
    """
    tell = progress or (lambda _step, _share: None)
    return put_in_place(out, lambda folder: _write_all(assessment, folder, language, tell))


def put_in_place(out: Path, write: Callable[[Path], None]) -> list[Path]:
    """The files that ``write`` makes in a folder, all of them in ``out`` or none.

    Raises OSError as ``write_results`` does.
    """
    out.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".kaohe-", dir=out))
    try:
        write(staging)
        files = sorted(staging.iterdir())
        places = [out / file.name for file in files]
        for place in places:
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
