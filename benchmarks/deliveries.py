"""What a long file of a provider costs: the request that takes it, and the job that checks it.

    .venv/bin/python -m benchmarks.deliveries FOLDER ROWS csv|xlsx

``FOLDER`` is the data of ``kaohe demo``, made where it is empty. Needs the environment for
development. The job runs here and not in a worker, so that its time and memory can be told.
"""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.pages import open_town

HEADINGS = ("办件编号", "居民区编号", "来源", "受理日期", "有责", "已处置")


def main() -> None:
    """Measure one file."""
    folder, rows, kind = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    open_town(folder.resolve())
    from django.db import transaction

    with TemporaryDirectory() as made, transaction.atomic():
        path = Path(made) / f"cases.{kind}"
        _write(path, rows)
        _measure(path)
        transaction.set_rollback(True)


def _measure(path: Path) -> None:
    from django.test import Client

    from kaohe.web.accounts.models import User
    from kaohe.web.jobs import working
    from kaohe.web.jobs.models import Job

    working.async_task = lambda *_: None  # type: ignore[assignment]
    heard: list[float] = []
    working._teller = lambda _job: heard.append  # type: ignore[assignment]
    client = Client(HTTP_HOST="localhost")
    client.force_login(
        User.objects.get(username="provider"), "django.contrib.auth.backends.ModelBackend"
    )
    with path.open("rb") as file:
        told = _timed(
            lambda: client.post(
                "/cycles/deliveries/upload", {"what": "hotline:cases", "part": "long", "file": file}
            )
        )
    print(f"request: {told}")
    job = Job.objects.get(title__endswith=path.name)
    print(f"job:     {_timed(lambda: working.run(job.pk))}, told {len(heard)} times how far")
    job.refresh_from_db()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{job.state} {job.answer}, peak {peak:.0f} MB")


def _timed(act: object) -> str:
    assert callable(act)
    cpu, wall = time.process_time(), time.monotonic()
    act()
    return f"{time.process_time() - cpu:.1f} s CPU, {time.monotonic() - wall:.1f} s wall"


def _rows(number: int) -> Iterator[tuple[str, ...]]:
    for one in range(number):
        day = f"2025-{one % 12 + 1:02}-{one % 28 + 1:02}"
        yield f"A{one:07}", f"J{one % 31 + 1:04}", "12345热线", day, "是", "是"


def _write(path: Path, number: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(_rows(number))
        return
    from xlsxwriter import Workbook

    with Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEADINGS, *_rows(number))):
            sheet.write_row(place, 0, row)


if __name__ == "__main__":
    main()
