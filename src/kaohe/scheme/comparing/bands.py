"""The values of a band as people say them: 第 6–10 名, ≥ 70, 其余."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scheme.comparing.wording import beside, both, listed, number
from kaohe.scheme.nodes import Band
from kaohe.values.text import Text

REST = Text(zh="其余", en="the rest")


@dataclass(frozen=True)
class Range:
    """The values of a band: its own limits, and the upper limit of the band before it."""

    low: Any
    above: Any
    high: Any
    below: Any
    after: Any


def ranges(bands: Sequence[Band]) -> list[Range]:
    """The range of every band."""
    before = [None, *(band.up_to for band in bands)]
    return [
        Range(band.at_least, band.above, band.up_to, band.below, after)
        for band, after in zip(bands, before, strict=False)
    ]


def range_told(limits: Range, tell: Callable[[Any], Text], *, by_place: bool) -> Text:
    """The values of a band: places where it goes by a rank, else limits with their signs."""
    ends = limits.low or limits.after, limits.high
    figures = not any(isinstance(end, str) for end in ends)
    if by_place and figures and limits.above is None and limits.below is None:
        return _places(limits)
    signs = ("≥", limits.low), (">", limits.above), ("≤", limits.high), ("<", limits.below)
    parts = [beside(both(sign), tell(end)) for sign, end in signs if end is not None]
    return listed(parts, "且", " and ") if parts else REST


def _places(limits: Range) -> Text:
    low = limits.low if limits.low is not None else (limits.after or Decimal(0)) + 1
    first = number(low).en
    if limits.high is None:
        return Text(zh=f"第 {first} 名及以后", en=f"places from {first} on")
    last = number(limits.high).en
    if first == last:
        return Text(zh=f"第 {first} 名", en=f"place {first}")
    return Text(zh=f"第 {first}–{last} 名", en=f"places {first}–{last}")
