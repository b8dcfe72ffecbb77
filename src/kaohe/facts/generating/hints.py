"""The language in which a demonstration town is described: data beside a scheme, no policy.

Per table a list of blocks; a block says which rows it makes (``each`` row of another table, how
many) and by which recipe every cell is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from kaohe.facts.generating.recipes import Cell, FirstOf, Like, Value, Where
from kaohe.values.text import Frozen

SUBJECTS = "subjects"
"""What ``each`` names for the rows that stand for the subjects of the town themselves."""


def _with_single_names(value: Any) -> Any:
    """A key may name several columns, ``q2, q3``; each is drawn anew by the same recipe."""
    if not isinstance(value, dict):
        return value
    single: dict[str, Any] = {}
    for key, cell in value.items():
        for name in str(key).split(","):
            if name.strip() in single:
                raise ValueError(f"column {name.strip()} twice")
            single[name.strip()] = cell
    return single


Cells = Annotated[Mapping[str, Cell], BeforeValidator(_with_single_names)]


class Draw(Frozen):
    """Different numbers from 1 to the value of column ``pool``: ``{drawn}`` in the row's texts.

    ``habit`` says in percent how much the same numbers come forward in every block that draws
    from this column: 0 is pure chance, 100 always the same ones first.
    """

    pool: str = Field(alias="from")
    habit: int = Field(default=0, ge=0, le=100)


class Block(Frozen):
    """Rows of one make. ``hidden`` cells come first, are never written, and serve other cells."""

    each: str
    where: Where = {}
    rows: Cell = Value(value="1")
    draw: Draw | None = None
    every: tuple[str, ...] = ()
    hidden: Cells = {}
    columns: Cells

    @model_validator(mode="after")
    def _one_source_of_rows(self) -> Self:
        """``every`` makes a row for each combination of choices that the table declares."""
        if self.every and ("rows" in self.model_fields_set or self.draw):
            raise ValueError("`every` goes without `rows` and `draw`")
        return self


def _flat(cell: Cell) -> Iterator[Cell]:
    yield cell
    if isinstance(cell, FirstOf):
        for one in cell.first_of:
            yield from _flat(one)


class TownHints(Frozen):
    """A demonstration town. ``size`` is the mean size of a subject, a column of ``subjects``.

    ``same_luck`` gives a subject (by its number) all the luck of another one, so that they tie.
    """

    size: int = Field(default=1500, ge=1)
    same_luck: Mapping[int, int] = {}
    recipes: Mapping[str, Cell] = {}
    tables: Mapping[str, tuple[Block, ...]]

    @model_validator(mode="after")
    def _recipes_stand_alone(self) -> Self:
        for recipe in self.recipes.values():
            if any(isinstance(part, Like) for part in _flat(recipe)):
                raise ValueError("a recipe under `recipes` is not `like` another")
        return self

    @model_validator(mode="after")
    def _luck_of_others(self) -> Self:
        if set(self.same_luck) & set(self.same_luck.values()):
            raise ValueError("same_luck: a subject has luck of its own or takes another's")
        return self

    def turn(self, subject: int) -> int:
        """Its place in the order of luck, where one with another's luck takes no place."""
        own = self.same_luck.get(subject, subject)
        return own - sum(taker < own for taker in self.same_luck)
