"""The language of the page that is being answered, as the core names it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from kaohe.values.text import Language


def page_language() -> Language:
    """Chinese, unless the page is shown in English."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def named(name: object, text: object) -> str:
    """A name and what is said of it, with the colon of the page's language."""
    return f"{name}：{text}" if page_language() == "zh" else f"{name}: {text}"


def in_brackets(text: object) -> str:
    """A text in brackets that follow another one."""
    return f"（{text}）" if page_language() == "zh" else f" ({text})"


def in_a_row(texts: Iterable[object]) -> str:
    """Short texts with the comma of the page's language between them."""
    return ("、" if page_language() == "zh" else ", ").join(map(str, texts))


def sentences(texts: Iterable[object]) -> str:
    """Longer texts, which may hold commas, one after the other."""
    return ("；" if page_language() == "zh" else "; ").join(map(str, texts))


def in_quotes(name: object) -> str:
    """A name in quotation marks; those within it become single ones."""
    return f"“{str(name).replace('“', '‘').replace('”', '’')}”"
