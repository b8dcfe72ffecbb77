"""What a query gives, as a Parquet file that is the same whenever the rows are."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kaohe.facts.sql import literal


def copy_as_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """By one thread: where several write, their number decides where row groups end."""
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    connection.execute("SET threads = 1")
    try:
        connection.execute(
            f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
    finally:
        connection.execute(f"SET threads = {threads}")
