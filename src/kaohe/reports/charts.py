"""Bar charts as SVG, drawn on the server from Vega-Lite specifications: the same on page and paper.

Bars lie on their side, one beneath the other, so that a chart is read on a phone. Nothing is told
by colour alone: the first series is filled, the second hollow, and every bar has its figure beside
it, so that a grey print says the same. A table with the same figures belongs beside every chart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from html import escape
from typing import Any, Final

import pylopdf_fonts_zh_cn
import vl_convert

VEGA_LITE: Final = "6.4"
FONT: Final = "Noto Sans SC"
INK, FILLED, HOLLOW = "#222222", "#2f5d8a", "#ffffff"
GREY: Final = "#8c8c8c"
"""What fills bars on paper."""
WIDTH: Final = 360
"""Pixels across, about those of a phone held upright."""
SIZE: Final = 13
"""Pixels of a letter's height."""
BAR: Final = 17
"""Pixels from one bar to the next."""
KEPT: Final = 200
"""So many pictures of some 20 kB are kept by a process."""
NAME: Final = 150
"""Pixels that a name takes at most; longer ones are cut, the table has them whole."""


@dataclass(frozen=True)
class Bar:
    """An amount from 0 on, and the figure that is written beside it.

    ``span`` is what an interval reaches from and to, where there is one.
    """

    amount: Fraction
    figure: str
    span: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True)
class Series:
    """Bars of one kind, one for each name of the chart; None where nothing is known."""

    name: str
    bars: Sequence[Bar | None]


def bar_chart(
    title: str,
    says: str,
    names: Sequence[str],
    series: Sequence[Series],
    most: Fraction | None = None,
    filled: str = FILLED,
) -> str:
    """A chart of one or two series as an SVG element that is heard as ``title`` and ``says``.

    ``most`` is what a bar across all of it would come to, else the longest bar goes across.
    """
    rows = list(_rows(names, series))
    across: dict[str, Any] = {
        "y": {
            "field": "name",
            "type": "nominal",
            "sort": list(dict.fromkeys(names)),
            "axis": {"title": None, "ticks": False, "domain": False, "labelLimit": NAME},
        },
    }
    if len(series) > 1:
        across["yOffset"] = {"field": "series", "sort": [one.name for one in series]}
    scale = {} if most is None else {"domainMax": float(most)}
    x = {"type": "quantitative", "scale": {"domainMin": 0, "nice": False, **scale}, "axis": None}
    spec = {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json",
        "width": WIDTH,
        "height": {"step": BAR},
        # Figures beside bars take room from them, so that all of it is as wide as asked.
        "padding": {"left": 2, "top": 2, "bottom": 2, "right": SIZE},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "encoding": across,
        "layer": [
            {
                "mark": {"type": "bar", "stroke": INK, "strokeWidth": 1},
                "encoding": {"x": {"field": "amount", **x}, "fill": _fill(series, filled)},
            },
            *_intervals(rows, x),
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": SIZE},
                "encoding": {"x": {"field": "end", **x}, "text": {"field": "figure"}},
            },
        ],
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelFontSize": SIZE, "labelColor": INK},
            "legend": {"labelFontSize": SIZE, "labelColor": INK},
            "text": {"color": INK},
        },
    }
    return _heard(_drawn(json.dumps(spec)), f"{title}：{says}")


@lru_cache(maxsize=KEPT)
def _drawn(spec: str) -> str:
    """The picture of a specification. Drawing takes a tenth of a second, and pages are asked for
    again and again while no figure has changed."""
    _know_fonts()
    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)


def _rows(names: Sequence[str], series: Sequence[Series]) -> Iterator[dict[str, Any]]:
    """What the specification draws; where nothing is known a dash stands at the beginning."""
    for one in series:
        for name, bar in zip(names, one.bars, strict=True):
            row: dict[str, Any] = {"name": name, "series": one.name, "figure": "—", "end": 0.0}
            if bar is not None:
                low, high = map(float, bar.span or (bar.amount, bar.amount))
                row |= {"amount": float(bar.amount), "figure": bar.figure}
                row["end"] = max(float(bar.amount), high)
                if bar.span is not None:
                    row |= {"low": low, "high": high}
            yield row


def _fill(series: Sequence[Series], filled: str) -> dict[str, Any]:
    order = [one.name for one in series]
    fills = [filled, HOLLOW][: len(series)]
    legend = {"orient": "top", "title": None, "symbolType": "square", "symbolStrokeColor": INK}
    return {
        "field": "series",
        "type": "nominal",
        "sort": order,
        "scale": {"domain": order, "range": fills},
        "legend": legend if len(series) > 1 else None,
    }


def _intervals(rows: Sequence[dict[str, Any]], x: dict[str, Any]) -> list[dict[str, Any]]:
    """A line over its bar from one end of the interval to the other, on a pale edge."""
    if not any("low" in row for row in rows):
        return []
    ends = {"x": {"field": "low", **x}, "x2": {"field": "high"}}
    return [
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "stroke": color, "strokeWidth": width},
            "encoding": ends,
        }
        for color, width in ((HOLLOW, 5), (INK, 2))
    ]


@cache
def _know_fonts() -> None:
    vl_convert.register_font_directory(str(pylopdf_fonts_zh_cn.sans_path().parent))


def _heard(svg: str, label: str) -> str:
    """The picture as an element of a page that is heard as one thing."""
    return re.sub("<svg ", lambda _: f'<svg role="img" aria-label="{escape(label)}" ', svg, count=1)
