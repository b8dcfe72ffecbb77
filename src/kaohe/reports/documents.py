"""A document as people write it, without a file format: ``pdf`` and ``word`` make files of it.

Documents are in Chinese, by the rules for official documents (GB/T 9704-2012): levels are numbered
一、 （一） 1. （1）, attachments are listed after the text, body and date stand at the right.
What is not a title, a heading, a paragraph, a table or a picture is not in a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day

from kaohe.reports.days import written

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Heading:
    """A heading without its number; ``level`` is from 1 (一、) to 4 （（1）)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Some sentences; ``lead`` are the words before them that stand out.

    A ``small`` one is a note in the print of tables.
    """

    text: str
    lead: str = ""
    small: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under headings, all as long as these; ``widths`` of columns are shares of the whole.

    ``numbers`` are the places of columns whose cells stand at the right.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    numbers: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, such as ``charts.bar_chart`` gives; ``says`` is for who cannot see it.

    It is to be read in grey. ``width`` is in millimetres.
    """

    svg: str
    says: str
    width: int = 120
    caption: str = ""


Part = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Attachment:
    """What is attached: named after the text, on a page of its own if there are ``parts``."""

    title: str
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class Signature:
    """Who speaks, several bodies joined by 、, and of which day; without one a gap is left."""

    body: str
    day: Day | None = None

    @property
    def bodies(self) -> list[str]:
        """Each body, for a line of its own."""
        return self.body.split("、")

    @property
    def dated(self) -> str:
        """The day in words, or the gap."""
        return "　　　年　月　日" if self.day is None else written(self.day, "zh")


@dataclass(frozen=True)
class Document:
    """A document; ``mark`` stands on top of every page, such as 草稿 or 暂定.

    ``number`` is the issuer's, such as 高委〔2025〕12号; ``addressee`` are those it is sent to.
    """

    title: str
    parts: Sequence[Part]
    addressee: str = ""
    attachments: Sequence[Attachment] = ()
    signature: Signature | None = None
    number: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Layout:
    """Margins (above, right, below, left) in millimetres; sizes of print and the pitch of lines in
    points; ``across`` is how many Chinese characters a line holds, ``lines`` how many a page."""

    margins: tuple[int, int, int, int]
    title: float
    body: float
    pitch: float
    table: float
    page_number: float
    across: int | None = None
    lines: int | None = None


OFFICIAL = Layout((37, 26, 35, 28), 22, 16, 28.95, 12, 14, across=28, lines=22)
"""GB/T 9704-2012, 5.2: 22 lines of 28 characters of size 3 (16 pt), titles of size 2 (22 pt)."""
CLOSE = Layout((22, 24, 20, 24), 18, 12, 18.5, 10.5, 10.5)
"""For what is read beside a screen, such as letters: size small 4 (12 pt), tables in size 5."""


def numbered(parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
    """Every part with the number that stands before it; only headings have one.

    >>> parts = [Heading("a"), Heading("b", 2), Heading("c", 3), Heading("d", 4), Heading("e")]
    >>> [number for number, _ in numbered(parts)]
    ['一、', '（一）', '1.', '（1）', '二、']
    """
    counts = [0, 0, 0, 0]
    for part in parts:
        if isinstance(part, Heading):
            counts[part.level - 1] += 1
            counts[part.level :] = [0] * (4 - part.level)
            yield _number(part.level, counts[part.level - 1]), part
        else:
            yield "", part


def _number(level: int, count: int) -> str:
    forms = (f"{in_chinese(count)}、", f"（{in_chinese(count)}）", f"{count}.", f"（{count}）")
    return forms[level - 1]


def in_chinese(number: int) -> str:
    """A whole number from 1 to 99 in Chinese.

    >>> [in_chinese(number) for number in (1, 10, 11, 20, 32)]
    ['一', '十', '十一', '二十', '三十二']
    """
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


def names_of_attachments(document: Document) -> list[tuple[str, str]]:
    """The attachments as they are listed after the text: what stands before a name, and the name.

    One alone has no number.
    """
    several = len(document.attachments) > 1
    return [
        ("附件：" if place == 1 else "", f"{place}. {one.title}" if several else one.title)
        for place, one in enumerate(document.attachments, start=1)
    ]
