"""SQLite and PostgreSQL: types, row numbers, what cannot be reached."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kaohe.facts import Reading, SourceError, read_facts
from tests.unit.facts.gardens import (
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    faults,
    hashes,
    notes,
    sha256,
    table,
    tables_of,
    write_sqlite,
)
from tests.unit.facts.test_workbooks import HEADER, THINGS


def read_sql(folder: Path, *statements: str, tables: Any = THINGS) -> Reading:
    path = folder / "facts.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)
    return read_facts(f"sqlite:///{path.as_posix()}", tables)


def test_values_of_every_kind(tmp_path: Path) -> None:
    reading = read_sql(
        tmp_path,
        "CREATE TABLE things (id, text TEXT, count, share REAL, open BOOLEAN, day DATETIME)",
        "INSERT INTO things VALUES (7, NULL, 12.0, 0.1, 1, '2024-03-01 13:05:00')",
        "INSERT INTO things VALUES (x'3037', ' a ', '12', 1e-7, 0, '2024-03-09')",
        "INSERT INTO things VALUES ('x', '', NULL, 100.0, 'true', '2024/3/9')",
    )
    assert notes(reading) == ["things: 1 ids in column id are numbers, leading zeros may be lost"]
    assert hashes(reading)["things"] == sha256(
        f"{HEADER}\n07,a,12,0.0000001,false,2024-03-09\n"
        "7,,12,0.1,true,2024-03-01\nx,,,100,true,2024-03-09\n"
    )


def test_date_outside_a_date_column(tmp_path: Path) -> None:
    reading = read_sql(
        tmp_path,
        "CREATE TABLE things (id DATE, text TIMESTAMP)",
        "INSERT INTO things VALUES ('2024-03-01 00:00:00', 'no date')",
    )
    assert faults(reading) == [
        "things:2:id: 2024-03-01: an id (text), not a cell that holds a date"
    ]


def test_day_that_is_not_in_the_calendar(tmp_path: Path) -> None:
    reading = read_sql(
        tmp_path,
        "CREATE TABLE things (id TEXT, day DATE)",
        "INSERT INTO things VALUES ('1', '2023-02-29 00:00:00')",
    )
    assert faults(reading) == ["things:2:day: 2023-02-29 00:00:00: a date such as 2024-03-01"]


def test_time_of_day_in_a_text_column_is_text(tmp_path: Path) -> None:
    reading = read_sql(
        tmp_path,
        "CREATE TABLE things (id TEXT, day TEXT)",
        "INSERT INTO things VALUES ('1', '2024-03-01 00:00:00')",
    )
    assert faults(reading) == ["things:2:day: 2024-03-01 00:00:00: a date such as 2024-03-01"]


KEYED = tables_of(
    marks=table(
        {
            "a": {"type": "text", "heading": "甲", "required": "column"},
            "b": {"type": "id", "heading": "乙", "required": "column"},
            "n": {"type": "whole", "heading": "数"},
        },
        key=["b"],
    )
)


def test_row_number_is_the_position_by_key_and_all_columns(tmp_path: Path) -> None:
    reading = read_sql(
        tmp_path,
        "CREATE TABLE marks (z, n, b, a)",
        "INSERT INTO marks VALUES (1, 'x4', 'é', 'a')",
        "INSERT INTO marks VALUES (1, 'x5', '\U00020bb7', 'a')",
        "INSERT INTO marks VALUES (1, 'x3', 'z', 'a')",
        "INSERT INTO marks VALUES (1, 'x2', '9', 'a')",
        "INSERT INTO marks VALUES (1, 'x1', 10, 'b')",
        "INSERT INTO marks VALUES (1, 'x0', NULL, 'c')",
        tables=KEYED,
    )
    assert [(fault.row, fault.value) for fault in reading.faults if fault.column == "n"] == [
        (row, f"x{row - 2}") for row in range(2, 8)
    ]


def test_rows_without_a_key_are_numbered_by_all_columns_nulls_first(tmp_path: Path) -> None:
    loose = tables_of(
        marks=table(
            {
                "a": {"type": "text", "heading": "甲", "required": False},
                "n": {"type": "whole", "heading": "数"},
            }
        )
    )
    reading = read_sql(
        tmp_path,
        "CREATE TABLE marks (n, a)",
        "INSERT INTO marks VALUES ('y', 'b')",
        "INSERT INTO marks VALUES ('x', '')",
        "INSERT INTO marks VALUES ('z', NULL)",
        "INSERT INTO marks VALUES ('w', 'b')",
        tables=loose,
    )
    assert [fault.value for fault in reading.faults] == ["z", "x", "w", "y"]


def test_views_are_tables_and_others_are_not_read(tmp_path: Path) -> None:
    reading = read_sql(
        tmp_path,
        "CREATE TABLE stock (id)",
        "INSERT INTO stock VALUES ('1')",
        "CREATE VIEW things AS SELECT id, 'a' AS text FROM stock",
    )
    assert (notes(reading), hashes(reading)) == (
        [],
        {"things": sha256(f"{HEADER}\n1,a,,,,\n")},
    )


def test_table_without_rows_is_present(tmp_path: Path) -> None:
    reading = read_sql(tmp_path, "CREATE TABLE things (id)")
    assert hashes(reading) == {"things": sha256(f"{HEADER}\n")}


def test_database_is_only_read(tmp_path: Path) -> None:
    source = write_sqlite(tmp_path / "f.db", {"gardens": SOME_GARDENS, "harvests": SOME_HARVESTS})
    (tmp_path / "f.db").chmod(0o400)
    before = (tmp_path / "f.db").read_bytes()
    assert set(hashes(read_facts(source, TABLES))) == {"gardens", "harvests"}
    assert (tmp_path / "f.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["f.db"]


@pytest.mark.parametrize("text", ["CAST(x'ff' AS TEXT)", "x'ff'"])
def test_text_that_is_no_utf8(tmp_path: Path, text: str) -> None:
    reading = read_sql(tmp_path, "CREATE TABLE things (id)", f"INSERT INTO things VALUES ({text})")
    assert [fault.line("en").split(":")[:4] for fault in reading.faults] == [
        ["things", "", "", ' ""']
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("sqlite:///missing.db", "does not exist"),
        ("sqlite://", "is given as sqlite:///PATH"),
        ("sqlite:///", "is given as sqlite:///PATH"),
        ("mysql://localhost/town", "unknown kind of database mysql://"),
        ("missing", "does not exist"),
    ],
)
def test_source_that_is_not_to_be_had(source: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read_facts(source, THINGS)
    assert caught.value.text.zh != caught.value.text.en


def test_file_that_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("id\n1\n")
    with pytest.raises(SourceError, match="is neither a folder nor an .xlsx workbook"):
        read_facts(str(tmp_path / "things.csv"), THINGS)
    with pytest.raises(SourceError, match="is no SQLite database that can be read"):
        read_facts(f"sqlite:///{tmp_path.as_posix()}/things.csv", THINGS)


def test_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SourceError, match=r"pip install 'kaohe\[postgres\]'"):
        read_facts("postgresql://localhost/town", THINGS)


# PostgreSQL ----------------------------------------------------------------------


@pytest.mark.postgres
def test_postgresql_reads_like_any_other_source(server: str) -> None:
    import psycopg

    with psycopg.connect(server) as connection:
        connection.execute(
            "CREATE TABLE things (id text, text int, count float8, share numeric,"
            " open boolean, day timestamp)"
        )
        connection.execute(
            "INSERT INTO things VALUES ('07 ', 5, 12, 0.10, true, '2024-03-01 12:30'),"
            " ('a', NULL, NULL, 1e-7, false, NULL), ('a,b', 0, 3, 'NaN', NULL, NULL)"
        )
    reading = read_facts(server, THINGS)
    assert faults(reading) == ["things:4:share: NaN: a number"]
    with psycopg.connect(server) as connection:
        connection.execute("UPDATE things SET share = NULL WHERE share = 'NaN'")
    assert hashes(read_facts(server, THINGS))["things"] == sha256(
        f'{HEADER}\n07,5,12,0.1,true,2024-03-01\na,,,0.0000001,false,\n"a,b",0,3,,,\n'
    )


@pytest.mark.postgres
def test_postgresql_numbers_rows_by_key_in_code_points(server: str) -> None:
    import psycopg

    with psycopg.connect(server) as connection:
        connection.execute("CREATE TABLE marks (z int, n text, b text, a date)")
        connection.execute(
            "INSERT INTO marks VALUES (1, 'x2', 'a', NULL), (1, 'x1', 'B', NULL),"
            " (1, 'x0', NULL, NULL), (1, 'x3', 'é', '2024-03-01')"
        )
    reading = read_facts(server, KEYED)
    assert [(fault.row, fault.column, fault.value) for fault in reading.faults] == [
        (2, "n", "x0"),
        (3, "n", "x1"),
        (4, "n", "x2"),
        (5, "a", "2024-03-01"),
        (5, "n", "x3"),
    ]


@pytest.mark.postgres
def test_postgresql_values_that_python_cannot_hold(server: str) -> None:
    import psycopg

    loose = tables_of(loose=table({"day": {"type": "date", "heading": "日"}}))
    with psycopg.connect(server) as connection:
        connection.execute("CREATE VIEW loose AS SELECT 'infinity'::date AS day")
    assert faults(read_facts(server, loose)) == ["loose:2:day: infinity: a date such as 2024-03-01"]


@pytest.mark.postgres
def test_postgresql_view_that_fails(server: str) -> None:
    import psycopg

    broken = tables_of(broken=table({"n": {"type": "whole", "heading": "数"}}))
    with psycopg.connect(server) as connection:
        connection.execute("CREATE VIEW broken AS SELECT 1 / (random() * 0)::int AS n")
    assert faults(read_facts(server, broken)) == [
        'broken::: "": a table that can be read (division by zero)'
    ]


@pytest.mark.postgres
def test_postgresql_that_cannot_be_reached(server: str) -> None:
    with pytest.raises(SourceError, match="cannot reach PostgreSQL") as caught:
        read_facts(server.replace("town@", "nobody:secret@"), THINGS)
    assert "secret" not in caught.value.text.en + caught.value.text.zh
