"""Filters that templates may use without loading anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

from kaohe.values.text import Text

register = template.Library()


@register.filter
def told(text: Text | Mapping[str, str] | str | None) -> str:
    """A text of the scheme, a finding or a fault in the language of the page."""
    if text is None or isinstance(text, str):
        return text or ""
    return text["zh" if (get_language() or "zh").startswith("zh") else "en"]


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key, or nothing."""
    return mapping.get(key)


@register.filter
def language_of(entry: Mapping[str, Any], name: str) -> Any:
    """``name`` of a stored result in the language of the page: ``label`` or ``label_en``."""
    chinese = (get_language() or "zh").startswith("zh")
    return entry.get(name if chinese else f"{name}_en") or entry.get(name)


@register.filter
def between(figure: str | None) -> str:
    """A figure known by its limits only, ``720..1500`` in a result, as people write it."""
    return (figure or "").replace("..", "–")
