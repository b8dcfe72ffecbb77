"""Cases that may repeat an earlier one: proposed by place, kind and days, never decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline.facts import cases_in_force
from kaohe.web.hotline.models import Case, CaseTerms
from kaohe.web.hotline.placing import looks


@dataclass(frozen=True)
class Earlier:
    """The earlier case that another one may repeat, and how many days lie between them."""

    case_id: str
    received_on: date
    days: int


def repeat_days_of(cycle: Cycle) -> int | None:
    """Within how many days a case may repeat another; None until the clerk has said so."""
    terms = CaseTerms.objects.filter(cycle=cycle).first()
    return terms.repeat_days if terms is not None else None


def proposed(cases: QuerySet[Case], days: int) -> dict[int, Earlier]:
    """By the key of a case the last one before it of the same place and kind within ``days``.

    Cases of which place or kind is not told are not compared. Only the cases given are looked at,
    so nobody is shown a case that they may not see.
    """
    found: dict[int, Earlier] = {}
    last: dict[tuple[str, str], tuple[str, date]] = {}
    rows = cases.exclude(place="").exclude(kind="").order_by("received_on", "case_id")
    for key, case_id, day, place, kind in rows.values_list(
        "pk", "case_id", "received_on", "place", "kind"
    ).iterator():
        alike = looks(place), kind
        if alike in last:
            before, on = last[alike]
            between = (day - on).days
            if between <= days and before != case_id:
                found[key] = Earlier(before, on, between)
        last[alike] = case_id, day
    return found


def proposed_earlier(cycle: Cycle, case_id: str) -> Earlier | None:
    """The earlier case that one in force may repeat: the last of the same place and kind."""
    days = repeat_days_of(cycle)
    cases = cases_in_force(cycle)
    case = cases.filter(case_id=case_id).first()
    if days is None or case is None:
        return None
    near = case.received_on - timedelta(days=days), case.received_on
    alike = cases.filter(kind=case.kind, received_on__range=near)
    return proposed(alike, days).get(case.pk)
