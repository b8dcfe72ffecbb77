"""CPU time of the page of participation and of the public page, for a town of 31 areas.

python -m benchmarks.participation

46,000 households: meeting, third party and the first online round are counted, the second one is
open, 40% of all households having sent a ballot.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

AREAS, HOUSEHOLDS, TIMES = 31, 1484, 5
SHARES = {"meeting.household": 5, "third_party": 5, "online.1": 40, "online.2": 40}


def main() -> None:
    """Set up the town, ask for each page some times, print the medians."""
    data = Path(tempfile.mkdtemp(prefix="kaohe-bench-"))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="kaohe.web.settings",
        KAOHE_SECRET_KEY="a key for benchmarks",
        KAOHE_DATA=str(data),
        KAOHE_CLOCK="2024-11-20T10:00",
        KAOHE_SECURE="no",
        KAOHE_HOSTS="testserver",
        KAOHE_DATABASE_URL=f"sqlite:///{data / 'bench.sqlite3'}",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _town()
    from django.test import Client

    from kaohe.web.results.public_presenters import _reached
    from tests.web.cast import Cast

    for username in ("clerk", "secretary"):
        client = Cast().client(username)
        print(f"{username}: {_median(client, '/results/participation/')}")
    print(f"public page, anew: {_median(Client(), '/f/gaojing/2024', _reached.cache_clear)}")
    print(f"public page, kept: {_median(Client(), '/f/gaojing/2024')}")


def _median(client: Any, address: str, before: Any = lambda: None) -> str:
    taken = []
    for _ in range(TIMES):
        before()
        began = time.process_time()
        assert client.get(address).status_code == 200
        taken.append(1000 * (time.process_time() - began))
    return f"{statistics.median(taken):.0f} ms of CPU"


def _town() -> None:
    from django.db import transaction

    from kaohe.web.registry.models import Area, AreaCount, Snapshot
    from kaohe.web.surveys import boxes
    from kaohe.web.surveys.models import Participation, Round
    from tests.web.cast import BEGIN, Cast, build_towns
    from tests.web.rounds import prepared

    with transaction.atomic():
        build_towns()
        cast = Cast()
        for number in range(4, AREAS + 1):
            Area.objects.create(
                town=cast.town, area_id=f"J{number:02}", name=f"第{number}居民区", from_on=BEGIN
            )
        AreaCount.objects.all().delete()
        last = Snapshot.objects.filter(town=cast.town).latest("number")
        areas = list(Area.objects.filter(town=cast.town))
        for area in areas:
            AreaCount.objects.create(
                town=cast.town, snapshot=last, area=area, households=HOUSEHOLDS, party_members=100
            )
    dice = Random(1)
    for sample, share in SHARES.items():
        held = prepared(cast, samples=[sample], title=sample, manner="surveyor")
        took = [
            (f"{area.area_id}-{number:05}", sample, area.area_id)
            for area in areas
            for number in dice.sample(range(HOUSEHOLDS), HOUSEHOLDS * share // 100)
        ]
        if sample == "online.2":
            boxes.put_batch(boxes.box_of(held.tag), "", "2024-11-20", took, [])
            Round.objects.filter(pk=held.pk).update(state="open", manner="codes")
            continue
        whose = {"town": cast.town, "cycle": cast.cycle, "round": held, "sample": sample}
        rows = [Participation(household_id=one, area_id=area, **whose) for one, _s, area in took]
        Participation.objects.bulk_create(rows, batch_size=1000)
        Round.objects.filter(pk=held.pk).update(state="counted")


if __name__ == "__main__":
    main()
