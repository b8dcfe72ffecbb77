"""What a provider's file asks: its column of grounds holds requests, and no decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.facts import canonical_rows
from kaohe.web.cycles.models import Cycle, Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.exclusion_terms import due_on
from kaohe.web.hotline.facts import (
    AREA_ID,
    CASE_ID,
    CASES,
    EXCLUDED,
    Row,
    cases_in_force,
    takes_cases,
)
from kaohe.web.registry.models import Area

AT_ONCE = 500
"""So many rows are written with one statement."""


@transaction.atomic
def requests_of_file(delivery: Delivery, *, by: Person, at: datetime) -> int:
    """Ask what a provider's file says in its column of grounds; how many requests came of it.

    What a file says is a request of whoever put it in force, and no decision. Versions repeat each
    other: a case that is asked about or left out already, or for which the same ground was refused
    before, is not asked about again. Where a newer version says another ground or none, the open
    request of the older one is withdrawn.
    """
    cycle = delivery.cycle
    if delivery.table != CASES or not takes_cases(scheme_of(cycle)):
        return 0
    before: dict[str, list[Exclusion]] = {}
    for one in Exclusion.objects.filter(cycle=cycle).order_by("pk"):
        before.setdefault(one.case_id, []).append(one)
    wanted = []
    for told in canonical_rows(delivery.content):
        known, ground = before.get(told[CASE_ID], ()), told[EXCLUDED]
        for row in known:
            if _no_longer_asked(row, delivery, ground):
                row.state = "withdrawn"
                reason = _("新报的一版改了剔除原因")
                save_row(row, by=by, at=at, act="hotline.exclusion_withdrawn", reason=reason)
        if ground and not _asked(known, ground):
            wanted.append(told)
    if wanted:
        _ask(delivery, wanted, by=by, at=at)
    return len(wanted)


def _no_longer_asked(row: Exclusion, delivery: Delivery, ground: str) -> bool:
    """Whether an open request came of an older version of a file that now says something else."""
    same = row.asked_as == "file" and row.source_id == delivery.source_id
    return same and row.state == "open" and row.ground != ground


def _asked(before: Iterable[Exclusion], ground: str) -> bool:
    """Whether what a file says of a case is nothing new."""
    return any(
        one.state in ("open", "agreed")
        or (one.state in ("refused", "restored") and one.ground == ground)
        for one in before
    )


def _ask(delivery: Delivery, wanted: Sequence[Row], *, by: Person, at: datetime) -> None:
    """All requests of a version, as one act."""
    cycle = delivery.cycle
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    due = due_on(cycle, day_of(at))
    Exclusion.objects.bulk_create(
        (
            Exclusion(
                town=cycle.town,
                cycle=cycle,
                case_id=told[CASE_ID],
                source=delivery.source,
                area=areas.get(told[AREA_ID]),
                ground=told[EXCLUDED],
                earlier_case=told.get("earlier_case", ""),
                asked_as="file",
                asked_by=by.name,
                asker=by.username,
                asked_at=at,
                due_on=due,
            )
            for told in wanted
        ),
        batch_size=AT_ONCE,
    )
    sentence = _("%(file)s：%(count)s项") % {"file": delivery, "count": len(wanted)}
    grounds = {told[CASE_ID]: told[EXCLUDED] for told in wanted}
    about = name_of(delivery)
    record("hotline.exclusions_asked", by=by, at=at, about=about, told=sentence, after=grounds)


def follow_areas(cycle: Cycle) -> None:
    """Let requests belong to the areas to which their cases are laid now: whose secretary sees
    them. Called when cases are laid to areas; it is part of that act."""
    cases = cases_in_force(cycle).filter(case_id=OuterRef("case_id"))
    laid = cases.exclude(area=None).values("area")[:1]
    rows = Exclusion.objects.filter(cycle=cycle).annotate(laid=Subquery(laid))
    moved = rows.exclude(laid=None).exclude(area=F("laid"), area__isnull=False)
    Exclusion.objects.filter(pk__in=moved.values("pk")).update(area=Subquery(laid))
