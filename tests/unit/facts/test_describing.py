"""What was expected, in words."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe.facts.describing import expected, too_many_digits
from kaohe.values.tables import Column
from kaohe.values.text import Text


def of(**declared: Any) -> Column:
    return Column.model_validate({"heading": "列", **declared})


@pytest.mark.parametrize(
    ("declared", "zh", "en"),
    [
        ({"type": "whole"}, "应为整数", "a whole number"),
        ({"type": "whole", "above": 0}, "应为大于 0 的整数", "a whole number above 0"),
        ({"type": "whole", "minimum": -1}, "应为不小于 -1 的整数", "a whole number of at least -1"),
        ({"type": "whole", "maximum": 12}, "应为不大于 12 的整数", "a whole number of at most 12"),
        (
            {"type": "whole", "minimum": 0, "maximum": 12},
            "应为 0 到 12 之间的整数",
            "a whole number from 0 to 12",
        ),
        ({"type": "decimal"}, "应为数", "a number"),
        ({"type": "decimal", "places": 0}, "应为没有小数的数", "a number with no decimals"),
        (
            {"type": "decimal", "places": 1},
            "应为最多 1 位小数的数",
            "a number with at most 1 decimal",
        ),
        (
            {"type": "decimal", "minimum": 0, "maximum": "99.50"},
            "应为 0 到 99.5 之间的数",
            "a number from 0 to 99.5",
        ),
        (
            {"type": "decimal", "minimum": 0, "maximum": 100, "places": 2},
            "应为 0 到 100 之间、最多 2 位小数的数",
            "a number from 0 to 100 with at most 2 decimals",
        ),
        (
            {"type": "decimal", "above": 0, "maximum": 1, "places": 2},
            "应为大于 0、不大于 1、最多 2 位小数的数",
            "a number above 0 and of at most 1 with at most 2 decimals",
        ),
        (
            {"type": "whole", "minimum": 0, "maximum": {"column": "beds", "of": "garden_id"}},
            "应为 0 到该 garden_id 的 beds 之间的整数",
            "a whole number from 0 to the beds of its garden_id",
        ),
        (
            {"type": "decimal", "maximum": {"column": "answered", "times": "10.0"}},
            "应为不大于 answered 的 10 倍的数",
            "a number of at most 10 times answered",
        ),
        (
            {"type": "choice", "choices": {f"c{n}": f"第{n}项" for n in range(14)}},
            "应为以下之一：" + "、".join(f"c{n}（第{n}项）" for n in range(12)) + "（共 14 项）",
            "one of " + ", ".join(f"c{n}（第{n}项）" for n in range(12)) + " (2 more)",
        ),
        (
            {"type": "choice", "choices": {"甲": "甲", "b": "一二三四五六七八九十一二三"}},
            "应为以下之一：甲、b（一二三四五六七八九十一二…）",
            "one of 甲, b（一二三四五六七八九十一二…）",
        ),
    ],
)
def test_expected(declared: dict[str, Any], zh: str, en: str) -> None:
    assert expected(of(**declared)) == Text(zh=zh, en=en)


@pytest.mark.parametrize(("places", "digits"), [(None, 18), (0, 18), (3, 15), (4, 14), (9, 9)])
def test_too_many_digits(places: int | None, digits: int) -> None:
    words = too_many_digits(of(type="decimal", places=places))
    assert words.zh == f"应为整数部分不超过 {digits} 位的数"
    assert words.en == f"a number with at most {digits} digits before the point"
