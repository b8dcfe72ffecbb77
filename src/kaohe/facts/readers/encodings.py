"""Delimited text as UTF-8 with plain line ends, and whether quotes have to be understood."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaohe.facts.workspace import Unreadable
from kaohe.values.text import Text

CHUNK = 1 << 19
"""A whole chunk without a line end holds a line too long to be read the quick way."""

UNDECODABLE = Text(
    zh="应为 UTF-8 或 GB18030 编码的文本文件", en="a text file encoded as UTF-8 or GB18030"
)


@dataclass(frozen=True)
class PlainText:
    """A text file. ``simple``: lines end with a line feed alone, and no cell is quoted."""

    path: Path
    simple: bool
    encoding: str = "utf-8-sig"


def plain_text(path: Path, scratch: Path) -> PlainText:
    """The file itself where that will do, else a copy in ``scratch``."""
    try:
        if not _is_utf8(path):
            path = _from_gb18030(path, scratch)
        return _with_line_feeds(path, scratch)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        expected = Text(
            zh=f"应为可读取的文件（{reason}）", en=f"a file that can be read ({reason})"
        )
        raise Unreadable(expected) from None


def as_it_lies(path: Path) -> PlainText:
    """The file itself in its own encoding, without a copy. Raises Unreadable for another one."""
    if _is_utf8(path):
        return PlainText(path, simple=False)
    decoder = codecs.getincrementaldecoder("gb18030")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Unreadable(UNDECODABLE) from None
    return PlainText(path, simple=False, encoding="gb18030")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _from_gb18030(path: Path, scratch: Path) -> Path:
    decoder = codecs.getincrementaldecoder("gb18030")()
    copy = scratch / f"{path.name}.utf8"
    try:
        with copy.open("wb") as file:
            for chunk in _chunks(path):
                file.write(decoder.decode(chunk).encode())
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Unreadable(UNDECODABLE) from None
    return copy


def _with_line_feeds(path: Path, scratch: Path) -> PlainText:
    """Look for what the quick way cannot read; make both line ends one."""
    returns = False
    for chunk in _chunks(path):
        # The quick way takes a line for a cell between two control characters.
        if b'"' in chunk or b"\x01" in chunk or (len(chunk) == CHUNK and b"\n" not in chunk):
            return PlainText(path, simple=False)
        returns = returns or b"\r" in chunk
    if not returns:
        return PlainText(path, simple=True)
    copy = scratch / f"{path.name}.lf"
    kept = b""
    with copy.open("wb") as file:
        for chunk in _chunks(path):
            chunk = (kept + chunk).replace(b"\r\n", b"\n")
            kept = b"\r" if chunk.endswith(b"\r") else b""
            chunk = chunk.removesuffix(b"\r")
            if b"\r" in chunk:
                return PlainText(path, simple=False)
            file.write(chunk)
    return PlainText(path, simple=False) if kept else PlainText(copy, simple=True)
