"""CPU time and queries of the pages of cases, for a town of 31 areas.

python -m benchmarks.cases_pages [CASES …]
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

AREAS, HOUSEHOLDS, TIMES = 31, 1484, 5
USUAL = (5_000, 100_000)
PAGES = (
    ("clerk", "/results/cases/"),
    ("clerk", "/results/cases/exclusions"),
    ("clerk", "/results/cases/trends"),
    ("clerk", "/results/cases/misdispatch"),
    ("secretary", "/results/cases/"),
    ("secretary", "/results/cases/trends"),
)
KINDS = ("小区环境卫生", "物业管理", "停车管理", "噪声扰民", "违法搭建", "电梯故障", "楼道堆物")
EXCLUDED = ("", "", "", "", "", "", "", "", "not_statutory", "repeat")


def main() -> None:
    """Set up the town, hand in more and more cases, ask for each page some times."""
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
    for number in [int(one) for one in sys.argv[1:]] or USUAL:
        _hand_in(number, data)
        for username, address in PAGES:
            print(f"{number} cases, {username} {address}: {_measured(username, address)}")
        _effects(number)


def _measured(username: str, address: str) -> str:
    from django.db import connection

    from tests.web.cast import Cast

    client, queries, taken = Cast().client(username), list[str](), []

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    assert client.get(address).status_code == 200
    with connection.execute_wrapper(counted):
        client.get(address)
    for _ in range(TIMES):
        began = time.process_time()
        client.get(address)
        taken.append(1000 * (time.process_time() - began))
    return f"{statistics.median(taken):.0f} ms of CPU, {len(queries)} queries"


def _effects(number: int) -> None:
    from kaohe.web.results.cases_effects import effects_of
    from tests.web.cast import Cast

    cycle, asked = Cast().cycle, {f"W{one}": "" for one in range(200)}
    began = time.process_time()
    assert len(effects_of(cycle, asked)) == len(asked)
    taken = 1000 * (time.process_time() - began)
    print(f"{number} cases, what 200 exclusions move, each alone: {taken:.0f} ms of CPU")


def _town() -> None:
    from django.db import transaction

    from kaohe.web.registry.models import Area, AreaCount, Snapshot
    from tests.web.cast import BEGIN, Cast, build_towns

    with transaction.atomic():
        build_towns()
        cast = Cast()
        for number in range(4, AREAS + 1):
            Area.objects.create(
                town=cast.town, area_id=f"J{number:02}", name=f"第{number}居民区", from_on=BEGIN
            )
        AreaCount.objects.all().delete()
        last = Snapshot.objects.filter(town=cast.town).latest("number")
        for area in Area.objects.filter(town=cast.town):
            AreaCount.objects.create(
                town=cast.town, snapshot=last, area=area, households=HOUSEHOLDS, party_members=100
            )


def _hand_in(number: int, data: Path) -> None:
    from kaohe.web.hotline.models import Case
    from kaohe.web.registry.models import Area
    from tests.web.cast import BEGIN, Cast
    from tests.web.deliveries import in_force

    cast, dice = Cast(), Random(number)
    areas = {one.area_id: one for one in Area.objects.filter(town=cast.town)}
    path = data / "drawn.csv"
    rows = [
        {
            "case_id": f"W{one}",
            "area_id": dice.choice(list(areas)),
            "source": "hotline",
            "received_on": (BEGIN + timedelta(days=dice.randrange(366))).isoformat(),
            **{name: dice.choice(("true", "true", "false")) for name in ("responsible", "handled")},
            **{name: dice.choice(("true", "false", "")) for name in ("resolved", "satisfied")},
            "excluded": dice.choice(EXCLUDED),
        }
        for one in range(number)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    delivery = in_force(cast, path.read_bytes(), data)
    Case.objects.filter(delivery=delivery).delete()
    Case.objects.bulk_create(
        [
            Case(
                town=cast.town,
                cycle=cast.cycle,
                delivery=delivery,
                source=delivery.source,
                area=areas[row["area_id"]],
                case_id=row["case_id"],
                received_on=row["received_on"],
                kind=dice.choice(KINDS),
                returned=dice.choice(("", "", "", "非本辖区")),
            )
            for row in rows
        ],
        batch_size=2000,
    )


if __name__ == "__main__":
    main()
