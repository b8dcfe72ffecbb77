"""How texts in both languages are put together."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from kaohe.values.numbers import shortest
from kaohe.values.text import Text, spaced


def both(text: str) -> Text:
    """A text that is the same in both languages: a number, a formula, an id."""
    return Text(zh=text, en=text)


def number(value: int | Decimal) -> Text:
    """A number as short as it can be written exactly."""
    return both(shortest(Fraction(value)))


def quoted(text: Text) -> Text:
    """A text in quotation marks."""
    zh, en = (one.replace("“", "‘").replace("”", "’") for one in (text.zh, text.en))
    return Text(zh=f"“{zh}”", en=f"“{en}”")


def called(label: Text | None, code: str) -> Text:
    """A thing by its label and, unless that says the same, by its code: “总分”（total）."""
    if label is None:
        return both(code)
    told = quoted(label)
    zh = told.zh if label.zh == code else f"{told.zh}（{code}）"
    return Text(zh=zh, en=told.en if label.en == code else f"{told.en} ({code})")


def beside(*parts: Text) -> Text:
    """Texts one after the other."""
    return Text(zh=spaced(*(one.zh for one in parts)), en=" ".join(one.en for one in parts))


def listed(parts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Texts as a list, with what stands between them."""
    several = list(parts)
    between = [word for one in several for word in (zh, one.zh)]
    return Text(zh=spaced(*between[1:]), en=en.join(one.en for one in several))


def bracketed(text: Text) -> Text:
    """A text in brackets."""
    return Text(zh=f"（{text.zh}）", en=f"({text.en})")
