"""``kaohe serve``: what it says before it serves, and when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.worlds.demonstrations import free_port

pytestmark = pytest.mark.no_database


def environment(**given: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KAOHE_", "DJANGO_"))
    }
    return {**kept, **given, "PYTHONUTF8": "1"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kaohe", "--lang", "en", *arguments]


def refused(*arguments: str, **given: str) -> str:
    outcome = subprocess.run(
        command(*arguments),
        env=environment(**given),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert outcome.returncode == 2, outcome.stderr
    return outcome.stderr


def test_a_port_that_is_taken_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = refused("demo", "--port", port, "--data", str(tmp_path / "data"))
    assert f"cannot start (port {port})" in told
    assert not (tmp_path / "data").exists()


def test_settings_that_are_missing_or_wrong_are_told_together() -> None:
    told = refused("serve", "--port", str(free_port()), KAOHE_CLOCK="soon")
    assert "KAOHE_SECRET_KEY" in told
    assert "KAOHE_CLOCK: soon" in told


def test_it_serves_an_empty_database_says_how_to_begin_and_ends_cleanly(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    given = {"KAOHE_SECRET_KEY": "x", "KAOHE_DATA": str(tmp_path), "KAOHE_SECURE": "no"}
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command("serve", "--port", str(port)),
            env=environment(**given),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    end = time.monotonic() + 60
    while "Kaohe is running" not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end
        time.sleep(0.1)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200
    assert "python -m kaohe.web.founding" in log.read_text(encoding="utf-8")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_demonstration_that_is_stopped_while_it_is_made_leaves_nothing_running(
    tmp_path: Path,
) -> None:
    process = subprocess.Popen(
        command("demo", "--port", str(free_port()), "--data", str(tmp_path / "data")),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 60
    while not children.read_text().split():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    (making,) = children.read_text().split()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not Path(f"/proc/{making}").exists()
