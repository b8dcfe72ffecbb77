"""What pages of the demonstration town cost the server: CPU per request, and queries.

    .venv/bin/python -m benchmarks.pages FOLDER

``FOLDER`` is the data of ``kaohe demo``; it is made where it is empty. Needs the environment for
development, not that of the other benchmarks.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

PAGES = (
    ("clerk", "/"),
    ("clerk", "/results/"),
    ("clerk", "/results/1/"),
    ("clerk", "/results/1/areas/J0001/"),
    ("clerk", "/cycles/deliveries/"),
    ("scorer", "/evidence/sheet/"),
    ("secretary", "/registry/own-area"),
    ("auditor", "/audit/verify"),
    ("clerk", "/registry/areas/"),
)
TIMES = 15


def main() -> None:
    """Measure every page a few times; the median is what counts."""
    open_town(Path(sys.argv[1]).resolve())
    for username, address in PAGES:
        _measure(username, address)


def open_town(data: Path) -> None:
    """The demonstration town of a data folder in this process, made where the folder is empty."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KAOHE_DATA=str(data),
        KAOHE_DATABASE_URL=f"sqlite:///{data / 'kaohe.sqlite3'}",
        KAOHE_SECRET_KEY="measured",
        KAOHE_CLOCK="2026-01-08T10:00",
        KAOHE_SECOND_FACTOR="no",
        KAOHE_SECURE="no",
        DJANGO_SETTINGS_MODULE="kaohe.web.settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    begin = time.process_time()
    call_command("migrate", verbosity=0)
    from kaohe.web.demonstration.loading import load_demonstration

    load_demonstration()
    print(f"made or found the town: {time.process_time() - begin:.1f} s of CPU")


def _measure(username: str, address: str) -> None:
    from django.db import connection
    from django.test import Client

    from kaohe.web.accounts.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(
        User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend"
    )
    answer = client.get(address, follow=True)
    queries: list[str] = []

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counted):
        client.get(address, follow=True)
    taken = []
    for _ in range(TIMES):
        begin = time.process_time()
        client.get(address, follow=True)
        taken.append(time.process_time() - begin)
    size = len(answer.content) / 1000
    told = f"{median(taken) * 1000:6.0f} ms {len(queries):4} queries {size:7.1f} kB"
    print(f"{username:10} {address:26} {answer.status_code} {told}")


if __name__ == "__main__":
    main()
