"""The statements of one block: its parent rows with what each gets, and the rows made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kaohe.facts.generating.cells import cell_sql
from kaohe.facts.generating.dice import hashed, number_of, salted, unsigned, with_hashes
from kaohe.facts.generating.hints import Block, Draw
from kaohe.facts.generating.recipes import RowOf
from kaohe.facts.generating.scope import PARENT, TOKEN, Scope, candidates, condition, list_name
from kaohe.facts.generating.sql import WHOLE
from kaohe.facts.sql import name

PLACES = {"#subject": WHOLE, "#number": WHOLE, "#turn": WHOLE, "#luck": "UBIGINT"}
"""Columns beside the declared ones: the row's subject, its number in the table, its place in the
order of luck, and its luck. The mark keeps them apart from any declared name."""

CHUNK = 400_000
"""About so many rows are made at a time, which bounds the memory."""

BITS = 24
"""A pool that is drawn from has fewer than 2**24 numbers."""


COUNTED = 'unnest(range(1, "#rows" + 1)) AS "#n"'
CHUNK_OF_PARENTS = '(SELECT * FROM "#parents" WHERE "#chunk" = $chunk)'


@dataclass(frozen=True)
class BlockPlan:
    """``parents`` selects the parent rows with the number of rows and the chunk of each;
    ``rows`` selects the new rows of the chunk ``$chunk`` from the table ``#parents``, numbered
    after ``$offset``; ``columns`` are those that it makes beside ``PLACES``."""

    parents: str
    rows: str
    columns: tuple[str, ...]


def block_plan(
    block: Block,
    scope: Scope,
    columns: Sequence[str],
    cells: Sequence[str],
    lists: Iterable[RowOf],
    combinations: int,
) -> BlockPlan:
    """The statements of a block whose cells have been put into SQL."""
    parents = _parents(block, scope, lists, combinations)
    return BlockPlan(parents, _rows(block, scope, cells), tuple(columns))


def _parents(block: Block, scope: Scope, lists: Iterable[RowOf], combinations: int) -> str:
    dice = replace(scope.dice, luck=name(PARENT + "#luck"), drawn={})
    above = replace(scope, dice=dice, counters={}, above=PARENT)
    rows = str(combinations) if block.every else cell_sql(block.rows, above, WHOLE, "#rows")
    pool = above.whole(block.draw.pool) if block.draw else "0"
    made = f"greatest(coalesce({rows}, 0), 0)"
    seen = ", ".join(
        f"{name(column)} AS {name(PARENT + column)}" for column in (*PLACES, *scope.parent)
    )
    wanted = {list_name(cell): candidates(cell, scope) for cell in lists}
    found = "".join(f", {name(one)}" for one in wanted)
    joins = " ".join(
        f"LEFT JOIN ({select}) AS {name('of ' + one)} "
        f'ON {name("of " + one)}.subject = "parent.#subject"'
        for one, select in wanted.items()
    )
    source = f"SELECT {seen} FROM {name(block.each)}"
    return f"""
        SELECT * EXCLUDE ("#weight"),
            CAST(sum("#rows") OVER earlier - "#rows" AS BIGINT) AS "#first",
            CAST((sum("#weight") OVER earlier - 1) // {CHUNK} AS BIGINT) AS "#chunk"
        FROM (
            SELECT *, greatest("#rows", "#pool", 1) AS "#weight" FROM (
                SELECT parents.* {found}, CAST({pool} AS BIGINT) AS "#pool",
                    CAST({f"least({made}, {pool})" if block.draw else made} AS BIGINT) AS "#rows"
                FROM ({with_hashes(source, {**dice.drawn, **_of_parents(block, scope)})})
                    AS parents {joins}
                WHERE {condition(block.where, above)}
            )
        )
        WINDOW earlier AS (ORDER BY "parent.#number")
        ORDER BY "parent.#number\""""


def _of_parents(block: Block, scope: Scope) -> dict[str, str]:
    """Hashes that all rows of one parent share: those of its tokens and of its draw."""
    seed, number, luck = scope.dice.seed, '"parent.#number"', '"parent.#luck"'
    shared = {TOKEN: salted(unsigned(number), unsigned(number_of(seed, "token", block.each)))}
    if block.draw:
        habit = number_of(seed, "habit", block.each, block.draw.pool)
        shared["#habit"] = salted(luck, unsigned(habit))
        shared["#chance"] = salted(luck, unsigned(scope.dice.number("draw")))
    return shared


def _rows(block: Block, scope: Scope, cells: Sequence[str]) -> str:
    """Every row gets its luck from its number and its parent's luck, then its draws, its cells."""
    salt = unsigned(scope.dice.number("row"))
    counted = _drawn(block.draw) if block.draw else f"SELECT *, {COUNTED} FROM {CHUNK_OF_PARENTS}"
    spread = with_hashes(counted, {"#spread": salted(unsigned('"#n"'), salt)})
    lucky = with_hashes(spread, {"#luck": salted('"#spread"', '"parent.#luck"')})
    placed = f"""
        SELECT *, "parent.#subject" AS "#subject", "#first" + "#n" + $offset AS "#number",
            "parent.#turn" + "#n" - 1 AS "#turn"
        FROM ({lucky})"""
    return f"SELECT {', '.join(['*', *cells])} FROM ({with_hashes(placed, scope.dice.drawn)})"


def _drawn(draw: Draw) -> str:
    """The pool in an order of chance, cut after the number of rows, and in its own order again.

    Chance is a mean, by habit, of what a number has in common in all blocks that draw from the
    pool and of what it has in this one.
    """
    one = unsigned("one")
    order = (
        f"{hashed(salted(one, name('#habit')))} * {draw.habit} + "
        f"{hashed(salted(one, name('#chance')))} * {100 - draw.habit}"
    )
    shuffled = (
        'list_sort(list_transform(range(1, "#pool" + 1), '
        f"lambda one: (CAST({order} AS UBIGINT) << {BITS}) + {one}))"
    )
    numbers = (
        f'list_transform({shuffled}[:"#rows"], lambda one: CAST(one & {2**BITS - 1} AS BIGINT))'
    )
    made = f'unnest(list_sort({numbers})) AS "#drawn"'
    return f"SELECT *, {COUNTED}, {made} FROM {CHUNK_OF_PARENTS}"
