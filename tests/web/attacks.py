"""Attacks on the secret ballot with all that was captured.

An attack by order puts the households of an area in some order that the evidence has, their ballots
in another, and links the first with the first, the second with the second. Every order of
households is tried with every order of ballots, forwards and backwards, shifted by up to two
places.

Where nothing is given away, ballots lie in an order of chance, and how many links are right is
known exactly. For ``areas`` independent permutations the chance of ``k`` or more right links is at
most ``areas ** k / k!`` (a union over sets of ``k`` of them, whatever the shift); an order that is
only roughly right shows in its inversions, which are a sum of independent uniform numbers, so that
Hoeffding's inequality bounds them. Both bounds hold for all strategies together with a chance of a
false alarm below ``FALSE_ALARM``.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, factorial, log, sqrt
from typing import Any

from kaohe.web.surveys import sealing
from tests.web.captures import Capture, distinct_files
from tests.web.evidence import Evidence, Order, Voter

FALSE_ALARM = Fraction(1, 10**9)
SHIFTS = range(-2, 3)


# -- how well an order links ----------------------------------------------------------------------


@dataclass(frozen=True)
class Linked:
    """What the best strategy of each kind reaches, and what chance would never reach."""

    strategies: int
    right: int
    right_by: str
    too_many_right: int
    inversions_off: int
    inversions_by: str
    too_far_off: int

    @property
    def by_chance(self) -> bool:
        """Whether no strategy links better than chance."""
        return self.right < self.too_many_right and self.inversions_off < self.too_far_off


def linked_by_order(evidence: Evidence) -> Linked:
    """Try every order of households with every order of ballots."""
    areas = sorted({one.area for one in evidence.voters})
    households = [
        (name, _ranks_of_households(order, evidence.voters, areas))
        for name, order in _distinct(evidence.of_households())
    ]
    ballots = [
        (name, _ranks_of_ballots(order, evidence.voters, areas))
        for name, order in _distinct(evidence.of_ballots())
    ]
    assert households, "nothing to attack with"
    assert ballots, "nothing to attack"
    best, furthest = (-1, ""), (-1, "")
    for (one, mine), (other, theirs) in _pairs(households, ballots):
        links, off = _links(mine, theirs)
        best = max(best, (links, f"{one} × {other}"))
        furthest = max(furthest, (off, f"{one} × {other}"))
    strategies = len(households) * len(ballots) * 2 * len(SHIFTS)
    sizes = [sum(one.area == area for one in evidence.voters) for area in areas]
    return Linked(
        strategies,
        *best,
        too_many_right(len(areas), strategies),
        *furthest,
        too_far_off(sizes, strategies),
    )


Ranks = list[list[int]]
"""For each area the places of its households, sorted by id, or of the ballots that they sent."""


def _distinct(orders: Mapping[str, Order]) -> list[tuple[str, Order]]:
    """Orders that are the same are one."""
    return [(name, list(one)) for one, name in {tuple(o): n for n, o in orders.items()}.items()]


def _pairs(one: Any, other: Any) -> Iterator[Any]:
    return ((mine, theirs) for mine in one for theirs in other)


def _ranks_of_households(order: Order, voters: Sequence[Voter], areas: Sequence[str]) -> Ranks:
    places = {name: place for place, name in enumerate(order)}
    return [
        _ranks([(places.get(one.household, len(order)), one.household) for one in group])
        for group in _groups(voters, areas)
    ]


def _ranks_of_ballots(order: Order, voters: Sequence[Voter], areas: Sequence[str]) -> Ranks:
    places = {name: place for place, name in enumerate(order)}
    return [
        _ranks([(places.get(one.ballot, len(order)), one.ballot) for one in group])
        for group in _groups(voters, areas)
    ]


def _groups(voters: Sequence[Voter], areas: Sequence[str]) -> list[list[Voter]]:
    by_id = sorted(voters, key=lambda one: one.household)
    return [[one for one in by_id if one.area == area] for area in areas]


def _ranks(keys: Sequence[Any]) -> list[int]:
    places = {key: place for place, key in enumerate(sorted(keys))}
    return [places[key] for key in keys]


def _links(mine: Ranks, theirs: Ranks) -> tuple[int, int]:
    """The most right links at any shift, in either direction; how far inversions are off a half."""
    right = dict.fromkeys([(way, shift) for way in (1, -1) for shift in SHIFTS], 0)
    off = Fraction(0)
    for households, ballots in zip(mine, theirs, strict=True):
        last = len(households) - 1
        for place, other in zip(households, ballots, strict=True):
            for way, there in ((1, other), (-1, last - other)):
                if (way, there - place) in right:
                    right[way, there - place] += 1
        off += _inversions(households, ballots) - Fraction(len(households) * last, 4)
    return max(right.values()), int(abs(off))


def _inversions(households: Sequence[int], ballots: Sequence[int]) -> int:
    seen: list[int] = []
    count = 0
    for _, other in sorted(zip(households, ballots, strict=True)):
        count += len(seen) - bisect_right(seen, other)
        insort(seen, other)
    return count


def too_many_right(areas: int, strategies: int) -> int:
    """So many right links no strategy has by chance."""
    count = 1
    while strategies * Fraction(areas**count, factorial(count)) >= FALSE_ALARM / 2:
        count += 1
    return count


def too_far_off(sizes: Sequence[int], strategies: int) -> int:
    """So far from a half of all pairs no strategy's inversions are by chance."""
    squares = sum(place * place for size in sizes for place in range(size))
    return ceil(sqrt(squares * log(2 * strategies / float(FALSE_ALARM / 2)) / 2))


# -- with keys, and without -----------------------------------------------------------------------


def sealed_in(captures: Sequence[Capture]) -> dict[str, bytes]:
    """All sealed ballots by their receipts."""
    return {
        row["receipt"]: bytes(row["ballot"])
        for capture in captures
        for name, table in capture.tables.items()
        if name.endswith(".sealed")
        for row in table
    }


def like_keys(captures: Sequence[Capture]) -> set[str]:
    """Everything that can be a private key: 64 digits in a row in a raw file, values of 32 bytes
    in tables."""
    found = set()
    digits = re.compile(rb"[0-9a-fA-F]{64,}")
    for _, content in distinct_files(captures):
        for run in digits.findall(content):
            text = run.decode().lower()
            found |= {text[start : start + 64] for start in range(len(text) - 63)}
    for capture in captures:
        for table in capture.tables.values():
            for row in table:
                values = (bytes(v) for v in row.values() if isinstance(v, bytes | memoryview))
                found |= {value.hex() for value in values if len(value) == 32}
    return found


def linked_by_keys(evidence: Evidence, public_keys: Sequence[str]) -> int:
    """How many ballots can be read, and linked by their receipts, with what looks like a key."""
    by_public = {sealing.public_of(one): one for one in like_keys(evidence.captures)}
    keys = [by_public.get(public, "") for public in public_keys]
    if not all(keys):
        return 0
    sealed = sealed_in(evidence.captures)
    read = {receipt: sealing.unseal(one, keys) for receipt, one in sealed.items()}
    return sum(
        one.receipt in read and dict(read[one.receipt].answers) == dict(one.answers)
        for one in evidence.voters
    )


def sealed_again(evidence: Evidence, public_keys: Sequence[str], length: int, tries: int) -> int:
    """How many ballots give themselves away when what was said is sealed once more."""
    sealed = set(sealed_in(evidence.captures).values())
    again = (
        sealing.seal(sealing.Contents(one.area, sample, one.answers), length, public_keys)
        for one in evidence.voters[:tries]
        for sample in ("online.1", "online.2")
    )
    return sum(one in sealed for one in again)


# -- what must not be anywhere --------------------------------------------------------------------

ANSWER = re.compile(
    rb"""\bq(?:1\.[12]|[2-9]|10)(?:["']\s*:\s*["']|=|%3D)"""
    rb"""(?:yes|partly|no|fair|(?:very_)?(?:dis)?satisfied)\b"""
)
"""A question with a whole answer: of the question and one letter alone there are 46 by chance in a
GB of random bytes, and a sealed ballot is such bytes."""
RUN = re.compile(rb"[0-9A-Za-z-]{12,}")


def answers_in_files(captures: Iterable[Capture]) -> list[str]:
    """Files in which somebody's answers can be read."""
    return [name for name, content in distinct_files(captures) if ANSWER.search(content)]


def words_in_files(captures: Iterable[Capture], words: Iterable[str]) -> list[str]:
    """Files in which one of these words of twelve signs stands, in any way of writing it."""
    wanted = {word.encode() for word in words}
    return [
        name
        for name, content in distinct_files(captures)
        if any(wanted & set(_twelves(run)) for run in RUN.findall(content))
    ]


def _twelves(run: bytes) -> Iterator[bytes]:
    plain = run.upper().replace(b"-", b"")
    return (plain[start : start + 12] for start in range(len(plain) - 11))
