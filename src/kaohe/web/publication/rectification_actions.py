"""What happens to what areas put right: written down, changed, done."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.publication import rectification_rules as rules
from kaohe.web.publication.models import RectificationItem
from kaohe.web.publication.objection_actions import is_secretary_of
from kaohe.web.ui.acts import refuse


@transaction.atomic
def keep_item(row: RectificationItem, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Add an item, change it, or put down that it is done.

    Raises PermissionDenied where the stage or the person's posts forbid it, ValidationError where
    it cannot be, Stale where somebody was faster.
    """
    cycle = held_cycle(row.cycle)
    own = is_secretary_of(by, row.area.area_id)
    refuse(rules.why_not_now(cycle.stage))
    refuse(rules.why_not_keep(clerk=by.has("clerk"), own=own))
    wrong = rules.wrong_in_item(done_on=row.done_on, outcome=row.outcome, day=day_of(at))
    if wrong:
        raise ValidationError(wrong)
    before = RectificationItem.objects.filter(pk=row.pk, done_on=None) if row.pk else None
    done = row.done_on is not None and (before is None or before.exists())
    act = "publication.rectification_done" if done else None
    save_row(row, by=by, at=at, act=act, seen=seen)
