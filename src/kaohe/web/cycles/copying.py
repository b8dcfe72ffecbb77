"""A scheme's text for another year: the dates of its periods moved, everything else as it stands.

Comments, order and spelling stay, because the text is changed where the dates stand and not
written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from kaohe.scheme.comparing.years import DAY, YEAR, moved_day
from kaohe.scheme.document import child
from kaohe.scheme.loading import SchemeFile

BOM = "\ufeff"


def text_for_year(text: str, scheme_file: SchemeFile, year: int) -> str:
    """The text of a scheme, moved so that its period ends in ``year``.

    Moved are the dates of ``period`` and ``periods``, the year in labels of periods, and an id
    that ends in the year. The last of February stays the last of February. Dates elsewhere, such
    as holidays, are left for people to look at. The scheme must have a period.
    """
    root = scheme_file.document.root
    period = scheme_file.under({}).period
    assert period is not None
    moving = _Moving(year - period.last.year, {period.first.year, period.last.year})
    bare = text.removeprefix(BOM)
    edits: list[tuple[int, int, str]] = []
    for name in ("period", "periods"):
        for node, in_label in _scalars(child(root, name), False):
            begin, end = node.start_mark.index, node.end_mark.index
            edits.append((begin, end, moving.told(bare[begin:end], in_label)))
    name_node: Any = child(root, "id")
    begin, end = name_node.start_mark.index, name_node.end_mark.index
    edits.append((begin, end, _renamed(bare[begin:end], period.last.year, year)))
    # From the end on, so that what is still to be changed stays where it was.
    for begin, end, new in sorted(edits, reverse=True):
        bare = bare[:begin] + new + bare[end:]
    return text[: len(text) - len(text.removeprefix(BOM))] + bare


class _Moving:
    """Dates and years moved by so many years."""

    def __init__(self, years: int, own: set[int]) -> None:
        self.years = years
        self.own = own

    def told(self, written: str, in_label: bool) -> str:
        """A scalar as it is written, quotes included: a date, or a label with the old year."""
        if in_label:
            return YEAR.sub(self._year, written)
        return DAY.sub(self._day, written)

    def _day(self, found: re.Match[str]) -> str:
        try:
            day = moved_day(date.fromisoformat(found[0]), self.years)
        except ValueError:
            return found[0]
        return found[0] if day is None else day.isoformat()

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
