"""What both sides agreed on, undone by both sides: one proposes it with a reason, one agrees."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import save_row
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.door import masked_text
from kaohe.web.hotline.exclusion_holding import locked
from kaohe.web.hotline.exclusion_models import NO_WORD, SIDES, Exclusion, Word
from kaohe.web.ui.acts import refuse


def sides_to_undo(row: Exclusion, person: Person, stage: str) -> list[str]:
    """The sides for which somebody can propose that the case count again, or agree to it."""
    held = rules.sides_of(person.roles, person.sources, row.source.code)
    return [side for side in held if not _why_not(row, side, person, stage)]


def _why_not(row: Exclusion, side: str, person: Person, stage: str) -> str:
    if side not in rules.sides_of(person.roles, person.sources, row.source.code):
        return _("这项申请不由您决定。")
    return rules.why_not_undo(
        stage=stage,
        state=row.state,
        asker=row.asker == person.username,
        own_area=row.area is not None and row.area.area_id in person.areas,
        proposed=row.undo_side != "",
        same_side=side == row.undo_side or person.username == row.undo_person,
    )


@transaction.atomic
def undo(
    exclusion: Exclusion,
    side: str,
    *,
    agrees: bool = True,
    reason: str = "",
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> Exclusion:
    """Propose for a side that a case left out count again; or, where the other side has, agree to
    that or not.

    Raises PermissionDenied, Stale, and ValidationError where the reason is missing that a proposal
    and a refusal need.
    """
    stage = held_cycle(exclusion.cycle).stage
    row = locked(exclusion, seen)
    refuse(_why_not(row, side, by, stage))
    reason, proposed = masked_text(reason), row.undo_side != ""
    if not reason and not (proposed and agrees):
        raise ValidationError({"reason": _("请写明理由。")})
    if not proposed:
        row.propose_undo(side, Word(None, reason, by.name, by.username, at))
        act = "hotline.exclusion_undo_proposed"
    elif agrees:
        row.state, act = "restored", "hotline.exclusion_restored"
    else:
        row.propose_undo("", NO_WORD)
        act = "hotline.exclusion_undo_refused"
    save_row(row, by=by, at=at, act=act, told=f"{row} {SIDES[side]}", reason=reason)
    return row


@transaction.atomic
def take_undo_back(
    exclusion: Exclusion, *, by: Person, at: datetime, seen: int | None = None
) -> Exclusion:
    """Take back what one proposed, as long as the other side is silent.

    Raises PermissionDenied and Stale.
    """
    stage = held_cycle(exclusion.cycle).stage
    row = locked(exclusion, seen)
    refuse(why_not_take_undo_back(row, by, stage))
    row.propose_undo("", NO_WORD)
    save_row(row, by=by, at=at, act="hotline.exclusion_undo_taken_back", told=str(row))
    return row


def why_not_take_undo_back(row: Exclusion, person: Person, stage: str) -> str:
    """Why somebody cannot take a proposal back."""
    if row.state != "agreed" or not row.undo_side:
        return _("没有等待决定的恢复计入。")
    if row.undo_person != person.username:
        return _("恢复计入由提出的人撤回。")
    return rules.why_not_now(stage)
