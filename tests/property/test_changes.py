"""Later figures put where changes are said to begin, and only there, give the later result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.scheme.graph import node_inputs
from kaohe.scoring.changes import beginnings, ruled_otherwise
from kaohe.scoring.reasons import printed
from kaohe.scoring.sheet import Sheet
from kaohe.scoring.working import work_out, work_out_with
from tests.property.test_distances import HEAD, Row, figures, node, read, schemes


def told(sheet: Sheet, index: int) -> dict[str, str | None]:
    scheme = sheet.scheme
    return {
        name: printed(scheme, scheme.nodes[name], column[index]) or None
        for name, column in sheet.values.items()
    }


@st.composite
def two_towns(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """The same schools twice, some of them otherwise the second time."""
    scores = st.none() | st.sampled_from(["2.00", "4.00", "5.00", "6.00", "7.50", "9.00"])
    row = st.tuples(st.sampled_from(["a", "b"]), scores, st.integers(0, 2))
    before = draw(st.lists(row, min_size=1, max_size=6))
    return before, [draw(row) if draw(st.booleans()) else one for one in before]


@given(document=schemes(), towns=two_towns())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_where_changes_begin_explains_every_figure_that_changed(
    document: dict[str, Any], towns: tuple[list[Row], list[Row]], tmp_path: Path
) -> None:
    scheme = read(document, tmp_path)
    before, after = (work_out(scheme, {None: figures(rows)}) for rows in towns)
    assert ruled_otherwise(scheme, scheme) == frozenset()
    found = [
        beginnings(told(before, index), told(after, index), scheme) for index in range(before.size)
    ]
    for index, changes in enumerate(found):
        one, two = told(before, index), told(after, index)
        assert changes.keys() == {name for name in one if one[name] != two[name]}
        for begins in changes.values():
            assert begins
            for name in begins:
                assert not changes.keys() & set(node_inputs(scheme.nodes[name], scheme))
    again = before
    for name in scheme.nodes:
        worked_out = work_out_with(again, "score", again.values["score"], [name]).values[name]
        if name == "score":
            worked_out = before.values[name]
        column = [
            later if name in changes.get(name, ()) else kept
            for changes, later, kept in zip(found, after.values[name], worked_out, strict=True)
        ]
        again = work_out_with(again, name, column, ())
    for index in range(before.size):
        assert told(again, index) == told(after, index)


def test_a_rule_that_changed_is_a_beginning_beside_what_lies_below(tmp_path: Path) -> None:
    scheme = read(
        {
            **HEAD,
            "rounding": {"places": 2},
            "nodes": {
                "score": node("tally", of={"attribute": "schools.score"}),
                "value": node("bands", of="score", bands=[{"from": 6, "gives": 1}, {"gives": 0}]),
            },
        },
        tmp_path,
    )
    changes = {"score": "5.00", "value": "0.00"}, {"score": "6.00", "value": "1.00"}
    assert beginnings(*changes, scheme)["value"] == ("score",)
    assert beginnings(*changes, scheme, {"value"})["value"] == ("score", "value")
    gone = beginnings({"old": "1"}, {"score": "2"}, scheme)
    assert gone == {"score": ("score",), "old": ("old",)}
