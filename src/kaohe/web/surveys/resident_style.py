"""The residents' style sheet lies within their pages, so that the first trip paints."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

STYLE = Path(__file__).parent / "templates/surveys/residents.css"


def style_source() -> str:
    """By what the policy of a page's content knows this style sheet, and no other, within it."""
    return f"'sha256-{b64encode(sha256(STYLE.read_text('utf-8').encode()).digest()).decode()}'"
