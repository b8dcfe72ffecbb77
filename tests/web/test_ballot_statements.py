"""What a ballot costs the database: the form fetched and the ballot posted are at most six
statements, those that begin and end a transaction included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kaohe.web.surveys import boxes
from kaohe.web.surveys.models import Round
from tests.web.cast import Cast
from tests.web.rounds import opened, send

MOST = 6


@contextmanager
def counted(held: Round) -> Iterator[list[str]]:
    """Every statement, of the database and of a box that is a file."""
    box, statements = boxes.box_of(held.tag), list[str]()
    file = box._connection() if isinstance(box, boxes.FileBox) else None
    if file is not None:
        file.set_trace_callback(statements.append)
    with CaptureQueriesContext(connection) as captured:
        yield statements
    if file is not None:
        file.set_trace_callback(None)
    statements += [one["sql"] for one in captured.captured_queries]


def test_a_ballot_takes_six_statements_at_most(cast: Cast) -> None:
    held, codes = opened(cast)
    first, second, third = codes.values()
    Client().get(f"/f/{held.tag}")
    send(held, first)
    with counted(held) as statements:
        assert Client().get(f"/f/{held.tag}").status_code == 200
        assert send(held, second).status_code == 200
    assert len(statements) <= MOST, statements
    assert sum(one.startswith("INSERT") for one in statements) == 2
    with counted(held) as statements:
        assert send(held, second).status_code == 409
    assert sum(one.startswith("INSERT") for one in statements) == 1, "it is asked for, not read"
    with counted(held) as statements:
        assert send(held, third).status_code == 200
    assert len(statements) < MOST


def test_opening_the_form_writes_nothing(cast: Cast) -> None:
    held, _ = opened(cast)
    with counted(held) as statements:
        for address in (f"/f/{held.tag}", f"/f/{held.tag}/receipts", "/f/"):
            assert Client().get(address).status_code == 200
    assert statements
    assert all(one.startswith("SELECT") for one in statements), statements
