"""A cycle as it stands, so that its stage cannot change under an act."""

from __future__ import annotations

from kaohe.web.cycles.models import Cycle


def held_cycle(cycle: Cycle) -> Cycle:
    """The cycle as it stands, held until the act at hand is written."""
    cycles = Cycle.objects.select_for_update(no_key=True, of=("self",))
    return cycles.select_related("scheme", "town").get(pk=cycle.pk)
