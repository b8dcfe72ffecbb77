"""Tables of no particular policy, and sources of facts in every format, for the tests."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter import Workbook

from kaohe.facts import Reading, read_facts
from kaohe.values.faults import fault_lines
from kaohe.values.tables import Table
from kaohe.values.text import Language

Rows = Sequence[Sequence[str]]

GARDENS: dict[str, Any] = {
    "label": {"zh": "园子", "en": "gardens"},
    "row": {"zh": "一个园子", "en": "a garden"},
    "required": True,
    "may_be_empty": False,
    "key": ["garden_id"],
    "columns": {
        "garden_id": {"type": "id", "heading": "园子编号"},
        "name": {"type": "text", "heading": "名称"},
        "beds": {"type": "whole", "heading": "畦数", "above": 0},
        "kind": {
            "type": "choice",
            "heading": "类别",
            "required": False,
            "default": "kitchen",
            "choices": {"kitchen": "菜园（家用）", "flower": "花园"},
        },
    },
}
HARVESTS: dict[str, Any] = {
    "label": {"zh": "收成", "en": "harvests"},
    "row": {"zh": "一次收成", "en": "a harvest"},
    "key": ["garden_id", "crop", "turn"],
    "columns": {
        "garden_id": {"type": "id", "heading": "园子编号", "refers_to": "gardens.garden_id"},
        "crop": {"type": "choice", "heading": "作物", "choices": {"bean": "豆", "rose": "玫瑰"}},
        "turn": {
            "type": "whole",
            "heading": "茬次",
            "required": False,
            "minimum": 1,
            "maximum": 2,
            "required_where": {"crop": ["bean"]},
            "filled_only_where": {"crop": ["bean"]},
        },
        "beds": {
            "type": "whole",
            "heading": "畦数",
            "required": False,
            "minimum": 0,
            "maximum": {"column": "beds", "of": "garden_id"},
        },
        "weight": {
            "type": "decimal",
            "heading": "重量",
            "required": "column",
            "minimum": 0,
            "maximum": 100,
            "places": 2,
        },
        "price": {"type": "decimal", "heading": "价格", "required": False},
        "sold": {"type": "boolean", "heading": "已售", "required": False, "default": "false"},
        "picked_on": {"type": "date", "heading": "采摘日期", "required": False},
    },
}


def tables_of(**declared: Mapping[str, Any]) -> dict[str, Table]:
    """Declarations as the readers get them."""
    return {name: Table.model_validate(table) for name, table in declared.items()}


def table(columns: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A declaration with only what a test is about."""
    return {"label": "表", "row": "一行", "columns": columns, **more}


TABLES = tables_of(gardens=GARDENS, harvests=HARVESTS)

SOME_GARDENS = [
    ["garden_id", "name", "beds", "kind"],
    ["01", "North", "4", ""],
    ["1", '南园, "old"', "12.0", "花园"],
]
SOME_HARVESTS = [
    ["garden_id", "crop", "turn", "beds", "weight", "price", "sold", "picked_on"],
    ["01", "bean", "1", "4", "7.50", "12.0", "是", "2024-03-01"],
    ["01", "豆", "2", "", "", "0.10", "FALSE", "2024/3/9"],
    ["1", "rose", "", "0", "100", "-3", "", ""],
]


def faults(reading: Reading, language: Language = "en") -> list[str]:
    """The lines that a person sees."""
    return fault_lines(reading.faults, reading.fault_count, language)


def notes(reading: Reading) -> list[str]:
    """The notes in English."""
    return [note.en for note in reading.notes]


def hashes(reading: Reading) -> dict[str, str]:
    """The content hash of each table that is present."""
    assert reading.facts is not None, faults(reading)
    found = {name: facts.sha256 for name, facts in reading.facts.tables.items()}
    reading.facts.close()
    return found


def sha256(text: str) -> str:
    """The hash of a text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_csv(folder: Path, tables: Mapping[str, Table], **content: str | bytes) -> Reading:
    """Read a folder of CSV files with this content."""
    for name, text in content.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return read_facts(str(folder), tables)


def read_rows(folder: Path, tables: Mapping[str, Table], **content: Rows) -> Reading:
    """Read a folder of CSV files with these rows."""
    return read_csv(folder, tables, **{name: as_csv(rows) for name, rows in content.items()})


def as_csv(rows: Rows) -> str:
    """Rows as canonical CSV: quoted where a comma, a quote or a line break asks for it."""
    return "".join(",".join(map(quoted, row)) + "\n" for row in rows)


def quoted(cell: str) -> str:
    """A cell as CSV writes it."""
    if any(mark in cell for mark in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def write_csv(folder: Path, content: Mapping[str, Rows], encoding: str = "utf-8") -> str:
    """A folder of CSV files; returns the source that names it."""
    for name, rows in content.items():
        (folder / f"{name}.csv").write_text(as_csv(rows), encoding=encoding, newline="")
    return str(folder)


def write_workbooks(folder: Path, content: Mapping[str, Rows]) -> str:
    """A folder with an XLSX file for each table."""
    for name, rows in content.items():
        write_workbook(folder / f"{name}.xlsx", {"数据": rows})
    return str(folder)


def write_workbook(path: Path, content: Mapping[str, Sequence[Sequence[object]]]) -> str:
    """One workbook with a sheet for each table."""
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        for name, rows in content.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for position, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, position, cell)
                    else:
                        sheet.write(number, position, cell)
    return str(path)


def write_parquet(folder: Path, content: Mapping[str, Rows]) -> str:
    """A folder of Parquet files whose columns are all text."""
    for name, rows in content.items():
        header, *data = rows
        columns = [list(column) for column in zip(*data, strict=True)] or [[] for _ in header]
        selected = ", ".join(
            f'unnest(${number}::VARCHAR[]) AS "{heading}"'
            for number, heading in enumerate(header, 1)
        )
        write_query(folder / f"{name}.parquet", f"SELECT {selected}", columns)
    return str(folder)


def write_query(path: Path, query: str, parameters: Sequence[object] = ()) -> None:
    """The result of a query as a Parquet file."""
    with closing(duckdb.connect()) as connection:
        connection.execute(f"CREATE TABLE made AS {query}", list(parameters))
        connection.execute(f"COPY made TO '{path.as_posix()}' (FORMAT parquet)")


def write_sqlite(path: Path, content: Mapping[str, Sequence[Sequence[object]]]) -> str:
    """A database with untyped columns."""
    with closing(sqlite3.connect(path)) as database, database:
        for name, (header, *rows) in content.items():
            columns = ", ".join(f'"{heading}"' for heading in header)
            database.execute(f'CREATE TABLE "{name}" ({columns})')
            places = ", ".join("?" * len(header))
            database.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)
    return f"sqlite:///{path.as_posix()}"
