"""A snapshot: checked facts in files that do not change, known by one hash.

Rows stand in canonical order, not in the order in which they came: equal facts are equal content,
whatever their order and form, and so the same files to the byte. What is written is what reading
gives back, and whoever reads a snapshot can compare its hash.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kaohe.facts.checking.conditions import holds
from kaohe.facts.copying import copy_as_parquet
from kaohe.facts.declared import DeclaredColumn, DeclaredTable, declare
from kaohe.facts.errors import SourceError
from kaohe.facts.hashing import canonical_content, canonical_order, canonical_text
from kaohe.facts.parsing import MOST_DIGITS
from kaohe.facts.reading import Facts
from kaohe.facts.sql import name
from kaohe.values.tables import Column, Table
from kaohe.values.text import Text


def write_snapshot(facts: Facts, tables: Mapping[str, Table], folder: Path) -> str:
    """Copy every table that is present to ``folder`` as ``TABLE.parquet``; return the hash.

    ``tables`` are those that the facts were read with. The folder comes into being with all its
    files or not at all, and never changes: one that holds this very snapshot is left as it is, one
    that holds anything else raises FileExistsError. Raises OSError where nothing can be written,
    and SourceError where no file could hold the facts as they are.
    """
    declared = declare(tables)
    with _filled_once(folder) as draft:
        for table in facts.tables:
            _check_fits(facts, declared[table])
            order = canonical_order(facts.connection, declared[table])
            query = f"SELECT {_cells(declared[table])} FROM {name(table)} ORDER BY {order}"
            copy_as_parquet(facts.connection, query, draft / f"{table}.parquet")
    return snapshot_sha256(facts)


def snapshot_sha256(facts: Facts) -> str:
    """The hash by which a snapshot of these facts is known: of the tables and their hashes."""
    lines = [f"{table} {facts.tables[table].sha256}\n" for table in sorted(facts.tables)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def canonical_csv(facts: Facts, tables: Mapping[str, Table], table: str) -> bytes:
    """The canonical content of one table that is present: its SHA-256 is the table's hash."""
    return b"".join(canonical_content(facts.connection, declare(tables)[table]))


def write_canonical_csv(facts: Facts, tables: Mapping[str, Table], folder: Path) -> None:
    """Write the canonical content of every table as ``TABLE.csv``, as a snapshot is written.

    ``sha256sum`` of a file is the hash of its table.
    """
    declared = declare(tables)
    with _filled_once(folder) as draft:
        for table in facts.tables:
            with (draft / f"{_file_name(table)}.csv").open("wb") as file:
                file.writelines(canonical_content(facts.connection, declared[table]))


@contextmanager
def _filled_once(folder: Path) -> Iterator[Path]:
    """A folder to write in, which becomes ``folder`` at the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kaohe-", dir=folder.parent) as staging:
        # A folder within, since a temporary one is closed to others.
        draft = Path(staging) / "draft"
        draft.mkdir()
        yield draft
        if not _is_empty(folder):
            if _are_alike(draft, folder):
                return
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
        if folder.is_dir():
            folder.rmdir()
        draft.rename(folder)


def _is_empty(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _are_alike(draft: Path, folder: Path) -> bool:
    if not folder.is_dir():
        return False
    files = [path.name for path in draft.iterdir()]
    if {path.name for path in folder.iterdir()} != set(files):
        return False
    _, different, unreadable = filecmp.cmpfiles(draft, folder, files, shallow=False)
    return not different and not unreadable


def _check_fits(facts: Facts, table: DeclaredTable) -> None:
    """A row that has values under ignored headings only would be read as no row at all."""
    _file_name(table.name)
    if any(column.column.required is True for column in table.columns.values()):
        return
    blank = " AND ".join(
        f"coalesce(({_cell(table, column)})::VARCHAR, '') = ''" for column in table.columns.values()
    )
    query = f"SELECT count(*) FROM {name(table.name)} WHERE {blank}"
    ((rows,),) = facts.connection.execute(query).fetchall()
    if rows:
        zh = f"表 {table.name} 有 {rows} 行在各列中都没有值，请删去或填写"
        en = f"{rows} rows of the table {table.name} have no value in any column: fill or drop them"
        raise SourceError(Text(zh=zh, en=en))


def _file_name(table: str) -> str:
    """The name of a table, if a file can have it; no table names a place elsewhere."""
    if Path(table).name != table:
        zh, en = f"表名 {table} 不能作文件名", f"no file can be named after the table {table}"
        raise SourceError(Text(zh=zh, en=en))
    return table


def _cells(table: DeclaredTable) -> str:
    columns = table.columns.values()
    return ", ".join(f"{_cell(table, one)} AS {name(one.name)}" for one in columns)


def _cell(table: DeclaredTable, column: DeclaredColumn) -> str:
    """A stored value as the file holds it: its canonical text, with a type of its own."""
    value = f"CAST({canonical_text(column)} AS {_file_type(column.column)})"
    only_where = column.column.filled_only_where
    if only_where is None:
        return value
    # A default there is where nothing may be filled in: the cell was empty.
    return f"CASE WHEN {holds(table, only_where)} THEN {value} END"


def _file_type(column: Column) -> str:
    """The type of a column in the file; a decimal without declared places has no bounds."""
    if column.type == "decimal" and column.places is not None:
        return f"DECIMAL({MOST_DIGITS}, {column.places})"
    return {"whole": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}.get(column.type, "VARCHAR")
