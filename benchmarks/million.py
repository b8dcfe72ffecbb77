"""What scoring a cycle with a million ballots costs in the web application, step by step.

    python -m benchmarks.million FOLDER [ROWS]

Makes the town where ``FOLDER`` is empty: 31 areas, a counted round of ROWS ballots and as many
households that took part. Each step is a process of its own, so that peaks can be told apart.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.processes import run

ROWS = 1_000_000
AREAS = 31
PARTS = ("meeting.household", "third_party", "online.1", "online.2")
DAY = "2024-11-20T10:00"


def main() -> None:
    """Make the town, or do one step in it, or measure all steps."""
    folder = Path(sys.argv[1]).resolve()
    if sys.argv[2:3] and sys.argv[2] in STEPS:
        _open(folder)
        STEPS[sys.argv[2]]()
        return
    rows = int(sys.argv[2]) if sys.argv[2:] else ROWS
    if not folder.exists():
        folder.mkdir(parents=True)
        _open(folder)
        _make(rows)
    print("| step | wall s | CPU s | peak MB |\n|---|---|---|---|")
    for step in STEPS:
        cost = run([str(folder), step], module="benchmarks.million")
        print(f"| {step} | {cost.wall:.0f} | {cost.cpu:.0f} | {cost.memory:.0f} |", flush=True)


def _open(folder: Path) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="kaohe.web.settings",
        KAOHE_SECRET_KEY="a key for benchmarks",
        KAOHE_DATA=str(folder),
        KAOHE_CLOCK=DAY,
        KAOHE_SECURE="no",
        KAOHE_DATABASE_URL=f"sqlite:///{folder / 'town.sqlite3'}",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _make(rows: int) -> None:
    from django.conf import settings
    from django.db import connection, transaction

    from kaohe.web.cycles.models import Delivery
    from kaohe.web.registry.models import Area, AreaCount, Snapshot
    from tests.web.cast import BEGIN, Cast, build_towns
    from tests.web.filling import begin_scoring, fill_cycle
    from tests.web.rounds import prepared

    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        build_towns()
        cast = Cast()
        town = cast.town
        fill_cycle(cast, Path(settings.MEDIA_ROOT))
        Delivery.objects.filter(table="answer_totals").update(state="withdrawn")
        last = Snapshot.objects.filter(town=town).latest("number")
        for number in range(4, AREAS + 1):
            area = Area.objects.create(
                town=town,
                area_id=f"J{number:02}",
                name=f"第{number}居民区",
                category="ordinary",
                from_on=BEGIN,
            )
            AreaCount.objects.create(
                town=town, snapshot=last, area=area, households=rows, party_members=100
            )
        held = prepared(cast, manner="surveyor", samples=list(PARTS))
        held.state = "counted"
        held.save()
        begin_scoring(cast)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_BALLOTS, [rows, town.pk, cast.cycle.pk, held.pk])
            cursor.execute(_INSERT_HOUSEHOLDS, [rows, town.pk, cast.cycle.pk, held.pk])


_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %s - 1)"
_AREA = f"printf('J%%02d', i %% {AREAS} + 1)"
_SAMPLE = "CASE i / {} %% {} {} END".format(
    AREAS, len(PARTS), " ".join(f"WHEN {at} THEN '{part}'" for at, part in enumerate(PARTS))
)
_ANSWERS = "json_object('q1.1', iif(i %% 7, 'yes', 'no'), 'q1.2', 'no', {}, 'q10', 'fair')".format(
    ", ".join(
        f"'q{number}', iif(i %% {number + 3}, 'satisfied', 'fair')" for number in range(2, 10)
    )
)
_INSERT_BALLOTS = (
    "INSERT INTO surveys_ballot (version, town_id, cycle_id, round_id, id, area_id, sample,"
    f" answers, assisted, took, flags, set_aside) {_NUMBERS}"
    f" SELECT 1, %s, %s, %s, lower(hex(randomblob(16))), {_AREA}, {_SAMPLE}, {_ANSWERS},"
    " 0, '', '[]', 0 FROM n"
)
_INSERT_HOUSEHOLDS = (
    "INSERT INTO surveys_participation (version, town_id, cycle_id, round_id, area_id, sample,"
    f" household_id) {_NUMBERS} SELECT 1, %s, %s, %s, {_AREA}, {_SAMPLE}, printf('H%%07d', i)"
    " FROM n"
)


# -- the steps -------------------------------------------------------------------------------------


def _start() -> None:
    """Only start: what the others stand on."""


def _write() -> None:
    from tempfile import TemporaryDirectory

    from kaohe.web.cycles.schemes import scheme_of
    from kaohe.web.results.gathering import write_facts
    from tests.web.cast import Cast

    cycle = Cast().cycle
    with TemporaryDirectory() as folder:
        write_facts(cycle, scheme_of(cycle), Path(folder))


def _gather() -> None:
    from kaohe.web.cycles.schemes import scheme_of
    from kaohe.web.results.gathering import gather
    from tests.web.cast import Cast

    cycle = Cast().cycle
    gathered = gather(cycle, scheme_of(cycle))
    assert gathered.facts is not None, gathered.faults[:3]
    gathered.facts.close()


def _score() -> None:
    from kaohe.web.results.actions import run_scoring
    from tests.web.cast import NOW, Cast

    run_scoring(Cast().cycle, by=Cast().person("clerk"), at=NOW)


STEPS: dict[str, Callable[[], None]] = {
    "start": _start,
    "write facts": _write,
    "gather": _gather,
    "score": _score,
}

if __name__ == "__main__":
    main()
