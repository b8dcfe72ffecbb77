"""Connections are kept between requests, and made again where the server has closed them; what a
server does not keep is found."""

from __future__ import annotations

from typing import Any

from django.db import connection

from kaohe.web.surveys import durability
from tests.web.races import race

FULL = 2
"""What SQLite calls it when every commit is written before it is confirmed."""


def test_a_server_that_was_started_again_is_not_noticed(environment: dict[str, str]) -> None:
    told = race("tests.web.test_connections:cut_off", 3, environment)
    assert told["statuses"] == [200] * 4
    assert told["kept"]


def test_what_is_off_is_found(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            assert durability.settings_off() == []
            assert cursor.execute("PRAGMA synchronous").fetchone() == (FULL,)
            return
        assert durability.settings_off() == list(durability.KEEPING), "the tests' own server"
        cursor.execute("SET LOCAL synchronous_commit = local")
    assert durability.settings_off() == ["fsync", "full_page_writes"]


def cut_off(cast: Any, folder: Any, times: int) -> dict[str, Any]:
    """Ask for a page, and again after the server has closed all connections."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, connections
    from django.test import Client

    for signal in (request_started, request_finished):  # as when served, which Client is not
        signal.connect(close_old_connections)
    client = Client()
    statuses = [client.get("/f/").status_code]
    first = connection.connection
    kept = client.get("/f/").status_code == 200 and connection.connection is first
    for _ in range(times):
        if connection.vendor == "postgresql":
            other = connections.create_connection("default")
            with other.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            other.close()
        statuses.append(client.get("/f/").status_code)
    return {"statuses": statuses, "kept": kept}
