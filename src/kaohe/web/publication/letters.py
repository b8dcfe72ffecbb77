"""The documents of a publication: a letter for every area, the notice."""

from __future__ import annotations

from urllib.parse import quote


def letter_name(subject_id: str) -> str:
    """The name of an area's letter as a file, without its ending."""
    return quote(subject_id, safe="-_")
