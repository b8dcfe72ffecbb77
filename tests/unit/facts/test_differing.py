"""Rows of two snapshots that differ, counted by key, beside counting them one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from kaohe.facts import read_facts, write_snapshot
from kaohe.facts.differing import RowsMoved, rows_moved
from kaohe.values.tables import Table

COLUMNS = {
    "house": {"type": "id", "heading": "户"},
    "round": {"type": "whole", "heading": "轮", "required": False},
    "said": {"type": "choice", "heading": "说", "choices": {"y": "是", "n": "否"}},
}
TOLD = {"label": "表", "row": "一行", "columns": COLUMNS}
KEYED = Table.model_validate({**TOLD, "key": ["house", "round"]})
LOOSE = Table.model_validate(TOLD)
TABLES = {"keyed": KEYED, "loose": LOOSE}
Row = tuple[str, str, str]


def snapshot(folder: Path, keyed: Iterable[Row], loose: Iterable[Row]) -> Path:
    """Two tables as a run freezes them."""
    source = folder / "source"
    source.mkdir(parents=True)
    for name, rows in (("keyed", keyed), ("loose", loose)):
        lines = ["house,round,said", *(",".join(row) for row in rows)]
        (source / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    facts = read_facts(str(source), TABLES).facts
    assert facts is not None
    with facts:
        write_snapshot(facts, TABLES, folder / "snapshot")
    return folder / "snapshot"


rows = st.lists(
    st.tuples(
        st.sampled_from(["h1", "h2", "h3"]), st.sampled_from(["", "1"]), st.sampled_from("yn")
    ),
    max_size=5,
)
keyed_rows = rows.map(lambda found: list({row[:2]: row for row in found}.values()))


@given(before=st.tuples(keyed_rows, rows), after=st.tuples(keyed_rows, rows))
def test_rows_are_counted_by_key_and_without_one_as_they_are(
    before: tuple[list[Row], list[Row]], after: tuple[list[Row], list[Row]]
) -> None:
    with TemporaryDirectory() as folder:
        one = snapshot(Path(folder) / "one", *before)
        two = snapshot(Path(folder) / "two", *after)
        found = rows_moved(one, two, TABLES)
    old, new = ({row[:2]: row[2] for row in side[0]} for side in (before, after))
    assert found["keyed"] == RowsMoved(
        added=len(new.keys() - old.keys()),
        gone=len(old.keys() - new.keys()),
        changed=sum(old[key] != new[key] for key in old.keys() & new.keys()),
    )
    gone, added = Counter(before[1]) - Counter(after[1]), Counter(after[1]) - Counter(before[1])
    assert found["loose"] == RowsMoved(added.total(), gone.total(), 0)
    assert bool(found["loose"]) is (Counter(before[1]) != Counter(after[1]))


def test_a_table_that_was_not_there_has_no_rows(tmp_path: Path) -> None:
    one = snapshot(tmp_path / "one", [("h1", "", "y")], [])
    (one / "keyed.parquet").unlink()
    two = snapshot(tmp_path / "two", [("h1", "", "y"), ("h2", "1", "n")], [])
    assert rows_moved(one, two, TABLES)["keyed"] == RowsMoved(2, 0, 0)
    assert rows_moved(two, one, TABLES)["keyed"] == RowsMoved(0, 2, 0)
