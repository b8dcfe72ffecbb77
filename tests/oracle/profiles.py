"""What kind of town is drafted, and the few shapes that all drafts share."""

import random
from dataclasses import dataclass

from tests.oracle.town_facts import Row

Draft = dict[str, list[Row]]
"""The rows of one area by table, without the area id."""


@dataclass(frozen=True)
class Profile:
    """What kind of town it is; shares are between 0 and 1."""

    gap_share: float
    blank_share: float
    waiver_share: float
    outside_share: float
    totals_share: float
    all_total_share: float
    counts_share: float
    is_clean: bool


def chance(rng: random.Random, share: float) -> bool:
    """Whether something with this share of the cases happens."""
    return rng.random() < share


def as_text(value: bool) -> str:
    """The canonical text of a boolean."""
    return "true" if value else "false"


def or_empty(rng: random.Random, value: str, default: str) -> str:
    """The value, but half of the defaults as the empty cell that means them."""
    return "" if value == default and chance(rng, 0.5) else value


def decimal_text(value: int, places: int) -> str:
    """A whole number of tenths or hundredths as a decimal without trailing zeros."""
    whole, rest = divmod(value, 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def random_profile(rng: random.Random) -> Profile:
    """A clean town, a town with gaps, or something between."""
    is_clean = chance(rng, 0.2)
    return Profile(
        gap_share=0.0 if is_clean else rng.choice((0.0, 0.0, 0.02, 0.15)),
        blank_share=rng.choice((0.0, 0.1, 0.5)),
        waiver_share=rng.choice((0.0, 0.1, 0.5, 1.0)),
        outside_share=rng.choice((0.0, 0.1, 0.4)),
        totals_share=rng.choice((0.0, 0.2, 0.5, 1.0)),
        all_total_share=rng.choice((0.0, 0.0, 0.1, 1.0)),
        counts_share=0.0 if is_clean else rng.choice((0.0, 0.3, 0.7, 1.0)),
        is_clean=is_clean,
    )


def household(number: int) -> str:
    """The opaque id of a household, with leading zeros."""
    return f"{number:04d}"
