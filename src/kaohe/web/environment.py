"""What differs from machine to machine: read once, typed, every mistake told together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Environment:
    """Settings of one installation, from variables that begin with ``KAOHE_``."""

    secret_key: str
    """``KAOHE_SECRET_KEY``: signs sessions; long, random, and the same after a restart."""
    data: Path
    """``KAOHE_DATA``: the folder of the database, uploads and stored results."""
    keys: Path
    """``KAOHE_KEYS``: the folder of keys that open ballot boxes, ``keys`` in the data folder where
    it is not given; no backup may have it."""
    database_url: str
    """``KAOHE_DATABASE_URL``: ``sqlite:///FILE`` or ``postgresql://…``; a file in the data folder
    where it is not given."""
    hosts: tuple[str, ...]
    """``KAOHE_HOSTS``: names under which the site is reached, separated by commas."""
    clock: datetime | None
    """``KAOHE_CLOCK``: a fixed time for demonstrations, ``2026-01-08T10:00``; else the real one."""
    second_factor: bool
    """``KAOHE_SECOND_FACTOR``: false only for demonstrations."""
    secure: bool
    """``KAOHE_SECURE``: cookies over HTTPS only; false for a machine that serves itself alone."""
    demonstration: bool
    """``KAOHE_DEMONSTRATION``: logins are listed on the login page."""
    help_line: str
    """``KAOHE_HELP_LINE``: whom to call, at the foot of every page."""


def read_environment() -> Environment:
    """The environment of this process. Raises ImproperlyConfigured with all that is wrong."""
    env = environ.Env()
    wrong: list[str] = []

    def read(name: str, kind: Any, default: Any = environ.Env.NOTSET) -> Any:
        try:
            return getattr(env, kind)(f"KAOHE_{name}", default=default)
        except (ImproperlyConfigured, ValueError) as problem:
            wrong.append(f"KAOHE_{name}: {problem}")
            return None

    data = Path(read("DATA", "str", "data") or "data").resolve()
    clock = read("CLOCK", "str", "")
    fixed = None
    if clock:
        try:
            fixed = datetime.fromisoformat(clock).replace(tzinfo=SHANGHAI)
        except ValueError:
            wrong.append(f"KAOHE_CLOCK: {clock}: a time like 2026-01-08T10:00")
    found = Environment(
        secret_key=read("SECRET_KEY", "str"),
        data=data,
        keys=Path(read("KEYS", "str", str(data / "keys")) or data / "keys").resolve(),
        database_url=read("DATABASE_URL", "str", f"sqlite:///{data / 'kaohe.sqlite3'}"),
        hosts=tuple(read("HOSTS", "list", ["localhost", "127.0.0.1", "[::1]"]) or ()),
        clock=fixed,
        second_factor=read("SECOND_FACTOR", "bool", True),
        secure=read("SECURE", "bool", True),
        demonstration=read("DEMONSTRATION", "bool", False),
        help_line=read("HELP_LINE", "str", ""),
    )
    if wrong:
        raise ImproperlyConfigured("; ".join(wrong))
    return found
