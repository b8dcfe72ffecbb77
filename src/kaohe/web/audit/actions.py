"""How an act gets into the log: within the transaction of the act itself, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import models, transaction

from kaohe.web.audit.chain import digest_of, event_hash
from kaohe.web.audit.models import Chain, Event


class Actor(Protocol):
    """Who acts: a person on duty, in a town."""

    @property
    def town_code(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """A program that acts of itself, as the log knows it."""

    town_code: str
    username: str
    name: str


class Stale(Exception):
    """Somebody else changed the row since it was shown; ``row`` is as it now stands."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(str(row))
        self.row = row


def record(
    act: str,
    *,
    by: Actor,
    at: datetime,
    about: str,
    told: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """Add one event to the chain of the actor's town. Must run within the act's transaction.

    ``before`` and ``after`` are the object's content; only their digests are kept, so that the
    log tells that something changed without repeating what is confidential.
    """
    if not transaction.get_connection().in_atomic_block:
        raise AssertionError(f"{act} must be recorded in the transaction of the act")
    chain, _ = Chain.objects.select_for_update().get_or_create(town=by.town_code)
    event = Event(
        town=by.town_code,
        number=chain.length + 1,
        at=at,
        actor=by.username,
        actor_name=by.name,
        act=act,
        object=about[:120],
        told=told[:500],
        reason=reason[:1000],
        before=digest_of(before or {}),
        after=digest_of(after or {}),
        previous=chain.head,
    )
    event.sha256 = event_hash(event)
    event.save(force_insert=True)
    chain.length, chain.head = event.number, event.sha256
    chain.save(update_fields=["length", "head"])
    return event


def content_of(row: models.Model) -> dict[str, Any]:
    """What a row says, for its digest."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name != "version"
    }


def name_of(row: models.Model) -> str:
    """How the log names a row: its model and its key."""
    return f"{row._meta.label_lower}:{row.pk}"


@transaction.atomic
def save_row(
    row: models.Model,
    *,
    by: Actor,
    at: datetime,
    act: str | None = None,
    seen: int | None = None,
    reason: str = "",
    told: str = "",
) -> Event:
    """Save a row as one act, ``MODEL.added`` or ``MODEL.changed`` unless it has another name.

    ``seen`` is the version of the row that the person had before them. Raises Stale if the row
    has changed since, and ValidationError if it cannot be.
    """
    model = type(row)
    stands = (
        model._default_manager.select_for_update().filter(pk=row.pk).first() if row.pk else None
    )
    if stands is not None:
        now_at = getattr(stands, "version", None)
        if seen is not None and now_at is not None and now_at != seen:
            raise Stale(stands)
        if now_at is not None:
            row.version = now_at + 1  # type: ignore[attr-defined]
    row.full_clean()
    row.save()
    verb = "changed" if stands is not None else "added"
    return record(
        act or f"{model._meta.label_lower}.{verb}",
        by=by,
        at=at,
        about=name_of(row),
        told=told or str(row),
        reason=reason,
        before=content_of(stands) if stands is not None else None,
        after=content_of(row),
    )
