"""Hints for demonstration towns: found by the scheme's id, moved into its year."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.scheme.head import Period
from kaohe.scheme.shipped import schemes_folder
from kaohe.towns import hints_beside, hints_in_year_of, shipped_hints
from kaohe.values.text import Text
from tests.worlds.assessing import scheme_file

GAOJING = schemes_folder() / "gaojing-2024"


@pytest.mark.parametrize("scheme_id", ["gaojing-2024", "gaojing-2025"])
def test_a_scheme_and_its_copy_for_another_year_have_the_same_hints(scheme_id: str) -> None:
    assert shipped_hints(scheme_id) == GAOJING / "town.yaml"


@pytest.mark.parametrize("scheme_id", ["gaojing", "gaojing-20245x", "of-our-own", ""])
def test_a_scheme_of_another_name_has_none(scheme_id: str) -> None:
    assert shipped_hints(scheme_id) is None


def test_hints_of_another_year_differ_in_their_dates_only_and_can_be_read(tmp_path) -> None:
    scheme = scheme_file("gaojing-2024").under({})
    written = (GAOJING / "town.yaml").read_text("utf-8")
    assert hints_in_year_of(scheme, GAOJING / "town.yaml") == written
    period = Period.model_validate({"from": date(2025, 1, 1), "to": date(2025, 12, 31)})
    moved = hints_in_year_of(scheme.model_copy(update={"period": period}), GAOJING / "town.yaml")
    assert "visited_on: {day: [2025-04-01, 2025-12-28]}" in moved
    for before, after in zip(written.splitlines(), moved.splitlines(), strict=True):
        assert before == after or before.replace("2024-", "2025-") == after
    (tmp_path / "town.yaml").write_text(moved, encoding="utf-8")
    assert not isinstance(hints_beside(tmp_path / "scheme.yaml"), Text)
