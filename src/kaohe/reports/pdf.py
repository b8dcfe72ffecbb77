"""A document as PDF, with its fonts: text in Song, headings in Hei."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Final

from kaohe.reports.documents import (
    CLOSE,
    Document,
    Heading,
    Layout,
    Paragraph,
    Part,
    Picture,
    Table,
    names_of_attachments,
    numbered,
)
from kaohe.reports.typesetting import Content, pdf, pictures

SCALES: Final = (1.0, 0.96, 0.92, 0.88, 0.84)
"""How much smaller print may become to keep within pages."""
PAGES: Final = re.compile(rb"/Type/Pages/Count (\d+)/Kids")


def as_pdf(document: Document, layout: Layout = CLOSE, within: int | None = None) -> bytes:
    """The file; ``within`` so many pages as far as a somewhat smaller print can do it.

    Raises ``MissingGlyphs``.
    """
    content = document_content(document, layout)

    @cache
    def at(scale: float) -> bytes:
        return pdf("document.typ", {**content, "scale": scale}, forget=False)

    if within is None or _pages(at(SCALES[0])) <= within:
        return at(SCALES[0])
    # The smaller the print, the fewer the pages: the first scale that fits is found by halving.
    fitting = bisect_left(SCALES[1:-1], True, key=lambda scale: _pages(at(scale)) <= within)
    return at(SCALES[1 + fitting])


def _pages(file: bytes) -> int:
    """How many pages a file of Typst has: the root of their tree counts all."""
    return max(map(int, PAGES.findall(file)))


def as_pictures(document: Document, layout: Layout = CLOSE) -> list[bytes]:
    """Its pages as PNG, to be looked at."""
    return pictures("document.typ", document_content(document, layout))


def document_content(document: Document, layout: Layout) -> Content:
    """What the template lays out."""
    signature = document.signature
    return {
        "title": document.title,
        "language": "zh",
        "layout": asdict(layout),
        "scale": SCALES[0],
        "mark": document.mark,
        "number": document.number,
        "addressee": document.addressee,
        "parts": _parts(document.parts),
        "attached": names_of_attachments(document),
        "attachments": [
            {
                "name": f"附件{place}" if len(document.attachments) > 1 else "附件",
                "title": one.title,
                "parts": _parts(one.parts),
            }
            for place, one in enumerate(document.attachments, start=1)
            if one.parts
        ],
        "signature": signature and {"lines": [*signature.bodies, signature.dated]},
    }


def _parts(parts: Sequence[Part]) -> list[dict[str, object]]:
    return [_part(number, part) for number, part in numbered(parts)]


def _part(number: str, part: Part) -> dict[str, object]:
    match part:
        case Heading():
            return {"kind": "heading", "level": part.level, "text": f"{number}{part.text}"}
        case Paragraph():
            return {"kind": "paragraph", "lead": part.lead, "text": part.text, "small": part.small}
        case Table():
            return {
                "kind": "table",
                "caption": part.caption,
                "headings": list(part.headings),
                "rows": [list(row) for row in part.rows],
                "widths": list(part.widths) or [1] * len(part.headings),
                "numbers": sorted(part.numbers),
            }
        case Picture():
            return {
                "kind": "picture",
                "caption": part.caption,
                "svg": part.svg,
                "says": part.says,
                "width": part.width,
            }
