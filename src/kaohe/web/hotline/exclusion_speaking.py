"""What both sides say of requests to leave cases out (条块协同研究), and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import save_row
from kaohe.web.cycles.holding import held_cycle
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import exclusion_rules as rules
from kaohe.web.hotline.door import masked_text
from kaohe.web.hotline.exclusion_holding import locked
from kaohe.web.hotline.exclusion_models import NO_WORD, SIDES, Exclusion, Word
from kaohe.web.ui.acts import refuse


@dataclass(frozen=True)
class Spoken:
    """What somebody says of a request for a side; ``seen`` is the version that they had before
    them."""

    exclusion: int
    side: str
    agrees: bool
    reason: str
    seen: int | None


class NotSpoken(Exception):
    """Nothing was put down; ``reasons`` says why, request by request."""

    def __init__(self, reasons: dict[int, str]) -> None:
        super().__init__(*reasons.values())
        self.reasons = reasons


def why_not_speak(row: Exclusion, side: str, person: Person, stage: str) -> str:
    """Why somebody who holds a post for a side cannot speak on a request."""
    others = [row.word_of(one) for one in SIDES if one != side]
    return rules.why_not_speak(
        stage=stage,
        state=row.state,
        asker=row.asker == person.username,
        said_other=any(one.person == person.username for one in others),
        own_area=row.area is not None and row.area.area_id in person.areas,
    )


def sides_to_speak(row: Exclusion, person: Person, stage: str) -> list[str]:
    """The sides for which somebody can speak on a request now."""
    return [
        side
        for side in rules.sides_of(person.roles, person.sources, row.source.code)
        if row.word_of(side).agrees is None and not why_not_speak(row, side, person, stage)
    ]


@transaction.atomic
def speak_on(
    cycle: Cycle, spoken: Sequence[Spoken], *, by: Person, at: datetime
) -> list[Exclusion]:
    """Say of several requests whether their cases are left out, as at a meeting: all or none of it.

    One event for each request. Raises NotSpoken where one of them cannot be, with its reason.
    """
    held = held_cycle(cycle)
    rows = Exclusion.objects.select_for_update(of=("self",)).select_related("source", "area")
    found = {row.pk: row for row in rows.filter(cycle=held, pk__in=[s.exclusion for s in spoken])}
    reasons = {
        one.exclusion: reason
        for one in spoken
        if (reason := _why_not(found.get(one.exclusion), one, by, held.stage))
    }
    if reasons:
        raise NotSpoken(reasons)
    for one in spoken:
        row, reason = found[one.exclusion], masked_text(one.reason)
        row.say(one.side, Word(one.agrees, reason, by.name, by.username, at))
        act = "hotline.exclusion_agreed" if one.agrees else "hotline.exclusion_refused"
        told = f"{row} {SIDES[one.side]}"
        save_row(row, by=by, at=at, act=act, told=told, reason=reason)
    return [found[one.exclusion] for one in spoken]


def _why_not(row: Exclusion | None, one: Spoken, by: Person, stage: str) -> str:
    """Why what somebody says is not put down."""
    if row is None or one.side not in rules.sides_of(by.roles, by.sources, row.source.code):
        return _("这项申请不由您决定。")
    if one.seen is not None and one.seen != row.version:
        return _("这项申请刚有变动，请核对现在的内容，再决定一次。")
    said = row.word_of(one.side)
    if row.state == "open" and said.agrees is not None:
        return _("%(name)s已经代表%(side)s决定。") % {"name": said.by, "side": SIDES[one.side]}
    return why_not_speak(row, one.side, by, stage) or rules.wrong_in_word(
        agrees=one.agrees,
        reason=one.reason,
        ground=row.ground,
        text=row.text,
        earlier=row.earlier_case,
    )


@transaction.atomic
def take_word_back(
    exclusion: Exclusion, side: str, *, by: Person, at: datetime, seen: int | None = None
) -> Exclusion:
    """Take back what one said for a side, as long as the other one is silent.

    Raises PermissionDenied and Stale.
    """
    stage = held_cycle(exclusion.cycle).stage
    row = locked(exclusion, seen)
    refuse(why_not_take_back(row, side, by, stage))
    row.say(side, NO_WORD)
    told = f"{row} {SIDES[side]}"
    save_row(row, by=by, at=at, act="hotline.exclusion_word_taken_back", told=told)
    return row


def why_not_take_back(row: Exclusion, side: str, person: Person, stage: str) -> str:
    """Why somebody cannot take back what was said for a side."""
    newer = Exclusion.objects.filter(cycle=row.cycle_id, case_id=row.case_id, pk__gt=row.pk)
    return rules.why_not_take_back(
        stage=stage,
        mine=row.word_of(side).person == person.username,
        said_other=any(row.word_of(one).agrees is not None for one in SIDES if one != side),
        state=row.state,
        again=newer.exists(),
    )
