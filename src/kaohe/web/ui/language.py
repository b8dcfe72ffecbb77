"""The language of the page that is being answered, as the core names it."""

from __future__ import annotations

from django.utils.translation import get_language

from kaohe.values.text import Language


def page_language() -> Language:
    """Chinese, unless the page is shown in English."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
