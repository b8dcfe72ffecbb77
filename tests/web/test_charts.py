"""Charts made on the server: as long as what they show, told apart without colour."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from django.template.loader import render_to_string

from kaohe.outputs.pages import width_of
from kaohe.web.ui.charts import LETTER, WIDTH, Bar, Chart, Series, bar_chart

pytestmark = pytest.mark.no_database


def bars(*amounts: int | None) -> list[Bar | None]:
    return [None if one is None else Bar(Fraction(one), str(one)) for one in amounts]


def drawn(chart: Chart) -> str:
    return render_to_string("ui/_chart.html", {"chart": chart})


def test_bars_are_as_long_as_their_amounts_and_carry_them() -> None:
    chart = bar_chart("one", "标题", "说明", ["甲", "乙", "丙"], [Series("今年", bars(10, 5, 0))])
    widths = [bar.width for bar in chart.bars]
    assert widths[0] == 2 * widths[1]
    assert widths[2] == 0
    assert [text.text for text in chart.texts] == ["甲", "10", "乙", "5", "丙", "0"]
    assert chart.keys == []


def test_nothing_reaches_beyond_the_chart_and_no_two_texts_lie_on_each_other() -> None:
    names = [f"{number}月" for number in range(1, 13)]
    series = [
        Series("今年", [Bar(Fraction(100), "100.00（1234/1234）")] * 12),
        Series("去年", bars(*range(0, 120, 10))),
    ]
    chart = bar_chart("two", "标题", "说明", names, series, Fraction(100))
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
    for text in chart.texts:
        long = width_of(text.text) * LETTER
        assert (text.x - long if text.end else text.x) >= 0
        assert (text.x if text.end else text.x + long) <= WIDTH + LETTER
        assert text.y <= chart.height
    lines = [text.y for text in chart.texts if not text.end]
    assert len(set(lines)) == len(lines)


def test_a_second_series_is_hatched_and_named_beside_its_pattern() -> None:
    both = [Series("今年", bars(3)), Series("去年", bars(4))]
    page = drawn(bar_chart("both", "标题", "说明", ["甲"], both))
    assert page.count("url(#both-hatched)") == 2
    assert page.count('id="both-hatched"') == 1
    assert "今年" in page
    assert "去年" in page
    alone = drawn(bar_chart("alone", "标题", "说明", ["甲"], both[:1]))
    assert "hatched" not in alone
    assert "今年" not in alone


def test_what_is_not_known_has_a_dash_and_no_bar() -> None:
    chart = bar_chart("gap", "标题", "说明", ["甲", "乙"], [Series("今年", bars(None, 2))])
    assert len(chart.bars) == 1
    assert [text.text for text in chart.texts] == ["甲", "—", "乙", "2"]
    assert drawn(bar_chart("none", "标题", "说明", [], [Series("今年", [])])).count("<rect") == 0


def test_an_interval_is_a_line_from_end_to_end_and_the_figure_stands_behind_it() -> None:
    bar = Bar(Fraction(50), "50", (Fraction(25), Fraction(75)))
    chart = bar_chart("span", "标题", "说明", ["甲"], [Series("今年", [bar])], Fraction(100))
    [one] = chart.bars
    assert one.low is not None
    assert one.high is not None
    assert one.low - one.x == (one.width + 1) // 2
    assert one.high > one.x + one.width
    assert chart.texts[-1].x > one.high
    assert drawn(chart).count("<path") == 2


def test_long_names_stand_over_their_bars_and_are_cut() -> None:
    chart = bar_chart("long", "标题", "说明", ["类" * 40, "短"], [Series("今年", bars(1, 2))])
    assert chart.texts[0].text == "类" * 21 + "…"
    assert all(bar.x == 0 for bar in chart.bars)
    assert max(bar.width for bar in chart.bars) > 0.9 * WIDTH


def test_what_is_shown_cannot_become_markup() -> None:
    chart = bar_chart("odd", "<b>", '"&', ["<script>"], [Series("今年", bars(1))])
    page = drawn(chart)
    assert not re.search(r"<(script|b)>", page)
