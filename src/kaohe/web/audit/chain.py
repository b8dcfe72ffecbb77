"""The hash chain: each event carries the hash of the one before it, so that none can be altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from kaohe.web.audit.models import Event

HASHED = (
    "town",
    "number",
    "actor",
    "actor_name",
    "act",
    "object",
    "told",
    "reason",
    "before",
    "after",
    "previous",
)


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of plain content, whatever the order of its keys; of nothing an empty text."""
    if not content:
        return ""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(event: Event) -> str:
    """What an event's own hash must be."""
    content = {name: getattr(event, name) for name in HASHED}
    content["at"] = event.at.astimezone(UTC).isoformat()
    return digest_of(content)


@dataclass(frozen=True)
class Broken:
    """The first place where a chain does not hold, and why."""

    number: int
    why: str


def first_break(events: Iterable[Event], length: int, head: str) -> Broken | None:
    """Where a chain, oldest event first, does not hold; None if it holds up to its head.

    ``length`` and ``head`` are what was written down about the chain's end, so that events cut
    off at the end are missed too.
    """
    previous, number = "", 0
    for number, event in enumerate(events, start=1):
        if event.number != number:
            return Broken(number, "missing")
        if event.previous != previous:
            return Broken(number, "unlinked")
        if event.sha256 != event_hash(event):
            return Broken(number, "altered")
        previous = event.sha256
    if number != length:
        return Broken(number + 1, "missing")
    return None if previous == head else Broken(number, "altered")
