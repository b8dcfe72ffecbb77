"""The few forms of Markdown in which chapters and cases are written, each block with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = "```"
RULE = re.compile(r"\|(\s*:?-+:?\s*\|)+")


@dataclass(frozen=True)
class Heading:
    """A title and its level, 1 to 6."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Fence:
    """A block between fences: its info words, its text, the line of its first line of text."""

    line: int
    info: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Grid:
    """A table: its header and its rows, cells trimmed."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Bullets:
    """A list, an item a text."""

    line: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Paragraph:
    """Lines of prose, joined."""

    line: int
    text: str


Block = Heading | Fence | Grid | Bullets | Paragraph


class MarkdownError(ValueError):
    """A chapter that cannot be read; the message names the line."""


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text, in reading order."""
    lines = text.splitlines()
    position = 0
    while position < len(lines):
        if not lines[position].strip():
            position += 1
        elif lines[position].startswith(FENCE):
            end = _fence_end(lines, position)
            inside = "".join(f"{line}\n" for line in lines[position + 1 : end])
            yield Fence(position + 2, tuple(lines[position][3:].split()), inside)
            position = end + 1
        else:
            end = _paragraph_end(lines, position)
            yield _block(position + 1, lines[position:end])
            position = end


def _fence_end(lines: list[str], start: int) -> int:
    for position in range(start + 1, len(lines)):
        if lines[position].rstrip() == FENCE:
            return position
    raise MarkdownError(f"line {start + 1}: the fence is never closed")


def _paragraph_end(lines: list[str], start: int) -> int:
    end = start + 1
    while end < len(lines) and lines[end].strip() and not lines[end].startswith(FENCE):
        end += 1
    return end


def _block(line: int, lines: list[str]) -> Block:
    first = lines[0]
    if heading := re.fullmatch(r"(#{1,6}) (.+)", first):
        if len(lines) > 1:
            raise MarkdownError(f"line {line}: a heading needs an empty line below it")
        return Heading(line, len(heading[1]), heading[2].strip())
    if first.startswith("|"):
        return _grid(line, lines)
    if first.startswith("- "):
        return Bullets(line, tuple(_items(lines)))
    return Paragraph(line, " ".join(part.strip() for part in lines))


def _items(lines: list[str]) -> Iterator[str]:
    item: list[str] = []
    for line in lines:
        if line.startswith("- ") and item:
            yield " ".join(item)
            item = []
        item.append(line.removeprefix("- ").strip())
    yield " ".join(item)


def _grid(line: int, lines: list[str]) -> Grid:
    if len(lines) < 2 or RULE.fullmatch(lines[1].strip()) is None:
        raise MarkdownError(f"line {line}: a table needs a rule under its header")
    header = _cells(lines[0])
    rows = tuple(_cells(row) for row in lines[2:])
    for number, row in enumerate(rows, start=line + 2):
        if len(row) != len(header):
            raise MarkdownError(f"line {number}: {len(row)} cells under {len(header)} headings")
    return Grid(line, header, rows)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner))
