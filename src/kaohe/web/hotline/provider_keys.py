"""Keys by which programs of providers are known: made and revoked by the clerk, kept as digests."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.db import transaction

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.hotline.models import ProviderKey
from kaohe.web.registry.models import Source

TAG_BYTES, SECRET_BYTES = 5, 32
NO_DIGEST = "0" * 64
"""Compared with where there is no such key, so that finding none takes as long."""


@transaction.atomic
def make_key(
    source: Source, *, by: Person, at: datetime, submission: UUID | None = None
) -> str | None:
    """A new key for the programs of a source, told this once; None if the form was sent before."""
    if submission is not None and ProviderKey.objects.filter(submission=submission).exists():
        return None
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = ProviderKey.objects.create(
        town=source.town,
        source=source,
        tag=secrets.token_hex(TAG_BYTES),
        digest=_digest(secret),
        made_by=by.name,
        made_at=at,
        submission=submission,
    )
    record("hotline.provider_key_made", by=by, at=at, about=name_of(key), told=str(key))
    return f"{key.tag}.{secret}"


@transaction.atomic
def revoke_key(key: ProviderKey, *, by: Person, at: datetime) -> None:
    """Let a key open nothing any more; what was handed in with it stays."""
    if ProviderKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        record("hotline.provider_key_revoked", by=by, at=at, about=name_of(key), told=str(key))


def key_of(shown: str) -> ProviderKey | None:
    """The key in force that a program shows; comparing takes as long, be it right or wrong."""
    tag, _dot, secret = shown.partition(".")
    key = None
    if tag.isascii() and tag.isalnum():
        keys = ProviderKey.objects.filter(tag=tag, revoked_at=None)
        key = keys.select_related("source__town").first()
    fits = compare_digest(_digest(secret), key.digest if key is not None else NO_DIGEST)
    return key if fits else None


def note_use(key: ProviderKey, day: date) -> None:
    """Remember on which day a key was shown last: one statement a day."""
    if key.used_on != day:
        ProviderKey.objects.filter(pk=key.pk).update(used_on=day)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
