"""Charts: every figure is on them, nothing is told by colour alone, the same bytes each time."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from kaohe.reports.charts import bars, columns

SERIES = {"2025年": [3, 5, None], "2024年": [2, 4, 14]}
LABELS = ["1月", "2月", "3月"]


@pytest.mark.parametrize("draw", [columns, bars])
def test_every_figure_and_label_is_written_and_none_that_there_is_not(draw: object) -> None:
    assert callable(draw)
    texts = texts_of(draw(LABELS, SERIES, title="按月办件数", unit="件"))
    assert {*LABELS, *SERIES, "件"} <= texts.keys()
    for figure in (3, 5, 2, 4, 14):
        assert texts[str(figure)] >= 1, figure
    assert "null" not in texts


def test_a_grey_print_tells_this_year_from_the_last() -> None:
    """Of five bars two are filled; all have an edge."""
    drawn = columns(LABELS, SERIES, title="按月办件数", unit="件")
    shapes = re.findall(r'aria-roledescription="bar"[^>]*fill="(\S+?)" stroke="(\S+?)"', drawn)
    assert sorted(fill != "#ffffff" for fill, _edge in shapes) == [False] * 3 + [True] * 2
    assert len({edge for _fill, edge in shapes}) == 1


def test_a_chart_has_a_name_and_nothing_that_a_page_must_not_hold() -> None:
    drawn = columns(LABELS, SERIES, title='<b>"办件"</b>', unit="件")
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == '<b>"办件"</b>'
    assert "style=" not in drawn
    assert "<script" not in drawn


def test_the_same_figures_give_the_same_bytes() -> None:
    first, second = (columns(LABELS, SERIES, title="按月", unit="件") for _ in range(2))
    assert first == second


def texts_of(svg: str) -> dict[str, int]:
    """What is written on a picture, and how often."""
    found: dict[str, int] = {}
    for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        found[str(one.text)] = found.get(str(one.text), 0) + 1
    return found
