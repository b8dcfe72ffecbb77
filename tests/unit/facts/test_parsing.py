"""What a text means, type by type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kaohe.facts.parsing import Wrong, decimal_text, parser_of
from kaohe.values.measures import Stored
from kaohe.values.tables import Column


def parse(text: str, **declared: Any) -> Stored | Wrong | None:
    return parser_of(Column.model_validate({"heading": "列", **declared}))(text)


def test_words_may_mean_yes_no_or_an_empty_cell() -> None:
    choices = Pairs([("true", "满意"), ("false", "不满意"), ("", "未回访")])
    column = Column(type="boolean", heading="满意").model_copy(update={"choices": choices})
    said = {
        text: parser_of(column)(text) for text in ("满意", "不满意", "未回访", "是", "0", "尚可")
    }
    assert said == {"满意": 1, "不满意": 0, "未回访": None, "是": 1, "0": 0, "尚可": Wrong.VALUE}
    excluded = Column(type="choice", heading="原因", choices={"repeat": "重复", "": "无"})
    assert parser_of(excluded)("无") is None


class Pairs(dict[str, str]):
    """Codes that are called several words, as a provider's are."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__()
        self._pairs = pairs

    def items(self) -> Any:
        return self._pairs


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0", 0),
        ("12", 12),
        ("012", 12),
        ("12.0", 12),
        ("12.000", 12),
        ("-3", -3),
        ("-0", 0),
        ("-0.0", 0),
        ("999999999999999999", 999_999_999_999_999_999),
        ("0000000000000000000000007", 7),
        ("1000000000000000000", Wrong.DIGITS),
        ("12.5", Wrong.VALUE),
        ("12.", Wrong.VALUE),
        (".5", Wrong.VALUE),
        ("+1", Wrong.VALUE),
        ("1e3", Wrong.VALUE),
        ("1,000", Wrong.VALUE),
        ("1 000", Wrong.VALUE),
        ("--1", Wrong.VALUE),
        ("１２", Wrong.VALUE),
        ("٣", Wrong.VALUE),
        ("1\n", Wrong.VALUE),
        ("true", Wrong.VALUE),
        ("NaN", Wrong.VALUE),
    ],
)
def test_whole_number(text: str, stored: Stored | Wrong) -> None:
    assert parse(text, type="whole") == stored


@pytest.mark.parametrize(
    ("text", "places", "stored"),
    [
        ("8.5", 1, 85),
        ("8.50", 1, 85),
        ("8", 2, 800),
        ("-8.25", 2, -825),
        ("-0.00", 2, 0),
        ("8.55", 1, Wrong.VALUE),
        ("8.5", 0, Wrong.VALUE),
        ("8.0", 0, 8),
        ("123456789.123456789", 9, 123_456_789_123_456_789),
        ("1234567890.1", 9, Wrong.DIGITS),
    ],
)
def test_decimal_with_places_is_a_multiple_of_its_last_place(
    text: str, places: int, stored: Stored | Wrong
) -> None:
    assert parse(text, type="decimal", places=places) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("007.500", "7.5"),
        ("12.0", "12"),
        ("-0.0", "0"),
        ("-0.10", "-0.1"),
        ("0." + "1" * 5000, "0." + "1" * 5000),
        ("1" * 19, Wrong.DIGITS),
    ],
)
def test_decimal_without_places_is_its_canonical_text(text: str, stored: Stored | Wrong) -> None:
    assert parse(text, type="decimal") == stored


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("0", False),
        ("0.01", True),
        ("10", True),
        ("10.01", False),
        ("-1", False),
        ("9" * 20, False),
    ],
)
def test_range(text: str, inside: bool) -> None:
    value = parse(text, type="decimal", places=2, above="0", maximum="10")
    assert (value is not Wrong.VALUE) == inside


def test_limits_are_part_of_the_range() -> None:
    assert [parse(text, type="whole", minimum=1, maximum=3) for text in "0134"] == [
        Wrong.VALUE,
        1,
        3,
        Wrong.VALUE,
    ]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("true", 1),
        ("TRUE", 1),
        ("tRuE", 1),
        ("1", 1),
        ("是", 1),
        ("False", 0),
        ("0", 0),
        ("否", 0),
        ("1.0", Wrong.VALUE),
        ("yes", Wrong.VALUE),
        ("ＴＲＵＥ", Wrong.VALUE),
        ("01", Wrong.VALUE),
    ],
)
def test_boolean(text: str, stored: Stored | Wrong) -> None:
    assert parse(text, type="boolean") == stored


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024/02/29", "2024-02-29"),
        ("2024-2-9", "2024-02-09"),
        ("2024/12/1", "2024-12-01"),
        ("1969-12-31", "1969-12-31"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("2023-02-29", None),
        ("2024-13-01", None),
        ("2024-00-10", None),
        ("0000-01-01", None),
        ("2024-01/02", None),
        ("24-01-02", None),
        ("2024-001-02", None),
        ("2024.01.02", None),
        ("2024-01-02 00:00:00", None),
        ("2024年1月2日", None),
        ("２０２４-01-02", None),
        ("45292", None),
    ],
)
def test_date(text: str, day: str | None) -> None:
    since = None if day is None else (date.fromisoformat(day) - date(1970, 1, 1)).days
    assert parse(text, type="date") == (Wrong.VALUE if since is None else since)


CHOICES = {"平安办": "平安", "平安办（信访）": "信访", "q1": "第1题", "第2题": "q2"}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("平安办", "平安办"),
        ("平安办(信访)", "平安办（信访）"),
        ("平安办（信访）", "平安办（信访）"),
        ("信访", "平安办（信访）"),
        ("ｑ１", "q1"),
        ("第１题", "q1"),
        ("Q1", Wrong.VALUE),
        ("", Wrong.VALUE),
        ("平安办（信 访）", Wrong.VALUE),
    ],
)
def test_choice_is_a_code_or_a_label_however_wide(text: str, stored: Stored | Wrong) -> None:
    assert parse(text, type="choice", choices=CHOICES) == stored


def test_code_goes_before_the_label_of_another() -> None:
    assert parse("a", type="choice", choices={"b": "a", "a": "c"}) == "a"


def test_ids_and_texts_stand_as_they_are() -> None:
    assert parse("００１ ａ", type="id") == "００１ ａ"
    assert parse("007.50", type="text") == "007.50"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12.0, "12"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e20, "100000000000000000000"),
        (1.5e-7, "0.00000015"),
        (1e-05, "0.00001"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("100"), "100"),
        (float("inf"), "inf"),
    ],
)
def test_number_as_its_shortest_decimal_text(number: float | Decimal, text: str) -> None:
    assert decimal_text(number) == text
