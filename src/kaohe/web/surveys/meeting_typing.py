"""Paper ballots on their way into the box: typed by two, compared, corrected, sealed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record
from kaohe.web.clock import day_of
from kaohe.web.surveys import boxes
from kaohe.web.surveys import meeting_rules as rules
from kaohe.web.surveys.meeting_actions import SEAT_BYTES, hold, refuse_run
from kaohe.web.surveys.meeting_attendance import batch_of, excess_of, numbers_told
from kaohe.web.surveys.meeting_papers import differences, lock, opens, unlock
from kaohe.web.surveys.models import MeetingCount, PaperDraft
from kaohe.web.surveys.rounds import asking_of
from kaohe.web.surveys.sealing import Contents, seal
from kaohe.web.ui.acts import refuse


@dataclass(frozen=True)
class Typed:
    """How far the paper ballots of a sample are, as whoever has the code sees it.

    ``own`` are the numbers that this person has typed, ``differ`` the questions that two people
    typed differently, by number; ``counts`` how many each of those who have begun has typed.
    """

    papers: int
    own: Mapping[int, Mapping[str, str]]
    differ: Mapping[int, list[str]]
    counts: tuple[int, ...]

    @property
    def next(self) -> int:
        """The first number that this person has not typed; 0 where none is left."""
        return next((n for n in range(1, self.papers + 1) if n not in self.own), 0)


def _drafts(count: MeetingCount) -> list[PaperDraft]:
    return list(PaperDraft.objects.filter(meeting=count.meeting_id, sample=count.sample))


def typed_of(count: MeetingCount, key: bytes, by: Person) -> Typed:
    """How far typing is, for one of those who type."""
    stacks = {
        draft.typist_id: {
            number: one
            for number, one in unlock(draft.contents, key).items()
            if number <= count.paper
        }
        for draft in _drafts(count)
    }
    both = list(stacks.values())
    names = [one.name for one in asking_of(count.meeting.round).asked]
    return Typed(
        papers=count.paper,
        own=stacks.get(by.user.pk, {}),
        differ=differences(both[0], both[1], names) if len(both) == rules.TYPISTS else {},
        counts=tuple(map(len, both)),
    )


def why_not_type(count: MeetingCount, by: Person) -> str:
    """Why a person cannot type paper ballots of a sample now."""
    return rules.why_not_type(
        round_state=count.meeting.round.state,
        state=count.meeting.state,
        sealed=count.sealed,
        typists=[draft.typist_id for draft in _drafts(count)],
        user=by.user.pk,
    )


def _held(count: MeetingCount, key: bytes, by: Person) -> MeetingCount:
    meeting = hold(count.meeting)
    found = MeetingCount.objects.select_for_update().get(pk=count.pk)
    found.meeting = meeting
    refuse_run(meeting, by)
    refuse(why_not_type(found, by))
    refuse(rules.why_not_with_key(opens=opens(key, bytes(meeting.paper_check or b""))))
    return found


@transaction.atomic
def type_paper(
    count: MeetingCount,
    number: int,
    answers: Mapping[str, str],
    *,
    key: bytes,
    by: Person,
    at: datetime,
) -> None:
    """Type the paper ballot of a number, or type it again; locked before it is kept."""
    held = _held(count, key, by)
    refuse(rules.why_not_number(number, held.paper))
    draft = next((one for one in _drafts(held) if one.typist_id == by.user.pk), None)
    stack = unlock(draft.contents, key) if draft is not None else {}
    stack[number] = dict(answers)
    length = asking_of(held.meeting.round).length * max(held.paper, *stack)
    PaperDraft.objects.update_or_create(
        meeting=held.meeting,
        sample=held.sample,
        typist=by.user,
        defaults={
            "town": held.town,
            "cycle": held.cycle,
            "typed": sum(one <= held.paper for one in stack),
            "contents": lock(stack, key, length),
        },
    )
    record(
        "surveys.paper_typed",
        by=by,
        at=at,
        about=name_of(held.meeting),
        told=f"{held.meeting} {numbers_told(held.meeting.round, {held.sample: number})}",
        after={"number": number},
    )


@transaction.atomic
def seal_papers(count: MeetingCount, *, key: bytes, by: Person, at: datetime) -> None:
    """Put the paper ballots that both typed alike into the box; what was typed is gone."""
    held = _held(count, key, by)
    typed = typed_of(held, key, by)
    refuse(
        rules.why_not_seal(
            typed=typed.counts,
            papers=held.paper,
            differ=len(typed.differ),
            excess=excess_of(held.meeting),
        )
    )
    meeting, area = held.meeting, held.meeting.area.area_id
    asking, keys = asking_of(meeting.round), meeting.round.public_keys
    held.sealed = True
    held.save(update_fields=["sealed"])
    PaperDraft.objects.filter(meeting=meeting, sample=held.sample).delete()
    record(
        "surveys.papers_sealed",
        by=by,
        at=at,
        about=name_of(meeting),
        told=f"{meeting} {numbers_told(meeting.round, {held.sample: held.paper})}",
        after={"sample": held.sample, "papers": held.paper},
    )
    boxes.put_batch(
        boxes.box_of(meeting.round.tag),
        batch_of(meeting, held.sample),
        day_of(at).isoformat(),
        [(secrets.token_hex(SEAT_BYTES), held.sample, area) for _ in range(held.paper)],
        [
            seal(Contents(area, held.sample, typed.own[number]), asking.length, keys)
            for number in range(1, held.paper + 1)
        ],
    )
