"""The towns that are measured: generated once, then kept in ``build/bench``."""

from __future__ import annotations

from pathlib import Path

from benchmarks.processes import Cost, run

FOLDER = Path("build/bench")
SIZES = (31, 650, 6500)
SEED = 2024


def town_folder(areas: int, file_format: str) -> Path:
    """Where the town of that size lies."""
    return FOLDER / f"town-{areas}-{file_format}"


def generate(areas: int, file_format: str) -> Cost:
    """Generate a town anew and say what that cost."""
    folder = town_folder(areas, file_format)
    words = ["generate", "--areas", str(areas), "--seed", str(SEED), "--format", file_format]
    return run([*words, "--out", str(folder)])


def score(areas: int, file_format: str) -> Cost:
    """Score a town as a whole process: read, check, hash, count, score, explain, write."""
    out = FOLDER / f"result-{areas}"
    call = ["score", str(town_folder(areas, file_format)), "--scheme", "gaojing-2024"]
    return run([*call, "--out", str(out)], accepted=(0, 3))
