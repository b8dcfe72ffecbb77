"""How long answering took, told so coarsely that it says nothing about who answered."""

from __future__ import annotations

from typing import Final

TOOK: Final = {"under_30s": 30, "under_1m": 60, "under_3m": 180}
"""Names of durations with the seconds that they do not reach."""
LONGER: Final = "longer"


def took_of(seconds: float) -> str:
    """The name of a duration.

    >>> took_of(12), took_of(60), took_of(900)
    ('under_30s', 'under_3m', 'longer')
    """
    return next((name for name, below in TOOK.items() if seconds < below), LONGER)
