"""CPU seconds of scoring one town under every reading: 31 areas, all open questions.

``python -m benchmarks.sensitivity FOLDER RUNS`` measures the whole command, then its inside with
the facts read: the schemes, counting once, scoring every reading, and finding what matters.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from statistics import median

from benchmarks.counting import cpu_of
from benchmarks.processes import median_cost, run
from benchmarks.towns import FOLDER
from kaohe.analysis.sensitivity import trials_of
from kaohe.facts import Facts, read_facts
from kaohe.readings import study
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.shipped import find_scheme
from kaohe.values.tables import Table

SCHEME = "gaojing-2024"


def main() -> None:
    source, runs = sys.argv[1], int(sys.argv[2])
    path = find_scheme(SCHEME)
    assert path is not None

    def once() -> float:
        """Scheme loaded and facts read anew; only the readings are measured."""
        found, _ = load_scheme(path, only_errors=True)
        assert found is not None
        trials = trials_of(found.options, found.defaults)
        facts = read_facts(source, found.under({}).fact_tables).facts
        assert facts is not None

        def facts_of(_: Mapping[str, Table]) -> Facts:
            return facts

        return cpu_of(lambda: study(found, trials, facts_of))

    seconds = [once() for _ in range(runs)]
    print(f"every reading of read facts: median {median(seconds):.2f} s CPU")
    call = ["sensitivity", source, "--scheme", SCHEME, "--out", str(FOLDER / "sensitivity")]
    cost = median_cost([run(call) for _ in range(runs)])
    print(f"the whole command: median {cost.cpu:.2f} s CPU, {cost.memory:.0f} MB")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    main()
