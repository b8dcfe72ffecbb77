"""Giving a round up: a key is lost, slips went astray, somebody was pressed. It is held again.

Nothing of it is read: keys and box are destroyed as they are. One that was counted, and whose box
did not fit, is void as well: what was found stays on record, and counts nowhere.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record, save_row
from kaohe.web.cycles.models import Cycle
from kaohe.web.surveys.models import Round, RoundVoid
from kaohe.web.surveys.opening import destroy
from kaohe.web.ui.acts import refuse

HEADS = 2
"""So many group heads sign."""


def why_not_void(held: Round) -> str:
    """Why a round cannot be void. Nobody gives up what was counted for what came of it: only if the
    box did not fit, and before the year is scored."""
    if held.state == "void":
        return _("轮次已经作废。")
    if held.state != "counted":
        return ""
    if not held.differences:
        return _("轮次已经开箱，核对相符，不能再作废。")
    if held.cycle.reached("published"):
        return _("轮次已经开箱，年度结果已经公布，不能再作废。")
    if held.cycle.reached("scoring"):
        return _("年度已经开始计分：请先按程序退回“收集”，再作废这一轮次。")
    return ""


def why_not_ask(held: Round, reason: str) -> str:
    """Why nobody can ask that a round be void."""
    if RoundVoid.objects.filter(round=held).exists():
        return _("已经提出作废，等待组长签署。")
    if refused := why_not_void(held):
        return refused
    return "" if reason.strip() else _("请写明作废的理由。")


def why_not_sign(held: Round, asked: RoundVoid | None, username: str) -> str:
    """Why a head cannot sign."""
    if asked is not None and username in (asked.first_by, asked.second_by):
        return _("您已经签署，还需另一位组长签署。")
    return why_not_void(held)


@transaction.atomic
def ask_void(held: Round, *, reason: str, by: Person, at: datetime) -> RoundVoid:
    """Ask that a round be void."""
    locked = _locked(held)
    refuse(why_not_ask(locked, reason))
    made = RoundVoid(
        town=locked.town,
        cycle=locked.cycle,
        round=locked,
        reason=reason.strip(),
        asked_by=by.name,
        asked_at=at,
    )
    save_row(made, by=by, at=at, act="surveys.void_asked", reason=reason)
    return made


def _locked(held: Round) -> Round:
    """The round, its year held first: it is not scored meanwhile."""
    Cycle.objects.select_for_update().get(pk=held.cycle_id)
    return Round.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=held.pk)


def sign_void(held: Round, *, by: Person, at: datetime) -> bool:
    """One head's signature; whether the round is void now. Box and keys go with the second."""
    with transaction.atomic():
        locked = _locked(held)
        asked = RoundVoid.objects.select_for_update().get(round=locked)
        refuse(why_not_sign(locked, asked, by.username))
        if not asked.first_by:
            asked.first_by = by.username
            save_row(asked, by=by, at=at, act="surveys.void_signed")
            return False
        asked.second_by = by.username
        asked.full_clean()
        asked.save()
        locked.state, locked.closed_at = "void", locked.closed_at or at
        locked.version += 1
        locked.save()
        record(
            "surveys.round_void",
            by=by,
            at=at,
            about=f"surveys.round:{locked.pk}",
            told=f"{locked} {locked.ballots} {locked.receipts_sha256}"
            if locked.counted_at
            else str(locked),
            reason=asked.reason,
        )
    destroy(locked)
    return True
