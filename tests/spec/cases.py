"""Cases as chapters tell them: a snippet of a scheme, tiny tables, what must come out.

A chapter is a Markdown file. A heading of the third level opens a case; what belongs to the case
stands under captions, which are sentences of their own:

    `visits`:                           a fact table follows (the row numbers start below it)
    Result:                             values by subject; `(no_data)` is a typed absence
    Result under `blank_answers=any`:   the same with that option taken
    `total` of `s1`:                    why it has that value: a Chinese and an English sentence
    `rank` of `s1`, as s1 is told it:   the sentence without place
    Checks:   Pay:   Held:   Warnings:   Feedback:   Letters:   tables of these outputs
    Pay of `p1`:                        the two sentences of a payment
    `results.csv`:                      a whole file
    Faults:                             the lines that refuse the facts, Chinese then English
    The result is final.                or provisional

A section of the third level without any of these is prose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from tests.spec.markdown import (
    Block,
    Bullets,
    Fence,
    Grid,
    Heading,
    MarkdownError,
    Paragraph,
    blocks,
)

CHAPTERS = Path(__file__).parent / "chapters"

Kind = Literal["values", "reason", "public", "table", "pay_reason", "file", "faults", "final"]
Taken = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Expected:
    """One thing that must come out of a case, with the line where it is written."""

    line: int
    kind: Kind
    named: tuple[str, ...] = ()
    grid: Grid | None = None
    texts: tuple[str, ...] = ()


@dataclass
class Run:
    """The decisions taken for once, and all that must come out then."""

    taken: Taken
    expected: list[Expected] = field(default_factory=list)


@dataclass
class Case:
    """A case: its place, its snippets (those of its chapter first), its facts, its runs."""

    chapter: str
    line: int
    title: str
    snippets: tuple[Fence, ...]
    facts: dict[str, Grid] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Chapter and title."""
        return f"{self.chapter}: {self.title}"

    @property
    def is_whole(self) -> bool:
        """Whether the case shows a whole scheme file instead of a snippet."""
        return any("whole" in snippet.info for snippet in self.snippets)

    def run_of(self, taken: Taken) -> Run:
        """The run with these decisions, made as needed."""
        for run in self.runs:
            if run.taken == taken:
                return run
        self.runs.append(Run(taken))
        return self.runs[-1]


CAPTIONS: Mapping[str, str] = {
    "facts": r"`(\w+)`:",
    "values": r"Result(?: under (`.+`))?:",
    "public": r"`([\w.]+)` of `(\S+)`, as \2 is told it:",
    "reason": r"`([\w.]+)` of `(\S+)`:",
    "table": r"(Checks|Pay|Held|Warnings|Feedback|Letters):",
    "pay_reason": r"Pay of `(\S+)`:",
    "file": r"`(\w+\.csv)`:",
    "faults": r"Faults:",
    "final": r"The result is (final|provisional)\.",
}


def chapter_files() -> list[Path]:
    """The chapters, in the order of the manual."""
    return sorted(CHAPTERS.glob("*.md"))


@cache
def all_cases() -> Sequence[Case]:
    """The cases of all chapters."""
    return [case for path in chapter_files() for case in read_cases(path)]


def read_cases(path: Path) -> list[Case]:
    """The cases of one chapter; sections that expect nothing are prose."""
    try:
        found = list(_cases(path.stem, blocks(path.read_text(encoding="utf-8"))))
    except MarkdownError as problem:
        raise MarkdownError(f"{path.name}: {problem}") from None
    return [case for case in found if case.runs]


def _cases(chapter: str, whole: Iterator[Block]) -> Iterator[Case]:
    base: tuple[Fence, ...] = ()
    case: Case | None = None
    caption: tuple[str, re.Match[str]] | None = None
    taken: Taken = ()
    for block in whole:
        if isinstance(block, Heading):
            if case is not None:
                yield case
            case = Case(chapter, block.line, block.text, base) if block.level == 3 else None
            taken = ()
        elif isinstance(block, Fence) and "base" in block.info:
            base = (*base, block)
        elif case is not None:
            if caption is not None:
                taken = _take(case, taken, block, *caption)
                caption = None
            elif isinstance(block, Paragraph):
                caption = _caption(case, taken, block)
            else:
                _take_uncaptioned(case, block)
    if case is not None:
        yield case


def _caption(case: Case, taken: Taken, block: Paragraph) -> tuple[str, re.Match[str]] | None:
    """The caption that a paragraph is, if it is one; a result's finality needs no more."""
    for name, pattern in CAPTIONS.items():
        if match := re.fullmatch(pattern, block.text):
            if name != "final":
                return name, match
            run = case.run_of(taken)
            run.expected.append(Expected(block.line, "final", (match[1],)))
            return None
    if re.fullmatch(r"(Result|Pay|`[^`]+`).*:", block.text):
        raise MarkdownError(f"line {block.line}: no caption reads like this")
    return None


def _take(case: Case, taken: Taken, block: Block, name: str, match: re.Match[str]) -> Taken:
    """Put a block where its caption says; returns the decisions that hold from here on."""
    if name == "facts":
        case.facts[match[1]] = _grid_of(block)
        return taken
    if name == "values":
        taken = tuple(sorted(_decisions(match[1] or "")))
    expected = EXPECTED[name](block, tuple(group for group in match.groups() if group))
    case.run_of(taken).expected.append(expected)
    return taken


def _decisions(text: str) -> Iterator[tuple[str, str]]:
    for one in re.findall(r"`([^`]+)`", text):
        decision, _, option = one.partition("=")
        yield decision, option


def _grid_of(block: Block) -> Grid:
    if not isinstance(block, Grid):
        raise MarkdownError(f"line {block.line}: a table is expected here")
    return block


def _two_sentences(kind: Kind) -> Callable[[Block, tuple[str, ...]], Expected]:
    def taken_from(block: Block, named: tuple[str, ...]) -> Expected:
        if not isinstance(block, Bullets) or len(block.items) != 2:
            raise MarkdownError(f"line {block.line}: a Chinese and an English sentence belong here")
        return Expected(block.line, kind, named, texts=block.items)

    return taken_from


def _table(kind: Kind) -> Callable[[Block, tuple[str, ...]], Expected]:
    return lambda block, named: Expected(block.line, kind, named, grid=_grid_of(block))


def _lines(kind: Kind) -> Callable[[Block, tuple[str, ...]], Expected]:
    def taken_from(block: Block, named: tuple[str, ...]) -> Expected:
        if not isinstance(block, Fence):
            raise MarkdownError(f"line {block.line}: a fenced text is expected here")
        return Expected(block.line, kind, named, texts=tuple(block.text.splitlines()))

    return taken_from


EXPECTED: Mapping[str, Callable[[Block, tuple[str, ...]], Expected]] = {
    "values": _table("values"),
    "reason": _two_sentences("reason"),
    "public": _two_sentences("public"),
    "table": _table("table"),
    "pay_reason": _two_sentences("pay_reason"),
    "file": _lines("file"),
    "faults": _lines("faults"),
}


def _take_uncaptioned(case: Case, block: Block) -> None:
    if not isinstance(block, Fence) or block.info[:1] not in (("yaml",), ("parameters",)):
        raise MarkdownError(f"line {block.line}: this stands under no caption")
    if block.info[0] == "yaml":
        case.snippets = (*case.snippets, block)
