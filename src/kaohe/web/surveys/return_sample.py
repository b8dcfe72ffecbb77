"""Whether a household may be in the third party's file: drawn, released, and in its own area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kaohe.analysis.sampling import Frame
from kaohe.values.text import Text
from kaohe.web.cycles.delivery_headings import as_it_looks


@dataclass(frozen=True)
class Sample:
    """The households that are to be asked, by area.

    ``released`` are the main list and the reserves that were released; ``held_back`` are reserves
    that were not, told apart only to say so. ``names`` are those of areas, by id.
    """

    released: Frame
    held_back: Frame = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _areas(self) -> Mapping[str, str]:
        """The ids of areas by whatever they are called, as it looks; an id before a name."""
        named = {as_it_looks(name): area for area, name in self.names.items()}
        return named | {as_it_looks(area): area for area in (*self.names, *self.released)}

    @cached_property
    def _drawn_in(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for frame in (self.released, self.held_back):
            for area in sorted(frame):
                for household in frame[area]:
                    found.setdefault(household, {})[area] = None
        return {household: tuple(areas) for household, areas in found.items()}

    @cached_property
    def tells_areas(self) -> bool:
        """Whether the id of a household alone says in which area it is."""
        return all(len(areas) == 1 for areas in self._drawn_in.values())

    def area_called(self, told: str) -> str | None:
        """The area of this id or name."""
        return self._areas.get(as_it_looks(told))

    def areas_of(self, household: str) -> tuple[str, ...]:
        """The areas in which a household was drawn, released or not."""
        return self._drawn_in.get(household, ())

    def why_not(self, area: str, household: str) -> Text | None:
        """What was expected instead of a household that may not be in the file."""
        if household in self.released.get(area, frozenset()):
            return None
        if household in self.held_back.get(area, frozenset()):
            return Text(
                zh="这是尚未启用的替补户，应为样本户或已启用的替补户",
                en="a household of the main list or a released reserve: this reserve is not"
                " released",
            )
        elsewhere = [self.names.get(one, one) for one in self.areas_of(household)]
        if elsewhere:
            return Text(
                zh=f"应为本行居民区抽中的户，这一户抽在{'、'.join(elsewhere)}",
                en=f"a household drawn in the area of this row: this one is in"
                f" {', '.join(elsewhere)}",
            )
        whole = [one for one in self.released.get(area, ()) if one.lstrip("0") == household]
        if whole:
            return Text(
                zh=f"前面的 0 像是丢了，应如 {min(whole)}",
                en=f"an id with its leading zeros, such as {min(whole)}",
            )
        return Text(
            zh="应为抽中的户（样本户或已启用的替补户）",
            en="a household that was drawn: of the main list, or a released reserve",
        )
