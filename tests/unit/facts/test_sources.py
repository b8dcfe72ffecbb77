"""Folders, what is ignored in them, and what facts offer once they are read."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from kaohe.facts import SourceError, read_facts
from tests.unit.facts.gardens import (
    GARDENS,
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    faults,
    hashes,
    notes,
    read_csv,
    read_rows,
    table,
    tables_of,
    write_csv,
    write_workbook,
)


def test_stored_values(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, TABLES, gardens=SOME_GARDENS, harvests=SOME_HARVESTS)
    assert reading.facts is not None, faults(reading)
    with reading.facts as facts:
        assert facts.url == str(tmp_path)
        assert facts.rows("gardens", ["kind", "beds", "garden_id"]) == [
            ("kitchen", 4, "01"),
            ("flower", 12, "1"),
        ]
        assert facts.rows("harvests", list(TABLES["harvests"].columns)) == [
            ("01", "bean", 1, 4, 750, "12", 1, 19783),
            ("01", "bean", 2, None, None, "0.1", 0, 19791),
            ("1", "rose", None, 0, 10000, "-3", 0, None),
        ]
        described = facts.connection.execute('DESCRIBE "harvests"').fetchall()
        assert [(row[0], row[1]) for row in described] == [
            ("garden_id", "VARCHAR"),
            ("crop", "VARCHAR"),
            ("turn", "BIGINT"),
            ("beds", "BIGINT"),
            ("weight", "BIGINT"),
            ("price", "VARCHAR"),
            ("sold", "TINYINT"),
            ("picked_on", "INTEGER"),
        ]
        tables = facts.connection.execute("SHOW ALL TABLES").fetchall()
        assert {row[2] for row in tables} == {"gardens", "harvests"}


def test_absent_table_is_an_empty_one(tmp_path: Path) -> None:
    reading = read_rows(tmp_path, TABLES, gardens=SOME_GARDENS)
    assert reading.facts is not None
    with reading.facts as facts:
        assert list(facts.tables) == ["gardens"]
        assert facts.rows("harvests", ["garden_id", "sold"]) == []


def test_rows_keep_their_order_however_many(tmp_path: Path) -> None:
    wide = tables_of(
        wide=table(
            {
                "id": {"type": "id", "heading": "编号"},
                **{f"c{n}": {"type": "whole", "heading": f"列{n}"} for n in range(12)},
            }
        )
    )
    lines = [",".join([str(row), *(str(row % (n + 2)) for n in range(12))]) for row in range(90000)]
    reading = read_csv(
        tmp_path, wide, wide=",".join(wide["wide"].columns) + "\n" + "\n".join(lines)
    )
    assert reading.facts is not None
    with reading.facts as facts:
        assert facts.rows("wide", ["id"]) == [(str(row),) for row in range(90000)]


def test_unknown_files_are_ignored(tmp_path: Path) -> None:
    for name in ("Gardens.csv", "gardens.CSV", "notes.txt", "other.xlsx"):
        (tmp_path / name).write_text("x")
    (tmp_path / "harvests.csv").mkdir()
    reading = read_rows(tmp_path, TABLES, gardens=SOME_GARDENS)
    assert notes(reading) == [
        "the file Gardens.csv is ignored",
        "the file gardens.CSV is ignored",
        "the file notes.txt is ignored",
        "the file other.xlsx is ignored",
    ]
    assert reading.notes[0].zh == "忽略文件 Gardens.csv"
    assert set(hashes(reading)) == {"gardens"}


def test_hidden_files_are_not_named(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_text("x")
    assert notes(read_rows(tmp_path, TABLES, gardens=SOME_GARDENS)) == []


def test_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(SourceError, match="cannot read the folder .*: Permission denied"):
        read_facts(str(tmp_path), TABLES)


def test_one_table_in_two_formats(tmp_path: Path) -> None:
    write_workbook(tmp_path / "gardens.xlsx", {"gardens": SOME_GARDENS})
    source = write_csv(tmp_path, {"gardens": SOME_GARDENS, "harvests": SOME_HARVESTS})
    reading = read_facts(source, TABLES)
    assert faults(reading) == ['gardens::: "": one file, not gardens.csv and gardens.xlsx']
    assert faults(reading, "zh") == [
        'gardens::: "": 应只有一个文件，现有 gardens.csv、gardens.xlsx'
    ]


def test_empty_folder(tmp_path: Path) -> None:
    assert faults(read_facts(str(tmp_path), TABLES)) == [
        'gardens::: "": the table gardens (gardens)'
    ]


def test_progress_tells_what_is_read(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    source = write_csv(tmp_path, {"gardens": SOME_GARDENS, "harvests": SOME_HARVESTS})
    reading = read_facts(source, TABLES, progress=lambda what, share: told.append((what, share)))
    assert set(hashes(reading)) == {"gardens", "harvests"}
    assert {what for what, _ in told} == {"gardens", "harvests"}
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the folders of embedded databases are made."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_nothing_is_left_behind(tmp_path: Path, scratch: Path) -> None:
    source = tmp_path / "facts"
    source.mkdir()
    reading = read_rows(source, TABLES, gardens=SOME_GARDENS)
    assert reading.facts is not None
    assert len(list(scratch.iterdir())) == 1
    del reading
    gc.collect()
    assert list(scratch.iterdir()) == []
    assert read_csv(source, TABLES, gardens="x").facts is None
    assert list(scratch.iterdir()) == []


def test_nothing_is_left_behind_when_reading_is_broken_off(tmp_path: Path, scratch: Path) -> None:
    def interrupt(what: str, share: float) -> None:
        raise KeyboardInterrupt

    source = write_csv(tmp_path, {"gardens": SOME_GARDENS})
    with pytest.raises(KeyboardInterrupt):
        read_facts(source, TABLES, progress=interrupt)
    assert list(scratch.iterdir()) == []


def test_names_that_databases_reserve(tmp_path: Path) -> None:
    awkward = tables_of(
        order=table(
            {
                "select": {"type": "id", "heading": "甲"},
                "row": {"type": "whole", "heading": "行", "maximum": {"column": "n"}},
                "n": {"type": "whole", "heading": "数"},
                "detail": {"type": "id", "heading": "乙", "refers_to": "order.select"},
            },
            key=["select"],
        ),
        block=table({"cells": {"type": "id", "heading": "格"}}),
        reading=table({"line": {"type": "id", "heading": "行"}}),
    )
    reading = read_csv(
        tmp_path,
        awkward,
        order="select,row,n,detail\n1,2,1,1\n1,1,1,9\n",
        block="cells\n1\n",
        reading="line\n1\n",
    )
    assert faults(reading) == [
        "order:2:row: 2: at most 1 (n)",
        "order:3:select: 1: one row for each select; row 2 has the same",
        "order:3:detail: 9: the select of a row in the table order",
    ]


def test_reference_between_columns_of_different_types(tmp_path: Path) -> None:
    tables = tables_of(
        numbers=table({"n": {"type": "whole", "heading": "数"}}),
        users=table({"n": {"type": "id", "heading": "编号", "refers_to": "numbers.n"}}),
    )
    reading = read_csv(tmp_path, tables, numbers="n\n7\n", users="n\n7\nx\n")
    assert faults(reading) == ["users:3:n: x: the n of a row in the table numbers"]


def test_default_that_is_no_value_of_its_column_is_an_error_of_the_declaration(
    tmp_path: Path,
) -> None:
    columns = {"n": {"type": "whole", "heading": "数", "required": False, "default": "x"}}
    with pytest.raises(ValueError, match="'x' in the declaration of a table"):
        read_facts(str(tmp_path), tables_of(gardens=GARDENS, wrong=table(columns)))
