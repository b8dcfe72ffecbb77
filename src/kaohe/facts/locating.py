"""Where each table stands: a folder of files, a workbook of sheets, or a database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kaohe.facts.declared import DeclaredTable
from kaohe.facts.errors import SourceError
from kaohe.facts.readers.delimited import read_delimited
from kaohe.facts.readers.parquet import read_parquet
from kaohe.facts.readers.postgresql import open_postgresql, postgresql_tables, read_postgresql
from kaohe.facts.readers.sqlite import open_sqlite, read_sqlite, sqlite_tables
from kaohe.facts.readers.workbooks import (
    note_ignored_sheet,
    open_workbook,
    read_sheet,
    read_workbook,
    sheet_names,
)
from kaohe.facts.records import Records
from kaohe.facts.workspace import Unreadable, Workspace
from kaohe.values.text import Text

FILE_READERS = {".csv": read_delimited, ".xlsx": read_workbook, ".parquet": read_parquet}


@dataclass(frozen=True)
class Located:
    """How each table that is present is read; none that cannot be."""

    present: frozenset[str]
    readers: Mapping[str, Callable[[], Records]]
    close: Callable[[], None] = lambda: None


def locate(
    source: str,
    tables: Mapping[str, DeclaredTable],
    workspace: Workspace,
    beside: Collection[str] = (),
) -> Located:
    """Find the tables of a source; tables ``beside`` them may lie there too and go unmentioned.

    Raises SourceError where the source is not to be had.
    """
    scheme, found, rest = source.partition("://")
    if found:
        if scheme == "sqlite":
            return _in_sqlite(_sqlite_path(rest), tables, workspace)
        if scheme in ("postgresql", "postgres"):
            return _in_postgresql(source, tables, workspace)
        zh = f"不认识的数据库地址 {scheme}://，可用 sqlite:/// 或 postgresql://"
        en = f"unknown kind of database {scheme}://, use sqlite:/// or postgresql://"
        raise SourceError(Text(zh=zh, en=en))
    path = Path(source)
    if path.is_dir():
        return _in_folder(path, tables, workspace, beside)
    if path.is_file() and path.suffix.lower() == ".xlsx":
        return _in_workbook(path, tables, workspace, beside)
    what = "不是文件夹，也不是 .xlsx 工作簿" if path.exists() else "不存在"
    kind = "is neither a folder nor an .xlsx workbook" if path.exists() else "does not exist"
    raise SourceError(Text(zh=f"事实来源 {source} {what}", en=f"the facts {source}: {kind}"))


def _in_folder(
    path: Path,
    tables: Mapping[str, DeclaredTable],
    workspace: Workspace,
    beside: Collection[str],
) -> Located:
    try:
        entries = sorted(entry for entry in path.iterdir() if entry.is_file())
    except OSError as problem:
        zh = f"读不了文件夹 {path}：{problem.strerror}"
        en = f"cannot read the folder {path}: {problem.strerror}"
        raise SourceError(Text(zh=zh, en=en)) from None
    files: dict[str, list[Path]] = {}
    for entry in entries:
        readable = entry.suffix in FILE_READERS
        if readable and entry.stem in tables:
            files.setdefault(entry.stem, []).append(entry)
        elif not entry.name.startswith(".") and not (readable and entry.stem in beside):
            zh = f"忽略文件 {entry.name}"
            workspace.note(zh, f"the file {entry.name} is ignored")
    readers = {}
    for table, paths in files.items():
        if len(paths) > 1:
            _note_several(tables[table], paths, workspace)
        else:
            read = FILE_READERS[paths[0].suffix]
            readers[table] = partial(read, paths[0], tables[table], workspace)
    return Located(frozenset(files), readers)


def _note_several(table: DeclaredTable, paths: Iterable[Path], workspace: Workspace) -> None:
    names = [path.name for path in paths]
    zh = f"应只有一个文件，现有 {'、'.join(names)}"
    workspace.log.table(table, Text(zh=zh, en=f"one file, not {' and '.join(names)}"))


def _in_workbook(
    path: Path,
    tables: Mapping[str, DeclaredTable],
    workspace: Workspace,
    beside: Collection[str],
) -> Located:
    try:
        workbook = open_workbook(path)
    except Unreadable:
        zh = f"{path} 不是可以打开的 XLSX 工作簿"
        en = f"{path} is no XLSX workbook that can be opened"
        raise SourceError(Text(zh=zh, en=en)) from None
    sheets = sheet_names(workbook)
    for sheet in sheets:
        if sheet not in tables and sheet not in beside:
            note_ignored_sheet(path, sheet, workspace)
    readers = {
        sheet: partial(read_sheet, workbook, path, sheet, tables[sheet], workspace)
        for sheet in sheets
        if sheet in tables
    }
    return Located(frozenset(readers), readers)


def _sqlite_path(rest: str) -> Path:
    """``sqlite:///name`` is relative, ``sqlite:////name`` absolute, as is usual."""
    if not rest.startswith("/") or len(rest) == 1:
        zh = "SQLite 数据库的地址应为 sqlite:///文件路径"
        raise SourceError(Text(zh=zh, en="an SQLite database is given as sqlite:///PATH"))
    path = Path(rest[1:])
    if not path.is_file():
        zh = f"数据库文件 {path} 不存在"
        raise SourceError(Text(zh=zh, en=f"the database file {path} does not exist"))
    return path


def _in_sqlite(path: Path, tables: Mapping[str, DeclaredTable], workspace: Workspace) -> Located:
    database = open_sqlite(path)
    readers = {
        table: partial(read_sqlite, database, tables[table], workspace)
        for table in sqlite_tables(database)
        if table in tables
    }
    return Located(frozenset(readers), readers, database.close)


def _in_postgresql(url: str, tables: Mapping[str, DeclaredTable], workspace: Workspace) -> Located:
    connection = open_postgresql(url)
    readers = {
        table: partial(read_postgresql, connection, tables[table], workspace)
        for table in postgresql_tables(connection, list(tables))
    }
    return Located(frozenset(readers), readers, connection.close)
