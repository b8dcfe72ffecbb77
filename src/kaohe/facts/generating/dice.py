"""Chance without chance: every draw is a hash of seed, place and row, computed in SQL.

The hash is whole-number arithmetic spelled out here (the 32-bit mixer "lowbias32"), not a function
of the database, so that the same seed gives the same town on every version and thread count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from kaohe.facts.sql import name

MASK = 0xFFFFFFFF
FIRST, SECOND = 0x7FEB352D, 0x846CA68B

STEPS = (
    f"(xor({{x}}, {{x}} >> 16) * {FIRST}) & {MASK}",
    f"(xor({{x}}, {{x}} >> 15) * {SECOND}) & {MASK}",
    "xor({x}, {x} >> 16)",
)
"""The mixer, step by step: every step names its number twice."""


def number_of(seed: int, *names: object) -> int:
    """A 32-bit number that stands for ``names`` under this seed."""
    text = "\0".join(str(part) for part in (seed, *names))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def shuffled(count: int, seed: int, *names: object) -> list[int]:
    """The numbers 0 to ``count`` - 1 in an order that depends on seed and names only."""
    return sorted(range(count), key=lambda index: number_of(seed, *names, index))


def with_hashes(source: str, numbers: Mapping[str, str]) -> str:
    """A query with a column more for each of ``numbers``: the hash of that unsigned number.

    The steps are queries one inside the other. As one expression a hash would be eight times its
    own number, and planning would take longer than drawing.
    """
    if not numbers:
        return source
    made = ", ".join(f"{number} AS {name(f'{column} 0')}" for column, number in numbers.items())
    query = f"SELECT *, {made} FROM ({source})"
    for at, step in enumerate(STEPS):
        last = at == len(STEPS) - 1
        made = ", ".join(
            f"{step.format(x=name(f'{column} {at}'))} "
            f"AS {name(column if last else f'{column} {at + 1}')}"
            for column in numbers
        )
        query = f"SELECT *, {made} FROM ({query})"
    return query


def hashed(number: str) -> str:
    """The same hash as one expression."""
    for step in STEPS:
        number = f"({step.format(x=number)})"
    return number


def salted(number: str, salt: str) -> str:
    """SQL for another unsigned number, whose hash has nothing to do with that of the first."""
    return f"xor({number}, {salt})"


def unsigned(value: int | str) -> str:
    """SQL for a whole number as the hash takes it."""
    return f"CAST({value} AS UBIGINT)"


@dataclass(frozen=True)
class Dice:
    """The draws of one block: ``luck`` is the SQL column that is different in every row.

    A draw is a column of its own, made before the cells that read it: ``drawn`` gathers them.
    """

    seed: int
    place: tuple[object, ...]
    luck: str
    drawn: dict[str, str] = field(default_factory=dict)

    def number(self, *names: object) -> int:
        """A number of this block that is the same in every row."""
        return number_of(self.seed, *self.place, *names)

    def draw(self, *names: object) -> str:
        """SQL for a number from 0 to 2**32 - 1, drawn for these names in every row."""
        column = "#draw " + "/".join(str(part) for part in names)
        self.drawn[column] = salted(self.luck, unsigned(self.number(*names)))
        return f"CAST({name(column)} AS BIGINT)"

    def rolled(self, rolls: int, *names: object) -> str:
        """SQL for the mean of several such draws: the more, the closer to the middle."""
        draws = [self.draw(*names, roll) for roll in range(rolls)]
        return draws[0] if rolls == 1 else f"(({' + '.join(draws)}) // {rolls})"

    def below(self, count: str, *names: object, rolls: int = 1) -> str:
        """SQL for a whole number from 0 to ``count`` - 1; ``count`` stays below 2**31."""
        return f"(({self.rolled(rolls, *names)} * ({count})) >> 32)"
