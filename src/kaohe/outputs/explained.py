"""A workbook that explains itself, for readers without statistics.

Its first page says of every column what it means; every page says above its table what has to be
known before the table is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from kaohe.outputs.pages import NO_CLOCK, Book, Cell, Page, how_to_write
from kaohe.values.text import Language, Text

HOW = Text(zh="怎么读", en="How to read")
HEADINGS = (Text(zh="页", en="Page"), Text(zh="列", en="Column"), Text(zh="意思", en="Meaning"))
WIDTHS = (22.0, 28.0, 94.0)
ALL = Text(zh="全部", en="all")
COMMA, SEMICOLON = Text(zh="、", en=", "), Text(zh="；", en="; ")


@dataclass(frozen=True)
class Column:
    """A column: its width in characters, its heading, what it means in a sentence.

    Where several results have such a column, ``of`` is the one that stands over this heading.
    """

    width: float
    heading: Text
    meaning: Text
    of: Text | None = None

    def headed(self, language: Language) -> str:
        """The heading as it stands over the column."""
        own = self.heading[language]
        return own if self.of is None else f"{self.of[language]}\n{own}"


@dataclass(frozen=True)
class Sheet:
    """A page: its name, its columns and rows, and the sentences above its table."""

    name: Text
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    says: Sequence[Text] = ()


@dataclass(frozen=True)
class Explained:
    """A workbook: its title, what stands on every page, what the first page says before all.

    ``notions`` are told with the columns, and hold for all pages.
    """

    title: Text
    stamps: Sequence[Text]
    says: Sequence[Text]
    notions: Sequence[Text]
    sheets: Sequence[Sheet]


def write_explained(path: Path, told: Explained, language: Language) -> None:
    """The page that explains, then all others, in one language."""
    with Workbook(path, how_to_write(constant_memory=True)) as workbook:
        workbook.set_properties({"created": NO_CLOCK, "title": told.title[language]})
        book = Book(workbook)
        page = _page(book, HOW, WIDTHS, told, told.says, language)
        page.table([heading[language] for heading in HEADINGS], _meanings(told, language))
        for sheet in told.sheets:
            widths = [column.width for column in sheet.columns]
            page = _page(book, sheet.name, widths, told, sheet.says, language)
            page.table([column.headed(language) for column in sheet.columns], sheet.rows)


def _page(
    book: Book,
    name: Text,
    widths: Sequence[float],
    told: Explained,
    says: Iterable[Text],
    language: Language,
) -> Page:
    page = book.page(name[language], widths)
    page.line(told.title[language], book.title)
    for stamp in told.stamps:
        page.line(stamp[language])
    for one in says:
        page.paragraph(one[language])
    return page


def _meanings(told: Explained, language: Language) -> Iterator[list[Cell]]:
    """What holds everywhere, then every column; what several share is told once."""
    for notion in told.notions:
        yield [ALL[language], "", notion[language]]
    pages: dict[tuple[Text, Text], dict[Text, None]] = {}
    for sheet in told.sheets:
        for column in sheet.columns:
            pages.setdefault((column.heading, column.meaning), {})[sheet.name] = None
    for (heading, meaning), names in pages.items():
        on = COMMA[language].join(name[language] for name in names)
        yield [on, heading[language], meaning[language]]
