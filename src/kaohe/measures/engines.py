"""The engines that compute measures: each runs the same compiled queries in its own dialect.

DuckDB holds the checked facts already. The others are handed the same stored rows, whole numbers
and text, so that no engine's reading of a file can differ; all return whole numbers only.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import duckdb

from kaohe.facts import Facts
from kaohe.measures.compiling import (
    Query,
    compile_grouping,
    compile_measures,
    compile_row_amounts,
)
from kaohe.values.measures import (
    AnyMeasure,
    Condition,
    Group,
    Grouping,
    ListedIn,
    Measure,
    PeriodsMet,
)
from kaohe.values.tables import Table
from kaohe.values.text import Text

Counts = Mapping[AnyMeasure, Mapping[str, int]]
"""A whole number for each measure and subject; a subject without rows has none (it is 0)."""

Groups = Mapping[Grouping, Mapping[str, Sequence[Group]]]
"""The groups of rows for each grouping and subject, in the order of their cells, blanks first."""

Run = Callable[[str], Iterable[Any]]
"""Runs a statement and gives its rows."""

NO_SUBJECT = ""
"""Under which rows are counted that name no subject; no subject has an empty id."""
BATCH = 50_000


class EngineError(Exception):
    """An engine cannot be used; the text says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def count(
    facts: Facts,
    tables: Mapping[str, Table],
    measures: Iterable[AnyMeasure],
    groupings: Iterable[Grouping] = (),
    engine: str = "duckdb",
) -> tuple[Counts, Groups]:
    """All measures and groupings over the facts.

    Raises EngineError where the engine is not to be had.
    """
    queries, grouped = compile_measures(measures, tables), list(groupings)
    needed = {name: tables[name] for name in _tables_read(queries, grouped)}
    with ENGINES[engine](facts, needed) as run:
        return _counts(queries, run, engine), _groups(grouped, run, engine)


def row_amounts(
    facts: Facts,
    measures: Sequence[Measure],
    parts: Sequence[Sequence[Condition]],
    keys: Sequence[str],
) -> duckdb.DuckDBPyConnection:
    """Row by row what it adds to ``measures`` of one table, whole and in a fixed order, to fetch.

    The columns: those of ``keys``, then the number of the first of ``parts`` whose conditions hold
    (NULL where none does), then each measure. Over all rows of a subject they add up to what
    ``count`` gives. Only rows, sums and filled cells add up.
    """
    select = compile_row_amounts(measures, parts, keys)
    return facts.connection.cursor().execute(select.sql(dialect="duckdb"))


def _counts(queries: Sequence[Query], run: Run, engine: str) -> Counts:
    counts: dict[AnyMeasure, dict[str, int]] = {}
    for query in queries:
        found: list[dict[str, int]] = [{} for _ in query.measures]
        for subject, *numbers in run(query.select.sql(dialect=engine)):
            for measured, number in zip(found, numbers, strict=True):
                if number:
                    measured[NO_SUBJECT if subject is None else subject] = int(number)
        counts.update(zip(query.measures, found, strict=True))
    return counts


def _groups(groupings: Sequence[Grouping], run: Run, engine: str) -> Groups:
    found: dict[Grouping, dict[str, list[Group]]] = {}
    for grouping in groupings:
        by_subject: dict[str, list[Group]] = {}
        for subject, *cells, rows in run(compile_grouping(grouping).sql(dialect=engine)):
            group = (tuple(cells), int(rows))
            by_subject.setdefault(NO_SUBJECT if subject is None else subject, []).append(group)
        for groups in by_subject.values():
            groups.sort(key=_blanks_first)
        found[grouping] = by_subject
    return found


def _blanks_first(group: Group) -> tuple[tuple[object, ...], ...]:
    return tuple((False,) if cell is None else (True, cell) for cell in group[0])


@contextmanager
def _on_duckdb(facts: Facts, tables: Mapping[str, Table]) -> Iterator[Run]:
    yield lambda sql: facts.connection.execute(sql).fetchall()


@contextmanager
def _on_sqlite(facts: Facts, tables: Mapping[str, Table]) -> Iterator[Run]:
    with closing(sqlite3.connect("")) as database:
        database.execute("PRAGMA journal_mode = OFF")
        for name, table in tables.items():
            columns = ", ".join(f'"{column}"' for column in table.columns)
            database.execute(f'CREATE TABLE "{name}" ({columns})')
            places = ", ".join("?" * len(table.columns))
            for rows in stored_rows(facts, name, table):
                database.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)
        yield lambda sql: _sqlite_rows(database, sql)


def _sqlite_rows(database: sqlite3.Connection, sql: str) -> list[Any]:
    try:
        return database.execute(sql).fetchall()
    except sqlite3.OperationalError as problem:
        zh = f"SQLite 算不出来（{problem}）：合计超过 18 位，请改用 --engine duckdb"
        en = f"SQLite cannot count this ({problem}): use --engine duckdb"
        raise EngineError(Text(zh=zh, en=en)) from None


@contextmanager
def _on_postgres(facts: Facts, tables: Mapping[str, Table]) -> Iterator[Run]:
    url = facts.url if facts.url.startswith("postgres") else os.environ.get("KAOHE_POSTGRES_URL")
    if not url:
        zh = "--engine postgres 需要 postgresql:// 的事实来源，或设置环境变量 KAOHE_POSTGRES_URL"
        en = "--engine postgres needs a postgresql:// FACTS or the variable KAOHE_POSTGRES_URL"
        raise EngineError(Text(zh=zh, en=en))
    try:
        import psycopg
    except ImportError:
        zh = "没有安装 PostgreSQL 驱动，请运行 pip install 'kaohe[postgres]'"
        en = "the PostgreSQL driver is not installed: pip install 'kaohe[postgres]'"
        raise EngineError(Text(zh=zh, en=en)) from None
    try:
        connection = psycopg.connect(url)
    except psycopg.Error as problem:
        reason = str(problem).splitlines()[0]
        zh = f"连不上 PostgreSQL：{reason}"
        raise EngineError(Text(zh=zh, en=f"cannot reach PostgreSQL: {reason}")) from None
    with connection:
        for name, table in tables.items():
            _copy_to_postgres(connection, facts, name, table)
        yield lambda sql: connection.execute(sql).fetchall()


def _copy_to_postgres(connection: Any, facts: Facts, name: str, table: Table) -> None:
    """Hand a table over as a temporary one, which shadows a table of the same name."""
    types = {True: 'text COLLATE "C"', False: "bigint"}
    columns = ", ".join(f'"{column}" {types[_is_text(table, column)]}' for column in table.columns)
    connection.execute(f'CREATE TEMPORARY TABLE "{name}" ({columns})')
    with connection.cursor().copy(f'COPY pg_temp."{name}" FROM STDIN') as copy:
        for rows in stored_rows(facts, name, table):
            for row in rows:
                copy.write_row(row)


def _is_text(table: Table, name: str) -> bool:
    column = table.columns[name]
    return column.type in ("id", "text", "choice") or (
        column.type == "decimal" and column.places is None
    )


def _on_spark(facts: Facts, tables: Mapping[str, Table]) -> AbstractContextManager[Run]:
    zh = "这个版本还不能用 Spark 计算，请用 --engine duckdb"
    en = "this version does not compute on Spark yet: use --engine duckdb"
    raise EngineError(Text(zh=zh, en=en))


def stored_rows(facts: Facts, name: str, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """All stored rows of a table, in batches."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    cursor = facts.connection.cursor().execute(f'SELECT {columns} FROM "{name}"')
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _tables_read(queries: Iterable[Query], groupings: Iterable[Grouping]) -> list[str]:
    """The tables that statements read, those within their conditions too."""
    names: dict[str, None] = {}
    measures = [measure for query in queries for measure in query.measures]
    for measure in (*measures, *groupings):
        names[measure.table] = None
        if isinstance(measure, PeriodsMet):
            names[measure.base] = None
        names.update(dict.fromkeys(_listed_tables(measure.where)))
    return list(names)


def _listed_tables(where: Iterable[Condition]) -> Iterator[str]:
    for condition in where:
        if isinstance(condition, ListedIn):
            yield condition.table
            yield from _listed_tables(condition.where)


Engine = Callable[[Facts, Mapping[str, Table]], AbstractContextManager[Run]]
ENGINES: Mapping[str, Engine] = {
    "duckdb": _on_duckdb,
    "sqlite": _on_sqlite,
    "postgres": _on_postgres,
    "spark": _on_spark,
}
