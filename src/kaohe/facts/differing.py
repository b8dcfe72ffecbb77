"""How many rows of two snapshots differ, table by table: counted by key, never shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kaohe.facts.sql import literal, name
from kaohe.facts.workspace import MEMORY
from kaohe.values.tables import Table


@dataclass(frozen=True)
class RowsMoved:
    """How many rows came to a table, went from it, or say something else under the same key.

    Rows of a table without a key are equal or not: ``changed`` is 0 there.
    """

    added: int
    gone: int
    changed: int

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def rows_moved(before: Path, after: Path, tables: Mapping[str, Table]) -> dict[str, RowsMoved]:
    """For each of ``tables`` how its rows in the snapshot ``after`` differ from ``before``.

    A table that a snapshot does not hold has no rows there, a column that a file does not hold no
    values. Equal tables are told too.
    """
    with _connected() as connection:
        return {
            table: _moved(
                connection, declared, *(one / f"{table}.parquet" for one in (before, after))
            )
            for table, declared in tables.items()
        }


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kaohe-") as folder, duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {literal(folder)}")
        yield connection


def _moved(
    connection: duckdb.DuckDBPyConnection, table: Table, before: Path, after: Path
) -> RowsMoved:
    for side, path in (("before", before), ("after", after)):
        _load(connection, table, side, path)
    if not table.key:
        added, gone = (
            _count(connection, f"FROM {one} EXCEPT ALL FROM {other}")
            for one, other in (("after", "before"), ("before", "after"))
        )
        return RowsMoved(added, gone, 0)
    matched = " AND ".join(
        f"after.{name(one)} IS NOT DISTINCT FROM before.{name(one)}" for one in table.key
    )
    changed = "SELECT 1 FROM after JOIN before ON {} WHERE ({}) IS DISTINCT FROM ({})".format(
        matched, *(_row(table, side) for side in ("after", "before"))
    )
    return RowsMoved(
        _count(connection, f"FROM after ANTI JOIN before ON {matched}"),
        _count(connection, f"FROM before ANTI JOIN after ON {matched}"),
        _count(connection, changed),
    )


def _load(connection: duckdb.DuckDBPyConnection, table: Table, side: str, path: Path) -> None:
    """A table as text, with all of its declared columns."""
    there: set[str] = set()
    source = "(SELECT 1 WHERE false)"
    if path.exists():
        source = f"read_parquet({literal(str(path))})"
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        there = {str(one[0]) for one in described}
    cells = (
        f"{name(one) if one in there else 'NULL'}::VARCHAR AS {name(one)}" for one in table.columns
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {side} AS SELECT {', '.join(cells)} FROM {source}"
    )


def _row(table: Table, side: str) -> str:
    return "row({})".format(", ".join(f"{side}.{name(one)}" for one in table.columns))


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((number,),) = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()
    return int(number)
