"""What the town does with a round: set it up, hand out codes, begin, pause, extend, close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.models import Cycle
from kaohe.web.registry.models import Area, Household
from kaohe.web.surveys import boxes, rules, sealing
from kaohe.web.surveys.codes import digest_of, new_code, new_tag
from kaohe.web.surveys.models import Keeper, MeetingCount, Round
from kaohe.web.surveys.opening import close_box, count_ballots, unwrap_box
from kaohe.web.surveys.overlaps import why_not_issue_beside, why_not_open_beside
from kaohe.web.surveys.rounds import next_to_bring, samples_of, taken_samples, term_of
from kaohe.web.ui.acts import refuse
from kaohe.web.ui.templatetags.ui import told


@transaction.atomic
def prepare_round(
    cycle: Cycle,
    values: Mapping[str, Any],
    *,
    by: Person,
    at: datetime,
    submission: UUID | None = None,
) -> Round:
    """Set up a round with an empty box and, unless two people keep it, its key in a file.

    ``values`` are the editable fields of a round. Raises ValidationError if they do not fit.
    """
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    refuse(rules.why_not_prepare(held.stage))
    made = Round(town=held.town, cycle=held, tag=new_tag(), submission=submission, **values)
    _check_samples(made)
    if made.kept_by_file:
        private, public = sealing.new_key()
        sealing.keep_key(private)
        made.public_keys = [public]
    save_row(made, by=by, at=at, act="surveys.round_prepared")
    boxes.box_of(made.tag).make()
    return made


@transaction.atomic
def change_round(
    held: Round, values: Mapping[str, Any], *, by: Person, at: datetime, seen: int | None = None
) -> Round:
    """Change a round that has not begun. Raises Stale, ValidationError.

    Codes are for one way of answering and one sample: with another of either they are void.
    """
    Cycle.objects.select_for_update().get(pk=held.cycle_id)  # of two rounds one takes a sample
    locked = _locked(held)
    refuse(rules.why_not_change(locked.state))
    before = locked.manner, locked.samples
    for name, value in values.items():
        setattr(locked, name, value)
    _check_samples(locked)
    save_row(locked, by=by, at=at, act="surveys.round_changed", seen=seen)
    if (locked.manner, locked.samples) != before:
        boxes.void_every_right(boxes.box_of(locked.tag))
    return locked


def _check_samples(made: Round) -> None:
    if reason := _why_not_samples(made):
        raise ValidationError({"samples": reason})


def _why_not_samples(made: Round) -> str:
    known = {name: told(sample.label) for name, sample in samples_of(made.cycle).items()}
    taken = {} if made.trial else taken_samples(made.cycle, but=made.pk or 0)
    return rules.why_not_samples(made.samples, known, taken, alone=made.manner == "codes")


def households_of(town: Town, areas: Sequence[Area]) -> QuerySet[Household]:
    """The households of areas in the order in which slips are numbered: by building, by id."""
    return (
        Household.objects.filter(town=town, building__area__in=areas)
        .select_related("building__area")
        .order_by("building__area__area_id", "building__building_id", "household_id")
    )


@transaction.atomic
def issue_codes(
    held: Round, areas: Sequence[Area], *, by: Person, at: datetime
) -> dict[Household, str]:
    """A new code for every household of these areas; those that they had before are void.

    Codes are given back this once, to be printed or handed on, and kept nowhere.
    """
    locked = _issuing(held, areas)
    homes = households_of(locked.town, areas)
    return _issue(locked, areas, homes, "surveys.codes_issued", by=by, at=at)


@transaction.atomic
def add_codes(
    held: Round, areas: Sequence[Area], *, by: Person, at: datetime
) -> dict[Household, str]:
    """A code for every household of these areas that has none yet; all others stay good."""
    locked = _issuing(held, areas)
    with_codes = boxes.voters_with_codes(boxes.box_of(locked.tag))
    homes = [
        home for home in households_of(locked.town, areas) if home.household_id not in with_codes
    ]
    refuse(rules.why_not_add(len(homes)))
    return _issue(locked, areas, homes, "surveys.codes_added", by=by, at=at)


def _issuing(held: Round, areas: Sequence[Area]) -> Round:
    """The round, held so that nobody else gives the same households codes meanwhile."""
    locked = _locked(held)
    refuse(rules.why_not_issue(locked.state, locked.manner))
    refuse(why_not_issue_beside(locked, [area.area_id for area in areas]))
    return locked


def _issue(
    locked: Round,
    areas: Sequence[Area],
    homes: Iterable[Household],
    act: str,
    *,
    by: Person,
    at: datetime,
) -> dict[Household, str]:
    codes = {home: new_code() for home in homes}
    [sample] = locked.samples[:1]
    record(
        act,
        by=by,
        at=at,
        about=f"surveys.round:{locked.pk}",
        told=f"{locked} {len(codes)}",
        after={"areas": sorted(area.area_id for area in areas), "codes": len(codes)},
    )
    boxes.add_rights(
        boxes.box_of(locked.tag),
        (
            boxes.Right(
                digest_of(locked.tag, code),
                home.household_id,
                home.building.area.area_id,
                sample,
            )
            for home, code in codes.items()
        ),
    )
    return codes


@transaction.atomic
def take_key(held: Round, *, by: Person, at: datetime) -> str:
    """Give a keeper their private key, this once; what stays here is the public one."""
    locked = _locked(held)
    keepers = list(locked.keepers.all())
    refuse(
        rules.why_not_keep(
            two_keepers=locked.two_keepers,
            state=locked.state,
            keeps=any(one.user_id == by.user.pk for one in keepers),
            keepers=len(keepers),
        )
    )
    private, public = sealing.new_key()
    Keeper.objects.create(
        town=locked.town, cycle=locked.cycle, round=locked, user=by.user, public_key=public, at=at
    )
    locked.public_keys = [*locked.public_keys, public]
    save_row(locked, by=by, at=at, act="surveys.key_taken")
    return private


def _locked(held: Round) -> Round:
    return Round.objects.select_for_update().select_related("cycle", "town").get(pk=held.pk)


@transaction.atomic
def open_round(held: Round, *, by: Person, at: datetime) -> Round:
    """Let the round take ballots from its first day on."""
    locked = _locked(held)
    box = boxes.box_of(locked.tag)
    needs_codes = locked.manner == "codes"
    refuse(
        rules.why_not_open(
            state=locked.state,
            stage=locked.cycle.stage,
            closes_on=locked.closes_on,
            day=day_of(at),
            keys=len(locked.public_keys),
            two_keepers=locked.two_keepers,
            codes=sum(boxes.codes_by_area(box).values()) if needs_codes else None,
        )
    )
    refuse(_why_not_samples(locked))  # the year may have gone back to another scheme since
    refuse(why_not_open_beside(locked))
    return _enter(locked, "open", "surveys.round_opened", by=by, at=at)


@transaction.atomic
def pause_round(held: Round, *, reason: str, by: Person, at: datetime) -> Round:
    """Take no ballots for the time being."""
    locked = _locked(held)
    refuse(rules.why_not_pause(locked.state))
    return _enter(locked, "paused", "surveys.round_paused", by=by, at=at, reason=reason)


@transaction.atomic
def resume_round(held: Round, *, by: Person, at: datetime) -> Round:
    """Take ballots again."""
    locked = _locked(held)
    refuse(rules.why_not_resume(locked.state))
    return _enter(locked, "open", "surveys.round_resumed", by=by, at=at)


@transaction.atomic
def extend_round(held: Round, until: date, *, reason: str, by: Person, at: datetime) -> Round:
    """Let the round last until a later day."""
    locked = _locked(held)
    refuse(rules.why_not_extend(locked.state, locked.closes_on, until, reason))
    locked.closes_on = until
    return _enter(locked, locked.state, "surveys.round_extended", by=by, at=at, reason=reason)


def _enter(
    locked: Round, state: str, act: str, *, by: Person, at: datetime, reason: str = ""
) -> Round:
    locked.state = state
    save_row(locked, by=by, at=at, act=act, reason=reason)
    boxes.set_term(boxes.box_of(locked.tag), term_of(locked))
    return locked


@transaction.atomic
def close_round(held: Round, *, reason: str = "", by: Person, at: datetime) -> Round:
    """Take no more ballots: the round is frozen, its counts and the hash of its receipts logged."""
    locked = _locked(held)
    refuse(rules.why_not_close(locked.state, locked.closes_on, day_of(at), reason))
    refuse(rules.why_not_close_beside_paper(_areas_with_paper(locked)))
    frozen = close_box(locked)
    locked.state, locked.closed_at = "closed", at
    locked.ballots, locked.participants = frozen.ballots, frozen.participants
    locked.receipts_sha256 = frozen.receipts_sha256
    save_row(
        locked,
        by=by,
        at=at,
        act="surveys.round_closed",
        reason=reason,
        told=f"{locked} {frozen.ballots}/{frozen.participants} {frozen.receipts_sha256}",
    )
    return locked


def why_key_does_not_fit(held: Round, typed: str, *, by: Person) -> str:
    """Why what a keeper typed is not taken."""
    keepers = list(held.keepers.select_related("user"))
    keeper = next((one for one in keepers if one.user_id == by.user.pk), None)
    first = next_to_bring(keepers)
    return rules.why_not_hand_in(
        state=held.state,
        keeps=keeper is not None,
        brought=keeper is not None and keeper.brought_at is not None,
        first=str(first) if first is not None and first != keeper else "",
        fits=keeper is not None and sealing.public_of(_plain(typed)) == keeper.public_key,
    )


def _plain(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").lower()


def _areas_with_paper(held: Round) -> list[str]:
    """The areas whose meetings have ballots on paper that are not in the box."""
    waiting = MeetingCount.objects.filter(meeting__round=held, sealed=False, paper__gt=0)
    names = waiting.order_by("meeting__area__area_id").values_list("meeting__area__name", flat=True)
    return list(dict.fromkeys(names))


def hand_in_key(held: Round, typed: str, *, by: Person, at: datetime) -> Round:
    """A keeper brings the key back; with the last one the box is opened and counted.

    No key is written down: the first takes the outer seal off every ballot, there and then, the
    last opens what is left.
    """
    private = _plain(typed)
    with transaction.atomic():
        locked = _locked(held)
        refuse(why_key_does_not_fit(locked, typed, by=by))
        record(
            "surveys.key_handed_in",
            by=by,
            at=at,
            about=f"surveys.round:{locked.pk}",
            told=f"{locked}",
        )
        if locked.keepers.filter(brought_at=None).count() > 1:
            _bring(locked, by, at)
            unwrap_box(locked, private)
            return locked
    if count_ballots(locked, at=at, at_hand={sealing.public_of(private): private}):
        _bring(locked, by, at)
    return locked


def _bring(held: Round, by: Person, at: datetime) -> None:
    held.keepers.filter(user=by.user).update(brought_at=at)
