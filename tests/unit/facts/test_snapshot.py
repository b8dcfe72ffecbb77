"""A snapshot is the facts: read back it is the same, and equal facts are the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.facts import (
    Facts,
    Reading,
    SourceError,
    read_facts,
    snapshot_sha256,
    write_canonical_csv,
    write_snapshot,
)
from kaohe.values.tables import Table
from tests.unit.facts import test_any_facts as any_facts
from tests.unit.facts.gardens import (
    SOME_GARDENS,
    SOME_HARVESTS,
    TABLES,
    faults,
    read_rows,
    sha256,
    table,
    tables_of,
    write_workbook,
)


def facts_of(reading: Reading) -> Facts:
    assert reading.facts is not None, faults(reading)
    return reading.facts


def some_facts(folder: Path) -> Facts:
    return facts_of(read_rows(folder, TABLES, gardens=SOME_GARDENS, harvests=SOME_HARVESTS))


def stored(facts: Facts, tables: Mapping[str, Table]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table, in an order of their own."""
    return {
        name: sorted(facts.rows(name, list(declared.columns)), key=repr)
        for name, declared in tables.items()
    }


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def check_read_back(facts: Facts, tables: Mapping[str, Table], folder: Path) -> dict[str, bytes]:
    """That a snapshot of facts reads as they do, without a word; its files."""
    digest = write_snapshot(facts, tables, folder)
    again = read_facts(str(folder), tables)
    assert again.notes == ()
    with facts_of(again) as found:
        assert stored(found, tables) == stored(facts, tables)
        assert found.tables == facts.tables
        assert snapshot_sha256(found) == snapshot_sha256(facts) == digest
    return files(folder)


def test_hash_is_that_of_the_tables_and_their_hashes_by_name(tmp_path: Path) -> None:
    tables = {name: TABLES[name] for name in ("harvests", "gardens")}
    reading = read_rows(tmp_path, tables, gardens=SOME_GARDENS, harvests=SOME_HARVESTS)
    with facts_of(reading) as facts:
        digest = write_snapshot(facts, tables, tmp_path / "snapshot")
        hashes = {name: one.sha256 for name, one in facts.tables.items()}
    assert digest == sha256(f"gardens {hashes['gardens']}\nharvests {hashes['harvests']}\n")


def test_snapshot_reads_as_the_facts_do(tmp_path: Path) -> None:
    with some_facts(tmp_path) as facts:
        found = check_read_back(facts, TABLES, tmp_path / "a" / "snapshot")
    assert sorted(found) == ["gardens.parquet", "harvests.parquet"]


def test_absent_table_has_no_file_and_one_without_rows_has_one(tmp_path: Path) -> None:
    tables = tables_of(
        gardens=table({"id": {"type": "id", "heading": "编号"}}),
        sheds=table({"id": {"type": "id", "heading": "编号"}}),
    )
    with facts_of(read_rows(tmp_path, tables, gardens=[["id"]])) as facts:
        found = check_read_back(facts, tables, tmp_path / "snapshot")
    assert list(found) == ["gardens.parquet"]


def test_cell_that_had_to_be_empty_is_empty_though_it_took_its_default(tmp_path: Path) -> None:
    seats: dict[str, Any] = {
        "heading": "席",
        "type": "whole",
        "required": False,
        "default": "2",
        "filled_only_where": {"kind": ["hall"]},
        "required_where": {"kind": ["hall"]},
    }
    kinds = {"hall": "厅", "shed": "棚"}
    kind = {"heading": "类", "type": "choice", "choices": kinds}
    tables = tables_of(rooms=table({"kind": kind, "seats": seats}))
    rows = [["kind", "seats"], ["shed", ""], ["hall", "2"], ["hall", "3"]]
    with facts_of(read_rows(tmp_path, tables, rooms=rows)) as facts:
        assert facts.rows("rooms", ["seats"]) == [(2,), (2,), (3,)]
        check_read_back(facts, tables, tmp_path / "snapshot")


def test_equal_facts_are_the_same_files_whatever_their_form_and_order(tmp_path: Path) -> None:
    turned = {
        "gardens": [row[::-1] for row in (SOME_GARDENS[0], *SOME_GARDENS[:0:-1])],
        "harvests": [SOME_HARVESTS[0], *SOME_HARVESTS[:0:-1]],
    }
    (tmp_path / "csv").mkdir()
    with some_facts(tmp_path / "csv") as facts:
        one = check_read_back(facts, TABLES, tmp_path / "one")
    source = write_workbook(tmp_path / "all.xlsx", turned)
    with facts_of(read_facts(source, TABLES)) as facts:
        assert check_read_back(facts, TABLES, tmp_path / "other") == one


def test_many_rows_in_another_order_are_the_same_file(tmp_path: Path) -> None:
    """More rows than one group of a Parquet file holds."""
    tables = tables_of(visits=table({"id": {"type": "id", "heading": "编号"}}))
    found = []
    for order in (1, -1):
        rows = [[f"{number:06}"] for number in range(130_000)][::order]
        with facts_of(read_rows(tmp_path, tables, visits=[["id"], *rows])) as facts:
            write_snapshot(facts, tables, tmp_path / str(order))
            found.append(files(tmp_path / str(order)))
    assert found[0] == found[1]


def test_snapshot_that_is_there_already_stays(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    with some_facts(tmp_path) as facts:
        digest = write_snapshot(facts, TABLES, folder)
        (before,) = {path.stat().st_ino for path in folder.glob("gardens.*")}
        assert write_snapshot(facts, TABLES, folder) == digest
        assert (folder / "gardens.parquet").stat().st_ino == before


@pytest.mark.parametrize("foreign", ["harvests.csv", "gardens.parquet", ".hidden"])
def test_folder_with_anything_else_is_refused_and_left_alone(tmp_path: Path, foreign: str) -> None:
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / foreign).write_text("mine")
    with some_facts(tmp_path) as facts, pytest.raises(FileExistsError):
        write_snapshot(facts, TABLES, folder)
    assert files(folder) == {foreign: b"mine"}
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".kaohe-")] == []


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "snapshot").write_text("mine")
    with some_facts(tmp_path) as facts, pytest.raises(FileExistsError):
        write_snapshot(facts, TABLES, tmp_path / "snapshot")
    assert (tmp_path / "snapshot").read_text() == "mine"


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    with some_facts(tmp_path) as facts:
        check_read_back(facts, TABLES, tmp_path / "snapshot")


def test_row_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    """A value under an ignored heading makes a row, and without it there is none."""
    tables = tables_of(
        notes=table({"note": {"type": "text", "heading": "话", "required": False}}),
    )
    reading = read_rows(tmp_path, tables, notes=[["note", "other"], ["", "x"], ["a", ""]])
    with facts_of(reading) as facts:
        with pytest.raises(SourceError, match="1 rows of the table notes"):
            write_snapshot(facts, tables, tmp_path / "snapshot")
    assert not (tmp_path / "snapshot").exists()


def test_table_is_never_written_elsewhere(tmp_path: Path) -> None:
    tables = tables_of(**{"../notes": table({"note": {"type": "text", "heading": "话"}})})
    (tmp_path / "facts").mkdir()
    source = tmp_path / "facts" / "all.db"
    any_facts.write_sqlite(source, {"../notes": [["note"], ["a"]]})
    with facts_of(read_facts(f"sqlite:///{source}", tables)) as facts:
        for write in (write_snapshot, write_canonical_csv):
            with pytest.raises(SourceError, match="named after the table"):
                write(facts, tables, tmp_path / "snapshot")
    assert [path.name for path in tmp_path.iterdir()] == ["facts"]


def test_sum_of_a_canonical_file_is_the_hash_of_its_table(tmp_path: Path) -> None:
    with some_facts(tmp_path) as facts:
        write_canonical_csv(facts, TABLES, tmp_path / "canonical")
        found = {
            Path(name).stem: hashlib.sha256(content).hexdigest()
            for name, content in files(tmp_path / "canonical").items()
        }
        assert found == {name: one.sha256 for name, one in facts.tables.items()}


FEW = settings(max_examples=settings().max_examples // 4)
"""Facts are read three times for each example."""

NAMES = [
    *(
        "a",
        "列 名",
        "a,b",
        'a"b',
        "it's",
        "a.b",
        "a\nb",
        "#x",
        "1",
        "-",
        "=1",
        "%s",
        "{x}",
        "cells",
    ),
    *("file_row_number", "filename", "line", "order", "select", "true", "é", "e\u0301", "x\x01y"),
    *("own", "detail", "text", "value", "#", "\U00020bb7", "list", "element", "schema", "row_id"),
]
EXAMPLES = {
    "id": ["007", "7", "0", "-0", "1.0", "true", "2024-03-01", "a\x01b\x02c", "x\0y", '"', "甲"],
    "text": ["a\nb", "=1", "'", "\\", "null", "NULL", "a\u3000b", "1e5", "x" * 5000],
    "whole": ["0", "-1", "9" * 18, "-" + "9" * 18],
    "decimal": ["0", "-0.5", "12", "100", "999999999.999999999", "-0.000000001"],
    "boolean": ["true", "false"],
    "date": ["0001-01-01", "1969-12-31", "1970-01-01", "9999-12-31"],
    "choice": ["one", "two", "a,b"],
}
CHOICES = {"one": "一", "two": "二（乙）", "a,b": "三"}


@st.composite
def odd_tables(draw: Any) -> tuple[dict[str, Any], list[list[str]]]:
    """Columns of any name and type with any rows that they can hold."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    columns: dict[str, Any] = {}
    for number, name in enumerate(names):
        kind = draw(st.sampled_from(list(EXAMPLES)))
        required = draw(st.sampled_from([True, False, "column"])) if number else True
        columns[name] = {"type": kind, "heading": f"标题{number}", "required": required}
        if kind == "choice":
            columns[name]["choices"] = CHOICES
        if kind == "decimal":
            columns[name]["places"] = draw(st.sampled_from([None, 9]))
        if required is not True and draw(st.booleans()):
            columns[name]["default"] = draw(st.sampled_from(EXAMPLES[kind]))
    cells = [
        st.sampled_from([*EXAMPLES[one["type"]], *([] if one["required"] is True else [""])])
        for one in columns.values()
    ]
    rows = draw(st.lists(st.tuples(*cells).map(list), max_size=6))
    return columns, rows


@FEW
@given(
    made=odd_tables(),
    way=st.sampled_from(["csv", "gb18030", "parquet"]),
    order=st.randoms(use_true_random=False),
)
def test_any_facts_are_read_back_and_equal_ones_are_the_same_files(
    made: tuple[dict[str, Any], list[list[str]]], way: str, order: Any
) -> None:
    columns, rows = made
    tables = tables_of(odd=table(columns))
    headings = [one["heading"] for one in columns.values()]
    shuffled = list(rows)
    order.shuffle(shuffled)
    with any_facts.folder() as place:
        (place / "other").mkdir()
        with facts_of(read_rows(place, tables, odd=[headings, *rows])) as facts:
            found = check_read_back(facts, tables, place / "snapshot")
        source = any_facts.WAYS[way](place / "other", {"odd": [headings, *shuffled]})
        with facts_of(read_facts(source, tables)) as facts:
            write_snapshot(facts, tables, place / "other snapshot")
        assert files(place / "other snapshot") == found
