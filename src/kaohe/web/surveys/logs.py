"""Residents leave no line in the log: neither a slip of the finger nor a code that is used."""

from __future__ import annotations

import logging

RESIDENTS = "/f/"
"""Where their addresses begin: short, for they are typed."""
FAULT = 500
"""From this status on it is the program that has to explain itself."""


class NotOfResidents(logging.Filter):
    """Lets everything pass but refusals on residents' pages, whose times say who was there."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is kept."""
        path = getattr(getattr(record, "request", None), "path", "")
        return getattr(record, "status_code", FAULT) >= FAULT or not path.startswith(RESIDENTS)
