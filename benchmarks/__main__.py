"""``make bench``: every measurement, in order; prints the tables that RESULTS.md keeps.

python -m benchmarks [AREAS …]     sizes of towns, all of them if none is given
"""

from __future__ import annotations

import platform
import subprocess
import sys

from benchmarks.processes import Cost, median_cost, run
from benchmarks.towns import FOLDER, SIZES, generate, score, town_folder

RUNS = 5
SMALL, LARGE = SIZES[0], SIZES[-1]


def line(what: str, cost: Cost) -> str:
    return f"| {what} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} |"


def whole_processes(sizes: list[int]) -> None:
    """Generating and scoring as whole processes, the interpreter's start included."""
    print("| what | wall s | CPU s | peak MB |\n|---|---|---|---|")
    for areas in sizes:
        form = "csv" if areas == SMALL else "parquet"
        print(line(f"generate {areas} areas ({form})", generate(areas, form)), flush=True)
        runs = RUNS if areas == SMALL else 1
        cost = median_cost([score(areas, form) for _ in range(runs)])
        print(line(f"score {areas} areas ({form}), median of {runs}", cost), flush=True)
        if areas != SMALL:
            words = [str(town_folder(areas, form))]
            script = run(words, module="benchmarks.pandas_script")
            print(line(f"pandas script, {areas} areas", script), flush=True)


def inside(module: str, areas: int, runs: int) -> None:
    """A measurement inside one process."""
    form = "csv" if areas == SMALL else "parquet"
    words = [sys.executable, "-m", module, str(town_folder(areas, form)), str(runs)]
    print(f"\n{module}, {areas} areas", flush=True)
    subprocess.run(words, check=True)


def robustness() -> None:
    """What `kaohe robustness` costs, and how often its sets of ranks hold the true ones."""
    for words in (["cost", str(town_folder(SMALL, "csv")), "1000"], ["coverage", "2000"]):
        print(f"\nbenchmarks.robustness {' '.join(words)}", flush=True)
        subprocess.run([sys.executable, "-m", "benchmarks.robustness", *words], check=True)


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    whole_processes(sizes)
    inside("benchmarks.sensitivity", sizes[0], RUNS)
    inside("benchmarks.counting", sizes[-1], RUNS)
    inside("benchmarks.scoring", sizes[-1], RUNS)
    robustness()


if __name__ == "__main__":
    main()
