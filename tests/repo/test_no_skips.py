"""Every test runs on every machine: what it needs is brought, or it fails and says what to run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.repo import ROOT

WAYS_OUT = {
    *("skip", "skipif", "xfail", "importorskip", "skip_browser", "only_browser"),
    *("skipIf", "skipUnless", "skipTest", "SkipTest", "expectedFailure"),
    *("collect_ignore", "collect_ignore_glob"),
}


def ways_out(source: str) -> Iterator[tuple[int, str]]:
    """Every line that can let a test pass without running, with the name of the way."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
                if name in WAYS_OUT:
                    yield node.lineno, name


def test_no_test_is_left_out() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in (ROOT / "tests").rglob("*.py")
        for line, name in ways_out(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "planted",
    [
        "pytest.skip('no server')",
        "@pytest.mark.skipif(True, reason='')\ndef test(): ...",
        "pytestmark = pytest.mark.xfail",
        "from pytest import importorskip",
        "from unittest import skipIf as only_here",
        "collect_ignore = ['test_pages.py']",
    ],
)
def test_a_planted_way_out_is_found(planted: str) -> None:
    assert len(list(ways_out(f"\n{planted}\n"))) == 1
