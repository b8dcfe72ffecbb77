"""What became of each household that was to be asked, and the response rates that follow.

Codes and rates are those of AAPOR, *Standard Definitions: Final Dispositions of Case Codes and
Outcome Rates for Surveys*. A completed share of all households is no response rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from kaohe.values.text import Text

COMPLETE, PARTIAL, REFUSED, NOT_REACHED, OTHER = "I", "P", "R", "NC", "O"
UNKNOWN_HOUSEHOLD, UNKNOWN_OTHER, NOT_ELIGIBLE = "UH", "UO", "NE"

DISPOSITIONS: Mapping[str, Text] = {
    COMPLETE: Text(zh="完成访问", en="Complete interview"),
    PARTIAL: Text(zh="部分完成", en="Partial interview"),
    REFUSED: Text(zh="拒访或中途退出", en="Refusal or break-off"),
    NOT_REACHED: Text(zh="没有接触到", en="Non-contact"),
    OTHER: Text(zh="其他原因未访成", en="Other reason for no interview"),
    UNKNOWN_HOUSEHOLD: Text(zh="不清楚是否有人居住", en="Unknown whether a household lives there"),
    UNKNOWN_OTHER: Text(zh="不清楚有没有合格的受访人", en="Unknown whether anybody is eligible"),
    NOT_ELIGIBLE: Text(zh="不符合受访条件", en="Not eligible"),
}
"""How a household's case ended, by AAPOR's letters."""

ANSWERED = frozenset({COMPLETE, PARTIAL})
"""The cases that bring a ballot."""

Counts = Mapping[str, int]
"""How many cases ended so, by code."""


def counts_of(reported: Iterable[str], to_ask: int) -> dict[str, int]:
    """The cases by code; those to be asked of whom nothing was reported are unknown households.

    AAPOR counts a case that was never worked (3.11) among them, so that a vendor who leaves out
    the households he did not reach gains nothing. ``to_ask`` are the main list and the reserves
    that were released.
    """
    counts = Counter(reported)
    found = {code: counts[code] for code in DISPOSITIONS}
    found[UNKNOWN_HOUSEHOLD] += max(to_ask - counts.total(), 0)
    return found


def response_rate_1(counts: Counts) -> Fraction | None:
    """RR1 = I / ((I + P) + (R + NC + O) + (UH + UO)); None where nobody was to be asked."""
    return _share(counts, (COMPLETE,))


def response_rate_2(counts: Counts) -> Fraction | None:
    """RR2 = (I + P) / ((I + P) + (R + NC + O) + (UH + UO)); None where nobody was to be asked."""
    return _share(counts, (COMPLETE, PARTIAL))


def _share(counts: Counts, codes: tuple[str, ...]) -> Fraction | None:
    every = sum(counts.get(code, 0) for code in DISPOSITIONS if code != NOT_ELIGIBLE)
    return Fraction(sum(counts.get(code, 0) for code in codes), every) if every else None
