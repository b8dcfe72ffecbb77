"""CPU seconds of scoring 6,500 areas from measures, and of telling the reasons of one.

``python -m benchmarks.scoring FOLDER RUNS`` reads and counts once, then scores again and again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from benchmarks.counting import cpu_of, shipped
from kaohe.facts import read_facts
from kaohe.pipeline import assess
from kaohe.scoring.checking import check_results
from kaohe.scoring.explanation import explain, forest
from kaohe.scoring.working import work_out

EXPLAINED = 200


def main() -> None:
    scheme = shipped()
    reading = read_facts(sys.argv[1], scheme.fact_tables)
    assert reading.facts is not None
    figures = assess(scheme, "", {}, reading.facts).sheet.figures
    runs = int(sys.argv[2])
    scored = [cpu_of(lambda: check_results(work_out(scheme, {None: figures}))) for _ in range(runs)]
    sheet, below = work_out(scheme, {None: figures}), forest(scheme)
    explain(sheet, 0, below)
    told = cpu_of(lambda: [explain(sheet, index, below) for index in range(EXPLAINED)])
    size = len(figures.subjects)
    print(f"scoring {size} areas from measures: median {median(scored):.2f} s CPU")
    print(f"reasons of one area: {1000 * told / EXPLAINED:.1f} ms CPU")


if __name__ == "__main__":
    Path("build/bench").mkdir(parents=True, exist_ok=True)
    main()
