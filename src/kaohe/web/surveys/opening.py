"""The end of a round: the box is closed, opened, counted and destroyed.

Participation is written in the order of households, ballots in an order of chance under random
keys, receipts in the order of their signs: nothing that is left leads from one to another. Each
step can be taken again after a stop in the middle: what the database says decides where to go on.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kaohe.web.audit.actions import Machine, record
from kaohe.web.surveys import boxes, meeting_attendance, sealing, unwrapping
from kaohe.web.surveys.codes import receipt_of
from kaohe.web.surveys.models import Ballot, Participation, Receipt, Round
from kaohe.web.surveys.reviewing import flag
from kaohe.web.surveys.rounds import term_of
from kaohe.web.surveys.tallying import (
    Frozen,
    Opened,
    differences,
    differences_told,
    kept,
    receipts_hash,
    wrong_receipts,
)
from kaohe.web.ui.language import named, sentences

logger = logging.getLogger(__name__)
AT_ONCE = 1000
"""So many rows are written by one statement."""
TAKING = ("prepared", "open", "paused")
"""States of a round whose box is there to take ballots, now or later."""


def close_box(held: Round) -> Frozen:
    """Let the box take no more; whoever is just sending a ballot is waited for."""
    box = boxes.box_of(held.tag)
    boxes.set_term(box, boxes.Term("closed", held.opens_on.isoformat(), held.closes_on.isoformat()))
    found = boxes.receipts(box)
    return Frozen(
        ballots=len(found),
        participants=len(_took_part(held, box)),
        receipts_sha256=receipts_hash(found),
    )


def _took_part(held: Round, box: boxes.Box) -> list[tuple[str, str, str]]:
    """Area, sample and voter; at a meeting the box knows seats only, its list who came."""
    if held.manner == "meeting":
        return list(meeting_attendance.participants(held))
    return boxes.participants(box)


def count_ballots(held: Round, *, at: datetime, at_hand: Mapping[str, str] = sealing.NONE) -> bool:
    """Open the box of a closed round if all its keys are here or ``at_hand``; then destroy both.

    The program does it as soon as it can, and the log says when. Returns whether the round is
    counted now. Raises SealError, and changes nothing, if a ballot cannot be opened.
    """
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=held.pk)
        if locked.state == "closed":
            brought = locked.keepers.exclude(brought_at=None).count()
            keys = sealing.kept_keys(locked.public_keys[brought:], at_hand)
            if keys is None:
                return False
            _write(locked, keys)
            locked.state, locked.counted_at = "counted", at
            locked.version += 1
            locked.save(update_fields=["state", "counted_at", "version", "differences"])
            record(
                "surveys.round_counted",
                by=Machine(locked.town.code, "program", "程序"),
                at=at,
                about=f"surveys.round:{locked.pk}",
                told=_told_counted(locked),
                after={"differences": locked.differences},
            )
        elif locked.state != "counted":
            return False
    destroy(locked)
    return True


def unwrap_box(locked: Round, private: str) -> None:
    """Take the outer seal off every ballot of a closed round with the key of the first keeper.
    Raises SealError, and changes nothing, if one does not come off."""
    wrong = unwrapping.unwrap(
        boxes.box_of(locked.tag), lambda sealed: sealing.take_off(sealed, private)
    )
    if wrong:
        locked.differences = kept(wrong_receipts(wrong))
        locked.save(update_fields=["differences"])


def _told_counted(locked: Round) -> str:
    """What the log says, in the language of the log, whoever brought the last key."""
    told = f"{locked} {locked.ballots} {locked.receipts_sha256}"
    with translation.override(settings.LANGUAGE_CODE):
        found = differences_told(locked)
        if found:
            counted = _("开箱核对有出入 %(count)s 处") % {"count": len(found)}
            told = f"{told} {named(counted, sentences(found))}"
    return told


def destroy(held: Round) -> None:
    """Destroy what is left of a counted round: its keys first, for without them a copy of the box
    says nothing; then its box."""
    sealing.destroy_keys(held.public_keys)
    boxes.box_of(held.tag).destroy()


def go_on_after_a_stop(at: datetime) -> None:
    """Finish what a stop in the middle left behind: asked when the server starts.

    A box that cannot be told or opened is named in the log, and keeps nobody from serving.
    """
    for held in Round.objects.all():
        try:
            if held.state in TAKING:
                tell_box_again(held)
            elif held.state == "void":
                destroy(held)
            else:
                count_ballots(held, at=at)
        except (boxes.BoxGone, sealing.SealError, DatabaseError):
            logger.exception("the box of round %s is not as it should be", held.tag)


@transaction.atomic
def tell_box_again(held: Round) -> None:
    """Let a box do as its round says: it is told before the database knows for good."""
    locked = Round.objects.select_for_update().get(pk=held.pk)
    boxes.set_term(boxes.box_of(locked.tag), term_of(locked))


def _write(locked: Round, keys: Sequence[str]) -> None:
    box, unwrapped = boxes.box_of(locked.tag), len(keys) < len(locked.public_keys)
    sealed = boxes.sealed_ballots(box)
    ballots_left = unwrapping.unwrapped_ballots(box) if unwrapped else [one for _, one in sealed]
    took_part = _took_part(locked, box)
    whose = {"town_id": locked.town_id, "cycle_id": locked.cycle_id, "round": locked}
    Participation.objects.bulk_create(
        [
            Participation(area_id=area, sample=sample, household_id=voter, **whose)
            for area, sample, voter in took_part
        ],
        batch_size=AT_ONCE,
    )
    opened = [sealing.unseal(ballot, keys) for ballot in ballots_left]
    receipts = [receipt for receipt, _ballot in sealed]
    found = differences(
        locked, Opened(receipts, opened, boxes.participants_by_area(box)), took_part
    )
    wrong = 0 if unwrapped else sum(receipt_of(ballot) != one for one, ballot in sealed)
    locked.differences = [*(locked.differences or []), *kept([*wrong_receipts(wrong), *found])]
    ballots = [
        Ballot(
            id=UUID(bytes=secrets.token_bytes(16), version=4),
            area_id=one.area_id,
            sample=one.sample,
            answers=dict(one.answers),
            assisted=one.assisted,
            took=one.took,
            **whose,
        )
        for one in opened
    ]
    flag(locked, ballots)
    ballots.sort(key=lambda ballot: ballot.id)
    Ballot.objects.bulk_create(ballots, batch_size=AT_ONCE)
    Receipt.objects.bulk_create(
        [Receipt(code=receipt, **whose) for receipt in receipts], batch_size=AT_ONCE
    )
