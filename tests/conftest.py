"""What holds for every test: no network, and how many examples a law is tried with."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.worlds.servers import postgres_server, why_no_server

# "short" tries the same few examples every time, so that a red build is red again on a laptop.
# "soak" (make soak) looks for new ones.
settings.register_profile("short", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("short")

THIS_MACHINE = ("127.", "::1", "localhost")


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
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of our own, one for the whole run."""
    if reason := why_no_server():
        pytest.skip(reason)
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url
