"""How far a snapshot is: which areas have been counted, confirmed, or have a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaohe.web.registry.models import Area, AreaCount, CountDoubt, Snapshot


@dataclass(frozen=True)
class SnapshotProgress:
    """A snapshot with its counts, the areas that have none, and the doubts nobody answered."""

    snapshot: Snapshot
    counts: Sequence[AreaCount]
    uncounted: Sequence[Area]
    open_doubts: Sequence[CountDoubt]

    @property
    def households(self) -> int:
        """All households counted."""
        return sum(count.households for count in self.counts)

    @property
    def party_members(self) -> int:
        """All Party members counted."""
        return sum(count.party_members for count in self.counts)

    @property
    def unconfirmed(self) -> list[AreaCount]:
        """Counts that their areas have not confirmed."""
        return [count for count in self.counts if count.confirmed_at is None]


def progress_of(snapshot: Snapshot) -> SnapshotProgress:
    """Three queries, whatever the number of areas."""
    counts = list(snapshot.counts.select_related("area").order_by("area__area_id"))
    for count in counts:
        count.snapshot = snapshot
    areas = Area.objects.filter(town=snapshot.town).standing_on(snapshot.counted_on)
    uncounted = areas.exclude(pk__in=[count.area_id for count in counts])
    doubts = CountDoubt.objects.filter(count__snapshot=snapshot, answered_at=None)
    return SnapshotProgress(
        snapshot, counts, list(uncounted), list(doubts.select_related("count__area"))
    )
