"""Filters that templates may use without loading anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from kaohe.values.text import Text
from kaohe.web.ui.language import in_a_row, in_brackets, named, page_language, sentences

register = template.Library()


@register.filter
def told(text: Text | Mapping[str, str] | str | None) -> str:
    """A text of the scheme, a finding or a fault in the language of the page."""
    if text is None or isinstance(text, str):
        return text or ""
    return text[page_language()]


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key, or nothing."""
    return mapping.get(key)


@register.filter
def place(values: Sequence[Any], number: int) -> Any:
    """What stands at a place of a sequence, counted from 0."""
    return values[number]


@register.filter
def language_of(entry: Mapping[str, Any], name: str) -> Any:
    """``name`` of a stored result in the language of the page: ``label`` or ``label_en``."""
    written = name if page_language() == "zh" else f"{name}_en"
    return entry.get(written) or entry.get(name)


@register.filter
def between(figure: str | None) -> str:
    """A figure known by its limits only, ``720..1500`` in a result, as people write it."""
    return (figure or "").replace("..", "–")


register.filter("named", named)
register.filter("in_brackets", in_brackets)
register.filter("in_a_row", in_a_row)
register.filter("sentences", sentences)


@register.filter
def wrong_fields(form: BaseForm) -> list[BoundField]:
    """The fields of a form that have an error, in their order."""
    return [field for field in form.visible_fields() if field.errors]
