"""No policy in Python: the core knows no table, column, node or number of any shipped scheme."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kaohe
from kaohe.scheme.json_schema import scheme_json_schema
from kaohe.scheme.shipped import shipped_schemes
from tests.worlds.assessing import scheme_file

CORE = (
    *("values", "scheme", "facts", "measures", "scoring", "analysis", "outputs", "reports"),
    *("pipeline.py", "readings.py"),
)
OWN = {
    *("answer", "check", "clause", "events", "label", "matters", "month", "outcome", "question"),
    *("reason", "reasons", "role", "score", "sheet", "status", "title"),
    *("area_id", "household_id", "households", "staff"),
}
"""Words that the program has of its own: in files of results and draws, in templates, durations."""
SMALL = {0, 1, 2, 10}
"""Numbers of arithmetic itself: nothing, one, halves, and the base in which we write."""


def modules() -> Iterator[Path]:
    """Every module of the core."""
    package = Path(kaohe.__file__).parent
    for name in CORE:
        yield from [package / name] if name.endswith(".py") else (package / name).rglob("*.py")


@cache
def constants(path: Path) -> list[object]:
    """The constants that a module works with."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", [])
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr):
                silent.add(id(statement.value))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in silent
    ]


@cache
def language() -> set[str]:
    """Every word of the language itself: keys and fixed values of its JSON Schema."""
    found: set[str] = set()

    def gather(part: object) -> None:
        if isinstance(part, dict):
            found.update(part.get("properties", {}))
            found.update(str(word) for word in part.get("enum", []))
            found.add(str(part.get("const", "")))
        for inner in part.values() if isinstance(part, dict) else part:
            if isinstance(inner, dict | list):
                gather(inner)

    gather(scheme_json_schema())
    return found


def names_of(scheme: str) -> set[str]:
    """Tables, columns, nodes and checks that a scheme declares, but for words of the language."""
    declared = scheme_file(scheme).under({})
    found = {*declared.tables, *declared.nodes, *declared.checks}
    for table in declared.tables.values():
        found.update(table.columns)
    return found - language() - OWN


@pytest.mark.parametrize("scheme", shipped_schemes())
def test_core_names_nothing_that_a_scheme_declares(scheme: str) -> None:
    words = names_of(scheme)
    found = {
        (path.name, constant)
        for path in modules()
        for constant in constants(path)
        if isinstance(constant, str) and constant in words
    }
    assert found == set()


def test_scoring_works_with_no_number_but_those_of_arithmetic() -> None:
    found = {
        (path.name, constant)
        for path in modules()
        if path.parent.name == "scoring"
        for constant in constants(path)
        if isinstance(constant, int | float) and not isinstance(constant, bool)
    }
    shown_places = ("reasons.py", 6)
    assert {one for one in found if one[1] not in SMALL} <= {shown_places}
