"""Random numbers from a seed: the same ones on every machine and with every version of numpy.

Only the raw 64-bit stream of PCG64 is used, which numpy promises not to change (NEP 19); what
numpy's own generators make of it may change.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.random import PCG64

Floats = np.ndarray[Any, np.dtype[np.float64]]
"""An array of floats."""
Integers = np.ndarray[Any, np.dtype[np.int64]]
"""An array of whole numbers."""
Bits = np.ndarray[Any, np.dtype[np.uint64]]
"""An array of raw 64-bit numbers."""

SEPARATOR = "\x1f"


class Stream:
    """Random numbers for one purpose.

    The purpose is named beside the seed, so that what one purpose draws never moves another's.
    """

    def __init__(self, seed: int, *purpose: str) -> None:
        words = SEPARATOR.join([str(seed), *purpose])
        digest = hashlib.sha256(words.encode()).digest()
        self._source = PCG64(int.from_bytes(digest))

    def bits(self, *shape: int) -> Bits:
        """Raw numbers, all of their 64 bits at random."""
        raw: Bits = self._source.random_raw(int(np.prod(shape, dtype=np.int64)))
        return raw.reshape(shape)

    def uniform(self, *shape: int) -> Floats:
        """Numbers from 0, included, to 1, excluded."""
        whole: Floats = (self.bits(*shape) >> np.uint64(11)).astype(np.float64)
        return whole * 2.0**-53

    def normal(self, *shape: int) -> Floats:
        """Standard normal numbers (Box and Muller 1958)."""
        radius = np.sqrt(-2 * np.log1p(-self.uniform(*shape)))
        turned: Floats = radius * np.cos(2 * np.pi * self.uniform(*shape))
        return turned
