"""A PostgreSQL server of our own for as long as a test run lasts."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


def why_no_server() -> str | None:
    """What this machine lacks to run a server; None if it lacks nothing."""
    if importlib.util.find_spec("psycopg") is None:
        return "the PostgreSQL driver is not installed"
    if shutil.which("initdb") is None:
        return "there is no PostgreSQL server on this machine"
    return None


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Start a server that listens in a folder only; gives its address."""
    as_user, data = _as_somebody_else(folder), str(folder / "data")
    init = ["initdb", "-D", data, "-U", "town", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    start = ["pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"]
    for command in (init, start):
        subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        yield f"postgresql://town@/postgres?host={folder}"
    finally:
        stop = [*as_user, "pg_ctl", "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder)


def _as_somebody_else(folder: Path) -> list[str]:
    """The server refuses to run as root."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    for parent in (folder, *folder.parents[:-1]):
        if parent.stat().st_uid == 0:
            parent.chmod(parent.stat().st_mode | 0o111)
    os.chown(folder, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", "--clear-groups"]
