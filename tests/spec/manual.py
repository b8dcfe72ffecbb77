"""Writes ``docs/reference`` from the chapters, the lint rules, the models and the commands.

Run it as ``python -m tests.spec.manual``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kaohe.scheme.json_schema import scheme_json_schema
from tests.spec.cases import chapter_files
from tests.spec.commands import command_page
from tests.spec.linting import lint_page
from tests.spec.markdown import FENCE, Fence
from tests.spec.parameters import parameter_table

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
WRITTEN = "<!-- Written by `make docs` from tests/spec. Change it there. -->"
OPENING = """\
# The scheme language

An assessment policy as data: one YAML file that people review as prose and the program runs. This
manual is made of cases; each is also a test.
"""


def language_page() -> str:
    """The manual of the language: a table of contents, then the chapters."""
    lines = [line for path in chapter_files() for line in _chapter(path)]
    return "\n".join([WRITTEN, "", OPENING, *contents(lines, 2, 3), "", *lines]).rstrip() + "\n"


def _chapter(path: Path) -> Iterator[str]:
    """A chapter with its headings one level down and its tables of parameters written out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.startswith(FENCE):
            end = lines.index(FENCE, position + 1)
            yield from _fence(lines[position : end + 1], position + 2)
            position = end
        else:
            yield f"#{line}" if line.startswith("#") else line
        position += 1
    yield ""


def _fence(lines: list[str], number: int) -> Iterator[str]:
    info = tuple(lines[0].removeprefix(FENCE).split())
    if info[:1] == ("parameters",):
        text = "".join(f"{line}\n" for line in lines[1:-1])
        yield from parameter_table(Fence(number, info, text))
    else:
        yield f"{FENCE}{info[0]}"
        yield from lines[1:]


def contents(lines: list[str], *levels: int) -> Iterator[str]:
    """A list of links to the headings of some levels."""
    for level, text in headings(lines):
        if level in levels:
            yield f"{'  ' * (level - levels[0])}- [{text}](#{slug(text)})"


def headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Level and text of every heading outside fences."""
    fenced = False
    for line in lines:
        if line.startswith(FENCE):
            fenced = not fenced
        elif not fenced and (match := re.fullmatch(r"(#+) (.+)", line)):
            yield len(match[1]), match[2]


def slug(heading: str) -> str:
    """The anchor that readers of Markdown give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def schema_page() -> str:
    """The JSON Schema of scheme files."""
    return json.dumps(scheme_json_schema(), ensure_ascii=False, indent=2) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "scheme-language.md": language_page,
    "lint.md": lambda: f"{WRITTEN}\n\n{lint_page()}",
    "cli.md": lambda: f"{WRITTEN}\n\n{command_page()}",
    "scheme.schema.json": schema_page,
}
"""Every page of the reference by its file name."""


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
