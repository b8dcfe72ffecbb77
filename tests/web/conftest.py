"""The web application under test: its settings, its database, and the fixed cast of its towns."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

DATA = Path(tempfile.mkdtemp(prefix="kaohe-web-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "kaohe.web.settings"
os.environ["KAOHE_SECRET_KEY"] = "a key for tests"
os.environ["KAOHE_DATA"] = str(DATA)
os.environ["KAOHE_CLOCK"] = "2024-11-20T10:00"
os.environ["KAOHE_SECURE"] = "no"
os.environ["KAOHE_HELP_LINE"] = "021-00000000"
os.environ.setdefault("KAOHE_DATABASE_URL", f"sqlite:///{DATA / 'test.sqlite3'}")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from tests.conftest import RUN  # noqa: E402
from tests.web.cast import Cast, build_towns  # noqa: E402


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The towns and their cast, made once; every test undoes what it does."""
    with django_db_blocker.unblock():
        build_towns()


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast: who is who, and how they log in."""
    return Cast()


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Iterator[None]:
    """Uploads, results, ballot boxes and keys of a test lie in folders of its own."""
    folders = ("MEDIA_ROOT", "BOXES", "KEYS")
    before = {one: getattr(settings, one) for one in folders}
    for one in folders:
        setattr(settings, one, tmp_path / one.lower())
    yield
    for one, folder in before.items():
        setattr(settings, one, folder)


@pytest.fixture(scope="session")
def towns(pytestconfig: pytest.Config) -> str:
    """The name of a database, or of a file, with the towns in it, to be copied; made once a run."""
    given, run = os.environ["KAOHE_DATABASE_URL"], pytestconfig.stash[RUN]
    name = str(run / "towns.sqlite3") if given.startswith("sqlite") else f"towns_{run.name[-8:]}"
    with (run / "towns.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "towns").exists():
            url = f"sqlite:///{name}"
            if not given.startswith("sqlite"):
                url = _statement(given, f'CREATE DATABASE "{name}"', name)
            found = [sys.executable, "-m", "tests.web.races", "towns"]
            subprocess.run(found, env=os.environ | {"KAOHE_DATABASE_URL": url}, check=True)
            (run / "towns").touch()
    return name


@pytest.fixture
def environment(tmp_path: Path, towns: str) -> Iterator[dict[str, str]]:
    """For a process of its own: a copy of the towns, on the kind of database that the tests run on,
    with all files in a folder of the test."""
    given, data = os.environ["KAOHE_DATABASE_URL"], tmp_path / "data"
    data.mkdir()
    own = {**os.environ, "KAOHE_DATA": str(data), "PYTHONUTF8": "1"}
    if given.startswith("sqlite"):
        shutil.copy(towns, data / "town.sqlite3")
        yield own | {"KAOHE_DATABASE_URL": f"sqlite:///{data / 'town.sqlite3'}"}
        return
    name = f"town_{uuid4().hex}"
    try:
        url = _statement(given, f'CREATE DATABASE "{name}" TEMPLATE "{towns}"', name)
        yield own | {"KAOHE_DATABASE_URL": url}
    finally:
        _statement(given, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', name)


def _statement(given: str, statement: str, name: str) -> str:
    """The address of a database of this name, once the server was told something about it."""
    import psycopg

    with psycopg.connect(given, autocommit=True) as server:
        server.execute(statement)
    return urlsplit(given)._replace(path=f"/{name}").geturl()
