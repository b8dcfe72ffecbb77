"""Rows of the town as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kaohe.values.faults import Fault
from kaohe.values.tables import Table
from kaohe.web.accounts.models import Town
from kaohe.web.registry import rules, vocabulary
from kaohe.web.registry.models import Area, AreaCount, CountDoubt, Snapshot, StaffPost
from kaohe.web.ui.language import page_language

FROZEN_SHOWN = 2
FAULTS_SHOWN = 100


@dataclass(frozen=True)
class OwnCount:
    """A snapshot as an area sees it: its numbers, if any, and what was said about them."""

    snapshot: Snapshot
    count: AreaCount | None
    doubts: Sequence[CountDoubt]
    refused: str
    """Why the numbers can be neither confirmed nor doubted."""
    doubt_refused: str


@dataclass(frozen=True)
class OwnArea:
    """An area as its secretary sees it."""

    area: Area
    category: str
    counts: Sequence[OwnCount]
    staff: Sequence[StaffPost]


def own_areas(areas: Sequence[Area], town: Town, today: date) -> list[OwnArea]:
    """The areas with their numbers in open snapshots and the last frozen ones, and their staff."""
    snapshots = Snapshot.objects.filter(town=town).order_by("-year", "-number")
    frozen = list(snapshots.exclude(frozen_at=None)[:FROZEN_SHOWN])
    shown = [*snapshots.filter(frozen_at=None), *frozen]
    counts = AreaCount.objects.filter(snapshot__in=shown, area__in=areas)
    counted = {
        (count.area_id, count.snapshot_id): count
        for count in counts.select_related("area", "snapshot").prefetch_related("doubts")
    }
    posts = StaffPost.objects.filter(town=town, area__in=areas).held_within(today, today)
    staff = list(vocabulary.labelled(posts.select_related("area"), "role", "role"))
    labels = vocabulary.codes("category", town)
    return [
        OwnArea(
            area,
            labels.get(area.category, area.category),
            [_own_count(one, counted.get((area.pk, one.pk))) for one in shown],
            [post for post in staff if post.area_id == area.pk],
        )
        for area in areas
    ]


def _own_count(snapshot: Snapshot, count: AreaCount | None) -> OwnCount:
    doubts = list(count.doubts.all()) if count is not None else []
    waiting = sum(doubt.answered_at is None for doubt in doubts)
    refused = rules.why_not_confirm(snapshot.frozen_at)
    return OwnCount(snapshot, count, doubts, refused, refused or rules.why_not_doubt(waiting))


def shown_faults(faults: Sequence[Fault], table: Table) -> list[tuple[int | None, str, str, str]]:
    """The first faults: row, heading, what stands there, what was expected."""
    return [
        (
            fault.row,
            table.columns[fault.column].heading if fault.column is not None else "",
            fault.shown,
            fault.expected[page_language()],
        )
        for fault in faults[:FAULTS_SHOWN]
    ]
