"""Facts: every declared table read, checked, stored exactly, and hashed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb

from kaohe.facts.checking import check
from kaohe.facts.declared import DeclaredTable, declare
from kaohe.facts.faultlog import ValuesOf
from kaohe.facts.hashing import content_hash
from kaohe.facts.locating import Located, locate
from kaohe.facts.sql import name, names
from kaohe.facts.storing import StoredTable, finish_tables, make_tables, store
from kaohe.facts.workspace import Unreadable, Workspace, open_workspace
from kaohe.values.faults import Fault
from kaohe.values.tables import Table
from kaohe.values.text import Text

READ = 0.8
"""About so much of the work on a table is done when its cells are read."""
Progress = Callable[[str, float], None]
"""Told what is being read, and how much of the whole is done (0 to 1)."""


@dataclass(frozen=True)
class TableFacts:
    """A table that is present: how many rows it has, and the hash of its canonical content."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Facts:
    """Checked facts in an embedded database: a relation per declared table, named like it.

    Each has exactly the declared columns, rows in the order of their numbers. Codes, ids, texts
    and decimals without declared places are text; whole numbers are whole; a decimal is the
    multiple of its last place; a boolean is 0 or 1; a date is days since 1970-01-01. An absent
    table is an empty one. The database goes when the facts are closed or forgotten.
    """

    url: str
    tables: Mapping[str, TableFacts]
    _workspace: Workspace

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The embedded database."""
        return self._workspace.connection

    def rows(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """The stored values of these columns, row by row."""
        return self.connection.execute(f"SELECT {names(columns)} FROM {name(table)}").fetchall()

    def close(self) -> None:
        """Give the database back."""
        self._workspace.close()

    def __enter__(self) -> Facts:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Reading:
    """What came of reading: facts, or the first faults in order and the number of all."""

    facts: Facts | None
    faults: tuple[Fault, ...]
    fault_count: int
    notes: tuple[Text, ...]


def read_facts(
    source: str,
    tables: Mapping[str, Table],
    *,
    progress: Progress | None = None,
    beside: Collection[str] = (),
) -> Reading:
    """Read and check every declared table from a folder, a workbook or a database.

    ``beside`` are tables that may lie there too: they are left alone and not mentioned.
    Raises SourceError where the source itself is not to be had. Bad content never raises.
    """
    declared = declare(tables)
    workspace = open_workspace()
    try:
        located = locate(source, declared, workspace, beside)
        reading = _read(source, declared, located, workspace, progress or (lambda *_: None))
    except BaseException:
        workspace.close()
        raise
    if reading.facts is None:
        workspace.close()
    return reading


def _read(
    source: str,
    declared: Mapping[str, DeclaredTable],
    located: Located,
    workspace: Workspace,
    tell: Progress,
) -> Reading:
    make_tables(workspace, declared.values())
    try:
        stored = _store_all(declared, located, workspace, tell)
    finally:
        located.close()
    _check_presence(declared, located.present, stored, workspace)
    check(stored, workspace)
    notes = tuple(workspace.notes)
    count = workspace.log.count
    if count:
        faults = workspace.log.first(declared, _values_of(stored, workspace))
        return Reading(None, faults, count, notes)
    finish_tables(workspace, declared.values())
    hashed = {name: _table_facts(declared[name], workspace) for name in stored}
    return Reading(Facts(source, hashed, workspace), (), 0, notes)


def _values_of(stored: Mapping[str, StoredTable], workspace: Workspace) -> ValuesOf:
    """How the log comes by the texts of cells."""

    def values_of(
        table: DeclaredTable, cells: Iterable[tuple[int, int]]
    ) -> Mapping[tuple[int, int], str]:
        return stored[table.name].records.texts(workspace, table, cells)

    return values_of


def _store_all(
    declared: Mapping[str, DeclaredTable], located: Located, workspace: Workspace, tell: Progress
) -> dict[str, StoredTable]:
    """Every table that can be read, in the order of the declarations."""
    stored = {}
    for index, table in enumerate(declared.values()):
        tell(table.name, index / len(declared))
        read = located.readers.get(table.name)
        if read is None:
            continue

        def tell_part(
            begin: float, end: float, share: float, table: str = table.name, index: int = index
        ) -> None:
            tell(table, (index + begin + (end - begin) * share) / len(declared))

        workspace.tell = partial(tell_part, 0, READ)
        try:
            stored[table.name] = store(read(), table, workspace, partial(tell_part, READ, 1))
        except Unreadable as reason:
            workspace.log.forget(table)
            workspace.log.table(table, reason.expected)
    return stored


def _check_presence(
    declared: Mapping[str, DeclaredTable],
    present: frozenset[str],
    stored: Mapping[str, StoredTable],
    workspace: Workspace,
) -> None:
    """Tables that must be there, and tables that must have a row."""
    for table in declared.values():
        instead = table.table.required_unless
        required = table.table.required or (instead is not None and instead not in present)
        if table.name not in present and required:
            workspace.log.table(table, _missing(table, instead))
        elif table.name in stored and not table.table.may_be_empty:
            if not _has_rows(table, workspace):
                row = table.table.row
                expected = Text(zh=f"应至少有一行（{row.zh}）", en=f"at least one row ({row.en})")
                workspace.log.table(table, expected)


def _missing(table: DeclaredTable, instead: str | None) -> Text:
    zh = f"应有表 {table.name}（{table.table.label.zh}）"
    en = f"the table {table.name} ({table.table.label.en})"
    if instead is not None and not table.table.required:
        zh, en = f"{zh}，或表 {instead}", f"{en}, or the table {instead}"
    return Text(zh=zh, en=en)


def _has_rows(table: DeclaredTable, workspace: Workspace) -> bool:
    query = f"SELECT 1 FROM {name(table.name)} LIMIT 1"
    return bool(workspace.connection.execute(query).fetchall())


def _table_facts(table: DeclaredTable, workspace: Workspace) -> TableFacts:
    ((rows,),) = workspace.connection.execute(f"SELECT count(*) FROM {name(table.name)}").fetchall()
    return TableFacts(rows, content_hash(workspace.connection, table))
