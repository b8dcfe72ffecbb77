"""What happens in the spot check of visits: drawn, asked by two, answered, settled."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import transaction

from kaohe.analysis.sampling import Frame, digest, drawn, frame_text
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import record, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.facts import assessed_areas, unsigned
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import spot_check_rules as rules
from kaohe.web.evidence.defaults import ANSWER_DAYS, working_day_after
from kaohe.web.evidence.models import Redraw, SpotCheck, SpotCheckHousehold
from kaohe.web.registry.models import Area
from kaohe.web.ui.acts import refuse


@transaction.atomic
def draw_spot_checks(
    cycle: Cycle,
    *,
    frame: Frame,
    size: int,
    reserves: int,
    seed: str,
    reason: str = "",
    by: Person,
    at: datetime,
) -> SpotCheck:
    """Draw ``size`` households and ``reserves`` more of every area in the frame.

    The files of visits in force must be signed; where areas have too few households, ``reason``
    says why that is so.
    """
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    refuse_draw(held, frame)
    claimed = claimed_counts(held, frame)
    thin = rules.thin_areas({area.name: claimed[area] for area in claimed}, size + reserves)
    refuse(rules.why_not_draw_thin(thin, reason))
    text = frame_text(frame)
    check = SpotCheck.objects.create(
        town=cycle.town,
        cycle=cycle,
        size=size,
        reserves=reserves,
        seed=seed,
        frame_sha256=digest(text),
        drawn_by=by.name,
        drawn_at=at,
        reason=reason if thin else "",
    )
    _keep_frame(check, text)
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    SpotCheckHousehold.objects.bulk_create(
        SpotCheckHousehold(
            town=cycle.town,
            cycle=cycle,
            check_of=check,
            area=areas[area],
            place=place,
            household_id=household,
        )
        for area, households in drawn(frame, seed, size + reserves).items()
        for place, household in enumerate(households, start=1)
    )
    record(
        "evidence.spot_checks_drawn",
        by=by,
        at=at,
        about=f"evidence.spotcheck:{check.pk}",
        told=f"{cycle} {check.frame_sha256}",
        reason=check.reason,
        after={"seed": seed, "frame": check.frame_sha256, "size": size, "reserves": reserves},
    )
    return check


def refuse_draw(cycle: Cycle, frame: Frame) -> None:
    """Raise PermissionDenied with the reason, if any, why nothing can be drawn now."""
    refuse(
        rules.why_not_draw(
            stage=cycle.stage,
            drawn=SpotCheck.objects.filter(cycle=cycle, annulled_at=None).exists(),
            households=sum(len(households) for households in frame.values()),
            unsigned=unsigned_visits(cycle),
        )
    )


def unsigned_visits(cycle: Cycle) -> list[str]:
    """The files of visits that count although their provider has not signed them."""
    return [str(one) for one in unsigned(cycle) if one.table == "visits"]


def claimed_counts(cycle: Cycle, frame: Frame) -> dict[Area, int]:
    """How many households with a claimed visit each assessed area has."""
    return {area: len(frame.get(area.area_id, ())) for area in assessed_areas(cycle)}


def _keep_frame(check: SpotCheck, text: str) -> None:
    folder = check.frame_path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8", newline="") as file:
        file.write(text)
    Path(file.name).replace(check.frame_path)


# -- another draw


def has_begun(check: SpotCheck) -> bool:
    """Whether anybody has signed an outcome for a household."""
    return check.households.exclude(first_by="").exists()


def _held_check(check: SpotCheck) -> SpotCheck:
    """The draw as it stands, its households held with it; refuse where it must stay."""
    cycle = Cycle.objects.select_for_update().get(pk=check.cycle_id)
    held = SpotCheck.objects.select_for_update().get(pk=check.pk)
    list(check.households.select_for_update().select_related(None))
    refuse(
        rules.why_not_redraw(
            stage=cycle.stage, begun=has_begun(held), annulled=held.annulled_at is not None
        )
    )
    return held


@transaction.atomic
def ask_redraw(check: SpotCheck, reason: str, *, by: Person, at: datetime) -> Redraw:
    """The clerk asks for another draw, with a reason; two group heads have to sign."""
    held = _held_check(check)
    row = Redraw(
        town=held.town,
        cycle=held.cycle,
        check_of=held,
        reason=reason,
        asked_by=by.name,
        asked_at=at,
    )
    save_row(row, by=by, at=at, act="evidence.redraw_asked", reason=reason)
    return row


@transaction.atomic
def sign_redraw(redraw: Redraw, *, by: Person, at: datetime) -> bool:
    """A group head signs; with the second signature the draw is annulled. Whether it now is."""
    check = _held_check(redraw.check_of)
    row = Redraw.objects.select_for_update().get(pk=redraw.pk)
    refuse(rules.why_not_sign_redraw((row.first_by, row.second_by), by.username))
    if not row.first_by:
        row.first_by = by.username
        save_row(row, by=by, at=at, act="evidence.redraw_signed", reason=row.reason)
        return False
    row.second_by = by.username
    check.annulled_at = at
    check.save(update_fields=["annulled_at"])
    check.households.all().delete()
    save_row(row, by=by, at=at, act="evidence.spot_checks_annulled", reason=row.reason)
    return True


# -- what is asked at households


def answer_until(household: SpotCheckHousehold) -> date | None:
    """The last day on which the area may answer the finding; None where there is none."""
    if household.found_at is None:
        return None
    calendar = scheme_of(household.cycle).calendar
    return working_day_after(day_of(household.found_at), ANSWER_DAYS, calendar)


def _held(household: SpotCheckHousehold) -> SpotCheckHousehold:
    """The household as it stands now, its area's others held with it: they decide on reserves."""
    others = SpotCheckHousehold.objects.select_for_update().filter(
        check_of=household.check_of_id, area=household.area_id
    )
    return {one.pk: one for one in others.select_related(None)}[household.pk]


def is_active(household: SpotCheckHousehold) -> bool:
    """Whether a household is to be asked, as those before it stand."""
    before = SpotCheckHousehold.objects.filter(
        check_of=household.check_of_id, area=household.area_id
    ).order_by("place")
    outcomes = list(before.values_list("outcome", flat=True))
    return household.place <= rules.active_count(outcomes, household.check_of.size)


@transaction.atomic
def sign_outcome(
    household: SpotCheckHousehold, *, outcome: str, checked_on: date, by: Person, at: datetime
) -> SpotCheckHousehold:
    """One of two people signs what came of asking at a household.

    Once both say the same it is found; what is not a finding against the area is settled at once.
    """
    row = _held(household)
    refuse(
        rules.why_not_sign(
            stage=row.cycle.stage,
            active=is_active(row),
            outcome=row.outcome,
            signers=(row.first_by, row.second_by),
            username=by.username,
        )
    )
    if row.first_by in ("", by.username):
        row.first_by, row.first_outcome = by.username, outcome
    else:
        row.second_by, row.second_outcome = by.username, outcome
    row.checked_on = checked_on
    if row.first_outcome == row.second_outcome:
        row.outcome, row.found_at = outcome, at
        row.settled_at = None if outcome == "not_confirmed" else at
    save_row(row, by=by, at=at, act="evidence.spot_check_signed")
    return row


@transaction.atomic
def answer_finding(household: SpotCheckHousehold, text: str, *, by: Person, at: datetime) -> None:
    """The area says in words why a household should count as visited."""
    row = _held(household)
    refuse(
        rules.why_not_answer(
            stage=row.cycle.stage,
            outcome=row.outcome,
            answered=bool(row.answer),
            settled=row.settled_at is not None,
            until=answer_until(row),
            today=day_of(at),
        )
    )
    row.answer, row.answered_at = text, at
    save_row(row, by=by, at=at, act="evidence.spot_check_answered")


@transaction.atomic
def settle_finding(
    household: SpotCheckHousehold, *, outcome: str, corroboration: str, by: Person, at: datetime
) -> None:
    """A finding stays, or becomes a visit for which there is something else to speak."""
    row = _held(household)
    refuse(
        rules.why_not_settle(
            stage=row.cycle.stage,
            outcome=row.outcome,
            answered=bool(row.answer),
            settled=row.settled_at is not None,
            until=answer_until(row),
            today=day_of(at),
        )
    )
    row.outcome, row.corroboration, row.settled_at = outcome, corroboration, at
    save_row(row, by=by, at=at, act="evidence.spot_check_settled", reason=corroboration)
