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
from kaohe.web.cycles.models import Cycle
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.evidence import spot_check_rules as rules
from kaohe.web.evidence.defaults import ANSWER_DAYS, working_day_after
from kaohe.web.evidence.models import SpotCheck, SpotCheckHousehold
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
    by: Person,
    at: datetime,
) -> SpotCheck:
    """Draw ``size`` households and ``reserves`` more of every area in the frame."""
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)
    refuse(
        rules.why_not_draw(
            stage=held.stage,
            drawn=SpotCheck.objects.filter(cycle=held).exists(),
            households=sum(len(households) for households in frame.values()),
        )
    )
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
        after={"seed": seed, "frame": check.frame_sha256, "size": size, "reserves": reserves},
    )
    return check


def _keep_frame(check: SpotCheck, text: str) -> None:
    folder = check.frame_path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8", newline="") as file:
        file.write(text)
    Path(file.name).replace(check.frame_path)


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
