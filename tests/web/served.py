"""A town that is served by real processes, which can be ended or killed, all of them at once."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST_START = 120.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Served:
    """``kaohe serve`` in a group of processes of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def kill(self) -> None:
        """Kill every process of the group, as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Ask it to end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        finally:
            self.kill()


def start(port: int, log: Path, environment: Mapping[str, str] | None = None) -> Served:
    """Start the server on the database of the environment, by default that of this process; its
    log is added to."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kaohe", "serve", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
    served = Served(process, port)
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            if ask(port, "/healthz")[0] == 200:
                return served
        time.sleep(0.02)
    served.kill()
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def serving(port: int, log: Path) -> Iterator[Served]:
    """A server for as long as it is needed."""
    served = start(port, log)
    try:
        yield served
    finally:
        served.end()


class Line:
    """A connection to the server that is kept as long as it holds."""

    def __init__(self, port: int) -> None:
        self._held = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page: status and text."""
        self._held.request("GET", path)
        return self._answer()

    def post(self, path: str, sent: Mapping[str, str]) -> tuple[int, str]:
        """Send a form: status and text of what comes back."""
        self._held.request("POST", path, urllib.parse.urlencode(sent), FORM)
        return self._answer()

    def _answer(self) -> tuple[int, str]:
        answer = self._held.getresponse()
        return answer.status, answer.read().decode()

    def close(self) -> None:
        """Let it go."""
        self._held.close()


def ask(port: int, path: str) -> tuple[int, str]:
    """Ask once."""
    line = Line(port)
    try:
        return line.get(path)
    finally:
        line.close()
