"""The web application under test: its settings, its database, and the fixed cast of its towns."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
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
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from kaohe.readings import Study  # noqa: E402
from kaohe.web.results import study_actions  # noqa: E402
from kaohe.web.results.actions import run_scoring  # noqa: E402
from kaohe.web.results.models import Run  # noqa: E402
from kaohe.web.results.study_facts import Basis  # noqa: E402
from tests.conftest import RUN  # noqa: E402
from tests.web.cast import NOW, Cast, build_towns  # noqa: E402
from tests.web.filling import begin_scoring, files_in, fill_cycle  # noqa: E402
from tests.web.publishing import in_review  # noqa: E402
from tests.worlds import servers  # noqa: E402

# The same kind of hash, made in no time; which one is used is for test_login to say.
settings.PASSWORD_HASHERS = ["kaohe.web.accounts.passwords.NoSecret"]

IN_MEMORY = "file:towns?mode=memory&cache=shared"

YEARS = {"filled_year", "scored_year", "reviewed_year", "studied_year", "simulated_year"}
"""Fixtures that change what every test of their module finds in the database."""


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """See to it that a module begins with one year only, in whatever order its tests run, and that
    what the run on PostgreSQL leaves out has no database."""
    begins: dict[Path, set[str]] = {}
    for item in items:
        if "db" in item.fixturenames:
            if item.get_closest_marker("no_database"):
                raise pytest.UsageError(f"{item.nodeid} has a database")
            years = YEARS.intersection(item.fixturenames)
            if begins.setdefault(item.path, years) != years:
                raise pytest.UsageError(f"{item.nodeid} begins with another year than its module")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, towns: str
) -> Iterator[None]:
    """The towns and their cast, copied for this worker; every test undoes what it does."""
    given = os.environ["KAOHE_DATABASE_URL"]
    with ExitStack() as stack:
        name = IN_MEMORY
        if not given.startswith("sqlite"):
            name = stack.enter_context(_copy_on_server(given, towns))[0]
        with django_db_blocker.unblock(), _connected_to(name):
            connection.ensure_connection()
            if name == IN_MEMORY:
                with closing(sqlite3.connect(towns)) as made:
                    made.backup(connection.connection)
            yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast: who is who, and how they log in."""
    return Cast()


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Iterator[None]:
    """Uploads, results, ballot boxes and keys of a test lie in folders of its own."""
    with files_in(tmp_path / "files"):
        yield


@pytest.fixture(scope="module")
def filled_year(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The year of the first town, filled once for all tests of a module: the folder of its files.

    The transaction of each test lies within that of its module, which is undone in its turn.
    """
    folder = tmp_path_factory.mktemp("filled")
    with django_db_blocker.unblock(), transaction.atomic():
        with files_in(folder / "files"):
            fill_cycle(Cast(), folder)
        yield folder / "files"
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def scored_year(filled_year: Path) -> Iterator[Path]:
    """The same year, scored once for all tests of a module."""
    with transaction.atomic():
        with files_in(filled_year):
            run_scoring(begin_scoring(Cast()), by=Cast().person("clerk"), at=NOW)
        yield filled_year
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def reviewed_year(scored_year: Path) -> Iterator[Path]:
    """The same year, its unmet checks accepted and scored again, in review for a whole module."""
    with transaction.atomic():
        with files_in(scored_year):
            in_review(Cast(), Run.objects.get())
        yield scored_year
        transaction.set_rollback(True)


@pytest.fixture
def filled(filled_year: Path, cast: Cast) -> Cast:
    """The cast in a year that is filled; a module that asks for it has no other year."""
    shutil.copytree(filled_year, settings.MEDIA_ROOT)
    return cast


@pytest.fixture
def run(scored_year: Path, filled: Cast) -> Run:
    """The run of a year that is scored; a module that asks for it has no other year."""
    return Run.objects.get()


@pytest.fixture
def reviewed(reviewed_year: Path, filled: Cast) -> Run:
    """The run of a year in review, final; a module that asks for it has no other year."""
    return Run.objects.select_related("cycle").latest("number")


@pytest.fixture(scope="session", autouse=True)
def _studied_once() -> Iterator[None]:
    """The same facts under the same decisions are scored under every reading by one test only."""
    really, before = study_actions._studied, dict[str, Study]()

    def studied(basis: Basis, scheme: Path, tell: Callable[[float], None]) -> Study:
        facts = basis.simulated or (basis.run and basis.run.facts_sha256)
        key = f"{facts} {basis.taken}"
        if key not in before:
            before[key] = really(basis, scheme, tell)
        return before[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study_actions, "_studied", studied)
        yield


@pytest.fixture(scope="session")
def towns(pytestconfig: pytest.Config, django_db_blocker: Any) -> str:
    """The name of a database, or of a file, with the towns in it, to be copied; made once a run."""
    given, run = os.environ["KAOHE_DATABASE_URL"], pytestconfig.stash[RUN]
    on_server = not given.startswith("sqlite")
    name = f"towns_{run.name[-8:]}" if on_server else str(run / "towns.sqlite3")
    with (run / "towns.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "towns").exists():
            if on_server:
                _tell(given, f'CREATE DATABASE "{name}"')
            with django_db_blocker.unblock(), _connected_to(name):
                call_command("migrate", verbosity=0)
                build_towns()
            (run / "towns").touch()
    return name


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """What asks the database asks the one of this name."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    yield
    connection.close()
    connection.settings_dict["NAME"] = before


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
    with _copy_on_server(given, towns) as (_, url):
        yield own | {"KAOHE_DATABASE_URL": url}


@contextmanager
def _copy_on_server(given: str, towns: str) -> Iterator[tuple[str, str]]:
    """A database with the towns on the server of this address: its name and its address."""
    name = f"town_{uuid4().hex}"
    try:
        _tell(given, f'CREATE DATABASE "{name}" TEMPLATE "{towns}"')
        yield name, urlsplit(given)._replace(path=f"/{name}").geturl()
    finally:
        _tell(given, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def mortal_server(
    environment: dict[str, str], request: pytest.FixtureRequest
) -> Iterator[dict[str, str]]:
    """The same on a PostgreSQL server of its own that may be killed, with the options of the
    test."""
    options: str = request.param
    server = servers.Server.started(servers.programs(), options)
    try:
        url = server.copy(environment["KAOHE_DATABASE_URL"], "town")
        told = f"{server.programs}\n{server.folder}\n{options}"
        yield environment | {"KAOHE_DATABASE_URL": url, "SERVER": told}
    finally:
        server.stop()


def _tell(given: str, statement: str) -> None:
    """Tell the server of this address."""
    import psycopg

    with psycopg.connect(given, autocommit=True) as server:
        server.execute(statement)
