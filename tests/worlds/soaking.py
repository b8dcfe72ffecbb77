"""Numbers that tests are tried with: the first few each time, all of them by `make soak`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def first_of(numbers: Sequence[int], few: int) -> list[Any]:
    """Parameters of a test, those after the first few for `make soak` alone."""
    late = [pytest.param(number, marks=pytest.mark.soak) for number in numbers[few:]]
    return [*numbers[:few], *late]
