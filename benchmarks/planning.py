"""What ``kaohe plan`` costs as whole processes, on an invented frame of 1,500 households an area.

``python -m benchmarks.planning AREAS …`` makes areas, frame and visits, then makes every plan.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import median_cost, run
from benchmarks.towns import FOLDER

HOUSEHOLDS, A_BUILDING, RUNS = 1500, 36, 3
SCHEME = ("--scheme", "gaojing-2024")
PLANS = {
    "sizes": (),
    "union": (),
    "sample": ("--check", "sample.third_party", "--seed", "benchmark"),
    "visits": ("--seed", "benchmark"),
}


def rows(areas: int) -> Iterator[tuple[str, str, str]]:
    """Area, household and building of every household."""
    for area in range(areas):
        for number in range(HOUSEHOLDS):
            yield f"J{area:04}", f"{number:05}", f"{number // A_BUILDING}"


def make(areas: int) -> Path:
    """A folder with areas, their frame, and a claimed visit of each household."""
    folder = FOLDER / f"plan-{areas}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("area_id", "name", "households", "party_members"))
        writer.writerows((f"J{one:04}", f"{one}", HOUSEHOLDS, 100) for one in range(areas))
    with (folder / "frame.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("area_id", "household_id", "building"))
        writer.writerows(rows(areas))
    with (folder / "visits.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("area_id", "household_id", "staff_id", "visited_on"))
        writer.writerows((area, one, "S1", "2024-05-06") for area, one, _ in rows(areas))
    return folder


def main() -> None:
    print("| what | wall s | CPU s | peak MB |\n|---|---|---|---|")
    for areas in map(int, sys.argv[1:]):
        folder = make(areas)
        for plan, words in PLANS.items():
            call = ["plan", plan, str(folder), *SCHEME, "--out", f"{folder}-{plan}", *words]
            cost = median_cost([run(call) for _ in range(RUNS)])
            what = f"plan {plan}, {areas} areas, {areas * HOUSEHOLDS:,} households"
            print(f"| {what} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
