"""The parts of the pack as a page shows them: the document's own, with links in place of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from kaohe.reports.documents import Heading, Paragraph, Part, Picture, Table, numbered
from kaohe.web.publication.pack_facts import Matter


@dataclass(frozen=True)
class CellShown:
    """A cell; with an address it is a link."""

    text: str
    address: str = ""
    number: bool = False


@dataclass(frozen=True)
class PartShown:
    """A part of the document; ``kind`` says which. A ``dense`` table stays one on a phone."""

    kind: str
    text: str = ""
    lead: str = ""
    small: bool = False
    headings: tuple[CellShown, ...] = ()
    rows: tuple[tuple[CellShown, ...], ...] = ()
    dense: bool = False
    chart: SafeString | str = ""


def parts_shown(parts: Iterable[Part], matters: Iterable[Matter]) -> list[PartShown]:
    """The parts in their order; a cell that names the page of a matter leads there."""
    pages = {one.page.name: one.page.address for one in matters}
    return [_part(number, part, pages) for number, part in numbered(list(parts))]


def _part(number: str, part: Part, pages: Mapping[str, str]) -> PartShown:
    match part:
        case Heading():
            return PartShown("heading", f"{number}{part.text}")
        case Paragraph():
            return PartShown("paragraph", part.text, part.lead, part.small)
        case Picture():
            # Drawn by the program from its own figures; names are escaped by what draws it.
            return PartShown("picture", part.caption, chart=mark_safe(part.svg))
        case Table():
            return PartShown(
                "table",
                part.caption,
                dense=bool(part.numbers),
                headings=tuple(
                    CellShown(text, number=place in part.numbers)
                    for place, text in enumerate(part.headings)
                ),
                rows=tuple(
                    tuple(
                        CellShown(text, pages.get(text, ""), place in part.numbers)
                        for place, text in enumerate(row)
                    )
                    for row in part.rows
                ),
            )
