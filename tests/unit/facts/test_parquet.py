"""Parquet files: types, exact numbers, row numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.facts import Reading, read_facts
from tests.unit.facts.gardens import faults, hashes, notes, sha256, write_query
from tests.unit.facts.test_workbooks import HEADER, THINGS


def read_query(folder: Path, query: str) -> Reading:
    write_query(folder / "things.parquet", query)
    return read_facts(str(folder), THINGS)


def content(folder: Path, query: str) -> str:
    return hashes(read_query(folder, query))["things"]


def canonical(*lines: str) -> str:
    return sha256("".join(f"{line}\n" for line in (HEADER, *lines)))


def test_every_type_counts_as_text(tmp_path: Path) -> None:
    reading = read_query(
        tmp_path,
        "SELECT 7::SMALLINT AS id, true AS text, 12.0::DOUBLE AS count,"
        " 0.10::DECIMAL(9, 2) AS share, 1::UTINYINT AS open, DATE '2024-03-01' AS day"
        " UNION ALL BY NAME SELECT 8 AS id, NULL AS day",
    )
    assert notes(reading) == ["things: 2 ids in column id are numbers, leading zeros may be lost"]
    assert hashes(reading)["things"] == canonical("7,true,12,0.1,true,2024-03-01", "8,,,,,")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.1::FLOAT", "0.1"),
        ("0.1 + 0.2::DOUBLE", "0.30000000000000004"),
        ("1e-7::DOUBLE", "0.0000001"),
        ("-2.5e-5::DOUBLE", "-0.000025"),
        ("100::DOUBLE", "100"),
        ("1.50::DECIMAL(5, 2)", "1.5"),
        ("100.00::DECIMAL(5, 2)", "100"),
        ("5::HUGEINT", "5"),
    ],
)
def test_numbers_are_exact(tmp_path: Path, number: str, text: str) -> None:
    query = f"SELECT 'a' AS id, {number} AS share"
    assert content(tmp_path, query) == canonical(f"a,,,{text},,")


def test_large_number_as_an_id(tmp_path: Path) -> None:
    assert content(tmp_path, "SELECT 1e16::DOUBLE AS id") == canonical("10000000000000000,,,,,")


@pytest.mark.parametrize(
    "moment",
    [
        "TIMESTAMP '2024-03-01 23:59:59.5'",
        "TIMESTAMPTZ '2024-03-01 23:59:59+00'",
        "'2024-03-01 01:00:00'::TIMESTAMP_S",
        "' 2024/3/1 '",
    ],
)
def test_time_of_day_is_dropped(tmp_path: Path, moment: str) -> None:
    query = f"SELECT 'a' AS id, {moment} AS day"
    assert content(tmp_path, query) == canonical("a,,,,,2024-03-01")


def test_date_outside_a_date_column(tmp_path: Path) -> None:
    reading = read_query(
        tmp_path,
        "SELECT DATE '2024-03-01' AS id, TIMESTAMP '2024-03-01 12:30:00' AS text,"
        " TIMESTAMP '2024-03-01' AS count, TIME '12:30:00' AS day",
    )
    assert faults(reading) == [
        "things:2:id: 2024-03-01: an id (text), not a cell that holds a date",
        "things:2:text: 2024-03-01 12:30:00: text, not a cell that holds a date",
        "things:2:count: 2024-03-01: a whole number, not a cell that holds a date",
        "things:2:day: 12:30:00: a date such as 2024-03-01, not a cell that holds a date",
    ]


def test_row_number_is_the_record_and_one(tmp_path: Path) -> None:
    reading = read_query(
        tmp_path,
        "SELECT CASE WHEN n <> 70000 THEN n::VARCHAR END AS id, CASE n WHEN 80000 THEN 'x'"
        " WHEN 70000 THEN '1' END AS count FROM range(100000) numbers(n)",
    )
    assert faults(reading) == [
        'things:70002:id: "": an id (text), not empty',
        "things:80002:count: x: a whole number",
    ]


def test_rows_of_a_file_that_numbers_them_itself(tmp_path: Path) -> None:
    query = "SELECT n::VARCHAR AS id, 'x' AS count, 7 AS FILE_ROW_NUMBER FROM range(2) numbers(n)"
    reading = read_query(tmp_path, query)
    assert notes(reading) == ["things: the column “FILE_ROW_NUMBER” is not listed and is ignored"]
    assert faults(reading) == [
        "things:2:count: x: a whole number",
        "things:3:count: x: a whole number",
    ]


def test_texts_are_trimmed_and_kept(tmp_path: Path) -> None:
    query = "SELECT '\u3000a ' AS id, ' b' || chr(1) || 'c' || chr(2) || 'd\n' AS text"
    reading = read_query(tmp_path, query)
    assert reading.facts is not None
    with reading.facts as facts:
        assert facts.rows("things", ["id", "text"]) == [("a", "b\x01c\x02d")]


def test_ids_of_a_number_type_without_any_number(tmp_path: Path) -> None:
    reading = read_query(tmp_path, "SELECT NULL::INTEGER AS id, 'a' AS text")
    assert notes(reading) == []
    assert faults(reading) == ['things:2:id: "": an id (text), not empty']


def test_blob_is_text(tmp_path: Path) -> None:
    query = "SELECT 'a'::BLOB AS id, '园'::ENUM('园', 'b') AS text"
    assert content(tmp_path, query) == canonical("a,园,,,,")


def test_headings(tmp_path: Path) -> None:
    query = 'SELECT \'a\' AS " 编号 ", 1 AS "Text", [1, 2] AS "more", {\'x\': 1} AS "deep"'
    reading = read_query(tmp_path, query)
    assert notes(reading) == [
        "things: the column “Text” is not listed and is ignored",
        "things: the column “more” is not listed and is ignored",
        "things: the column “deep” is not listed and is ignored",
    ]
    assert hashes(reading)["things"] == canonical("a,,,,,")


def test_headings_that_differ_in_case_alone(tmp_path: Path) -> None:
    # No query can write such a file: two names of one length are changed in the file itself.
    path = tmp_path / "things.parquet"
    write_query(path, "SELECT 'a' AS id, 'b' AS \"Ix\"")
    path.write_bytes(path.read_bytes().replace(b"Ix", b"ID"))
    reading = read_facts(str(tmp_path), THINGS)
    assert notes(reading) == ["things: the column “ID” is not listed and is ignored"]
    assert hashes(reading)["things"] == canonical("a,,,,,")


def test_heading_that_stands_twice(tmp_path: Path) -> None:
    assert faults(read_query(tmp_path, "SELECT 'a' AS id, 'b' AS 编号")) == [
        'things:1:id: "": this column once, not 2 times'
    ]


def test_file_without_records_is_a_table_without_rows(tmp_path: Path) -> None:
    assert content(tmp_path, "SELECT 'a' AS id WHERE false") == canonical()


@pytest.mark.parametrize("damaged", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_damaged_file(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "things.parquet").write_bytes(damaged)
    assert faults(read_facts(str(tmp_path), THINGS)) == [
        'things::: "": a Parquet file that can be read'
    ]
