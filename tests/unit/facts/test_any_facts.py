"""Laws that hold for any facts: form and order do not matter, and no fault goes unseen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaohe.facts import read_facts
from tests.unit.facts.gardens import (
    as_csv,
    faults,
    hashes,
    sha256,
    table,
    tables_of,
    write_csv,
    write_parquet,
    write_sqlite,
    write_workbooks,
)

CODES = {"north": "北区（一）", "south": "南区", "south.2": "南区２"}
TABLES = tables_of(
    people=table({"id": {"type": "id", "heading": "编号"}}, key=["id"], required=True),
    entries=table(
        {
            "person": {"type": "id", "heading": "人", "refers_to": "people.id"},
            "note": {"type": "text", "heading": "备注", "required": False},
            "side": {
                "type": "choice",
                "heading": "侧",
                "choices": CODES,
                "default": "north",
                "required": False,
            },
            "whole": {"type": "whole", "heading": "整", "minimum": -50, "required": "column"},
            "points": {"type": "decimal", "heading": "分", "places": 2, "maximum": 99},
            "free": {"type": "decimal", "heading": "数", "required": False},
            "yes": {"type": "boolean", "heading": "是", "required": False},
            "day": {"type": "date", "heading": "日"},
        }
    ),
)
COLUMNS = list(TABLES["entries"].columns)
IDS = ["1", "01", "001", "甲", "a,b", 'a"b', "é", "e\u0301", "=1+1"]
WAYS = {
    "csv": write_csv,
    "gb18030": lambda folder, content: write_csv(folder, content, "gb18030"),
    "xlsx": write_workbooks,
    "parquet": write_parquet,
    "sqlite": lambda folder, content: write_sqlite(folder / "facts.db", content),
}

# XML cannot hold control characters, and no encoding can hold half of a surrogate pair.
texts = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n"),
    max_size=12,
).map(str.strip)
numbers = st.decimals(-40, 99, places=2).map(str)


def spellings(value: str, draw: Any) -> str:
    """Another way to write a number."""
    if "." in value:
        value += draw(st.sampled_from(["", "0", "00"]))
    return value


@st.composite
def cells(draw: Any) -> list[tuple[str, str]]:
    """A valid row: each cell as it is written, and its canonical text."""
    person = draw(st.sampled_from(IDS))
    note = draw(texts)
    code = draw(st.sampled_from(["", *CODES]))
    side = draw(st.sampled_from([code, CODES.get(code, "")]))
    whole = draw(st.integers(-50, 10**18 - 1).map(str) | st.just(""))
    number, free = draw(numbers), draw(numbers | st.just(""))
    yes = draw(st.sampled_from([("", ""), ("是", "true"), ("FALSE", "false"), ("1", "true")]))
    day = draw(st.dates())
    written_day = draw(
        st.sampled_from(
            [day.isoformat(), f"{day.year:04}/{day.month}/{day.day}", f" {day.isoformat()}\u3000"]
        )
    )
    return [
        (person, person),
        (note, note),
        (side, code or "north"),
        (whole + (".0" if whole and draw(st.booleans()) else ""), whole),
        (spellings(number, draw), canonical_number(number)),
        (spellings(free, draw), canonical_number(free)),
        yes,
        (written_day, day.isoformat()),
    ]


def canonical_number(text: str) -> str:
    """A number with two decimals, without trailing zeros and without a minus before zero."""
    if not text:
        return ""
    shortened = text.rstrip("0").rstrip(".")
    return "0" if shortened in ("-0", "0", "") else shortened


tables = st.lists(cells(), min_size=1, max_size=8)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one example: the fixture would be shared by all."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def written(rows: list[list[tuple[str, str]]]) -> list[list[str]]:
    return [COLUMNS, *([cell for cell, _ in row] for row in rows)]


PEOPLE = [["id"], *([one] for one in IDS)]


@given(way=st.sampled_from(list(WAYS)), rows=tables, order=st.randoms(use_true_random=False))
def test_any_valid_table_has_the_hash_of_its_canonical_content(
    way: str, rows: list[list[tuple[str, str]]], order: Any
) -> None:
    canonical = sorted([text for _, text in row] for row in rows)
    shuffled = list(rows)
    order.shuffle(shuffled)
    with folder() as place:
        source = WAYS[way](place, {"people": PEOPLE, "entries": written(shuffled)})
        found = hashes(read_facts(source, TABLES))
    assert found["entries"] == sha256(as_csv([COLUMNS, *canonical]))


WRONG = {
    "person": ("", "nobody", "1.0"),
    "side": ("北区", "North", "south,2"),
    "whole": ("1.5", "x", "-51", "1e3", "9" * 19, "1 000"),
    "points": ("", "99.01", "1.005", "x", "１"),
    "free": ("1,5", "NaN", "+1", "5."),
    "yes": ("yes", "2", "是的"),
    "day": ("", "2023-02-29", "1.2.2024", "2024-01"),
}
wrong = st.sampled_from([(name, text) for name, several in WRONG.items() for text in several])


@given(
    way=st.sampled_from([way for way in WAYS if way != "sqlite"]),
    rows=tables,
    fault=wrong,
    place_in_order=st.randoms(use_true_random=False),
)
def test_one_planted_fault_is_found_where_it_stands(
    way: str, rows: list[list[tuple[str, str]]], fault: tuple[str, str], place_in_order: Any
) -> None:
    column, text = fault
    number = place_in_order.randrange(len(rows))
    content = written(rows)
    content[number + 1][COLUMNS.index(column)] = text
    with folder() as place:
        source = WAYS[way](place, {"people": PEOPLE, "entries": content})
        lines = faults(read_facts(source, TABLES))
    assert [line.split(": ")[:2] for line in lines] == [
        [f"entries:{number + 2}:{column}", text or '""']
    ]
