"""Write a town (tables of text) in every format that facts are read from."""

from __future__ import annotations

import csv
import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import duckdb
from xlsxwriter import Workbook

Town = Mapping[str, list[dict[str, str]]]
Columns = Mapping[str, tuple[str, ...]]


def shuffled(town: Town, seed: int) -> dict[str, list[dict[str, str]]]:
    """The same rows in another order."""
    dice = random.Random(seed)
    found = {}
    for name, rows in town.items():
        found[name] = list(rows)
        dice.shuffle(found[name])
    return found


def cells(rows: list[dict[str, str]], columns: tuple[str, ...]) -> list[list[str]]:
    """Rows as lists of text, a missing cell empty."""
    return [[row.get(name, "") for name in columns] for row in rows]


def write_csv(town: Town, columns: Columns, folder: Path, encoding: str = "utf-8") -> str:
    """A folder of TABLE.csv files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in town.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns[name])
            writer.writerows(cells(rows, columns[name]))
    return str(folder)


def write_gb18030(town: Town, columns: Columns, folder: Path) -> str:
    """A folder of TABLE.csv files as Chinese spreadsheets save them."""
    return write_csv(town, columns, folder, "gb18030")


def write_workbook(town: Town, columns: Columns, folder: Path) -> str:
    """One workbook with a sheet per table, all cells text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "town.xlsx"
    with Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as workbook:
        for name, rows in town.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate([list(columns[name]), *cells(rows, columns[name])]):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, column, cell)
    return str(path)


def write_parquet(town: Town, columns: Columns, folder: Path) -> str:
    """A folder of TABLE.parquet files, empty cells NULL."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(duckdb.connect()) as database:
        for name, rows in town.items():
            _fill(database.execute, database.executemany, name, rows, columns[name])
            path = folder / f"{name}.parquet"
            database.execute(f"COPY \"{name}\" TO '{path}' (FORMAT parquet)")
    return str(folder)


def write_sqlite(town: Town, columns: Columns, folder: Path) -> str:
    """A SQLite database with a table per table; the URL that names it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "town.db"
    with closing(sqlite3.connect(path)) as database:
        for name, rows in town.items():
            _fill(database.execute, database.executemany, name, rows, columns[name])
        database.commit()
    return f"sqlite:///{path}"


def _fill(
    execute: Callable[..., object],
    executemany: Callable[..., object],
    name: str,
    rows: list[dict[str, str]],
    columns: tuple[str, ...],
) -> None:
    declared = ", ".join(f'"{column}" VARCHAR' for column in columns)
    execute(f'CREATE TABLE "{name}" ({declared})')
    if rows:
        places = ", ".join("?" * len(columns))
        values = [[cell or None for cell in row] for row in cells(rows, columns)]
        executemany(f'INSERT INTO "{name}" VALUES ({places})', values)


FORMATS: Mapping[str, Callable[[Town, Columns, Path], str]] = {
    "csv": write_csv,
    "gb18030": write_gb18030,
    "workbook": write_workbook,
    "parquet": write_parquet,
    "sqlite": write_sqlite,
}
"""Every format with the function that writes it and returns what FACTS then is."""
