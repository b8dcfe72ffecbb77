"""Facts as messy as they come: the same cells are at fault as in a slow and obvious reading."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaohe.facts import read_facts
from tests.unit.facts.gardens import GARDENS, quoted, table, tables_of, write_csv
from tests.unit.facts.plain_reading import PlainReading

SIDE = {
    "type": "choice",
    "heading": "侧",
    "required": False,
    "default": "north",
    "choices": {"north": "北（一）", "south": "南"},
}
GROUP = {
    "garden_id": {"type": "id", "heading": "园子编号", "refers_to": "gardens.garden_id"},
    "side": {**SIDE, "choice_only_where": {"south": {"garden_id": ["1", "2"]}}},
    "turn": {
        "type": "whole",
        "heading": "茬次",
        "required": False,
        "minimum": 1,
        "maximum": 2,
        "required_where": {"side": ["north"]},
        "filled_only_where": {"side": ["north"]},
    },
}
TABLES = tables_of(
    gardens=GARDENS,
    entries=table(
        {
            **GROUP,
            "mark": {"type": "decimal", "heading": "分", "places": 1, "required": "column"},
            "day": {"type": "date", "heading": "日", "required": False},
        }
    ),
    sums=table(
        {
            **GROUP,
            "what": {"type": "choice", "heading": "题", "choices": {"a": "甲", "all": "全"}},
            "beds": {
                "type": "whole",
                "heading": "畦数",
                "minimum": 0,
                "maximum": {"column": "beds", "of": "garden_id"},
            },
            "points": {
                "type": "decimal",
                "heading": "分",
                "required": False,
                "minimum": {"column": "beds", "times": "0.5"},
                "maximum": {"column": "beds", "times": 10},
            },
        },
        key=["garden_id", "side", "turn", "what"],
        excludes=[
            {
                "table": "entries",
                "match": ["garden_id", "turn"],
                "where": {"side": ["north"]},
                "at": "side",
            }
        ],
        alone=[{"column": "what", "value": "all", "within": ["garden_id", "side", "turn"]}],
    ),
)

LIKELY = {
    "garden_id": ["1", "1", "1", "2", "2", "01", "9", "", " 1 "],
    "name": ["园", "a,b", ""],
    "beds": ["1", "3", "3", "5", "0", "7.0", "", "x", "-1", "1000000000000000000"],
    "kind": ["", "flower", "花园", "菜园(家用)", "Flower"],
    "side": ["", "north", "北(一)", "south", "南", "west"],
    "turn": ["1", "1", "2", "", "3", "1.0", "1.5"],
    "mark": ["1", "2.5", "2.55", "", "-1.0", "１"],
    "day": ["", "2024-02-29", "2023/2/29", "2024/3/1"],
    "what": ["a", "a", "all", "全", "b", ""],
    "points": ["", "0", "1.5", "15", "30.001", "1e3"],
}
JUNK = st.sampled_from(["", "", "", " ", "x", '"', "\u3000", "\x01", "a\nb"])


@st.composite
def contents(draw: Any) -> dict[str, str]:
    """Some tables, most of them with the right headings, as CSV."""
    made = {}
    for name, declared in TABLES.items():
        if draw(st.integers(0, 9)):
            made[name] = draw(content(list(declared.columns), declared.columns))
    return made


@st.composite
def content(draw: Any, names: list[str], columns: Any) -> str:
    """A table as CSV, now and then with a column too many or too few."""
    chosen = list(draw(st.permutations(names)))
    if not draw(st.integers(0, 7)):
        chosen = chosen[1:]
    header = [draw(st.sampled_from([name, name, columns[name].heading])) for name in chosen]
    if not draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(chosen)))
        extra = draw(st.sampled_from(["", "note", draw(st.sampled_from(names))]))
        chosen, header = [*chosen[:at], "", *chosen[at:]], [*header[:at], extra, *header[at:]]
    lines = [header]
    for _ in range(draw(st.integers(0, 6))):
        row = [draw(st.sampled_from(LIKELY[name]) if name else JUNK) for name in chosen]
        kind = draw(st.integers(0, 19))
        row = {0: [], 1: [" "] * len(row), 2: [*row, draw(JUNK)], 3: row[:-1]}.get(kind, row)
        lines.append(row)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(",".join(map(quoted, row)) for row in lines)


@given(made=contents())
def test_the_same_cells_are_at_fault(made: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder, {})
        for table_name, text in made.items():
            (folder / f"{table_name}.csv").write_bytes(text.encode())
        reading = read_facts(name, TABLES)
    numbers = {table_name: index for index, table_name in enumerate(TABLES)}
    found = [
        (
            numbers[fault.table],
            -1 if fault.row is None else fault.row,
            -1 if fault.column is None else list(TABLES[fault.table].columns).index(fault.column),
        )
        for fault in reading.faults
    ]
    assert found == PlainReading(TABLES, made).faults()
    if reading.facts is not None:
        reading.facts.close()
