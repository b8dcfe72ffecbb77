"""What holds for every test: no network, how many examples a law is tried with, one server."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.worlds import servers

# "short" tries the same few examples every time, so that a red build is red again on a laptop.
# "soak" (make soak) looks for new ones.
settings.register_profile("short", max_examples=12, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("short")

THIS_MACHINE = ("127.", "::1", "localhost")

RUN = pytest.StashKey[Path]()
"""A folder that all workers of a run know, and that is gone after it."""


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("run")
    config.stash[RUN] = Path(given or tempfile.mkdtemp(prefix="kaohe-run-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers.stop_shared(config.stash[RUN])
        shutil.rmtree(config.stash[RUN])


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """Let sockets reach this machine only: no test may depend on what is elsewhere."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(THIS_MACHINE):
            raise PermissionError(f"a test tried to reach {address[0]}: tests use no network")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> servers.Server:
    """The PostgreSQL server of the run, shared by its workers."""
    try:
        return servers.shared(pytestconfig.stash[RUN])
    except servers.MissingServer as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def server(postgres: servers.Server, worker_id: str) -> str:
    """The address of this worker's database for facts."""
    return postgres.new_database(f"facts_{worker_id}")


@pytest.fixture(scope="session")
def fresh_database(postgres: servers.Server, worker_id: str) -> str:
    """The address of another database of this worker, empty when it is first asked for."""
    return postgres.new_database(f"fresh_{worker_id}")
