"""Back-checks: interviews that somebody else asks about once more, drawn by lot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from kaohe.analysis.sampling import drawn_by_building


@dataclass(frozen=True, order=True)
class Interviewed:
    """A household that was interviewed, and by whom."""

    area: str
    household: str
    interviewer: str


def to_check_again(
    interviews: Iterable[Interviewed], share: Fraction, seed: str
) -> list[Interviewed]:
    """At least ``share`` of each area's interviews, spread over its interviewers.

    It is the rule by which households are drawn (``docs/reference/drawing.md``), with interviewers
    in the place of buildings: from the list and the seed anybody can draw again. The seed is to be
    told only after the field work.
    """
    by_area: dict[str, dict[str, list[str]]] = {}
    for one in interviews:
        by_area.setdefault(one.area, {}).setdefault(one.interviewer, []).append(one.household)
    found = []
    for area, households in sorted(by_area.items()):
        count = ceil(share * sum(map(len, households.values())))
        for drawn in drawn_by_building(households, seed, area, count, Fraction(1)):
            found.append(Interviewed(area, drawn.household, drawn.building))
    return found


@dataclass(frozen=True)
class Agreement:
    """What came of back-checks: confirmed, not confirmed, nobody reached so far."""

    agreed: int
    differing: int
    open: int

    @property
    def share(self) -> Fraction | None:
        """The share of those settled that agreed; None while none is."""
        settled = self.agreed + self.differing
        return Fraction(self.agreed, settled) if settled else None


def agreement_of(confirmed: Iterable[bool | None]) -> Agreement:
    """Count what was found: whether the household confirms the interview, None where unsettled."""
    counts = Counter(confirmed)
    return Agreement(counts[True], counts[False], counts[None])
