"""The person behind a request, for views."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from kaohe.web.accounts.people import Person


def person_of_request(request: HttpRequest) -> Person:
    """Who asks. Only pages that are open to all may be reached by nobody."""
    return cast(Person, getattr(request, "person"))  # noqa: B009
