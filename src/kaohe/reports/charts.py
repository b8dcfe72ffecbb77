"""Charts as SVG, drawn on the server from Vega-Lite specifications: the same on page and on paper.

Nothing is told by colour alone: what is compared is filled, what it is compared with is hollow, and
every bar has its figure on it, so that a grey print says the same. A table with the same figures
belongs beside every chart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Any, Final

import pylopdf_fonts_zh_cn
import vl_convert

VEGA_LITE: Final = "6.4"
FONT: Final = "Noto Sans SC"
INK, PALE = "#1f3a5f", "#ffffff"
WIDTH, HEIGHT, BAR = 560, 200, 22
"""Pixels of the plot at its own size: its width, the height of columns, that of a lying bar."""

Series = Mapping[str, Sequence[int | None]]
"""What each series is called and its figures, in the order of the labels; None where there is none.
The first is what the chart is about."""


def columns(labels: Sequence[str], series: Series, *, title: str, unit: str) -> str:
    """Standing columns, such as months in their order, as an SVG element with a title."""
    across = {
        "x": {**_told("label", labels), "axis": {"labelAngle": 0, "title": None}},
        "xOffset": {"field": "series", "sort": list(series)},
    }
    # The unit stands above the axis, where no figure is.
    along = {"y": _amount(unit, titleAngle=0, titleAnchor="end", titleAlign="left", titleY=-14)}
    return _drawn(labels, series, across | along, title, {"width": WIDTH, "height": HEIGHT}, dy=-6)


def bars(labels: Sequence[str], series: Series, *, title: str, unit: str) -> str:
    """Lying bars, such as kinds with long names, in the order in which they are given."""
    across = {
        "y": {**_told("label", labels), "axis": {"title": None, "labelLimit": 200}},
        "yOffset": {"field": "series", "sort": list(series)},
    }
    along = {"x": _amount(unit)}
    size = {"width": WIDTH - 160, "height": {"step": BAR}}
    return _drawn(labels, series, across | along, title, size, dx=4, align="left")


def _told(field: str, order: Sequence[str]) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "sort": list(order)}


def _amount(unit: str, **title: Any) -> dict[str, Any]:
    axis = {"title": unit, "tickMinStep": 1, "format": "d", **title}
    return {"field": "amount", "type": "quantitative", "axis": axis}


def _drawn(
    labels: Sequence[str],
    series: Series,
    encoding: Mapping[str, Any],
    title: str,
    size: Mapping[str, Any],
    **label: Any,
) -> str:
    rows = [
        {"label": name, "series": called, "amount": amount}
        for called, amounts in series.items()
        for name, amount in zip(labels, amounts, strict=True)
        if amount is not None
    ]
    fills = [INK, *[PALE] * (len(series) - 1)]
    legend = None if len(series) == 1 else {"orient": "top", "title": None, "symbolType": "square"}
    fill = {**_told("series", list(series)), "scale": {"range": fills}, "legend": legend}
    spec = {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json",
        "data": {"values": rows},
        "encoding": dict(encoding),
        "layer": [
            {
                "mark": {"type": "bar", "stroke": INK, "strokeWidth": 1},
                "encoding": {"fill": fill},
            },
            {
                "mark": {"type": "text", "color": INK, "fontSize": 11, **label},
                "encoding": {"text": {"field": "amount", "format": "d"}},
            },
        ],
        "config": {"font": FONT, "view": {"stroke": None}, "axis": {"labelFontSize": 12}},
        **size,
    }
    _know_fonts()
    return _standing_alone(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE), title)


@cache
def _know_fonts() -> None:
    vl_convert.register_font_directory(str(pylopdf_fonts_zh_cn.sans_path().parent))


def _standing_alone(svg: str, title: str) -> str:
    """The picture as an element of a page: named for who hears it, as wide as there is room."""
    return re.sub("<svg ", lambda _: f'<svg role="img" aria-label="{escape(title)}" ', svg, count=1)
