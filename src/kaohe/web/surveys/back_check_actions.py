"""Back-checks: drawn from what was completed, noted, and settled where a household differs."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import save_row
from kaohe.web.surveys import fieldwork_rules as rules
from kaohe.web.surveys.back_checks import Interviewed, to_check_again
from kaohe.web.surveys.models import BackCheck, ReturnFile, SampleDraw
from kaohe.web.surveys.response_rates import COMPLETE
from kaohe.web.ui.acts import refuse

SEED_BYTES = 16


@transaction.atomic
def draw_back_checks(draw: SampleDraw, *, by: Person, at: datetime) -> int:
    """Draw from the completed interviews those to be asked about once more; how many are new.

    What was drawn before stays: a later draw, by the same seed, only adds.
    """
    held = SampleDraw.objects.select_for_update().get(pk=draw.pk)
    done = {
        (one.area.area_id, one.household_id): one
        for one in held.households.filter(disposition=COMPLETE).select_related("area")
    }
    refuse(
        rules.why_not_back_check(
            interviews=len(done),
            state=held.vendor.round.state,
            handed_over=held.handed_over_at is not None,
        )
    )
    held.back_check_seed = held.back_check_seed or secrets.token_hex(SEED_BYTES)
    interviews = [Interviewed(*where, one.interviewer) for where, one in done.items()]
    wanted = to_check_again(interviews, rules.share(held.back_check_share), held.back_check_seed)
    known = {one.household_id for one in BackCheck.objects.filter(household__draw=held)}
    new = [one for two in wanted if (one := done[two.area, two.household]).pk not in known]
    BackCheck.objects.bulk_create(
        BackCheck(
            town_id=held.town_id,
            cycle_id=held.cycle_id,
            household=one,
            interviewer=one.interviewer,
        )
        for one in new
    )
    told = f"{held} {len(new)}"
    save_row(held, by=by, at=at, act="surveys.back_checks_drawn", told=told)
    return len(new)


@transaction.atomic
def note_back_check(check: BackCheck, *, agreed: bool, by: Person, at: datetime) -> BackCheck:
    """Note whether the household confirms the interview; what was settled before is open again."""
    row = BackCheck.objects.select_for_update().get(pk=check.pk)
    row.agreed, row.noted_by, row.noted_at = agreed, by.name, at
    row.outcome, row.looked_at, row.settled_by, row.settled_at = "", "", "", None
    save_row(row, by=by, at=at, act="surveys.back_check_noted", told=f"{check.household.draw}")
    return row


def why_not_settle(check: BackCheck, outcome: str) -> str:
    """Why an outcome does not fit a back-check; an empty text if it does."""
    household = check.household
    return rules.why_not_settle(
        agreed=check.agreed,
        outcome=outcome,
        entered=household.entered,
        area=household.area.name,
        filed_since=_filed_since(check),
    )


def _filed_since(check: BackCheck) -> bool:
    """Whether a file with the household's area came after it was found to differ."""
    if check.noted_at is None:
        return False
    area = check.household.area.area_id
    files = ReturnFile.objects.filter(vendor=check.household.draw.vendor)
    # Not only later: in a demonstration the clock stands still.
    return any(area in one.areas for one in files.filter(uploaded_at__gte=check.noted_at))


@transaction.atomic
def settle_back_check(
    check: BackCheck,
    outcome: str,
    looked_at: str,
    *,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> BackCheck:
    """Note what came of an interview that its household does not confirm. Raises Stale."""
    row = BackCheck.objects.select_for_update().get(pk=check.pk)
    refuse(why_not_settle(row, outcome))
    row.outcome, row.looked_at = outcome, looked_at
    row.settled_by, row.settled_at = by.name, at
    act, told = "surveys.back_check_settled", f"{row.household.draw}"
    save_row(row, by=by, at=at, act=act, told=told, seen=seen)
    return row
