"""Many people do the same thing at the same moment, in a process and a database of their own.

    python -m tests.web.races RACE ROUNDS     prints what came of it as JSON

``RACE`` is one of those below, or ``MODULE:FUNCTION`` of another module. The database is the one of
``KAOHE_DATABASE_URL``, which has the towns of ``cast``.
Threads are needed, and so is what they commit: neither can be had within the transaction of a test.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from typing import Any
from uuid import uuid4

THREADS = 8


def race(name: str, rounds: int, environment: dict[str, str]) -> dict[str, Any]:
    """Run a race in a process of its own; what came of it."""
    command = [sys.executable, "-m", "tests.web.races", name, str(rounds)]
    ran = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run the race, print."""
    import django

    django.setup()
    from tests.web.cast import Cast

    with TemporaryDirectory() as folder:
        told = _found(sys.argv[1])(Cast(), Path(folder), int(sys.argv[2]))
    from kaohe.web.audit.chain import first_break
    from kaohe.web.audit.models import Chain, Event

    chain = Chain.objects.filter(town="gaojing").first()
    events = Event.objects.filter(town="gaojing").order_by("number")
    broken = chain and first_break(events.iterator(), chain.length, chain.head)
    acts = Counter(events.values_list("act", flat=True))
    print(json.dumps({**told, "acts": acts, "broken": broken is not None}))


def _found(name: str) -> Callable[[Any, Path, int], dict[str, Any]]:
    """A race by its name; another module is read only now that the application is set up."""
    module, _, function = name.rpartition(":")
    found: Callable[[Any, Path, int], dict[str, Any]]
    found = getattr(import_module(module), function) if module else RACES[name]
    return found


def at_once(act: Callable[[int], str]) -> list[str]:
    """What came of an act for each thread; all of them begin together."""
    from django.db import connection

    start = Barrier(THREADS)

    def one(number: int) -> str:
        try:
            start.wait()
            return act(number)
        except Exception as problem:
            return type(problem).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def same_form(cast: Any, folder: Path, rounds: int) -> dict[str, Any]:
    """The same upload form is sent eight times at once."""
    from kaohe.web.cycles.models import Delivery

    results: list[str] = []
    for number in range(rounds):
        key = uuid4()
        results += at_once(lambda _, key=key, part=str(number): _take(cast, folder, part, key))
    per_part = Counter(Delivery.objects.values_list("part", flat=True))
    return {"results": Counter(results), "deliveries": sorted(per_part.values())}


def applied_at_once(cast: Any, folder: Path, rounds: int) -> dict[str, Any]:
    """Eight people put the same version in force, sign it and take it back."""
    from kaohe.web.cycles.delivering import apply_delivery, sign_delivery
    from kaohe.web.cycles.models import Delivery
    from tests.web.cast import NOW

    person = cast.person("provider")
    applied: list[str] = []
    signed: list[str] = []
    for number in range(rounds):
        _take(cast, folder, str(number), uuid4())
        delivery = Delivery.objects.get(part=str(number))

        def act(do: Any, delivery: Any = delivery, seen: int = 1) -> str:
            do(delivery, by=person, at=NOW, seen=seen)
            return "done"

        applied += at_once(lambda _, act=act: act(apply_delivery))
        signed += at_once(lambda _, act=act: act(sign_delivery, seen=2))
    return {"applied": Counter(applied), "signed": Counter(signed)}


def _take(cast: Any, folder: Path, part: str, key: Any) -> str:
    from kaohe.web.cycles.delivering import take_delivery
    from tests.web.cast import NOW
    from tests.web.deliveries import as_csv, case

    path = folder / f"{part}.csv"
    if not path.exists():
        path.write_bytes(as_csv([case(f"{part}-{number}") for number in range(3)]))
    taken = take_delivery(
        cycle=cast.cycle,
        source=cast.source("hotline"),
        table="cases",
        part=part,
        path=path,
        name=path.name,
        by=cast.person("provider"),
        at=NOW,
        submission=key,
    )
    return f"v{taken.number}"


def meeting_room(cast: Any, folder: Path, rounds: int) -> dict[str, Any]:
    """Eight slips are sent at once at a meeting to which three came; then three more come."""
    from django.conf import settings

    from kaohe.web.surveys.meeting_attendance import ballots_of
    from tests.web.meetings import HOUSEHOLD, attended, drawn, slips
    from tests.web.rounds import send

    settings.BOXES, settings.KEYS = folder / "boxes", folder / "keys"
    row = drawn(cast, count=THREADS * rounds, homes=2 * THREADS * rounds)
    held, results, ballots = row.round, list[str](), list[int]()
    for number in range(1, rounds + 1):
        row = attended(cast, row, 3 * number)
        codes = slips(cast, row, THREADS)[HOUSEHOLD]
        results += at_once(lambda one, codes=codes: str(send(held, codes[one]).status_code))
        ballots.append(ballots_of(row)[HOUSEHOLD])
    return {"results": Counter(results), "ballots": ballots}


def exclusions(cast: Any, folder: Path, rounds: int) -> dict[str, Any]:
    """Eight people ask about one case, speak on it for both sides, and one person for both."""
    from django.conf import settings

    from kaohe.web.accounts.models import Post
    from kaohe.web.hotline.exclusion_models import Exclusion
    from tests.web.cast import BEGIN
    from tests.web.deliveries import case
    from tests.web.exclusions import another, asked, spoken, told_cases_in_force

    settings.MEDIA_ROOT = folder / "files"
    half = range(THREADS // 2)
    names = [name for one in half for name in (f"line{one}", f"area{one}")]
    for name in names:
        role, *scope = ("provider", "hotline") if name.startswith("line") else ("group_member",)
        another(cast, name, role, *scope)
    both = cast.user("area0")
    Post.objects.create(
        town=cast.town, user=both, role="provider", scope=["hotline"], from_on=BEGIN
    )
    numbers = [f"{kind}{one}" for kind in "AB" for one in range(rounds)]
    told_cases_in_force(cast, folder, [[*case(number), ""] for number in numbers])
    askers, sides, results = ("clerk", "secretary"), ("line", "area"), dict[str, list[str]]()

    def count(name: str, act: Callable[[int], object]) -> None:
        results.setdefault(name, []).extend(at_once(lambda one: str(act(one) and "done")))

    for number in numbers:
        count("asked", lambda one, number=number: asked(cast, number, askers[one % 2]))
    for row in Exclusion.objects.order_by("case_id"):
        if row.case_id.startswith("A"):
            count("spoken", lambda one, row=row: spoken(cast, row, names[one][:4], names[one]))
        else:
            count("by one", lambda one, row=row: spoken(cast, row, sides[one % 2], "area0"))
    states = Exclusion.objects.order_by("case_id").values_list("state", flat=True)
    return {
        "results": {name: Counter(found) for name, found in results.items()},
        "states": list(states),
    }


RACES = {
    "exclusions": exclusions,
    "same_form": same_form,
    "applied_at_once": applied_at_once,
    "meeting_room": meeting_room,
}

if __name__ == "__main__":
    main()
