"""Compiled measures on every embedded engine give what a plain loop over the rows gives."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from kaohe.measures.compiling import compile_grouping, compile_measures
from kaohe.scoring.conditions import meets
from kaohe.values.measures import (
    Between,
    Blank,
    Condition,
    DaysBetween,
    FilledAtLeast,
    Grouping,
    ListedIn,
    Measure,
    OneOf,
    Stored,
    Take,
    WorkingDaysBetween,
)
from kaohe.values.tables import Table

Row = dict[str, Stored | None]

TABLE = Table.model_validate(
    {
        "label": "办件",
        "row": "一件",
        "columns": {
            "place": {"type": "id", "heading": "地点"},
            "kind": {"type": "choice", "heading": "类别", "choices": {"a": "甲", "b": "乙"}},
            "who": {"type": "id", "heading": "何人", "required": False},
            "points": {"type": "whole", "heading": "分", "required": False},
            "opened": {"type": "date", "heading": "开始", "required": False},
            "closed": {"type": "date", "heading": "结束", "required": False},
        },
    }
)
NUMBERS = st.one_of(st.none(), st.integers(min_value=0, max_value=9))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "place": st.sampled_from(["01", "1", "东", "a'b"]),
            "kind": st.sampled_from(["a", "b"]),
            "who": st.one_of(st.none(), st.sampled_from(["x", "y", "é", "'"])),
            "points": NUMBERS,
            "opened": NUMBERS,
            "closed": NUMBERS,
        }
    ),
    max_size=25,
)
LIMITS = st.one_of(st.none(), st.integers(min_value=-3, max_value=9))
CONDITIONS = st.one_of(
    st.builds(OneOf, st.just("kind"), st.just(("a",)), st.booleans()),
    st.builds(OneOf, st.just("who"), st.sampled_from([("x",), ("x", "'")]), st.booleans()),
    st.builds(Blank, st.sampled_from(["who", "points", "opened"]), st.booleans()),
    st.builds(Between, st.sampled_from(["points", "opened"]), LIMITS, LIMITS),
    st.builds(DaysBetween, st.just("opened"), st.just("closed"), LIMITS, LIMITS),
    st.builds(FilledAtLeast, st.just(("who", "points", "opened")), st.integers(0, 3)),
    st.builds(
        WorkingDaysBetween,
        st.just("opened"),
        st.just("closed"),
        LIMITS,
        LIMITS,
        st.sampled_from([(), (3, 4), (0, 5, 6)]),
    ),
)
TAKEN = st.sampled_from(
    [
        (Take.ROWS, ()),
        (Take.SUM, ("points",)),
        (Take.SUM, ("points", "opened")),
        (Take.FILLED, ("who", "points")),
        (Take.GREATEST, ("points",)),
        (Take.DISTINCT, ("who",)),
        (Take.DISTINCT, ("who", "kind")),
    ]
)


def measure(taken: tuple[Take, tuple[str, ...]], where: Sequence[Condition]) -> Measure:
    return Measure("cases", "place", taken[0], taken[1], tuple(dict.fromkeys(where)))


MEASURES = st.lists(st.builds(measure, TAKEN, st.lists(CONDITIONS, max_size=3)), min_size=1)


def plainly(one: Measure, rows: Sequence[Row]) -> dict[str, int]:
    """The measure by a loop over the rows; subjects that come to 0 are left out."""
    found: dict[str, int] = {}
    for place in {str(row["place"]) for row in rows}:
        mine = [row for row in rows if row["place"] == place and meets(row, one.where)]
        cells = [[row[name] for name in one.columns] for row in mine]
        filled = [int(cell) for row in cells for cell in row if isinstance(cell, int)]
        numbers = {
            Take.ROWS: len(mine),
            Take.SUM: sum(filled),
            Take.FILLED: sum(cell is not None for row in cells for cell in row),
            Take.GREATEST: max(filled, default=0),
            Take.DISTINCT: len({tuple(row) for row in cells if None not in row}),
        }
        if numbers[one.take]:
            found[place] = numbers[one.take]
    return found


@contextmanager
def engine_with(dialect: str, rows: Sequence[Row]) -> Iterator[Callable[[str], list[Any]]]:
    """An engine that holds the rows, as what runs a statement."""
    connect = {"duckdb": duckdb.connect, "sqlite": sqlite3.connect}[dialect]
    names = list(TABLE.columns)
    with closing(connect(":memory:")) as database:
        types = {"place": "VARCHAR", "kind": "VARCHAR", "who": "VARCHAR"}
        columns = ", ".join(f'"{name}" {types.get(name, "BIGINT")}' for name in names)
        database.execute(f"CREATE TABLE cases ({columns})")
        if rows:
            places = ", ".join("?" * len(names))
            cells = [[row[name] for name in names] for row in rows]
            database.executemany(f"INSERT INTO cases VALUES ({places})", cells)
        yield lambda sql: database.execute(sql).fetchall()


def on_engine(
    dialect: str, measures: Sequence[Measure], rows: Sequence[Row]
) -> Mapping[Measure, dict[str, int]]:
    """The same measures compiled and run on an engine."""
    found: dict[Measure, dict[str, int]] = {}
    with engine_with(dialect, rows) as run:
        for query in compile_measures(dict.fromkeys(measures), {"cases": TABLE}):
            lines = run(query.select.sql(dialect=dialect))
            for position, one in enumerate(query.measures, start=1):
                assert isinstance(one, Measure)
                found[one] = {line[0]: int(line[position]) for line in lines if line[position]}
    return found


@given(MEASURES, ROWS)
def test_engines_agree_with_a_plain_loop(measures: list[Measure], rows: list[Row]) -> None:
    expected = {one: plainly(one, rows) for one in measures}
    assert on_engine("duckdb", measures, rows) == expected
    assert on_engine("sqlite", measures, rows) == expected


LISTED = st.builds(
    ListedIn,
    st.just("who"),
    st.just("cases"),
    st.just("who"),
    st.lists(CONDITIONS, max_size=2).map(tuple),
    st.booleans(),
)


@given(LISTED, st.lists(CONDITIONS, max_size=2), ROWS)
def test_values_are_listed_as_in_a_plain_set(
    listed: ListedIn, where: list[Condition], rows: list[Row]
) -> None:
    register = {row["who"] for row in rows if meets(row, listed.where)} - {None}
    kept = [row for row in rows if (row["who"] in register) != listed.negated]
    # A second measure without the condition makes it a facet instead of a shared condition.
    one = Measure("cases", "place", Take.ROWS, (), (*where, listed))
    other = Measure("cases", "place", Take.ROWS)
    expected = {one: plainly(Measure("cases", "place", Take.ROWS, (), tuple(where)), kept)}
    for dialect in ("duckdb", "sqlite"):
        assert on_engine(dialect, [one], rows) == expected
        assert on_engine(dialect, [one, other], rows)[one] == expected[one]


@given(st.lists(CONDITIONS, max_size=2), ROWS)
def test_rows_are_grouped_as_by_a_plain_counter(where: list[Condition], rows: list[Row]) -> None:
    grouping = Grouping("cases", "place", ("kind", "points"), tuple(dict.fromkeys(where)))
    cells = [(row["place"], row["kind"], row["points"]) for row in rows if meets(row, where)]
    expected = Counter(cells)
    for dialect in ("duckdb", "sqlite"):
        with engine_with(dialect, rows) as run:
            lines = run(compile_grouping(grouping).sql(dialect=dialect))
        assert Counter({tuple(line[:3]): line[3] for line in lines}) == expected
