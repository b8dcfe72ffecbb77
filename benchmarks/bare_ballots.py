"""What the fewest lines would cost: a bare WSGI application with the same two inserts.

It gives out a form of the same size, reads what is sent, uses up a code and keeps what was sent in
one transaction, unsealed and with no page to speak of. Served by the same server as Kaohe.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

FORM = b"x" * 12_000
TABLES = (
    "CREATE TABLE IF NOT EXISTS taken (code TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS ballots (id TEXT PRIMARY KEY, answers TEXT NOT NULL)",
)
_KEPT = threading.local()


def connected() -> tuple[Any, str]:
    """This thread's connection, and how a value is written in a statement."""
    url = os.environ["BARE_DATABASE"]
    if not hasattr(_KEPT, "connection"):
        if url.startswith("postgres"):
            import psycopg

            _KEPT.connection = psycopg.connect(url)
        else:
            _KEPT.connection = sqlite3.connect(url, timeout=20)
            _KEPT.connection.execute("PRAGMA journal_mode=WAL")
            _KEPT.connection.execute("PRAGMA synchronous=FULL")
    return _KEPT.connection, "%s" if url.startswith("postgres") else "?"


def transaction(connection: Any) -> Any:
    """All or nothing; psycopg would close a connection that is used as SQLite's is."""
    return connection if isinstance(connection, sqlite3.Connection) else connection.transaction()


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
) -> Iterable[bytes]:
    """The form, or what came of sending it."""
    if environ["REQUEST_METHOD"] == "GET":
        start_response("200 OK", [("Content-Type", "text/html")])
        return [FORM]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    [code] = parse_qs(body.decode())["code"]
    connection, mark = connected()
    with transaction(connection):
        connection.execute(f"INSERT INTO taken VALUES ({mark})", (code,))
        connection.execute(
            f"INSERT INTO ballots VALUES ({mark}, {mark})", (os.urandom(16).hex(), body.decode())
        )
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"taken"]
