"""A scheme's text for another year: the dates of its periods moved, its title and document number
those of that year, everything else as it stands.

Comments, order and spelling stay, because the text is changed where the dates stand and not
written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from kaohe.scheme.comparing.years import YEAR, days_moved
from kaohe.scheme.document import child
from kaohe.scheme.dumping import quoted
from kaohe.scheme.loading import SchemeFile
from kaohe.scheme.model import Scheme
from kaohe.values.text import Text

BOM = "\ufeff"
BLANKS = " \t\r\n"


@dataclass(frozen=True)
class Naming:
    """What a scheme calls itself: its title, and number and date of its document where it has them.

    None is what is not known yet, as before the document is issued.
    """

    title: Text
    number: str | None = None
    issued_on: date | None = None


def named_by(scheme_file: SchemeFile) -> frozenset[str]:
    """Which of ``title``, ``title_en``, ``number`` and ``issued_on`` stand in a scheme's text.

    A title that is one text for both languages has no English of its own.
    """
    return frozenset(_naming_nodes(scheme_file))


def naming_for_year(scheme_file: SchemeFile, year: int) -> Naming:
    """What a copy for a year is called, as far as can be guessed: the title with the year moved."""
    scheme = scheme_file.under({})
    moving = _moving(scheme, year)
    zh, en = (moving.told(text, in_label=True) for text in (scheme.title.zh, scheme.title.en))
    return Naming(Text(zh=zh, en=en))


def text_for_year(
    text: str, scheme_file: SchemeFile, year: int, naming: Naming | None = None
) -> str:
    """The text of a scheme, moved so that its period ends in ``year``.

    Moved are the dates of ``period`` and ``periods``, the year in labels of periods, and an id
    that ends in the year. The last of February stays the last of February. Dates elsewhere, such
    as holidays, are left for people to look at. ``naming`` is written where the scheme names
    itself. The scheme must have a period.
    """
    root = scheme_file.document.root
    scheme = scheme_file.under({})
    assert scheme.period is not None
    moving = _moving(scheme, year)
    bare = text.removeprefix(BOM)
    edits: list[tuple[int, int, str]] = []
    for name in ("period", "periods"):
        for node, in_label in _scalars(child(root, name), False):
            begin, end = node.start_mark.index, node.end_mark.index
            edits.append((begin, end, moving.told(bare[begin:end], in_label)))
    name_node: Any = child(root, "id")
    begin, end = name_node.start_mark.index, name_node.end_mark.index
    edits.append((begin, end, _renamed(bare[begin:end], scheme.period.last.year, year)))
    if naming is not None:
        edits += _named_anew(bare, scheme_file, naming)
    # From the end on, so that what is still to be changed stays where it was.
    for begin, end, new in sorted(edits, reverse=True):
        bare = bare[:begin] + new + bare[end:]
    return text[: len(text) - len(text.removeprefix(BOM))] + bare


def _moving(scheme: Scheme, year: int) -> _Moving:
    period = scheme.period
    assert period is not None
    return _Moving(year - period.last.year, {period.first.year, period.last.year})


def _naming_nodes(scheme_file: SchemeFile) -> dict[str, Any]:
    """The scalars of a document in which a scheme names itself, by the fields of the naming."""
    root = scheme_file.document.root
    title: Any = child(root, "title")
    found = {"title": title, "number": child(root, "number"), "issued_on": child(root, "date")}
    if not isinstance(title.value, str):
        found |= {"title": child(title, "zh"), "title_en": child(title, "en")}
    return {name: node for name, node in found.items() if node is not None}


def _named_anew(
    text: str, scheme_file: SchemeFile, naming: Naming
) -> Iterator[tuple[int, int, str]]:
    """What is to stand instead where a scheme names itself; what stays the same is left alone."""
    scheme = scheme_file.under({})
    old = Naming(scheme.title, scheme.number, scheme.date)
    for name, node in _naming_nodes(scheme_file).items():
        new = _written(naming, name)
        if new != _written(old, name):
            begin, end = node.start_mark.index, node.end_mark.index
            there = text[begin:end]
            # Nothing at all stands right behind the colon, which needs a blank; a text in several
            # lines (``|``) ends behind its last line break, which stays.
            yield begin, end, (new if there else f" {new}") + there[len(there.rstrip(BLANKS)) :]


def _written(naming: Naming, name: str) -> str:
    """A part of a naming as a scalar of the document."""
    match name:
        case "title":
            return quoted(naming.title.zh)
        case "title_en":
            return quoted(naming.title.en)
        case "number":
            return quoted(naming.number) if naming.number else "null"
    return naming.issued_on.isoformat() if naming.issued_on is not None else "null"


class _Moving:
    """Dates and years moved by so many years."""

    def __init__(self, years: int, own: set[int]) -> None:
        self.years = years
        self.own = own

    def told(self, written: str, in_label: bool) -> str:
        """A scalar as it is written, quotes included: a date, or a label with the old year."""
        if in_label:
            return YEAR.sub(self._year, written)
        return days_moved(written, self.years)

    def _year(self, found: re.Match[str]) -> str:
        year = int(found[0])
        return f"{year + self.years:04d}" if year in self.own else found[0]


def _renamed(written: str, old: int, new: int) -> str:
    """An id that ends in the old year ends in the new one; quotes around it stay."""
    return re.sub(rf"(?<![0-9]){old}(?=[\"']?$)", str(new), written)


def _scalars(node: Any, in_label: bool) -> Iterator[tuple[Any, bool]]:
    """Every value below a node of the document, and whether it stands in a label."""
    if node is None:
        return
    if isinstance(node.value, str):
        yield node, in_label
        return
    for part in node.value:
        if isinstance(part, tuple):
            key, value = part
            yield from _scalars(value, in_label or key.value == "label")
        else:
            yield from _scalars(part, in_label)
