"""A generated town is the same for the same seed, valid as declared, and hurts no other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
import python_calamine

from kaohe.facts.generating import FileFormat, GeneratingError, TownHints, blocks, generate, writing
from kaohe.scheme.document import plain, read_document
from kaohe.values.tables import Column, Table
from tests.unit.facts.clubs import TABLES, make, make_little
from tests.worlds.assessing import scheme_file

GAOJING = Path(__file__).parents[3] / "schemes" / "gaojing-2024"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def invalid(folder: Path, tables: Mapping[str, Table]) -> Iterator[str]:
    """What plain SQL finds wrong in the CSV files of a folder."""
    connection = duckdb.connect()
    present = {path.stem for path in folder.glob("*.csv")}
    for table in present:
        connection.execute(
            f"CREATE TABLE {table} AS FROM read_csv('{folder / table}.csv', all_varchar = true)"
        )
    for table in sorted(present):
        for what, query in faults_sought(table, tables[table]):
            if connection.execute(query).fetchone() is not None:
                yield f"{table}: {what}"


def faults_sought(table: str, declared: Table) -> Iterator[tuple[str, str]]:
    """Names of faults, each with a query that has rows where there is such a fault."""
    if declared.key:
        key = ", ".join(f'"{column}"' for column in declared.key)
        yield "key", f"SELECT 1 FROM {table} GROUP BY {key} HAVING count(*) > 1"
    for name, column in declared.columns.items():
        where = f'SELECT 1 FROM {table} WHERE "{name}"'
        if column.required is True:
            yield f"{name} empty", f"{where} IS NULL"
        if column.choices:
            codes = ", ".join(f"'{code}'" for code in column.choices)
            yield f"{name} choice", f"{where} NOT IN ({codes})"
        if column.refers_to:
            other, key = column.refers_to.split(".")
            yield f"{name} reference", f"{where} NOT IN (SELECT {key} FROM {other})"
        for code, conditions in column.choice_only_where.items():
            for other, codes in conditions.items():
                listed = ", ".join(f"'{one}'" for one in codes)
                yield f"{name} assigned", f"{where} = '{code}' AND {other} NOT IN ({listed})"
        yield from value_faults(name, column, where)


def value_faults(name: str, column: Column, where: str) -> Iterator[tuple[str, str]]:
    form = {
        "whole": r"\d+",
        "decimal": rf"\d+(\.\d{{1,{column.places or 4}}})?",
        "boolean": "true|false",
        "date": r"\d{4}-\d\d-\d\d",
    }.get(column.type)
    if form:
        yield f"{name} form", f"{where} !~ '^({form})$'"
    for sign, limit in (("<", column.minimum), (">", column.maximum), ("<=", column.above)):
        if limit is not None:
            yield f"{name} range", f"{where}::DOUBLE {sign} {limit}"


def test_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    for file_format in ("csv", "xlsx", "parquet"):
        make_little(tmp_path / "one", file_format=file_format)
        make_little(tmp_path / "two", file_format=file_format)
        assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_threads_and_chunks_change_nothing(
    tmp_path: Path, file_format: FileFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "one", file_format=file_format, threads=1, subjects=60)
    monkeypatch.setattr(blocks, "CHUNK", 500)
    make(tmp_path / "four", file_format=file_format, threads=4, subjects=60)
    assert contents(tmp_path / "one") == contents(tmp_path / "four")


def test_another_seed_makes_another_town(tmp_path: Path) -> None:
    make_little(tmp_path / "one")
    make_little(tmp_path / "two", seed=2)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert [name for name in one if one[name] == two[name]] == []


def test_town_is_valid_as_declared(tmp_path: Path) -> None:
    rows = make(tmp_path, subjects=40)
    assert list(invalid(tmp_path, TABLES)) == []
    assert rows["clubs"] == 40
    assert rows["marks"] == 40 * 3


def test_shipped_town_is_valid_as_declared_even_if_tiny(tmp_path: Path) -> None:
    hints, problems = read_document(GAOJING / "town.yaml")
    assert hints is not None
    assert problems == []
    tables = scheme_file("gaojing-2024").under({}).tables
    town = TownHints.model_validate(plain(hints.root))
    rows = generate(
        tables, town, subjects=31, seed=1, households=3, out=tmp_path, file_format="csv"
    )
    assert list(invalid(tmp_path, tables)) == []
    assert rows["areas"] == 31
    assert rows["answers"] == rows["participation"]
    assert rows["waivers"] >= 2


def test_fault_in_a_file_would_be_found(tmp_path: Path) -> None:
    make(tmp_path)
    clubs = tmp_path / "clubs.csv"
    clubs.write_text(clubs.read_text("utf-8").replace("art", "opera"), "utf-8")
    guests = tmp_path / "guests.csv"
    guests.write_text(guests.read_text("utf-8").replace("\n001,", "\n999,"), "utf-8")
    assert set(invalid(tmp_path, TABLES)) == {"clubs: kind choice", "guests: club reference"}


def test_formats_hold_the_same_rows(tmp_path: Path) -> None:
    for file_format in ("csv", "xlsx", "parquet"):
        make(tmp_path / file_format, file_format=file_format)
    for table, declared in TABLES.items():
        folder = tmp_path / "csv"
        kinds = {name: sql_type(column) for name, column in declared.columns.items()}
        expected = duckdb.sql(f"FROM read_csv('{folder / table}.csv', columns = {kinds})")
        found = duckdb.sql(f"FROM '{tmp_path / 'parquet' / table}.parquet'")
        assert found.columns == expected.columns
        assert found.fetchall() == expected.fetchall()
        sheet = python_calamine.load_workbook(tmp_path / "xlsx" / f"{table}.xlsx")
        rows = sheet.get_sheet_by_name(table).to_python()
        assert rows[0] == expected.columns
        assert [[cell if cell != "" else None for cell in row] for row in rows[1:]] == [
            [float(cell) if is_number(cell) else cell for cell in row]
            for row in expected.fetchall()
        ]


def sql_type(column: Column) -> str:
    kinds = {"whole": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "decimal": "DECIMAL(18, 1)"}
    return kinds.get(column.type, "VARCHAR")


def is_number(cell: object) -> bool:
    return not isinstance(cell, bool | str | None) and not hasattr(cell, "year")


def test_table_too_long_for_a_sheet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 9)
    with pytest.raises(GeneratingError, match="more than the 9 rows of a sheet"):
        make_little(tmp_path / "town", file_format="xlsx")
    assert not (tmp_path / "town").exists()


@pytest.mark.parametrize("wrong", [{"subjects": 0}, {"households": 0}, {"households": 10**7}])
def test_town_without_subjects_or_size_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(GeneratingError, match="at least 1 subject"):
        make(tmp_path / "town", **wrong)


def test_progress_is_told_for_every_table(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    rows = make(tmp_path, progress=lambda table, share: told.append((table, share)))
    assert [table for table, share in told if share == 1.0 and table in rows] != []
    assert {table for table, _ in told} == set(rows)
    assert told[-1] == ("marks", 1.0)
