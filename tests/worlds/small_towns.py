"""A small town of three areas, its year filled and collecting, served on any day: for whole years.

The demonstration town is too large to be closed within a test, and its clock stands still.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.web.served import start
from tests.worlds.demonstrations import free_port

MAKE = """
import os, sys
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
from kaohe.web.accounts.models import User
from kaohe.web.cycles.models import Cycle
from kaohe.web.evidence.models import Waiver
from kaohe.web.results.actions import run_scoring
from tests.web.cast import NOW, TODAY, Cast, build_towns
from tests.web.filling import begin_scoring, fill_cycle

folder = Path(sys.argv[1])
call_command("migrate", verbosity=0)
build_towns()
surnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
for number, user in enumerate(User.objects.order_by("pk")):
    user.name = f"{surnames[number % len(surnames)]}先生"
    user.set_password(user.username)
    user.save()
cast = Cast()
fill_cycle(cast, folder)
unmet = []
with transaction.atomic():
    run = run_scoring(begin_scoring(cast), by=cast.person("clerk"), at=NOW)
    unmet = [one for one in run.told["checks"] if not one["met"] and not one["waived"]]
    transaction.set_rollback(True)
for check in unmet:
    if (check["subject"], check["check"]) != ("J01", "sample.total"):
        Waiver.objects.create(
            town=cast.town, cycle=cast.cycle, area=cast.area(check["subject"]),
            check_id=check["check"], reason="经会议研究认可",
            meeting_on=TODAY, meeting_number="2号",
        )
"""
"""Every unmet check is accepted but one, so that there is something left to accept."""


def make(folder: Path) -> dict[str, str]:
    """The town's data in a folder: the environment in which its programs run."""
    data = folder / "data"
    data.mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KAOHE_", "DJANGO_"))
    }
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "kaohe.web.settings",
        "KAOHE_DATA": str(data),
        "KAOHE_DATABASE_URL": f"sqlite:///{data / 'kaohe.sqlite3'}",
        "KAOHE_SECRET_KEY": "small town",
        "KAOHE_SECOND_FACTOR": "no",
        "KAOHE_SECURE": "no",
        "PYTHONUTF8": "1",
    }
    root = str(Path(__file__).parents[2])
    program = [sys.executable, "-c", MAKE, str(folder)]
    subprocess.run(program, env=environment, cwd=root, check=True)
    return environment


@contextmanager
def served(environment: Mapping[str, str], clock: str, log: Path) -> Iterator[str]:
    """The town's address, while it is served at a time that stands still."""
    port = free_port()
    server = start(port, log, {**environment, "KAOHE_CLOCK": clock})
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.end()
