"""Random numbers are the same everywhere, and one purpose does not disturb another."""

from __future__ import annotations

import numpy as np
import pytest

from kaohe.analysis.randomness import Stream

BITS = [5028462366073175199, 11080033875435133529]


def test_a_seed_gives_the_numbers_written_down_here() -> None:
    assert Stream(2024, "a purpose").bits(2).tolist() == BITS
    assert Stream(2024, "a purpose").uniform(1)[0] == (BITS[0] >> 11) / 2**53


def test_seeds_and_purposes_give_other_numbers() -> None:
    firsts = {
        int(Stream(seed, *p).bits(1)[0]) for seed in (0, -1) for p in ((), ("a", "b"), ("ab",))
    }
    assert len(firsts) == 6


def test_normal_numbers_are_normal() -> None:
    numbers = np.sort(Stream(5).normal(20_000))
    assert numbers.mean() == pytest.approx(0, abs=4 / 20_000**0.5)
    assert numbers.std() == pytest.approx(1, abs=4 / 40_000**0.5)
    # Published quantiles of the standard normal distribution.
    for share, quantile in ((0.025, -1.960), (0.5, 0.0), (0.9, 1.2816), (0.999, 3.0902)):
        assert numbers[int(20_000 * share)] == pytest.approx(quantile, abs=0.15)
