"""What pages and actions share about an act: the state that was seen, the reason against it."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

LONGEST_VERSION = 18
"""No version of a row has more digits."""


def seen_version(request: HttpRequest) -> int | None:
    """The version of the row that the person had before them; None where the form tells none."""
    seen = request.POST.get("seen", "")
    fits = seen.isascii() and seen.isdigit() and len(seen) <= LONGEST_VERSION
    return int(seen) if fits else None


def submission_of(request: HttpRequest) -> UUID | None:
    """The key by which a form that is sent twice is known; None where the form has none."""
    return key_of(request.POST.get("submission", ""))


def key_of(text: str) -> UUID | None:
    """A key as a form sends it; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def refuse(reason: str) -> None:
    """Raise PermissionDenied if a rule gives a reason: the state of things forbids the act."""
    if reason:
        raise PermissionDenied(reason)
