"""Cells of a workbook that hold formulas; the library that reads sheets gives only their values."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from kaohe.facts.readers.sheet_errors import part_of
from kaohe.facts.readers.workbooks import chosen_sheet, open_workbook
from kaohe.facts.workspace import Unreadable

CHUNK = 1 << 20
LONGEST = 512
"""The beginning of a cell with a formula, of which a chunk may hold a part, is no longer."""

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?c(\s[^>]*)?>\s*<(?:[\w.-]+:)?f[\s/>]")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]+[0-9]+)[\"']")


def formula_cells(path: Path, table: str) -> tuple[str, int]:
    """The first cell with a formula of the sheet that is read for a table, and how many there are.

    The sheet is only searched, not parsed. An empty text and 0 for other files and for those that
    cannot be read.
    """
    if path.suffix.lower() != ".xlsx":
        return "", 0
    try:
        sheet = chosen_sheet(open_workbook(path), table)
        with zipfile.ZipFile(path) as archive:
            return _searched(archive, part_of(archive, sheet))
    except (Unreadable, zipfile.BadZipFile, KeyError, OSError, ValueError):
        return "", 0


def _searched(archive: zipfile.ZipFile, part: str) -> tuple[str, int]:
    first, count, window = "", 0, b""
    with archive.open(part) as content:
        while chunk := content.read(CHUNK):
            window += chunk
            end = 0
            for match in _FORMULA.finditer(window):
                reference = _REFERENCE.search(match[1] or b"")
                first = first or (reference[1].decode() if reference else "")
                count, end = count + 1, match.end()
            window = window[max(end, len(window) - LONGEST) :]
    return first, count
