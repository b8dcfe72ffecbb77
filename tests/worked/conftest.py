"""What holds for every test of the worked schemes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.worlds.assessing import shipped_schemes_loaded_once


@pytest.fixture(autouse=True, scope="module")
def _shipped_schemes_are_loaded_once() -> Iterator[None]:
    with shipped_schemes_loaded_once():
        yield
