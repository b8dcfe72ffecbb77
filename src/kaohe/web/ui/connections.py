"""Connections to the database that are kept from one request to the next."""

from __future__ import annotations

import select
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponseBase


def fresh_connection_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let go of a connection that a server has closed meanwhile, so that another one is made.

    Seen from the socket alone: a question to the database would cost each request a statement.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if connection.vendor == "postgresql" and _was_closed():
            connection.close()
        return get_response(request)

    return answer


def _was_closed() -> bool:
    """Whether the other end has something to say though it was asked nothing: that it is gone."""
    held = connection.connection
    if held is None:
        return False
    if held.closed:
        return True
    poll = select.poll()
    poll.register(held.fileno(), select.POLLIN)
    return bool(poll.poll(0))
