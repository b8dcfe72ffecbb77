"""Everything that an administrator can lay hands on at one moment, taken while the town is served.

On SQLite raw copies of all files with their write-ahead logs, and the tables in the copies. On
PostgreSQL all tables with the columns that the server keeps of its own (``ctid``, ``xmin``, …),
its statistics and sequences, and the raw files of the database with its write-ahead log. In both
cases the log of the server and whatever lies in its folders, temporary files included.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Table = list[dict[str, Any]]


@dataclass(frozen=True)
class Capture:
    """What was taken at one moment: raw files in a folder, and tables read from them."""

    name: str
    folder: Path
    tables: dict[str, Table]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every raw file, by its name."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield f"{self.name}/{path.relative_to(self.folder)}", path.read_bytes()


def distinct_files(captures: Iterable[Capture]) -> Iterator[tuple[str, bytes]]:
    """The raw files of all captures; one that was the same before is not told again."""
    seen: set[bytes] = set()
    for capture in captures:
        for name, content in capture.files():
            digest = sha256(content).digest()
            if digest not in seen:
                seen.add(digest)
                yield name, content


@dataclass(frozen=True)
class Town:
    """Where a town keeps what it has: its folder with data, keys, log and temporary files, and the
    address of its database."""

    folder: Path
    url: str

    def capture(self, name: str, into: Path, *, keys: bool, raw: bool = True) -> Capture:
        """Take everything. ``keys``: also the folder of private keys, which before the opening is
        the one thing that must not be had. ``raw``: also the server's raw files (PostgreSQL)."""
        folder = into / name
        leave = shutil.ignore_patterns(*(() if keys else ("keys",)))
        shutil.copytree(self.folder, folder, ignore=leave)
        if self.url.startswith("sqlite"):
            return Capture(name, folder, _tables_of_files(folder, into / f"{name} opened"))
        if raw:
            _copy_raw(self.url, folder / "server")
        return Capture(name, folder, _tables_of_server(self.url))


def _tables_of_files(folder: Path, opened: Path) -> dict[str, Table]:
    """The tables of every SQLite file; a copy is opened, for opening alters the files beside it."""
    shutil.copytree(folder, opened)
    found: dict[str, Table] = {}
    for path in sorted(opened.rglob("*.sqlite3")):
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            found[f"{path.stem}.{name}"] = _rows(connection, name)
        connection.close()
    shutil.rmtree(opened)
    return found


def _rows(connection: sqlite3.Connection, table: str) -> Table:
    for columns in ("rowid AS rowid_, *", "*"):
        try:
            return [dict(row) for row in connection.execute(f'SELECT {columns} FROM "{table}"')]
        except sqlite3.OperationalError:
            continue
    raise AssertionError(table)


OF_THE_SERVER = "ctid, xmin, xmax, cmin, cmax, tableoid"
STATISTICS = (
    "pg_stat_all_tables",
    "pg_statio_all_tables",
    "pg_stat_activity",
    "pg_stats",
    "pg_sequences",
    "pg_locks",
)


def _tables_of_server(url: str) -> dict[str, Table]:
    import psycopg
    from psycopg.rows import dict_row

    with psycopg.connect(url, row_factory=dict_row) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = {
            f"{one['schemaname']}.{one['tablename']}": connection.execute(
                f'SELECT {OF_THE_SERVER}, * FROM "{one["schemaname"]}"."{one["tablename"]}"'
            ).fetchall()
            for one in names
        }
        for name in STATISTICS:
            found[name] = connection.execute(f"SELECT * FROM {name}").fetchall()
        return found


def _copy_raw(url: str, into: Path) -> None:
    """The files of the database, its write-ahead log and the server's own log."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    home = Path(parse_qs(urlsplit(url).query)["host"][0])
    for part in (f"data/base/{row[0]}", "data/pg_wal", "log"):
        source = home / part
        if source.is_dir():
            shutil.copytree(source, into / source.name, ignore_dangling_symlinks=True)
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, into)
