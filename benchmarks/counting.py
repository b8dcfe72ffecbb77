"""Compiled measures beside the same aggregation written by hand, on the same stored facts.

``python -m benchmarks.counting FOLDER RUNS`` reads the facts once, then runs the two in turn and
prints the CPU seconds of each run and their ratio.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from kaohe.facts import Facts, read_facts
from kaohe.measures import count
from kaohe.scheme.counting import all_measures
from kaohe.scheme.loading import load_scheme
from kaohe.scheme.model import Scheme
from kaohe.scheme.shipped import find_scheme

QUESTIONS = [f"q{number}" for number in range(1, 11)]


def by_hand() -> list[str]:
    """The statements that somebody who knows SQL well would write for this policy."""
    sums = ", ".join(f"sum({name}), count({name})" for name in QUESTIONS)
    answered = " + ".join(f"({name} IS NOT NULL)::INT" for name in QUESTIONS)
    channels = {
        "channel = 'meeting' AND panel = 'household'": 0,
        "channel = 'meeting' AND panel = 'party_member'": 1,
        "channel = 'third_party'": 2,
        "channel = 'online' AND round = 1": 3,
        "channel = 'online' AND round = 2": 4,
        "panel = 'household'": 5,
    }
    reached = ", ".join(
        f"max(CASE WHEN {where} THEN 1 ELSE 0 END) AS r{number}"
        for where, number in channels.items()
    )
    totals = ", ".join(f"sum(r{number})" for number in range(len(channels)))
    first = 19723  # 2024-01-01 as days since 1970-01-01
    quarters = ((0, 90), (91, 181), (182, 273), (274, 365))
    visited = ", ".join(
        f"max(CASE WHEN visited_on BETWEEN {first + low} AND {first + high} THEN 1 ELSE 0 END)"
        f" AS v{number}"
        for number, (low, high) in enumerate(quarters)
    )
    months = "CAST(date_part('month', DATE '1970-01-01' + visited_on) AS INT)"
    year = f"visited_on BETWEEN {first} AND {first + 365}"
    return [
        f"SELECT area_id, channel, round, count(*), {sums} FROM answers"
        f" WHERE {answered} >= 6 GROUP BY area_id, channel, round",
        "SELECT area_id, item, department, count(*), sum(score) FROM ratings"
        " GROUP BY area_id, item, department",
        f"SELECT area_id, {totals} FROM (SELECT area_id, household_id, {reached}"
        " FROM participation GROUP BY area_id, household_id) GROUP BY area_id",
        "SELECT area_id, count(*), sum(v0), sum(v1), sum(v2), sum(v3) FROM"
        f" (SELECT area_id, household_id, {visited} FROM visits WHERE {year}"
        " GROUP BY area_id, household_id) GROUP BY area_id",
        "SELECT staff.area_id, sum(least(months, coalesce(met, 0))) FROM staff LEFT JOIN"
        f" (SELECT area_id, staff_id, count(DISTINCT {months}) AS met FROM visits WHERE {year}"
        " GROUP BY area_id, staff_id) AS met USING (area_id, staff_id)"
        " WHERE role = 'social_worker' GROUP BY staff.area_id",
        "SELECT area_id, source, handled, resolved, satisfied, count(*) FROM cases"
        f" WHERE received_on BETWEEN {first} AND {first + 365} AND responsible = 1"
        " AND reasonable = 1 AND excluded IS NULL GROUP BY ALL",
        "SELECT area_id, count(*), count(*) FILTER (visited = 0) FROM spot_checks GROUP BY area_id",
        "SELECT area_id, level, count(*) FROM honours GROUP BY area_id, level",
        "SELECT area_id, sum(points), max(points) FROM sanctions GROUP BY area_id",
    ]


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of all threads while the work is done."""
    started = time.process_time()
    work()
    return time.process_time() - started


def shipped() -> Scheme:
    """The scheme gaojing-2024 with its defaults."""
    path = find_scheme("gaojing-2024")
    assert path is not None
    scheme_file, _ = load_scheme(path)
    assert scheme_file is not None
    return scheme_file.under({})


def run_by_hand(facts: Facts) -> None:
    for statement in by_hand():
        facts.connection.execute(statement).fetchall()


def compare(folder: Path, runs: int) -> list[tuple[float, float]]:
    """CPU seconds of compiled and hand-written counting, in turn, after one run of each."""
    scheme = shipped()
    reading = read_facts(str(folder), scheme.fact_tables)
    assert reading.facts is not None
    facts, measures = reading.facts, all_measures(scheme)[None]
    pairs = []
    for number in range(runs + 1):
        compiled = cpu_of(lambda: count(facts, scheme.fact_tables, measures))
        written = cpu_of(lambda: run_by_hand(facts))
        if number:
            pairs.append((compiled, written))
    return pairs


def main() -> None:
    pairs = compare(Path(sys.argv[1]), int(sys.argv[2]))
    for compiled, written in pairs:
        print(f"compiled {compiled:.2f} s, by hand {written:.2f} s, {compiled / written:.2f}")
    print(
        f"median: compiled {median(one for one, _ in pairs):.2f} s,"
        f" by hand {median(one for _, one in pairs):.2f} s,"
        f" ratio {median(one / other for one, other in pairs):.2f}"
    )


if __name__ == "__main__":
    main()
