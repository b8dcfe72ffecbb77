"""What a whole process costs: wall time, CPU time of all its threads, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and CPU time, and megabytes of peak resident memory."""

    wall: float
    cpu: float
    memory: float


def run(words: Sequence[str], accepted: Sequence[int] = (0,), module: str = "kaohe") -> Cost:
    """Run ``python -m MODULE words`` to its end and read off what the system counted for it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}")
    wall = time.perf_counter() - started
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def median_cost(costs: Sequence[Cost]) -> Cost:
    """The median of each figure over several runs."""
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.cpu for cost in costs),
        median(cost.memory for cost in costs),
    )
