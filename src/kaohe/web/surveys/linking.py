"""Links for the residents of a platform: each household's own, with its code in the fragment.

The platform knows households by the registry's opaque ids. A link is handed out once; asking again
for a household makes a new code and voids the old one. Whether a household took part is not told.
The signature lets the platform prove that what it keeps is what the town gave out: HMAC-SHA256 with
the platform's key over household, link and last day, a line each.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record
from kaohe.web.registry.models import Household, Source
from kaohe.web.surveys import boxes, rules
from kaohe.web.surveys.codes import digest_of, new_code, shown
from kaohe.web.surveys.models import LinkKey, Round
from kaohe.web.surveys.overlaps import why_not_issue_beside
from kaohe.web.ui.acts import refuse

KEY_BYTES = 32
MOST = 5000
"""So many households are told in one request."""


@dataclass(frozen=True)
class Link:
    """A household's link and until which day it holds."""

    household_id: str
    url: str
    expires_on: str
    signature: str


@transaction.atomic
def make_key(held: Round, source: Source, *, by: Person, at: datetime) -> str:
    """A new key for a platform, this once; what is kept is its digest."""
    refuse(rules.why_not_issue(held.state, held.manner))
    key = secrets.token_urlsafe(KEY_BYTES)
    LinkKey.objects.create(
        town=held.town,
        cycle=held.cycle,
        round=held,
        source=source,
        digest=_digest(key),
        made_by=by.name,
        made_at=at,
    )
    record(
        "surveys.link_key_made",
        by=by,
        at=at,
        about=f"surveys.round:{held.pk}",
        told=f"{held} {source}",
    )
    return key


@transaction.atomic
def revoke_key(key: LinkKey, *, by: Person, at: datetime) -> None:
    """Let a key fetch no more links; those that were handed out stay valid."""
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record(
            "surveys.link_key_revoked",
            by=by,
            at=at,
            about=f"surveys.round:{key.round_id}",
            told=f"{key.round} {key.source}",
        )


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def key_of(held: Round, given: str) -> LinkKey | None:
    """The key in force that somebody shows."""
    keys = LinkKey.objects.filter(round=held, revoked_at=None).select_related("source__town")
    return keys.filter(digest=_digest(given)).first()


@transaction.atomic
def links_for(
    key: LinkKey, given: str, household_ids: Sequence[str], address: str, at: datetime
) -> tuple[list[Link], list[str]]:
    """New links of these households, in the order given, and the ids that nobody has.

    ``address`` is that of the form; ``given`` the platform's key, which signs.
    """
    rows = Round.objects.select_related("cycle", "town").select_for_update(of=("self",))
    held = rows.get(pk=key.round_id)  # nobody else gives these households codes meanwhile
    refuse(rules.why_not_issue(held.state, held.manner))
    known = {
        one.household_id: one
        for one in Household.objects.filter(
            town=held.town, household_id__in={one for one in household_ids if one.isprintable()}
        ).select_related("building__area")
    }
    codes = {one: new_code() for one in dict.fromkeys(household_ids) if one in known}
    refuse(why_not_issue_beside(held, {known[one].building.area.area_id for one in codes}))
    [sample] = held.samples[:1]
    record(
        "surveys.links_fetched",
        by=key.source.machine,
        at=at,
        about=f"surveys.round:{held.pk}",
        told=f"{held} {len(codes)}",
    )
    boxes.add_rights(
        boxes.box_of(held.tag),
        [
            boxes.Right(digest_of(held.tag, code), one, known[one].building.area.area_id, sample)
            for one, code in codes.items()
        ],
    )
    last = held.closes_on.isoformat()
    links = []
    for one, code in codes.items():
        url = f"{address}#{shown(code)}"
        links.append(Link(one, url, last, signature(given, one, url, last)))
    return links, [one for one in dict.fromkeys(household_ids) if one not in known]


def signature(key: str, household_id: str, url: str, expires_on: str) -> str:
    """What proves a link."""
    told = "\n".join((household_id, url, expires_on)).encode()
    return hmac.new(key.encode(), told, sha256).hexdigest()
