"""Which login of the demonstration town is whose staff id."""

from __future__ import annotations

from datetime import datetime

from kaohe.web.accounts.models import Post, Town
from kaohe.web.accounts.people import Person
from kaohe.web.publication.models import StaffAccount
from kaohe.web.publication.pay_actions import save_staff_account
from kaohe.web.registry.models import StaffPost

PAID_AS = {"secretary": "secretary", "worker": "social_worker"}
"""Posts with a login, and the role in which the roster has them."""


def lay_staff_accounts(town: Town, *, by: Person, at: datetime) -> None:
    """Every secretary and worker with a login is the first such person of their area's roster.

    ``by`` is of finance. Call it before a year is published or after, once.
    """
    taken: set[str] = set()
    for post in Post.objects.filter(user__town=town, role__in=PAID_AS).order_by("pk"):
        roster = StaffPost.objects.filter(town=town, area__area_id__in=post.scope)
        ids = roster.filter(role=PAID_AS[post.role]).values_list("staff_id", flat=True)
        free = next((one for one in ids if one not in taken), None)
        if free is not None:
            taken.add(free)
            account = StaffAccount(town=town, user=post.user, staff_id=free)
            save_staff_account(account, by=by, at=at)
