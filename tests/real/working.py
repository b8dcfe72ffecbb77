"""What a recount by hand needs: a conversion run as a person would, rounding, places."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

SCHEMES = Path(__file__).parents[2] / "schemes"
ENGINES = ("duckdb", "sqlite")


def run_conversion(scheme: str, folder: Path, *more: str) -> str:
    """Run a scheme's ``convert.py``; the folder that it filled, as FACTS are named."""
    command = [sys.executable, str(SCHEMES / scheme / "convert.py"), str(folder), *more]
    subprocess.run(command, check=True)
    return str(folder)


def percent(part: int, whole: int) -> Decimal:
    """A share of a hundred, rounded half up to two places."""
    share = Decimal(100) * part / whole
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def places(figures: Mapping[str, tuple[Decimal, ...]]) -> dict[str, int]:
    """1 + how many are better: equals share the better place."""
    every = list(figures.values())
    return {one: 1 + sum(other > figure for other in every) for one, figure in figures.items()}
