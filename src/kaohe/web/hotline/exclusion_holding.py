"""A cycle and its requests as they stand, held until the act at hand is written."""

from __future__ import annotations

from kaohe.web.audit.actions import Stale
from kaohe.web.hotline.exclusion_models import Exclusion


def locked(exclusion: Exclusion, seen: int | None) -> Exclusion:
    """A request as it stands, held. Raises Stale if it is not as somebody saw it."""
    row = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    if seen is not None and row.version != seen:
        raise Stale(row)
    return row
