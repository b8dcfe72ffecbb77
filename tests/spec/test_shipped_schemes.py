"""Every scheme that ships passes its own check, and its worked examples come out."""

from __future__ import annotations

import pytest

from kaohe.proving import prove
from kaohe.scheme.shipped import find_scheme, shipped_schemes
from tests.spec.test_coverage import PARTS, parts_of, words_of, words_used
from tests.worlds.assessing import loaded_scheme, scheme_file, written_schemes

WORKED = ("gaojing-2024", "village-targets", "hotline-scorecard", "property-credit")
OVER_REAL_RECORDS = {"insteval", "nyc311"}
"""Schemes whose figures tests/real works out once more instead."""


@pytest.mark.parametrize("name", shipped_schemes())
def test_nothing_is_to_be_mended(name: str) -> None:
    _, findings = loaded_scheme(name)
    assert [one.text("en") for one in findings if one.weight != "note"] == []


def test_worked_schemes_together_use_every_word_of_the_language() -> None:
    every = {word for part in PARTS.values() for word in words_of(part)}
    used: set[tuple[str, str]] = set()
    for name in WORKED:
        for scheme in written_schemes(name):
            used |= {word for part in parts_of(scheme) for word in words_used(part)}
    assert every - used == set()


@pytest.mark.parametrize("name", [one for one in shipped_schemes() if one not in OVER_REAL_RECORDS])
def test_worked_examples_come_out(name: str) -> None:
    path = find_scheme(name)
    assert path is not None
    proof = prove(path, scheme_file(name))
    assert proof.examples >= 5
    assert [one.text("en") for one in proof.findings] == []
