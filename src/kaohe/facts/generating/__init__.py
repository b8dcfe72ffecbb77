"""Demonstration towns: valid facts for a scheme, made by hints that stand beside it as data.

The generator knows tables as the scheme declares them and towns as the hints describe them; no
table, column or word of a policy stands in it. One seed makes one town, byte by byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from kaohe.facts.generating.errors import GeneratingError
from kaohe.facts.generating.filling import fill_table, make_subjects, open_database
from kaohe.facts.generating.folder import is_generated, replaced_folder
from kaohe.facts.generating.hints import TownHints
from kaohe.facts.generating.planning import plan_town
from kaohe.facts.generating.writing import FileFormat, write_table
from kaohe.values.tables import Table
from kaohe.values.text import Text

__all__ = ["FileFormat", "GeneratingError", "TownHints", "generate", "is_generated"]

LARGEST = 1_000_000
"""The largest mean size of a subject."""


def generate(
    tables: Mapping[str, Table],
    town: TownHints,
    *,
    subjects: int,
    seed: int,
    households: int | None,
    out: Path,
    file_format: FileFormat,
    threads: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, int]:
    """Make a town and write its tables into the folder ``out``; the rows of every table.

    ``households`` is the mean size of a subject where the hints' own is not wanted. ``progress``
    hears the table and how far it is, from 0 to 1. Raises ``GeneratingError`` before anything is
    written.
    """
    size = town.size if households is None else households
    _check_size(subjects, size)
    plans = plan_town(tables, town, seed)
    rows: dict[str, int] = {}
    with replaced_folder(out) as staging, TemporaryDirectory(dir=staging) as work:
        with open_database(Path(work) / "town.duckdb", threads) as connection:
            make_subjects(connection, town, subjects, size, seed)
            for plan in plans:
                tell = _teller(progress, plan.table)
                rows[plan.table] = fill_table(connection, plan, tell)
                path = staging / f"{plan.table}.{file_format}"
                write_table(connection, plan.table, plan.columns, path, file_format)
                if not plan.kept:
                    connection.execute(f'DROP TABLE "{plan.table}"')
                tell(1.0)
    return rows


def _check_size(subjects: int, size: int) -> None:
    if subjects < 1 or not 1 <= size <= LARGEST:
        zh = f"至少要有 1 个考核对象，平均规模为 1 到 {LARGEST}"
        en = f"a town has at least 1 subject, of a mean size from 1 to {LARGEST}"
        raise GeneratingError(Text(zh=zh, en=en))


def _teller(progress: Callable[[str, float], None] | None, table: str) -> Callable[[float], None]:
    return lambda share: progress(table, share) if progress else None
