"""What checks ask of each subject before anybody was asked: at least, and generally at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.analysis.asking import Bounds, bounds_of, tables_for
from kaohe.facts import read_facts
from kaohe.scheme.model import Scheme
from kaohe.scheme.sample_checks import checks_on
from tests.worlds.assessing import written_schemes

AREAS = """area_id,name,households,party_members
J01,one,1686,153
J02,two,5000,0
J03,three,19,1
"""


@pytest.fixture(scope="module")
def gaojing() -> Scheme:
    return written_schemes("gaojing-2024")[0]


def test_checks_are_found_by_the_rows_that_they_count(gaojing: Scheme) -> None:
    households = {"channel": "meeting", "panel": "household"}
    assert checks_on(gaojing, households) == [
        "sample.meeting.households",
        "sample.meeting.ceiling",
    ]
    assert checks_on(gaojing, {"channel": "online", "round": 2}) == ["sample.online.2"]
    assert checks_on(gaojing, {"channel": "nowhere"}) == []


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (
            {"channel": "meeting", "panel": "household"},
            {"J01": Bounds(85, 100), "J02": Bounds(100, 100), "J03": Bounds(1, 100)},
        ),
        (
            {"channel": "meeting", "panel": "party_member"},
            {"J01": Bounds(16), "J02": Bounds(0), "J03": Bounds(1)},
        ),
        ({"channel": "nowhere"}, {"J01": Bounds(), "J02": Bounds(), "J03": Bounds()}),
    ],
)
def test_bounds_are_those_of_the_policy(
    gaojing: Scheme, tmp_path: Path, where: dict[str, str], expected: dict[str, Bounds]
) -> None:
    (tmp_path / "areas.csv").write_text(AREAS, "utf-8")
    facts = read_facts(str(tmp_path), tables_for(gaojing)).facts
    assert facts is not None
    with facts:
        assert bounds_of(gaojing, facts, where) == expected
