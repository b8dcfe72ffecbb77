"""Two devices with one code at the same moment; servers killed under load and while they count.

In a process and a database of its own (``races``). What is told at the end is what the tests of
``test_ballots_survive`` compare.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kaohe.web.surveys import boxes, codes, sealing
from kaohe.web.surveys.models import Ballot, Participation, Receipt, Round
from kaohe.web.surveys.opening import go_on_after_a_stop
from kaohe.web.surveys.rounds import asking_of
from tests.web import served
from tests.web.cast import NOW, Cast
from tests.web.evidence import Voter, ballot_of
from tests.web.nursery import Nursery, kill
from tests.web.playing import SAMPLES, SHOWN, open_with_voters, settle
from tests.web.rounds import closed, fields
from tests.web.served import Line
from tests.worlds import servers
from tests.worlds.demonstrations import free_port

DEVICES = 4
"""So many send at a time while servers are killed."""
BALLOTS_A_LIFE = 12
"""A server is killed after so many acknowledged ballots at most."""
PATIENCE = 120.0
"""Seconds until a load that makes no progress is given up."""

# -- one code, two devices ------------------------------------------------------------------------


def same_code(cast: Cast, folder: Path, households: int) -> dict[str, Any]:
    """The code of every household is sent by two devices at once, each with its own answers."""
    settle(cast, households)
    held, voters = open_with_voters(cast, "online.2")
    port, log = free_port(), settings.ENVIRONMENT.data / "log"
    others = [voters[-1], *voters[:-1]]
    taken: list[str] = []
    pairs: Counter[tuple[int, ...]] = Counter()
    told_so = 0
    with served.serving(port, log), ThreadPoolExecutor(2) as pool:
        start = threading.Barrier(2)
        for number, (voter, other) in enumerate(zip(voters, others, strict=True)):
            if number % 10 == 0:  # other connections are answered by other processes
                lines = [Line(port), Line(port)]

            def act(line: Line, answers: dict[str, str], code: str = voter.code) -> Any:
                start.wait()
                return line.post(f"/f/{held.tag}", {"code": code, **fields(held, answers)})

            both = [dict(voter.answers), dict(other.answers)]
            pages = list(pool.map(act, lines, both))
            pairs[tuple(sorted(status for status, _ in pages))] += 1
            told_so += sum("这个答题码已经用过" in page for _, page in pages)
            taken += [
                ballot_of(voter.area, answers)
                for (status, _), answers in zip(pages, both, strict=True)
                if status == 200
            ]
    done = closed(cast, held)
    return {
        "pairs": {"+".join(map(str, pair)): times for pair, times in pairs.items()},
        "told_so": told_so,
        "counted": [done.ballots, done.participants, Receipt.objects.count()],
        "those_acknowledged": Counter(taken) == _ballots(held),
    }


def _ballots(held: Round) -> Counter[str]:
    rows = Ballot.objects.filter(round=held).values_list("area_id", "answers")
    return Counter(ballot_of(area, answers) for area, answers in rows)


# -- killed under load ----------------------------------------------------------------------------


@dataclass
class Load:
    """Devices that send ballots until each was taken, whatever happens to the server."""

    port: int
    held: Round
    voters: Iterator[Voter]
    pause: float
    """Seconds until a device tries again."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Households that saw a receipt, and the receipt."""
    used: list[Voter] = field(default_factory=list)
    """Households that were told that their code is used, after an answer that got lost."""
    done: list[Voter] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """One device."""
        while not self.stop.is_set():
            with self.lock:
                voter = next(self.voters, None)
            if voter is None:
                return
            self._send_until_taken(voter)

    def _send_until_taken(self, voter: Voter) -> None:
        sent = {"code": voter.code, **fields(self.held, voter.answers)}
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            line = Line(self.port)
            try:
                status, page = line.post(f"/f/{self.held.tag}", sent)
            except (OSError, http.client.HTTPException) as problem:
                self.troubles[type(problem).__name__] += 1
                time.sleep(self.pause)
                continue
            finally:
                line.close()
            shown = SHOWN.search(page)
            if status == 200 and shown:
                self.acknowledged[voter.household] = codes.read(shown[0])
            elif status == 409 and re.search("这个答题码已经用过", page):
                self.used.append(voter)
            else:  # busy, or a page that was cut off
                self.troubles[str(status)] += 1
                time.sleep(self.pause)
                continue
            self.done.append(voter)
            return
        raise AssertionError(f"no end with {voter.household}: {self.troubles}")


def forked_servers(cast: Cast, folder: Path, kills: int) -> dict[str, Any]:
    """Servers that are forked and killed, so many times, under load."""
    return _killed_under_load(cast, kills, _forked)


def real_servers(cast: Cast, folder: Path, kills: int) -> dict[str, Any]:
    """``kaohe serve`` with all its processes killed, so many times, under load."""
    return _killed_under_load(cast, kills, _served)


Lives = Iterator[Callable[[], None]]
"""Servers, one after the other: each is ready when it comes, and called to be killed."""


@contextmanager
def _forked(port: int, tag: str) -> Iterator[Lives]:
    nursery = Nursery.opened(port, tag)

    def lives() -> Lives:
        while True:
            group = nursery.fork("serve")
            assert nursery.line() == "ready"
            yield lambda group=group: kill(group)

    try:
        yield lives()
    finally:
        nursery.close()


@contextmanager
def _served(port: int, tag: str) -> Iterator[Lives]:
    def lives() -> Lives:
        while True:
            yield served.start(port, settings.ENVIRONMENT.data / "log").kill

    yield lives()


def killed_database(cast: Cast, folder: Path, kills: int) -> dict[str, Any]:
    """PostgreSQL killed with all its processes and started again, so many times, under load."""
    return _killed_under_load(cast, kills, _database, pause=0.2)


@contextmanager
def _database(port: int, tag: str) -> Iterator[Lives]:
    """One town's server throughout, on a database server that dies: the one of the test."""
    programs, data, options = os.environ["SERVER"].split("\n")
    server = servers.Server(Path(programs), Path(data), options)
    town = served.start(port, settings.ENVIRONMENT.data / "log")

    def lives() -> Lives:
        while True:
            yield server.kill
            server.start()

    try:
        yield lives()
    finally:
        server.start()
        town.kill()


def _killed_under_load(
    cast: Cast, kills: int, manner: Any, *, pause: float = 0.01
) -> dict[str, Any]:
    settle(cast, kills * BALLOTS_A_LIFE + 100)
    held, voters = open_with_voters(cast, "online.2")
    connection.close()
    port, chance = free_port(), random.Random(kills)
    load = Load(port, held, iter(voters), pause)
    with manner(port, held.tag) as lives, ThreadPoolExecutor(DEVICES) as pool:
        devices = [pool.submit(load.run) for _ in range(DEVICES)]
        for _ in range(kills):
            end_life = next(lives)
            _wait_for(load, len(load.done) + chance.randint(1, BALLOTS_A_LIFE))
            time.sleep(chance.random() * 0.02)
            end_life()
        end_life = next(lives)
        load.stop.set()
        for device in devices:
            device.result()
        end_life()
    closed(cast, held)
    return _told(load, held)


def _wait_for(load: Load, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(load.done) < count:
        assert time.monotonic() < end, load.troubles
        time.sleep(0.001)


def _told(load: Load, held: Round) -> dict[str, Any]:
    receipts = list(Receipt.objects.filter(round=held).values_list("code", flat=True))
    took_part = Participation.objects.filter(round=held).values_list("household_id", flat=True)
    return {
        "sent": len(load.done),
        "acknowledged": len(load.acknowledged),
        "lost": sorted(set(load.acknowledged.values()) - set(receipts)),
        "receipts": len(receipts),
        "used_without_an_answer": len(load.used),
        "each_ballot_once": Counter(one.ballot for one in load.done) == _ballots(held),
        "each_household_once": sorted(one.household for one in load.done) == sorted(took_part),
        "troubles": load.troubles,
    }


# -- killed while closing and counting ------------------------------------------------------------

BALLOTS = 600


def killed_while_counting(cast: Cast, folder: Path, rounds: int) -> dict[str, Any]:
    """Whoever closes and counts is killed ever a little later, until a round is counted."""
    settle(cast, BALLOTS)
    port, kills = free_port(), 0
    wrong: list[str] = []
    left_in: Counter[str] = Counter()
    for sample in SAMPLES[:rounds]:
        held, voters = open_with_voters(cast, sample)
        _put(held, voters)
        connection.close()
        nursery = Nursery.opened(port, held.tag)
        delay, finished = 0.01, False
        while not finished:
            group = nursery.fork(f"close {held.pk}")
            time.sleep(delay * random.Random(kills).uniform(0.7, 1.3))
            kill(group)
            kills, delay = kills + 1, delay * 1.25
            wrong += _half_done(held)
            state = Round.objects.get(pk=held.pk).state
            left_in[state] += 1
            connection.close()
            finished = state == "counted" and not list(settings.KEYS.iterdir())
        nursery.close()
        go_on_after_a_stop(NOW)
        wrong += ["box"] * boxes.box_of(held.tag).exists()
        wrong += ["ballots"] * (_ballots(held) != Counter(one.ballot for one in voters))
    return {"kills": kills, "wrong": wrong, "left_in": left_in, "counted": Receipt.objects.count()}


def _put(held: Round, voters: Iterable[Voter]) -> None:
    length = asking_of(held).length
    box = boxes.box_of(held.tag)
    for one in voters:

        def seal(area: str, sample: str, answers: Any = one.answers) -> bytes:
            return sealing.seal(sealing.Contents(area, sample, answers), length, held.public_keys)

        assert boxes.cast(box, codes.digest_of(held.tag, one.code), "2024-11-20", seal).receipt


def _half_done(held: Round) -> list[str]:
    """What must not be after a stop."""
    now = Round.objects.get(pk=held.pk)
    whole = BALLOTS if now.state == "counted" else 0
    counts = {
        "ballots": Ballot.objects.filter(round=held).count(),
        "households": Participation.objects.filter(round=held).count(),
        "receipts": Receipt.objects.filter(round=held).count(),
    }
    wrong = [
        f"{count} {name} while {now.state}" for name, count in counts.items() if count != whole
    ]
    if now.state != "counted" and sealing.kept_keys(held.public_keys) is None:
        wrong.append(f"no key while {now.state}")
    return wrong
