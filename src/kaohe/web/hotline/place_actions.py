"""What people do about areas of cases: places entered, cases laid to an area, terms set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kaohe.web.accounts.models import Town
from kaohe.web.accounts.people import Person
from kaohe.web.audit.actions import name_of, record, save_row
from kaohe.web.audit.models import Event
from kaohe.web.cycles.models import Cycle
from kaohe.web.hotline import place_rules as rules
from kaohe.web.hotline.exclusion_by_file import follow_areas
from kaohe.web.hotline.facts import cases_in_force, to_be_laid
from kaohe.web.hotline.models import Case, CaseTerms, Place, Placement
from kaohe.web.hotline.placing import (
    looks,
    place_anew,
    place_cases,
    without_area,
    written,
)
from kaohe.web.registry.models import Area
from kaohe.web.ui.acts import refuse
from kaohe.web.ui.language import in_a_row


@transaction.atomic
def save_place(row: Place, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """Enter a place or change it, and lay cases anew. Raises Stale and ValidationError."""
    row.text = written(row.text)
    event = save_row(row, by=by, at=at, seen=seen)
    lay_anew(row.town)
    return event


def lay_anew(town: Town) -> None:
    """After the table of places has changed: every year that is being worked on."""
    for cycle in Cycle.objects.filter(town=town, stage__in=rules.PLACING):
        place_anew(cycle)


@transaction.atomic
def change_placement(row: Placement, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """Lay a case to another area than somebody did before. Raises Stale and PermissionDenied."""
    refuse(rules.why_not_place(row.cycle.stage))
    row.by, row.at = by.name, at
    event = save_row(row, by=by, at=at, seen=seen)
    place_anew(row.cycle)
    return event


@transaction.atomic
def set_terms(row: CaseTerms, *, by: Person, at: datetime, seen: int | None = None) -> Event:
    """Set the terms of a year. Raises PermissionDenied, Stale and ValidationError."""
    refuse(rules.why_not_set_terms(row.cycle.stage))
    return save_row(row, by=by, at=at, seen=seen)


@transaction.atomic
def lay_to_area(
    cycle: Cycle,
    cases: QuerySet[Case],
    area: Area | None,
    *,
    remember: Collection[str] = (),
    by: Person,
    at: datetime,
) -> int:
    """Lay cases to an area, as one act, or to none of the town; how many were laid.

    ``cases`` are those chosen of the versions in force; one that somebody has laid meanwhile stays
    there. Texts to ``remember`` become places of the area, and cases that these cover lie
    there because of them; the others are laid by hand. Raises PermissionDenied.
    """
    stands = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    refuse(rules.why_not_place(stands.stage))
    waiting = to_be_laid(stands).values("pk")
    chosen = dict(without_area(cases).filter(pk__in=waiting).values_list("case_id", "place"))
    if not chosen:
        return 0
    texts: list[str] = []
    if area is not None:
        texts = sorted({written(text) for text in remember} - {""})
        _remember(texts, cycle.town, area, {looks(place) for place in chosen.values()})
    mine = cases_in_force(cycle).filter(case_id__in=chosen)
    by_hand = set(without_area(mine).filter(area=None).values_list("case_id", flat=True))
    Placement.objects.bulk_create(
        Placement(town=cycle.town, cycle=cycle, case_id=one, area=area, by=by.name, at=at)
        for one in sorted(by_hand)
    )
    place_cases(mine.filter(case_id__in=by_hand))
    follow_areas(cycle)
    told = _("%(count)s 件归入%(area)s") if area else _("%(count)s 件不属于任何居民区")
    told %= {"count": len(chosen), "area": area}
    if texts:
        told += _("；记住地点：%(places)s") % {"places": in_a_row(texts)}
    record(
        "hotline.cases_placed",
        by=by,
        at=at,
        about=name_of(cycle),
        told=told,
        after={"area": area.area_id if area else "", "cases": sorted(chosen), "places": texts},
    )
    return len(chosen)


def _remember(texts: Sequence[str], town: Town, area: Area, places: Collection[str]) -> None:
    """Let texts be places of an area. Raises PermissionDenied where one is in none of these."""
    for text in texts:
        refuse(rules.why_not_remember(looks(text), places))
        Place.objects.get_or_create(town=town, text=text, defaults={"area": area})
    if texts:
        lay_anew(town)
