"""What cases pushed by a provider's program cost, and what is made of them afterwards.

    .venv/bin/python -m benchmarks.pushing FOLDER CASES

``FOLDER`` is the data of ``kaohe demo``, made where it is empty. Needs the environment for
development. Requests are answered in this process, each a commit of its own; pushed cases and what
is made of them are taken away in the end.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.pages import open_town

ALONE = 500
"""So many cases are pushed one by one."""
WARM = 20
"""Of these before the measuring begins."""
PLACES = 3000
KINDS = ("噪声", "停车", "漏水", "违建", "垃圾")


def main() -> None:
    """Measure pushing, delivering, placing and proposing."""
    folder, cases = Path(sys.argv[1]), int(sys.argv[2])
    open_town(folder.resolve())
    from django.db import transaction

    from kaohe.web.cycles.models import Cycle
    from kaohe.web.hotline import provider_api

    provider_api.MOST_REQUESTS = cases
    cycle = Cycle.objects.filter(year=2025).get()
    stage, cycle.stage = cycle.stage, "collecting"
    cycle.save()
    try:
        _pushed(cycle, cases)
        with transaction.atomic():
            _looked_up(cycle, cases)
            transaction.set_rollback(True)
    finally:
        _clean(cycle)
        cycle.stage = stage
        cycle.save()


def _pushed(cycle: Any, cases: int) -> None:
    from django.test import Client

    from kaohe.web import clock
    from kaohe.web.accounts.models import User
    from kaohe.web.accounts.people import person_of
    from kaohe.web.hotline import provider_keys
    from kaohe.web.hotline.inbox import MOST_CASES
    from kaohe.web.registry.models import Source

    clerk = person_of(User.objects.get(username="clerk"), clock.today())
    source = Source.objects.get(town=cycle.town, code="hotline")
    key = provider_keys.make_key(source, by=clerk, at=clock.now())
    client, told = Client(headers={"Authorization": f"Bearer {key}"}), list(_told(cases))

    def post(path: str, body: Any) -> Any:
        address = f"/providers/v1/{cycle.year}/{path}"
        answer = client.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content[:500].decode()
        return answer.json()

    def push(start: int, end: int, size: int) -> None:
        for at in range(start, end, size):
            post("cases", {"part": "pushed", "cases": told[at : min(at + size, end)]})

    push(0, WARM, 1)
    _line("pushed one by one", ALONE - WARM, lambda: push(WARM, ALONE, 1))
    _line(f"pushed {MOST_CASES} at a time", cases - ALONE, lambda: push(ALONE, cases, MOST_CASES))
    _line("pushed again, all known", cases, lambda: push(0, cases, MOST_CASES))
    _line("delivered", cases, lambda: post("deliver", {"part": "pushed"}))


def _told(number: int) -> Iterator[dict[str, Any]]:
    for one in range(number):
        cells = {
            "area_id": f"J{one % 31 + 1:04}",
            "received_on": f"2025-{one % 12 + 1:02}-{one % 28 + 1:02}",
            "responsible": "是",
            "handled": "是",
            "satisfied": one % 3 > 0,
        }
        yield {"case_id": f"A{one:07}", "version": 1, "cells": cells}


def _looked_up(cycle: Any, cases: int) -> None:
    """Cases of which the file names no area, of some places each, as the index holds them."""
    from kaohe.web.hotline.models import Case, Place
    from kaohe.web.hotline.placing import cases_in_force, place_anew
    from kaohe.web.hotline.repeats import proposed
    from kaohe.web.registry.models import Area

    version = cycle.deliveries.filter(part="pushed").get()
    version.state = "applied"
    version.save()
    areas = list(Area.objects.filter(town=cycle.town))
    Place.objects.bulk_create(
        Place(town=cycle.town, text=f"云溪路{one}弄", area=areas[one % len(areas)])
        for one in range(PLACES)
    )
    rows = (
        Case(
            town=cycle.town,
            cycle=cycle,
            delivery=version,
            source=version.source,
            case_id=f"A{one:07}",
            place=f"高境镇云溪路 {one * 7 % (PLACES + 300)} 弄 {one % 40} 号",
            kind=KINDS[one % len(KINDS)],
            received_on=date(2025, 1, 1) + timedelta(one * 13 % 365),
            told={"area_id": ""},
        )
        for one in range(cases)
    )
    Case.objects.bulk_create(rows, batch_size=2000)
    _line(f"laid to areas by {PLACES:,} places", cases, lambda: place_anew(cycle.town))
    _line("looked through, nothing to change", cases, lambda: place_anew(cycle.town))
    _line("looked through for repeats", cases, lambda: proposed(cases_in_force(cycle), 30))


def _clean(cycle: Any) -> None:
    from kaohe.web.hotline.models import ProviderKey, PushedCase

    PushedCase.objects.filter(cycle=cycle).delete()
    cycle.deliveries.filter(part="pushed").delete()
    ProviderKey.objects.all().delete()


def _line(what: str, cases: int, act: Callable[[], object]) -> None:
    cpu, wall = time.process_time(), time.monotonic()
    act()
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    each = cpu / cases * 1000
    print(f"| {what} | {cases:,} | {cpu:.1f} | {each:.2f} | {cases / wall:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
