"""Bar charts made on the server: an SVG without script or style, to be shown beside its table.

Bars lie on their side, one beneath the other, so that a chart is read on a phone and on paper in
grey: a second series is hatched, and every bar carries its figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kaohe.outputs.pages import width_of

WIDTH: Final = 360
"""Units across, about the points of a phone held upright."""
LETTER: Final = 7
"""Units that half a Chinese character takes at the size of the labels."""
LINE: Final = 18
"""Units from one line of text to the next."""
BAR: Final = 14
"""Units that a bar is thick."""
BASE: Final = 12
"""Units from the upper edge of a bar or a line to the foot of its letters."""
GAP: Final = 6
KEY: Final = 24
"""Units that a pattern takes beside its name."""
LONGEST_BESIDE: Final = 12
"""Names up to so many half characters stand beside their bars, longer ones over them."""
LONGEST: Final = 44
"""Longer names are cut; the table has them whole."""
LEAST_BAR: Final = 60
"""Units that the longest bar has in any case."""


@dataclass(frozen=True)
class Bar:
    """An amount from 0 on, and the figure that is written beside it.

    ``span`` is what an interval reaches from and to, where there is one.
    """

    amount: Fraction
    figure: str
    span: tuple[Fraction, Fraction] | None = None

    @property
    def ends(self) -> tuple[Fraction, ...]:
        """How far it and its interval reach."""
        return (self.amount, *(self.span or ()))


@dataclass(frozen=True)
class Series:
    """Bars of one kind, one for each name of the chart; None where nothing is known."""

    name: str
    bars: Sequence[Bar | None]


@dataclass(frozen=True)
class Text:
    """A text at a place; ``end`` if it ends there."""

    x: int
    y: int
    text: str
    end: bool = False


@dataclass(frozen=True)
class Drawn:
    """A bar as it is drawn, with its interval as a line from ``low`` to ``high``."""

    x: int
    y: int
    width: int
    second: bool
    low: int | None = None
    high: int | None = None

    @property
    def span(self) -> str:
        """The interval as a path: a line with an upright end on either side."""
        middle, top, foot = self.y + BAR // 2, self.y + 2, self.y + BAR - 2
        across = f"M{self.low} {middle}H{self.high}"
        return f"{across}M{self.low} {top}V{foot}M{self.high} {top}V{foot}"


@dataclass(frozen=True)
class Chart:
    """A chart as its template draws it; ``key`` tells it from others of the page."""

    key: str
    title: str
    says: str
    height: int
    bars: Sequence[Drawn]
    texts: Sequence[Text]
    keys: Sequence[Drawn]
    """The patterns of the series beside their names, where there are two."""

    @property
    def width(self) -> int:
        """Units across."""
        return WIDTH

    @property
    def bar(self) -> int:
        """Units that a bar is thick."""
        return BAR


def bar_chart(
    key: str,
    title: str,
    says: str,
    names: Sequence[str],
    series: Sequence[Series],
    most: Fraction | None = None,
) -> Chart:
    """A chart of one or two series; ``most`` is what a bar across all of it would come to."""
    drawing = _Drawing(names, series, most)
    if len(series) > 1:
        drawing.key(series)
    for number, name in enumerate(names):
        drawing.row(name, [one.bars[number] for one in series])
    return Chart(key, title, says, drawing.y, drawing.bars, drawing.texts, drawing.keys)


class _Drawing:
    """Puts bars and texts one beneath the other; ``y`` is how far down it has come."""

    def __init__(
        self, names: Sequence[str], series: Sequence[Series], most: Fraction | None
    ) -> None:
        every = [bar for one in series for bar in one.bars if bar is not None]
        longest = max(map(width_of, names), default=0)
        figures = max((width_of(bar.figure) for bar in every), default=0) * LETTER
        self.over = longest > LONGEST_BESIDE
        self.axis = 0 if self.over else longest * LETTER + GAP
        self.across = max(WIDTH - self.axis - figures - GAP, LEAST_BAR)
        self.reach = most or max((end for bar in every for end in bar.ends), default=Fraction(0))
        self.bars, self.texts, self.keys = list[Drawn](), list[Text](), list[Drawn]()
        self.y = 0

    def key(self, series: Sequence[Series]) -> None:
        """The pattern of every series beside its name."""
        for place, one in enumerate(series):
            self.keys.append(Drawn(0, self.y, KEY, second=place > 0))
            self.texts.append(Text(KEY + GAP, self.y + BASE, one.name))
            self.y += LINE
        self.y += GAP

    def row(self, name: str, bars: Sequence[Bar | None]) -> None:
        """A name with its bars."""
        if self.over:
            self.texts.append(Text(0, self.y + BASE, _cut(name)))
            self.y += LINE
        else:
            middle = self.y + (len(bars) - 1) * BAR // 2 + BASE
            self.texts.append(Text(self.axis - GAP, middle, name, end=True))
        for place, bar in enumerate(bars):
            self._bar(bar, second=place > 0)
        self.y += GAP

    def _bar(self, bar: Bar | None, *, second: bool) -> None:
        end = self.axis
        if bar is not None:
            low, high = (self._at(one) for one in bar.span) if bar.span else (None, None)
            width = self._at(bar.amount) - self.axis
            self.bars.append(Drawn(self.axis, self.y, width, second, low, high))
            end = max(map(self._at, bar.ends))
        self.texts.append(Text(end + GAP, self.y + BASE, bar.figure if bar else "—"))
        self.y += BAR

    def _at(self, amount: Fraction) -> int:
        """How far to the right an amount lies."""
        share = min(amount / self.reach, Fraction(1)) if self.reach else Fraction(0)
        return self.axis + round(share * self.across)


def _cut(name: str) -> str:
    if width_of(name) <= LONGEST:
        return name
    kept = name
    while width_of(kept) >= LONGEST:
        kept = kept[:-1]
    return f"{kept}…"
