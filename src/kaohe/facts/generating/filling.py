"""Plans carried out: the tables of a town made in a database on disk, chunk by chunk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from kaohe.facts.generating.blocks import PLACES, BlockPlan
from kaohe.facts.generating.dice import number_of, salted, unsigned, with_hashes
from kaohe.facts.generating.errors import GeneratingError
from kaohe.facts.generating.hints import SUBJECTS, TownHints
from kaohe.facts.generating.planning import TablePlan
from kaohe.facts.sql import name, names
from kaohe.values.text import Text

MEMORY = "1GB"
"""What the database may use; what it needs beside that keeps a town of a city below 2 GB."""

THREADS = 4
"""More would hardly be faster and need more memory each."""


def open_database(path: Path, threads: int | None) -> duckdb.DuckDBPyConnection:
    """An empty database that spills beside itself and keeps rows in the order of their making."""
    connection = duckdb.connect(str(path))
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"SET threads = {threads or min(os.cpu_count() or 1, THREADS)}")
    return connection


def make_subjects(
    connection: duckdb.DuckDBPyConnection, hints: TownHints, subjects: int, size: int, seed: int
) -> None:
    """The rows that everything hangs on; one with the luck of another takes its turn."""
    takers = sorted(hints.same_luck)
    turn = " - ".join(["number", *(f"CAST(number > {taker} AS BIGINT)" for taker in takers)])
    taken = " ".join(f"WHEN {taker} THEN {hints.turn(taker)}" for taker in takers)
    turn = f"CASE number {taken} ELSE {turn} END" if taken else turn
    counted = f"""
        SELECT number AS "#subject", number AS "#number", {turn} AS "#turn",
            CAST({size} AS BIGINT) AS "size"
        FROM range(1, {subjects + 1}) AS counted(number)"""
    salt = unsigned(number_of(seed, SUBJECTS))
    lucky = with_hashes(counted, {"#luck": salted(unsigned('"#turn"'), salt)})
    connection.execute(f'CREATE TABLE {name(SUBJECTS)} AS {lucky} ORDER BY "#number"')


def fill_table(
    connection: duckdb.DuckDBPyConnection, plan: TablePlan, progress: Callable[[float], None]
) -> int:
    """Make and fill one table; the number of its rows."""
    columns = {**plan.kept, **plan.columns}
    listed = ", ".join(f"{name(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {name(plan.table)} ({listed})")
    offset = 0
    for index, block in enumerate(plan.blocks):
        for done, total in _fill_block(connection, plan, block, offset):
            progress((index + done / total) / len(plan.blocks))
        counted = connection.execute(f"SELECT count(*) FROM {name(plan.table)}").fetchone()
        offset = int(counted[0]) if counted else 0
    _check_required(connection, plan)
    return offset


def _fill_block(
    connection: duckdb.DuckDBPyConnection, plan: TablePlan, block: BlockPlan, offset: int
) -> Iterable[tuple[int, int]]:
    """Chunk by chunk: how many of how many are done."""
    connection.execute(f'CREATE OR REPLACE TEMP TABLE "#parents" AS {block.parents}')
    made = names((*(PLACES if plan.kept else ()), *_stored(plan, block)))
    chunks = connection.execute('SELECT DISTINCT "#chunk" FROM "#parents" ORDER BY 1').fetchall()
    for done, (chunk,) in enumerate(chunks, start=1):
        connection.execute(
            f"INSERT INTO {name(plan.table)} ({made}) SELECT {made} FROM ({block.rows})",
            {"chunk": chunk, "offset": offset},
        )
        yield done, len(chunks)


def _stored(plan: TablePlan, block: BlockPlan) -> Iterable[str]:
    """Hidden columns are stored only where other tables need them."""
    return (column for column in block.columns if column in {**plan.kept, **plan.columns})


def _check_required(connection: duckdb.DuckDBPyConnection, plan: TablePlan) -> None:
    for column in plan.required:
        empty = connection.execute(
            f"SELECT 1 FROM {name(plan.table)} WHERE {name(column)} IS NULL LIMIT 1"
        ).fetchone()
        if empty:
            place = f"{plan.table}.{column}"
            zh = f"按提示生成的必填列 {place} 有空格；请改提示中的 blank、when 或 where"
            en = f"the hints leave cells of {place} empty, which is required: mend `blank`, `when`"
            raise GeneratingError(Text(zh=zh, en=f"{en} or `where`"))
