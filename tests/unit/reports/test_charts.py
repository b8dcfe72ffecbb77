"""Charts: every figure is on them, nothing is told by colour alone, the same bytes each time."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

from kaohe.reports.charts import HOLLOW, WIDTH, Bar, Series, _drawn, bar_chart

NAMES = ["1月", "2月", "3月"]


def bars(*amounts: int | None) -> list[Bar | None]:
    return [None if one is None else Bar(Fraction(one), str(one)) for one in amounts]


BOTH = [Series("2025年度", bars(3, 5, None)), Series("2024年度", bars(2, 10, 14))]


def test_every_figure_and_name_is_written_and_a_dash_where_nothing_is_known() -> None:
    texts = texts_of(bar_chart("办件", "逐月", NAMES, BOTH))
    figures = ["3", "5", "—", "2", "10", "14"]
    assert sorted(texts) == sorted([*NAMES, "2025年度", "2024年度", *figures])


def test_bars_are_as_long_as_their_amounts() -> None:
    lengths = [width for width, _fill in drawn_bars(bar_chart("办件", "逐月", NAMES, BOTH))]
    unit = lengths[0] / 3
    assert [round(length / unit, 2) for length in lengths] == [3, 5, 2, 10, 14]


def test_a_bar_across_all_is_what_was_said() -> None:
    half = [Series("2025年度", bars(50))]
    [(short, _fill)] = drawn_bars(bar_chart("率", "逐月", ["1月"], half, Fraction(100)))
    [(long, _fill)] = drawn_bars(bar_chart("率", "逐月", ["1月"], half, Fraction(50)))
    assert 1.8 < long / short < 2.1, "but for the room that the figure takes"


def test_a_grey_print_tells_this_year_from_the_last() -> None:
    """Of five bars two are filled; a single series has no legend."""
    fills = [fill for _width, fill in drawn_bars(bar_chart("办件", "逐月", NAMES, BOTH))]
    assert [fill == HOLLOW for fill in fills] == [False, False, True, True, True]
    assert "2025年度" not in texts_of(bar_chart("办件", "逐月", NAMES, BOTH[:1]))


def test_an_interval_is_a_line_over_its_bar() -> None:
    few = [Bar(Fraction(90), "90.00（9/10）", (Fraction(60), Fraction(98))), None, None]
    drawn = bar_chart("率", "逐月", NAMES, [Series("2025年度", few)], Fraction(100))
    lines = re.findall(r'rule mark" transform="translate\((\S+?),\S+\)" x2="(\S+?)"', drawn)
    [(width, _fill)] = drawn_bars(drawn)
    low, long = map(float, lines[-1])
    assert abs(low / width - 60 / 90) < 0.02
    assert abs(abs(long) / width - 38 / 90) < 0.02


def test_a_chart_is_as_wide_as_a_phone_and_heard_as_one_thing() -> None:
    root = ElementTree.fromstring(bar_chart('<b>"办件"</b>', "逐月", NAMES, BOTH))
    assert root.get("width") == str(WIDTH)
    assert root.get("role") == "img"
    assert root.get("aria-label") == '<b>"办件"</b>：逐月'


def test_nothing_is_in_it_that_a_page_must_not_hold_and_no_byte_differs() -> None:
    first = bar_chart("办件", "逐月", NAMES, BOTH)
    _drawn.cache_clear()
    second = bar_chart("办件", "逐月", NAMES, BOTH)
    assert first == second
    assert "style=" not in first
    assert "<script" not in first


def texts_of(svg: str) -> list[str]:
    """What is written on a picture."""
    found = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [str(one.text) for one in found]


def drawn_bars(svg: str) -> list[tuple[float, str]]:
    """How long each bar is, and with what it is filled."""
    shapes = re.findall(r'aria-roledescription="bar"[^>]*d="M\S*?h(\S+?)v[^>]*fill="(\S+?)"', svg)
    return [(float(width), fill) for width, fill in shapes]
