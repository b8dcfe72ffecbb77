"""The reference is what the cases, models and commands say today, and its links lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from tests.spec.manual import PAGES, REFERENCE, headings, slug

LINK = re.compile(r"\]\(([\w.-]*)#([\w-]+)\)")
ANCHOR = re.compile(r'<a id="([\w-]+)"></a>')
MARKDOWN = [name for name in PAGES if name.endswith(".md")]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run make docs"


@cache
def anchors_of(name: str) -> Counter[str]:
    """Every place that a link to a page may name."""
    text = PAGES[name]()
    return Counter(
        [*ANCHOR.findall(text), *(slug(heading) for _, heading in headings(text.splitlines()))]
    )


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_link_leads_to_one_place(name: str) -> None:
    for page, anchor in LINK.findall(PAGES[name]()):
        assert anchors_of(page or name)[anchor] == 1, f"{page}#{anchor}"
