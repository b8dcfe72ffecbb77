"""Giving a round up: a key is lost, slips went astray, somebody was pressed. It is held again.

Nothing of it is read: keys and box are destroyed as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record, save_row
from kaohe.web.surveys.models import Round, RoundVoid
from kaohe.web.surveys.opening import destroy
from kaohe.web.ui.acts import refuse

HEADS = 2
"""So many group heads sign."""


def why_not_ask(state: str, asked: bool, reason: str) -> str:
    """Why nobody can ask that a round be void."""
    if state in ("counted", "void"):
        return _("轮次已经开箱或作废，不能再作废。")
    if asked:
        return _("已经提出作废，等待组长签署。")
    return "" if reason.strip() else _("请写明作废的理由。")


def why_not_sign(state: str, signers: Sequence[str], username: str) -> str:
    """Why a head cannot sign."""
    if state in ("counted", "void"):
        return _("轮次已经开箱或作废，不能再作废。")
    return _("您已经签署，还需另一位组长签署。") if username in signers else ""


@transaction.atomic
def ask_void(held: Round, *, reason: str, by: Person, at: datetime) -> RoundVoid:
    """Ask that a round be void."""
    locked = Round.objects.select_for_update().get(pk=held.pk)
    asked = RoundVoid.objects.filter(round=locked).exists()
    refuse(why_not_ask(locked.state, asked, reason))
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


def sign_void(held: Round, *, by: Person, at: datetime) -> bool:
    """One head's signature; whether the round is void now. Box and keys go with the second."""
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=held.pk)
        asked = RoundVoid.objects.select_for_update().get(round=locked)
        signers = [one for one in (asked.first_by, asked.second_by) if one]
        refuse(why_not_sign(locked.state, signers, by.username))
        if not signers:
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
            told=str(locked),
            reason=asked.reason,
        )
    destroy(locked)
    return True
