"""Rank, grade and tier of the areas that have a total (五)."""

from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.rounding import Value

MOST_EXCELLENT = 9
EXCELLENT_PERCENT = 30
LEAST_EXCELLENT_TOTAL = 85
LEAST_QUALIFIED_TOTAL = 70
LEAST_BASIC_TOTAL = 60
LAST_RANK_OF_A = 5
LAST_RANK_OF_B = 12


@dataclass(frozen=True)
class Standing:
    """Where a complete area stands; the tier is '' outside A and B."""

    rank: int
    grade: str
    tier: str


def ranking_key(scores: dict[str, Value], hotline_formula: str) -> tuple[Fraction, ...]:
    """What is compared, most important first; more is better in every place (五)."""
    composite = scores["hotline.composite"]
    if hotline_formula == "per_thousand":
        # Fewer cases per thousand households are better, so this key turns round.
        composite = -composite
    return (scores["total"], scores["mass"], composite, scores["survey.third_party"])


def rank_of(key: tuple[Fraction, ...], keys: list[tuple[Fraction, ...]]) -> int:
    """`rank`: equal areas share a rank and the next rank is skipped: 1, 2, 2, 4 (五)."""
    return 1 + sum(other > key for other in keys)


def excellent_places(area_count: int) -> int:
    """Q = min(9, floor(30% of all areas)), the incomplete ones among them (五(一))."""
    return min(MOST_EXCELLENT, area_count * EXCELLENT_PERCENT // 100)


def grade_of(total: Fraction, rank: int, group: int, places: int, excellent_floor: str) -> str:
    """`grade`: excellent by rank, if the whole tie group fits; else by total (五(一))."""
    last_rank_of_group = rank + group - 1
    reaches_floor = excellent_floor == "none" or total >= LEAST_EXCELLENT_TOTAL
    if rank <= places and last_rank_of_group <= places and reaches_floor:
        return "excellent"
    if total >= LEAST_QUALIFIED_TOTAL:
        return "qualified"
    if total >= LEAST_BASIC_TOTAL:
        return "basic"
    return "unqualified"


def tier_of(rank: int, group: int, tier_tie: str) -> str:
    """`tier`: rank 1–5 A, 6–12 B; under `exclude` the whole tie group must fit (五(二))."""
    deciding_rank = rank if tier_tie == "include" else rank + group - 1
    if deciding_rank <= LAST_RANK_OF_A:
        return "A"
    if deciding_rank <= LAST_RANK_OF_B:
        return "B"
    return ""


def standings(
    all_scores: dict[str, dict[str, Value]], options: dict[str, str]
) -> dict[str, Standing]:
    """The standing of every area whose total is not absent; the others have none (五)."""
    keys = {
        area_id: ranking_key(scores, options["hotline_formula"])
        for area_id, scores in all_scores.items()
        if scores["total"] is not None
    }
    places = excellent_places(len(all_scores))
    all_keys = list(keys.values())
    standing_of = {}
    for area_id, key in keys.items():
        rank = rank_of(key, all_keys)
        group = all_keys.count(key)
        total = all_scores[area_id]["total"]
        standing_of[area_id] = Standing(
            rank=rank,
            grade=grade_of(total, rank, group, places, options["excellent_floor"]),
            tier=tier_of(rank, group, options["tier_tie"]),
        )
    return standing_of
