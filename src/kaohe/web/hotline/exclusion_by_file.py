"""What a provider's file asks: its column of grounds holds requests, and no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.clock import day_of
from kaohe.web.cycles.facts import canonical_rows
from kaohe.web.cycles.models import Delivery
from kaohe.web.cycles.schemes import scheme_of
from kaohe.web.hotline.exclusion_models import Exclusion
from kaohe.web.hotline.exclusion_terms import due_on
from kaohe.web.hotline.facts import AREA_ID, CASE_ID, CASES, EXCLUDED, takes_cases
from kaohe.web.registry.models import Area


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
    for one in Exclusion.objects.filter(cycle=cycle, source=delivery.source).order_by("pk"):
        before.setdefault(one.case_id, []).append(one)
    _withdraw_changed(delivery, before, by=by, at=at)
    areas = {area.area_id: area for area in Area.objects.filter(town=cycle.town)}
    whose = {
        "town": cycle.town,
        "cycle": cycle,
        "source": delivery.source,
        "asked_as": "file",
        "asked_by": by.name,
        "asker": by.username,
        "asked_at": at,
        "due_on": due_on(cycle, day_of(at)),
    }
    made = [
        Exclusion(
            case_id=row[CASE_ID],
            ground=row[EXCLUDED],
            area=areas.get(row[AREA_ID]),
            earlier_case=row.get("earlier_case", ""),
            **whose,
        )
        for row in canonical_rows(delivery.content)
        if row[EXCLUDED] and not _asked(before.get(row[CASE_ID], ()), row[EXCLUDED])
    ]
    if made:
        Exclusion.objects.bulk_create(made, batch_size=500)
        told = _("%(file)s：%(count)s项") % {"file": delivery, "count": len(made)}
        about, after = name_of(delivery), {one.case_id: one.ground for one in made}
        record("hotline.exclusions_asked", by=by, at=at, about=about, told=told, after=after)
    return len(made)


def _asked(before: Sequence[Exclusion], ground: str) -> bool:
    """Whether what a file says of a case is nothing new."""
    return any(
        one.state in ("open", "agreed") or (one.state == "refused" and one.ground == ground)
        for one in before
    )


def _withdraw_changed(
    delivery: Delivery, before: dict[str, list[Exclusion]], *, by: Person, at: datetime
) -> None:
    """Withdraw the open requests of older versions that this one no longer makes."""
    waiting = {
        row.case_id: row
        for rows in before.values()
        for row in rows
        if row.state == "open" and row.asked_as == "file"
    }
    for told in canonical_rows(delivery.content) if waiting else ():
        row = waiting.get(told[CASE_ID])
        if row is not None and row.ground != told[EXCLUDED]:
            row.state = "withdrawn"
            reason = _("新报的一版改了剔除原因")
            save_row(row, by=by, at=at, act="hotline.exclusion_withdrawn", reason=reason)
