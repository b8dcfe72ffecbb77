"""The engines that compute measures: each runs the same compiled queries in its own dialect.

DuckDB holds the checked facts already. The others are handed the same stored rows, whole numbers
and text, so that no engine's reading of a file can differ; all return whole numbers only.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from kaohe.facts import Facts
from kaohe.measures.compiling import Query, compile_measures
from kaohe.values.measures import AnyMeasure, PeriodsMet
from kaohe.values.tables import Table
from kaohe.values.text import Text

Counts = Mapping[AnyMeasure, Mapping[str, int]]
"""A whole number for each measure and subject; a subject without rows has none (it is 0)."""

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
    engine: str = "duckdb",
) -> Counts:
    """All measures over the facts. Raises EngineError where the engine is not to be had."""
    queries = compile_measures(measures, tables)
    return ENGINES[engine](facts, tables, queries)


def _counts(queries: Sequence[Query], run: Callable[[Query], Iterable[Any]]) -> Counts:
    counts: dict[AnyMeasure, dict[str, int]] = {}
    for query in queries:
        found: list[dict[str, int]] = [{} for _ in query.measures]
        for subject, *numbers in run(query):
            for measured, number in zip(found, numbers, strict=True):
                if number:
                    measured[NO_SUBJECT if subject is None else subject] = int(number)
        counts.update(zip(query.measures, found, strict=True))
    return counts


def _on_duckdb(facts: Facts, tables: Mapping[str, Table], queries: Sequence[Query]) -> Counts:
    def run(query: Query) -> Iterable[Any]:
        rows: list[Any] = facts.connection.execute(query.select.sql(dialect="duckdb")).fetchall()
        return rows

    return _counts(queries, run)


def _on_sqlite(facts: Facts, tables: Mapping[str, Table], queries: Sequence[Query]) -> Counts:
    with closing(sqlite3.connect("")) as database:
        database.execute("PRAGMA journal_mode = OFF")
        for name in _tables_read(queries):
            columns = ", ".join(f'"{column}"' for column in tables[name].columns)
            database.execute(f'CREATE TABLE "{name}" ({columns})')
            places = ", ".join("?" * len(tables[name].columns))
            for rows in stored_rows(facts, name, tables[name]):
                database.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)

        def run(query: Query) -> Iterable[Any]:
            return database.execute(query.select.sql(dialect="sqlite"))

        return _counts(queries, run)


def _on_postgres(facts: Facts, tables: Mapping[str, Table], queries: Sequence[Query]) -> Counts:
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
        for name in _tables_read(queries):
            _copy_to_postgres(connection, facts, name, tables[name])

        def run(query: Query) -> Iterable[Any]:
            rows: list[Any] = connection.execute(query.select.sql(dialect="postgres")).fetchall()
            return rows

        return _counts(queries, run)


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


def _on_spark(facts: Facts, tables: Mapping[str, Table], queries: Sequence[Query]) -> Counts:
    zh = "这个版本还不能用 Spark 计算，请用 --engine duckdb"
    en = "this version does not compute on Spark yet: use --engine duckdb"
    raise EngineError(Text(zh=zh, en=en))


def stored_rows(facts: Facts, name: str, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """All stored rows of a table, in batches."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    cursor = facts.connection.cursor().execute(f'SELECT {columns} FROM "{name}"')
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _tables_read(queries: Iterable[Query]) -> list[str]:
    names: dict[str, None] = {}
    for query in queries:
        for measure in query.measures:
            names[measure.table] = None
            if isinstance(measure, PeriodsMet):
                names[measure.base] = None
    return list(names)


ENGINES: Mapping[str, Callable[[Facts, Mapping[str, Table], Sequence[Query]], Counts]] = {
    "duckdb": _on_duckdb,
    "sqlite": _on_sqlite,
    "postgres": _on_postgres,
    "spark": _on_spark,
}
