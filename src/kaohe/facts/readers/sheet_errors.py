"""Error cells of a sheet, such as #DIV/0!, which the library that reads sheets shows as empty."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, fromstring, iterparse

CHUNK = 1 << 20
_MARKS = (b't="e"', b"t='e'")

ErrorCells = dict[int, dict[int, str]]
"""The text of error cells, by row (from 1) and position (from 0)."""


def sheet_errors(path: Path, sheet: str) -> ErrorCells:
    """The error cells of a sheet. A sheet without any is only searched, not parsed."""
    with zipfile.ZipFile(path) as archive:
        part = part_of(archive, sheet)
        with archive.open(part) as content:
            if not _has_mark(content):
                return {}
        with archive.open(part) as content:
            return _error_cells(content)


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet."""
    relations = {
        element.get("name"): value
        for element in fromstring(archive.read("xl/workbook.xml")).iter()
        if _local(element.tag) == "sheet"
        for key, value in element.items()
        if _local(key) == "id"
    }
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    return posixpath.normpath(posixpath.join("/xl", targets[relations[sheet]])).lstrip("/")


def _has_mark(content: IO[bytes]) -> bool:
    tail = b""
    while chunk := content.read(CHUNK):
        window = tail + chunk
        if any(mark in window for mark in _MARKS):
            return True
        tail = window[-len(_MARKS[0]) :]
    return False


def _error_cells(content: IO[bytes]) -> ErrorCells:
    found: ErrorCells = {}
    row = 0
    for element in _rows(content):
        row = int(element.get("r", row + 1))
        position = -1
        for cell in element:
            reference = cell.get("r")
            position = position + 1 if reference is None else _position(reference)
            if cell.get("t") == "e":
                found.setdefault(row, {})[position] = _value(cell)
        element.clear()
    return found


def _rows(content: IO[bytes]) -> Iterator[Element]:
    for _, element in iterparse(content):
        if _local(element.tag) == "row":
            yield element


def _value(cell: Element) -> str:
    return next((part.text or "" for part in cell if _local(part.tag) == "v"), "")


def _position(reference: str) -> int:
    """The position of a cell such as ``AB12``, counted from 0."""
    position = 0
    for letter in reference.rstrip("0123456789"):
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
