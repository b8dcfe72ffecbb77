"""How one cell of a demonstration town is made: the recipes of the hint language.

Wherever a number may lean, a pair ``[at worst, at best]`` stands for it, and ``by`` names a
column from 0 (worst) to 1000 (best) that decides between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from kaohe.values.text import Frozen


def _as_code(value: Any) -> Any:
    """What YAML reads as a truth value, number or date, as the text of a canonical table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return value.isoformat() if isinstance(value, date) else value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _as_pair(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value, value)


Code = Annotated[str, BeforeValidator(_as_code)]
Number = Annotated[tuple[Decimal, Decimal], BeforeValidator(_as_pair)]
Day = Annotated[tuple[date, date], BeforeValidator(_as_pair)]
Where = Mapping[str, Annotated[tuple[Code, ...], BeforeValidator(_as_list)]]
"""Column -> the texts that may stand in it; all of its columns must match."""


class Chance(Frozen):
    """How often, in percent; a plain number is short for one that leans on nothing."""

    percent: Number
    by: str | None = None


def _as_chance(value: Any) -> Any:
    return value if isinstance(value, dict | Chance) else {"percent": value}


class Recipe(Frozen):
    """What all recipes know: on what they lean, how often they stay blank, when they apply."""

    by: str | None = None
    blank: Annotated[Chance, BeforeValidator(_as_chance)] | None = None
    when: Where = {}

    def pairs(self) -> tuple[tuple[Any, Any], ...]:
        """The numbers that may lean."""
        return ()

    @model_validator(mode="after")
    def _leans_on_something(self) -> Self:
        if self.by is None and any(worst != best for worst, best in self.pairs()):
            raise ValueError("a pair [at worst, at best] needs `by`")
        return self


class Value(Recipe):
    """Always the same. A plain text or number is short for it."""

    value: Code


class Take(Recipe):
    """What stands in another column: of this row, further up, or of the row it belongs to."""

    take: str


class Written(Recipe):
    """Text with ``{column}``, ``{n}`` (number in its parent), ``{row}`` (in the table)
    or ``{drawn}``.

    ``{n:03}`` fills up with zeros; ``{drawn:token}`` is an opaque token instead of the number.
    """

    text: str


class Pick(Recipe):
    """One of several values by weight; an empty text leaves the cell empty."""

    pick: Mapping[Code, Number] = Field(min_length=1)

    def pairs(self) -> tuple[tuple[Any, Any], ...]:
        return tuple(self.pick.values())

    @model_validator(mode="after")
    def _has_weight(self) -> Self:
        for end in (0, 1):
            weights = [pair[end] for pair in self.pick.values()]
            if min(weights) < 0 or sum(weights) <= 0:
                raise ValueError("weights are 0 or more, and one of them is above 0")
        return self


class Deal(Recipe):
    """Values in exact proportion, from a shuffled pack: 31 cards go round among 31 subjects."""

    deal: Mapping[Code, Annotated[int, Field(ge=1, le=1000)]] = Field(min_length=1)


class Words(Recipe):
    """One word of each list, put together; no combination comes twice before all are used."""

    words: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = Field(min_length=1)


class Between(Recipe):
    """A number between two limits, on whole steps; the mean of several ``rolls`` is a bell."""

    between: tuple[Number, Number]
    step: Decimal = Field(default=Decimal(1), gt=0)
    rolls: int = Field(default=1, ge=1, le=10)

    def pairs(self) -> tuple[tuple[Any, Any], ...]:
        return self.between

    @model_validator(mode="after")
    def _on_steps(self) -> Self:
        _check_order(self.between)
        if any(limit % self.step for pair in self.between for limit in pair):
            raise ValueError("the limits are multiples of the step")
        return self


class Days(Recipe):
    """A day between two days, both included."""

    day: tuple[Day, Day]

    def pairs(self) -> tuple[tuple[Any, Any], ...]:
        return self.day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self.day)
        return self


class Share(Recipe):
    """A part of another column, in percent (at most 2 decimals), rounded up to a whole number."""

    share: tuple[Number, Number]
    of: str
    rolls: int = Field(default=1, ge=1, le=10)

    def pairs(self) -> tuple[tuple[Any, Any], ...]:
        return self.share

    @model_validator(mode="after")
    def _in_hundredths(self) -> Self:
        _check_order(self.share)
        if any(limit < 0 or limit * 100 % 1 for pair in self.share for limit in pair):
            raise ValueError("percentages are 0 or more and have at most 2 decimals")
        return self


class RowOf(Recipe):
    """The ``column`` of some row of a table above that belongs to the same subject."""

    row_of: str
    column: str
    where: Where = {}


class Like(Recipe):
    """The recipe of this name under ``recipes``."""

    like: str


class FirstOf(Recipe):
    """The first recipe whose ``when`` holds; a YAML list is short for it."""

    first_of: tuple[Cell, ...] = Field(min_length=1)


KINDS: Mapping[str, type[Recipe]] = {
    "value": Value,
    "take": Take,
    "text": Written,
    "pick": Pick,
    "deal": Deal,
    "words": Words,
    "between": Between,
    "day": Days,
    "share": Share,
    "row_of": RowOf,
    "like": Like,
    "first_of": FirstOf,
}


def _check_order(limits: tuple[tuple[Any, Any], tuple[Any, Any]]) -> None:
    (low_worst, low_best), (high_worst, high_best) = limits
    if low_worst > high_worst or low_best > high_best:
        raise ValueError("the lower limit comes first")


def _kind(value: Any) -> str | None:
    if isinstance(value, Recipe):
        return next(kind for kind, recipe in KINDS.items() if type(value) is recipe)
    return next((kind for kind in KINDS if kind in value), None)


def _as_recipe(value: Any) -> Any:
    if isinstance(value, dict | Recipe):
        return value
    return {"first_of": value} if isinstance(value, list | tuple) else {"value": value}


Cell = Annotated[
    Annotated[Value, Tag("value")]
    | Annotated[Take, Tag("take")]
    | Annotated[Written, Tag("text")]
    | Annotated[Pick, Tag("pick")]
    | Annotated[Deal, Tag("deal")]
    | Annotated[Words, Tag("words")]
    | Annotated[Between, Tag("between")]
    | Annotated[Days, Tag("day")]
    | Annotated[Share, Tag("share")]
    | Annotated[RowOf, Tag("row_of")]
    | Annotated[Like, Tag("like")]
    | Annotated[FirstOf, Tag("first_of")],
    Discriminator(_kind),
    BeforeValidator(_as_recipe),
]

FirstOf.model_rebuild()
