"""``kaohe serve`` and ``kaohe demo``: the application with its server, the CLI's only way in."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from kaohe.values.text import Language, Text

DEMONSTRATION_CLOCK, LATER_CLOCK = "2026-01-08T10:00", "2026-01-23T10:00"
WronglyConfigured = ImproperlyConfigured
LOCAL = "127.0.0.1"
THREADS = 4
MOST_PROCESSES = 4
"""So many processes answer at most, one a core: an evening on which a whole town sends its ballots
takes more than one."""
NO_TOWN = Text(
    zh="还没有镇。请另开一个终端运行：python -m kaohe.web.founding 代码 镇名 登录名 管理员姓名",
    en="There is no town yet; elsewhere: python -m kaohe.web.founding CODE NAME LOGIN PERSON",
)
LONGEST_START = 60.0
"""Seconds until somebody who waits for the address is told that there is none."""
LONGEST_WORK = 10.0
"""Seconds that work in hand may take to end before it is broken off, to be done again later."""


def serve(host: str, port: int, language: Language) -> None:
    """Serve the configured database until SIGTERM. Settings come from the environment.

    Raises ImproperlyConfigured where they are wrong and OSError where the port is taken or the
    data folder cannot be made.
    """
    _claim(host, port)
    _prepare({})
    _migrate()
    from kaohe.web.accounts.models import Town

    if not Town.objects.exists():
        print(NO_TOWN[language], flush=True)
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    _run(host, port, processes, lambda address: _say_address(address, language))


def demo(port: int, folder: str, language: Language) -> None:
    """Serve a demonstration town on SQLite, made in ``folder`` the first time.

    Raises OSError where the port is taken or the folder cannot be written to.
    """
    _claim(LOCAL, port)
    data = Path(folder).resolve()
    data.mkdir(parents=True, exist_ok=True)
    _prepare(
        {
            "KAOHE_DATA": str(data),
            "KAOHE_DATABASE_URL": f"sqlite:///{data / 'kaohe.sqlite3'}",
            "KAOHE_SECRET_KEY": _kept_secret(data),
            "KAOHE_CLOCK": os.environ.get("KAOHE_CLOCK", DEMONSTRATION_CLOCK),
            "KAOHE_SECOND_FACTOR": "no",
            "KAOHE_SECURE": "no",
            "KAOHE_DEMONSTRATION": "yes",
            "KAOHE_HELP_LINE": "021-00000000（演示）",
        }
    )
    zh, en = "正在准备演示镇，第一次约需半分钟…", "Preparing the demonstration town; the first time"
    print(Text(zh=zh, en=f"{en} takes about half a minute…")[language], flush=True)
    _migrate()
    from kaohe.web.accounts.models import Town
    from kaohe.web.accounts.people import one_login_per_role
    from kaohe.web.demonstration.trials import link_to_try

    if not Town.objects.exists():
        _load_demonstration()
    link = link_to_try()
    logins = one_login_per_role()

    def ready(address: str) -> None:
        _say_address(address, language)
        zh = "演示账号（密码与登录名相同）："
        print(Text(zh=zh, en="Logins, the password is the login name:")[language])
        for username, role in logins:
            print(f"  {username:<16} {role}")
        if link:
            zh, en = (
                "居民问卷（扫码打开的就是它）：",
                "A resident's form, as a slip's QR code opens it:",
            )
            print(Text(zh=zh, en=en)[language])
            print(f"  {address}{link}")
        _say_how_to_go_on(data, folder, language)
        zh = "给文件计分：kaohe score 事实文件夹 --scheme gaojing-2024 --out 结果文件夹"
        en = "To score files: kaohe score FACTS --scheme gaojing-2024 --out DIR"
        print(Text(zh=zh, en=en)[language], flush=True)

    _run(LOCAL, port, 1, ready)


def _load_demonstration() -> None:
    """In a process of its own, which ends with this one: charts are drawn by threads, and pages are
    answered by a fork of this process, which would have none of these and wait for them for ever.

    Raises SystemExit where SIGTERM came meanwhile and CalledProcessError where it failed.
    """
    process = subprocess.Popen([sys.executable, "-m", "kaohe.web.demonstration"])
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        ended = process.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
    if ended == -signal.SIGTERM:
        raise SystemExit(0)
    if ended:
        raise subprocess.CalledProcessError(ended, process.args)


def _say_how_to_go_on(data: Path, folder: str, language: Language) -> None:
    """What somebody needs who takes the running year to its end."""
    from kaohe.web.demonstration import LATE_FILE

    late = data / LATE_FILE
    if late.exists():
        zh = "还没有报送的一份文件，可以用 provider3 报送："
        print(Text(zh=zh, en="A file that is still to be handed in, as provider3:")[language])
        print(f"  {late}")
    zh = "演示时间不走；要到异议期满以后，停下来，再这样启动："
    en = "Its clock stands still; to be past the days for objections, stop it and start it with"
    print(Text(zh=zh, en=en)[language])
    # As it was called itself: in an environment of its own it is not on the path.
    program = sys.argv[0] if Path(sys.argv[0]).name == "kaohe" else "python -m kaohe"
    print(f"  KAOHE_CLOCK={LATER_CLOCK} {program} demo --data {folder}")


def _prepare(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kaohe.web.settings"
    import django

    django.setup()


def _claim(host: str, port: int) -> None:
    """Find out before anything is made whether the port is free."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((host, port))


def _migrate() -> None:
    from django.conf import settings
    from django.core.management import call_command

    settings.ENVIRONMENT.data.mkdir(parents=True, exist_ok=True)

    call_command("migrate", verbosity=0, interactive=False)


def _kept_secret(data: Path) -> str:
    """The key that signs sessions, made once for a data folder."""
    path = data / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _say_address(address: str, language: Language) -> None:
    text = Text(zh=f"考核系统已启动：{address}", en=f"Kaohe is running: {address}")
    print(text[language], flush=True)


def _run(host: str, port: int, processes: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is called once pages are answered."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from kaohe.web import clock
    from kaohe.web.cycles.delivery_work import forget_unmasked
    from kaohe.web.surveys.opening import go_on_after_a_stop

    go_on_after_a_stop(clock.now())
    forget_unmasked()
    _let_go_of_connections()
    address = f"http://{LOCAL if host == '0.0.0.0' else host}:{port}/"
    threading.Thread(target=_when_ready, args=(address, ready), daemon=True).start()
    server = Granian(
        "kaohe.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        respawn_failed_workers=True,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    )
    with _worker():
        server.serve()


def _let_go_of_connections() -> None:
    """Processes that answer are forked from this one: none may carry a connection along."""
    from django.db import connections

    from kaohe.web.surveys.boxes import let_go_of_files

    connections.close_all()
    let_go_of_files()


@contextmanager
def _worker() -> Iterator[None]:
    """The process that does the queued work, for as long as pages are served."""
    process = subprocess.Popen([sys.executable, "-m", "django", "qcluster"])
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(LONGEST_WORK)
        except subprocess.TimeoutExpired:
            process.kill()


def _when_ready(address: str, ready: Callable[[str], None]) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}healthz", timeout=2):
                ready(address)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    print(f"no answer from {address}", file=sys.stderr)
