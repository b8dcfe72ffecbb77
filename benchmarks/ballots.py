"""What complete submissions cost: the form fetched, the ballot posted, as many residents at once.

    .venv/bin/python -m benchmarks.ballots FOLDER [BALLOTS]
    .venv/bin/python -m tests.worlds.with_server .venv/bin/python -m benchmarks.ballots FOLDER …

The first on SQLite, the second on PostgreSQL. ``FOLDER`` is made and must not be there yet. CPU is
that of all server processes (``kaohe serve`` with its workers and its queue, PostgreSQL with all
its own), read from ``/proc`` before and after; residents run outside of them. Needs the environment
for development.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import bare_ballots
from tests.web import served
from tests.worlds.demonstrations import free_port

RESIDENTS = 8
"""So many send at a time."""
WARM = 200
"""Ballots before the measuring begins."""


@dataclass(frozen=True)
class Cost:
    """What so many submissions cost."""

    ballots: int
    cpu: float
    wall: float
    latencies: Sequence[float]

    def line(self, name: str) -> str:
        """A row of the table of RESULTS.md."""
        p99 = sorted(self.latencies)[int(len(self.latencies) * 0.99)] * 1000
        each = self.cpu / self.ballots * 1000
        return f"| {name} | {each:.1f} | {self.ballots / self.wall:.0f} | {p99:.0f} |"


def main() -> None:
    """Measure Kaohe, then the bare application."""
    data, ballots = Path(sys.argv[1]).resolve(), int((sys.argv[2:] or ["3000"])[0])
    data.mkdir(parents=True)
    given = os.environ.get("KAOHE_DATABASE_URL", "")
    url = given if given.startswith("postgres") else f"sqlite:///{data / 'town.sqlite3'}"
    os.environ.update(
        KAOHE_DATA=str(data),
        KAOHE_DATABASE_URL=url,
        KAOHE_SECRET_KEY="measured",
        KAOHE_CLOCK="2024-11-20T10:00",
        KAOHE_SECURE="no",
        DJANGO_SETTINGS_MODULE="kaohe.web.settings",
    )
    tag, sent = _round(ballots + WARM)
    print("| what | CPU ms a ballot | ballots a second | p99 ms |\n|---|---|---|---|")
    port = free_port()
    with served.serving(port, data / "log") as server:
        cost = _measure(port, f"/f/{tag}", sent, [server.process.pid, *_database(url)])
    print(cost.line(f"kaohe serve, {urlsplit(url).scheme}"), flush=True)
    bare = url if url.startswith("postgres") else str(data / "bare.sqlite3")
    print(_bare(bare, sent, data).line(f"bare WSGI, {urlsplit(url).scheme}"), flush=True)


def _round(ballots: int) -> tuple[str, list[dict[str, str]]]:
    """An open round, and what each household will send."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    from tests.web.cast import Cast, build_towns
    from tests.web.playing import open_with_voters, settle
    from tests.web.rounds import fields

    build_towns()
    settle(Cast(), ballots)
    held, voters = open_with_voters(Cast(), "online.2")
    sent = [{"code": one.code, **fields(held, one.answers)} for one in voters]
    connections.close_all()
    return held.tag, sent


def _measure(port: int, path: str, sent: Sequence[dict[str, str]], groups: list[int]) -> Cost:
    def submit(answers: dict[str, str]) -> float:
        begin = time.perf_counter()
        line = served.Line(port)
        statuses = line.get(path)[0], line.post(path, answers)[0]
        line.close()
        assert statuses == (200, 200), statuses
        return time.perf_counter() - begin

    with ThreadPoolExecutor(RESIDENTS) as pool:
        list(pool.map(submit, sent[:WARM]))
        before, begin = sum(map(_cpu, groups)), time.perf_counter()
        latencies = list(pool.map(submit, sent[WARM:]))
        wall = time.perf_counter() - begin
        return Cost(len(latencies), sum(map(_cpu, groups)) - before, wall, latencies)


def _bare(database: str, sent: Sequence[dict[str, str]], data: Path) -> Cost:
    os.environ["BARE_DATABASE"] = database
    connection, _ = bare_ballots.connected()
    with bare_ballots.transaction(connection):
        for statement in bare_ballots.TABLES:
            connection.execute(statement)
    connection.close()
    port, processes = free_port(), str(os.cpu_count())
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", processes, "--blocking-threads", "4", "--log-level", "warning"]
    with (data / "bare.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "benchmarks.bare_ballots:application"],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _until(lambda: served.ask(port, "/")[0] == 200)
        return _measure(port, "/", sent, [server.pid, *_database(database)])
    finally:
        served.Served(server, port).end()


def _until(ready: Callable[[], Any]) -> None:
    end = time.monotonic() + served.LONGEST_START
    while time.monotonic() < end:
        try:
            if ready():
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError


def _database(url: str) -> list[int]:
    """The first process of a PostgreSQL server that listens in a folder of its own."""
    if not url.startswith("postgres"):
        return []
    home = Path(parse_qs(urlsplit(url).query)["host"][0])
    return [int((home / "data/postmaster.pid").read_text().split()[0])]


def _cpu(first: int) -> float:
    """Seconds of CPU that a process and all its descendants took, those that ended included."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    family, ticks = {first}, 0
    for pid in sorted(stats):
        parent, used = stats[pid]
        if pid in family or parent in family:
            family.add(pid)
            ticks += used
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
