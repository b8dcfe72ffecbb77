"""The demonstration town as people meet it: ``kaohe demo`` in a process of its own."""

from __future__ import annotations

import http.cookiejar
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_START = 180
LONGEST_PAGE = 60
LONGEST_END = 20


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def served(data: Path) -> Iterator[tuple[str, str]]:
    """Run ``kaohe demo`` on a data folder: its address, and what it printed when it was ready."""
    port = free_port()
    command = [sys.executable, "-m", "kaohe", "--lang", "zh", "demo"]
    command += ["--port", str(port), "--data", str(data)]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KAOHE_", "DJANGO_"))
    }
    log = data.with_suffix(".log")
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment | {"PYTHONUTF8": "1"}
        )
    try:
        yield f"http://127.0.0.1:{port}/", _when_ready(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONGEST_END) == 0, log.read_text(encoding="utf-8")


def _when_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """What was printed, once the last line is there. Fails with all of it where nothing came."""
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end and process.poll() is None:
        told = log.read_text(encoding="utf-8")
        if "kaohe score" in told:
            return told
        time.sleep(0.1)
    raise AssertionError(f"kaohe demo did not start:\n{log.read_text(encoding='utf-8')}")


def made_once(run: Path) -> Path:
    """The data of a demonstration town, made by the worker of a test run that asks first."""
    import fcntl

    with (run / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = run / "demonstration"
        if not data.exists():
            with served(data) as (address, _told):
                assert "<svg" in _page_with_charts(address)
    return data


def _page_with_charts(address: str) -> str:
    """A page of the closed year with charts, of the very process that was begun while the town was
    made: what draws them does not live on in a fork of a process that drew."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    login = f"{address}accounts/login"
    browser.open(login).read()
    token = next(one.value for one in cookies if one.name == "csrftoken")
    form = {"username": "clerk", "password": "clerk", "csrfmiddlewaretoken": token}
    browser.open(login, urllib.parse.urlencode(form).encode()).read()
    with browser.open(f"{address}publication/pack?cycle=1", timeout=LONGEST_PAGE) as page:
        told: str = page.read().decode()
        return told


def copy_of(data: Path, folder: Path) -> Path:
    """The same town again, for tests that change it."""
    return Path(shutil.copytree(data, folder / "demo"))


NEW_CODES = """
import django
django.setup()
from datetime import date
from kaohe.web import clock
from kaohe.web.demonstration.loading import acting
from kaohe.web.registry.models import Area
from kaohe.web.surveys.actions import issue_codes
from kaohe.web.surveys.models import Round
from kaohe.web.demonstration.trials import AREA
held = Round.objects.get(trial=True, manner="codes")
codes = issue_codes(
    held, Area.objects.filter(area_id=AREA), by=acting("clerk", clock.today()), at=clock.now()
)
print(held.tag, *codes.values())
"""


def trial_codes(data: Path) -> tuple[str, list[str]]:
    """New codes for the households that can try the form: the tag of its round, and the codes."""
    environment = {
        **os.environ,
        "PYTHONUTF8": "1",
        "DJANGO_SETTINGS_MODULE": "kaohe.web.settings",
        "KAOHE_DATA": str(data),
        "KAOHE_DATABASE_URL": f"sqlite:///{data / 'kaohe.sqlite3'}",
        "KAOHE_SECRET_KEY": (data / "secret-key").read_text(encoding="ascii"),
        "KAOHE_CLOCK": "2026-01-08T10:00",
    }
    environment.pop("KAOHE_KEYS", None)
    command = [sys.executable, "-c", NEW_CODES]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    tag, *codes = told.stdout.split()
    return tag, codes
