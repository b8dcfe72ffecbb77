"""The first rows of a file, without reading the rest of it: what a person is shown of a table."""

from __future__ import annotations

import re
import shutil
import zipfile
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts.readers.sheet_errors import part_of
from kaohe.facts.readers.showing import shown_rows
from kaohe.facts.readers.workbooks import chosen_sheet, open_workbook
from kaohe.facts.workspace import Unreadable

CHUNK = 1 << 18
MOST_READ = 1 << 24
"""A workbook whose first rows come to more characters than this is read as a whole."""

_ROW_END = re.compile(rb"</((?:[\w.-]+:)?)row>")


def first_rows(path: Path, table: str, count: int) -> list[list[str]]:
    """Up to ``count`` rows of the file that is read for a table, as text, the header first.

    Fewer where there are no more, none where the file cannot be read.
    """
    with TemporaryDirectory(prefix="kaohe-") as folder:
        scratch = Path(folder)
        short = _beginning(path, table, count, scratch) if path.suffix.lower() == ".xlsx" else None
        rows = list(islice(shown_rows(short, table, scratch), count)) if short else []
        return rows or list(islice(shown_rows(path, table, scratch), count))


def _beginning(path: Path, table: str, count: int, folder: Path) -> Path | None:
    """The same workbook with the first rows of one sheet; None where that is not to be had.

    The library that reads sheets always reads them whole; cells keep their types and formats.
    """
    try:
        sheet = chosen_sheet(open_workbook(path), table)
        with zipfile.ZipFile(path) as whole:
            part = part_of(whole, sheet)
            rows = _first_rows_of(whole, part, count)
            if rows is None:
                return None
            short = folder / "first.xlsx"
            with zipfile.ZipFile(short, "w") as package:
                for name in whole.namelist():
                    if name == part:
                        package.writestr(name, rows)
                    elif not name.startswith(("xl/worksheets/", "xl/media/")):
                        with whole.open(name) as source, package.open(name, "w") as copy:
                            shutil.copyfileobj(source, copy)
            return short
    except (Unreadable, zipfile.BadZipFile, KeyError, OSError, ValueError):
        return None


def _first_rows_of(whole: zipfile.ZipFile, part: str, count: int) -> bytes | None:
    """A sheet cut off after some rows; None where its end comes first, or too late."""
    read = b""
    with whole.open(part) as content:
        while len(read) < MOST_READ and (chunk := content.read(CHUNK)):
            read += chunk
            ends = list(islice(_ROW_END.finditer(read), count))
            if len(ends) == count:
                prefix = ends[-1][1]
                tail = b"</%ssheetData></%sworksheet>" % (prefix, prefix)
                return read[: ends[-1].end()] + tail
    return None
