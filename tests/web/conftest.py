"""The web application under test: its settings, its database, and the fixed cast of its towns."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
