"""The web application under test: its settings, its database, and the fixed cast of its towns."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
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
from django.db import connection  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

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
    with django_db_blocker.unblock(), _copied(towns):
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
def filled_year(a_year: AYear, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The year of the first town, filled, for all tests of a module: the folder of its files."""
    files = tmp_path_factory.mktemp("year") / "files"
    with a_year("filled", files):
        yield files


@pytest.fixture(scope="module")
def scored_year(filled_year: Path, a_year: AYear) -> Iterator[Path]:
    """The same year, scored."""
    with a_year("scored", filled_year):
        yield filled_year


@pytest.fixture(scope="module")
def reviewed_year(scored_year: Path, a_year: AYear) -> Iterator[Path]:
    """The same year, its unmet checks accepted and scored again, in review."""
    with a_year("reviewed", scored_year):
        yield scored_year


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


# -- made once a run ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Image:
    """A database, or its file, and a folder of the files that belong to it: to be copied."""

    name: str
    files: Path


def _towns() -> None:
    call_command("migrate", verbosity=0)
    build_towns()


def _filled() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fill_cycle(Cast(), Path(folder))


def _scored() -> None:
    run_scoring(begin_scoring(Cast()), by=Cast().person("clerk"), at=NOW)


def _reviewed() -> None:
    in_review(Cast(), Run.objects.get())


MADE = {
    "towns": ("", _towns),
    "filled": ("towns", _filled),
    "scored": ("filled", _scored),
    "reviewed": ("scored", _reviewed),
}
"""What each image is made from, and how."""

AYear = Callable[[str, Path], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def images(pytestconfig: pytest.Config, django_db_blocker: Any) -> Callable[[str], Image]:
    """Gives an image by its name; the worker of a run that asks first makes it."""
    given, run = os.environ["KAOHE_DATABASE_URL"], pytestconfig.stash[RUN]
    on_server = not given.startswith("sqlite")

    def image(name: str) -> Image:
        database = f"{name}_{run.name[-8:]}" if on_server else str(run / f"{name}.sqlite3")
        found = Image(database, run / name)
        with (run / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (run / f"{name}.made").exists():
                before, make = MADE[name]
                _begin(given, found, image(before) if before else None)
                with django_db_blocker.unblock(), _connected_to(database), files_in(found.files):
                    make()
                (run / f"{name}.made").touch()
        return found

    return image


def _begin(given: str, image: Image, before: Image | None) -> None:
    """An image as the one before it is, or without anything."""
    if before is None:
        image.files.mkdir()
    else:
        shutil.copytree(before.files, image.files)
    if not given.startswith("sqlite"):
        template = f' TEMPLATE "{before.name}"' if before else ""
        _tell(given, f'CREATE DATABASE "{image.name}"{template}')
    elif before is not None:
        shutil.copy(before.name, image.name)


@pytest.fixture(scope="session")
def towns(images: Callable[[str], Image]) -> str:
    """The name of a database, or of a file, with the towns in it, to be copied."""
    return images("towns").name


@pytest.fixture(scope="session")
def a_year(django_db_setup: None, django_db_blocker: Any, images: Callable[[str], Image]) -> AYear:
    """A year of a name, its files in a folder, for as long as it is needed."""

    @contextmanager
    def year(name: str, files: Path) -> Iterator[None]:
        image = images(name)
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(image.files, files)
        with django_db_blocker.unblock(), _copied(image.name):
            yield

    return year


@contextmanager
def _copied(made: str) -> Iterator[None]:
    """What asks the database asks a copy of this one, in memory or on its server."""
    given = os.environ["KAOHE_DATABASE_URL"]
    with ExitStack() as stack:
        if given.startswith("sqlite"):
            name = f"file:{uuid4().hex}?mode=memory&cache=shared"
            # It is there for as long as somebody is connected.
            own = stack.enter_context(closing(sqlite3.connect(name, uri=True)))
            with closing(sqlite3.connect(made)) as original:
                original.backup(own)
        else:
            name = stack.enter_context(_copy_on_server(given, made))[0]
        stack.enter_context(_connected_to(name))
        yield


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """What asks the database asks the one of this name."""
    before = connection.settings_dict["NAME"]
    _disconnect()
    connection.settings_dict["NAME"] = name
    yield
    _disconnect()
    connection.settings_dict["NAME"] = before


def _disconnect() -> None:
    """Really: Django keeps the connection to what is in memory."""
    BaseDatabaseWrapper.close(connection)


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
