"""Every scheme that ships passes its own check, and its worked examples come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.proving import prove
from kaohe.scheme.decisions import every_single_choice
from kaohe.scheme.loading import load_scheme, written_scheme
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from tests.spec.test_coverage import PARTS, parts_of, words_of, words_used

WORKED = ("gaojing-2024", "village-targets", "hotline-scorecard", "property-credit")
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


def test_worked_schemes_together_use_every_word_of_the_language() -> None:
    every = {word for part in PARTS.values() for word in words_of(part)}
    used: set[tuple[str, str]] = set()
    for name in WORKED:
        found, _ = load_scheme(file_of(name))
        assert found is not None
        for taken in every_single_choice(found.options):
            scheme = written_scheme(found.document, {**found.defaults, **taken})
            used |= {word for part in parts_of(scheme) for word in words_used(part)}
    assert every - used == set()


@pytest.mark.parametrize("name", [one for one in shipped_schemes() if one not in OVER_REAL_RECORDS])
def test_worked_examples_come_out(name: str) -> None:
    found, _ = load_scheme(file_of(name))
    assert found is not None
    proof = prove(file_of(name), found)
    assert proof.examples >= 5
    assert [one.text("en") for one in proof.findings] == []
