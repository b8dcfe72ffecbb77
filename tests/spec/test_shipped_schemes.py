"""Every scheme that ships passes its own check, and its worked examples come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.proving import prove
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.shipped import find_scheme, shipped_schemes

OVER_REAL_RECORDS = {"insteval", "nyc311"}
"""Schemes whose figures tests/real works out once more instead."""


def file_of(name: str) -> Path:
    path = find_scheme(name)
    assert path is not None
    return path


@pytest.mark.parametrize("name", shipped_schemes())
def test_nothing_is_to_be_mended(name: str) -> None:
    found, findings = load_scheme(file_of(name))
    assert found is not None
    assert [one.text("en") for one in findings if one.weight != "note"] == []


@pytest.mark.parametrize("name", [one for one in shipped_schemes() if one not in OVER_REAL_RECORDS])
def test_worked_examples_come_out(name: str) -> None:
    found, _ = load_scheme(file_of(name))
    assert found is not None
    proof = prove(file_of(name), found)
    assert proof.examples >= 5
    assert [one.text("en") for one in proof.findings] == []
