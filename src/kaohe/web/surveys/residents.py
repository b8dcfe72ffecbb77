"""Residents come without an account: nothing of them is asked for, looked up or kept.

Their pages go past sessions, cookies and logins. Opening one writes nothing; what is sent goes into
the box of the round and nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from kaohe.web.surveys.logs import RESIDENTS
from kaohe.web.surveys.resident_views import no_such_page, not_now

logger = logging.getLogger(__name__)

MOST = 2**20
"""The longest that is read, in bytes: a platform asks for thousands of households at once."""


def residents_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer residents here and now; everybody else goes on."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(RESIDENTS):
            return get_response(request)
        with translation.override("en" if request.GET.get("lang") == "en" else "zh-hans"):
            return _answer(request)

    return answer


def _answer(request: HttpRequest) -> HttpResponseBase:
    # Longer ones are not read at all: no answer of anybody's gets into a temporary file.
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST:
        return HttpResponse(status=413)
    try:
        match = resolve(request.path_info)
        found: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        found = no_such_page(request)
    except (OperationalError, InterfaceError) as problem:
        logger.error("the database does not answer: %s", problem)
        found = not_now(request)
    return found
