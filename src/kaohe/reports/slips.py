"""Slips with codes: one a household, 24 to a sheet, to be cut and handed out.

A slip shows the building and a running number within it, and never the id of the household: who
finds or photographs a slip must not learn whose it is. The number is the household's place among
those of its building, so that whoever hands out counts along the list of the building.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kaohe.reports.days import written
from kaohe.reports.notices import Notice
from kaohe.reports.qr import qr_svg
from kaohe.reports.typesetting import Content, pdf
from kaohe.values.text import Language, Text

SHEET = {"columns": 3, "rows": 8}
"""Slips on a sheet of A4."""


@dataclass(frozen=True)
class Slip:
    """What one household is handed: its building, its code as it is typed (K7QH-2M4X-9TRB).

    ``place`` is what stands beside the building; where it is empty, slips are counted.
    """

    building: str
    code: str
    place: str = ""


def slips_pdf(slips: Sequence[Slip], notice: Notice, area: str, language: Language = "zh") -> bytes:
    """Sheets of slips for an area, by building and then as given, each building on its own.

    A town is printed area by area: memory grows with the slips of a call.
    """
    content = slips_content(slips, notice, area, language)
    return pdf("slips.typ", content, read_aloud=False)


def slips_content(
    slips: Sequence[Slip], notice: Notice, area: str, language: Language = "zh"
) -> Content:
    """What stands on the sheets."""
    return {
        "title": notice.heading,
        "language": language,
        "area": area,
        "sheet": SHEET,
        "address": notice.address,
        "lines": [line[language] for line in _lines(notice)],
        "open": Text(zh="网址", en="open")[language],
        "code": Text(zh="答题码", en="code")[language],
        "buildings": _buildings(slips, notice.link),
    }


def _lines(notice: Notice) -> list[Text]:
    last = notice.closes_on
    lines = [
        Text(zh=f"截止{written(last, 'zh')}", en=f"Until {written(last, 'en')}"),
        Text(
            zh="自愿参加，不记名；居民区和镇里都看不到您怎么答。",
            en="Voluntary, no names. Neither area nor town can see your answers.",
        ),
    ]
    if notice.telephone:
        lines.append(Text(zh=f"电话作答 {notice.telephone}", en=f"By phone {notice.telephone}"))
    lines.append(Text(zh=f"投诉电话 {notice.complain_to}", en=f"Complaints {notice.complain_to}"))
    return lines


def _buildings(slips: Sequence[Slip], link: str) -> list[dict[str, object]]:
    by_building: dict[str, list[Slip]] = {}
    for slip in slips:
        by_building.setdefault(slip.building, []).append(slip)
    return [
        {
            "name": name,
            "slips": [
                {
                    "number": slip.place or str(number),
                    "code": slip.code,
                    "picture": qr_svg(f"{link}#{slip.code}"),
                }
                for number, slip in enumerate(by_building[name], start=1)
            ],
        }
        for name in sorted(by_building, key=_counted)
    ]


def _counted(name: str) -> list[str | tuple[int, str]]:
    """A name's parts, its numbers as numbers: building 2 comes before building 10."""
    return [(int(part), part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]
